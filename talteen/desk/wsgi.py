"""The door for granian: one WSGI application. Imported in the process that answers requests."""

import ctypes
import os
import signal

from django.core.wsgi import get_wsgi_application

from talteen import config, log

_PR_SET_PDEATHSIG = 1

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "talteen.desk.settings")
log.configure(config.load().log.level)
# granian's own parent may be killed: without this its worker would keep the port for ever.
ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

application = get_wsgi_application()
