"""What the release before makes, and what this one is asked of a house, each in its own
interpreter."""

FOUND = """
import os
try:
    from talteen.desk.ground import database, place
except ImportError:  # so it was until the desk had rooms
    from talteen.desk import database, place
from pathlib import Path
from talteen import config as configs
from talteen.desk.commands import demo
home = Path(os.environ["TALTEEN_HOME"])
home.mkdir(mode=0o700)
(home / "talteen.toml").write_text(demo.FILE + demo.telephone() + "[web]\\nport = %d\\n")
config = configs.load(home)
place.prepare(config)
with database.running(config):
    demo.make(config)
    from talteen.clock import SystemClock, helsinki_date
    from talteen import course, wiring
    from talteen.demo import material
    from talteen.register import house as row
    now = SystemClock().now()
    row.set_clock(now, machine_at=now)
    house = wiring.house(config)
    for call in material.calls(helsinki_date(now)):
        if call.name in ("001-huonevaraus", "019-rumsbokning"):
            at = max(now, call.ends_at)
            course.take_in(house, material.drop(call, config.home / "drop"), at)
    from django.db import connections
    connections.close_all()
    for one in connections.all():
        one.close_pool()
"""
"""A demo house that lives now, with two calls of files and a capture node; ``%`` its port."""
_READY = """
import json
try:
    from talteen.desk.ground import startup
except ImportError:  # so it was until the desk had rooms
    from talteen.desk import commands as startup
startup.ready(); startup.django()
from django.db import connection
"""
STATE = (
    _READY
    + """
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM django_migrations")
    (steps,) = cursor.fetchone()
    cursor.execute("SELECT count(*) FROM ledger_entry")
    (entries,) = cursor.fetchone()
    # By their names: the tables may be those of the release before.
    cursor.execute("SELECT id::text, progress, length_ms FROM recording ORDER BY announced_until")
    calls = cursor.fetchall()
print(json.dumps({
    "steps": steps, "entries": entries,
    "calls": calls,
}))
"""
)
"""The calls of the house and how far its tables and its log have come, as JSON."""
CASE = (
    _READY
    + """
from talteen.clock import SystemClock
from talteen.demo import cast
from talteen.notice.purposes import Role
from talteen.register.models import Case, Recording
people = [cast.first_of(role) for role in (Role.REGISTER_CONTACT, Role.COMPLAINT_HANDLER)]
case = Case.objects.create(
    reference="R-2026-1", kind="complaint", opened_at=SystemClock().now(), opened_by=people[0]
)
case.people.set(people)
case.recordings.set(Recording.objects.filter(progress="sealed"))
print(people[1].pk)
"""
)
"""A complaint in which every sealed call may be heard; who may."""
