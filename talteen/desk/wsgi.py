"""The door for granian: one WSGI application. Imported in the one process that answers requests.

The process that listens never loads Django: it only starts this one, and starts it again.
"""

import ctypes
import signal

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from talteen.desk import commands, database

_PR_SET_PDEATHSIG = 1

# granian's own parent may be killed: without this its worker would keep the port for ever.
ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
commands.ready()
commands.django()
# Before the middleware looks at them: their names carry a hash of their content.
call_command("collectstatic", interactive=False, verbosity=0)
database.wait_for_tables()

application = get_wsgi_application()
