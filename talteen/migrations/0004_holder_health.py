"""How the two key holders were last seen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0003_two_nodes")]

    operations = [
        migrations.CreateModel(
            "HolderHealth",
            [
                ("place", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=8)),
                ("condition", models.CharField(max_length=12)),
                ("since", models.DateTimeField()),
                ("latency_ms", models.PositiveIntegerField(default=0)),
                ("seen_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
            ],
            {"db_table": "holder_health"},
        ),
    ]
