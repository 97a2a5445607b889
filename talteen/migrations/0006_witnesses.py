"""What witnesses signed last of the log, and how they answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0007_month_statements")]

    operations = [
        migrations.CreateModel(
            name="LedgerWitness",
            fields=[
                ("name", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField(null=True)),
                ("lines", models.TextField()),
                ("stated_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField()),
                ("trouble", models.CharField(max_length=16)),
            ],
            options={"db_table": "ledger_witness"},
        ),
    ]
