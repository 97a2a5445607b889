"""The second wall behind the grant: row security for the role of the pages (DESIGN 7)."""

from django.db import migrations

from talteen.register.database import row_security
from talteen.migrations._near import Step


class Migration(Step):
    dependencies = [("talteen", "0005_intake")]

    operations = [migrations.RunSQL(row_security.FORWARD, row_security.BACKWARD)]
