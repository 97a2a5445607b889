"""A hold that one person placed stands for some days, until somebody else confirms it (13.6)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0008_drills")]

    operations = [
        migrations.AddField("hold", "provisional_until", models.DateTimeField(null=True)),
        migrations.AlterField(
            "hold",
            "approved_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holds_approved",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
