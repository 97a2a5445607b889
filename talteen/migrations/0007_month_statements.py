"""The statements of the months are found without reading the ledger."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0005_ring")]

    operations = [
        migrations.AddIndex(
            "ledgerentry",
            models.Index(
                name="ledger_entry_month", fields=["day"], condition=models.Q(kind="month_stated")
            ),
        ),
    ]
