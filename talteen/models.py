"""Django's roll-call: one line a room. One app, one schema history; rooms can move without a
migration."""

from talteen.register.models import *  # noqa: F403  (Django finds tables through this module)
