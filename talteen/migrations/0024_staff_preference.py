import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0023_disclosures")]

    operations = [
        migrations.CreateModel(
            "StaffPreference",
            [
                (
                    "staff",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="preference",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("toured_at", models.DateTimeField(null=True)),
                ("mail", models.CharField(blank=True, max_length=254)),
                ("looked_on", models.DateField(null=True)),
            ],
            {"db_table": "staff_preference"},
        ),
    ]
