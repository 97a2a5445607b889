"""The weekly lot for quality: its seed, its shares, and what it made of a call (J14)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0012_sealed_notes")]

    operations = [
        migrations.AddField(
            "recording",
            "lot",
            models.CharField(blank=True, default="", max_length=12),
            preserve_default=False,
        ),
        migrations.CreateModel(
            "Draw",
            [
                ("monday", models.DateField(primary_key=True, serialize=False)),
                ("seed", models.BinaryField()),
                ("committed_leaf", models.BinaryField()),
                ("made_at", models.DateTimeField(null=True)),
                ("calls", models.PositiveIntegerField(default=0)),
            ],
            {"db_table": "lot_draw"},
        ),
        migrations.CreateModel(
            "DrawShare",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("among", models.PositiveIntegerField()),
                ("quota", models.PositiveIntegerField()),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="talteen.draw",
                    ),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lot_shares",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            {"db_table": "lot_share"},
        ),
        migrations.AddConstraint(
            "drawshare",
            models.UniqueConstraint(fields=("draw", "agent"), name="lot_share_once"),
        ),
    ]
