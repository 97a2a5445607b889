"""The database itself refuses to change the access log and the ledger (DESIGN 5, REGISTER 17)."""

from django.db import migrations

from talteen.register.database import append_only


class Migration(migrations.Migration):
    dependencies = [("talteen", "0001_initial")]

    operations = [migrations.RunSQL(append_only.FORWARD, append_only.BACKWARD)]
