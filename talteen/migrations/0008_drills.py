"""What the drills have shown, and what was found damaged."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0006_witnesses")]

    operations = [
        migrations.CreateModel(
            "Damage",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=200)),
                ("recording", models.UUIDField(null=True)),
                ("start", models.PositiveBigIntegerField()),
                ("end", models.PositiveBigIntegerField()),
                ("found_at", models.DateTimeField(db_index=True)),
                ("mended_at", models.DateTimeField(null=True)),
            ],
            {"db_table": "damage"},
        ),
        migrations.CreateModel(
            "DrillRun",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("at", models.DateTimeField(db_index=True)),
                ("ok", models.BooleanField()),
                ("verdict", models.CharField(max_length=24)),
                ("dead", models.PositiveIntegerField()),
                ("revived", models.PositiveIntegerField()),
                ("controls", models.PositiveIntegerField()),
                ("played", models.PositiveIntegerField()),
                ("files", models.PositiveIntegerField()),
                ("told_at", models.DateTimeField(null=True)),
            ],
            {"db_table": "drill_run"},
        ),
    ]
