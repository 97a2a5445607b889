"""The database itself refuses to change the access log and the ledger (DESIGN 5, REGISTER 17)."""

from django.db import migrations

from talteen.register.database import append_only
from talteen.migrations._near import Step


class Migration(Step):
    dependencies = [("talteen", "0001_initial")]

    operations = [migrations.RunSQL(append_only.FORWARD, append_only.BACKWARD)]
