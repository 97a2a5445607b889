"""A hold that one person placed stands for some days, until somebody else confirms it (13.6); an
entry of the do-not-record list has a name by which it can be confirmed each year (6.9)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import talteen.register.do_not_record_models


def name_entries(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Entries from before they had names."""
    entries = apps.get_model("talteen", "DoNotRecordEntry").objects.using(
        schema_editor.connection.alias
    )
    for entry in entries.filter(reference=""):
        entry.reference = talteen.register.do_not_record_models.new_reference()
        entry.save(update_fields=["reference"])


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
        migrations.AddField(
            "donotrecordentry", "reference", models.CharField(max_length=16, default="")
        ),
        migrations.AddField(
            "donotrecordentry",
            "confirmed_by",
            models.CharField(max_length=32, default="", blank=True),
        ),
        migrations.RunPython(name_entries, migrations.RunPython.noop),
        migrations.AlterField(
            "donotrecordentry",
            "reference",
            models.CharField(
                default=talteen.register.do_not_record_models.new_reference,
                max_length=16,
                unique=True,
            ),
        ),
    ]
