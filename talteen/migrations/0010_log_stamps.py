"""When a time-stamp authority stamped heads of the log, and how it answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0009_holds_and_objections")]

    operations = [
        migrations.CreateModel(
            name="LedgerStamp",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("stated_at", models.DateTimeField(null=True)),
                ("got_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField()),
                ("trouble", models.CharField(max_length=16)),
            ],
            options={"db_table": "ledger_stamp"},
        ),
    ]
