"""A fault for each rule. Read by the scanners, imported by nobody."""

import hashlib
import os
import pickle

from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt


def put_together(cursor, name):
    cursor.execute(f"SELECT sealed FROM sealed_note WHERE id = {name}")


def passed(cursor, recording):
    cursor.execute("SELECT set_config('talteen.recording', %s, true)", [recording])


def shown(text):
    return mark_safe(text)


def ran(data):
    return pickle.loads(data)


def started(name):
    os.system("cat " + name)


@csrf_exempt
def view(request):
    return csrf_exempt(shown)


def hashed(data):
    return hashlib.md5(data).hexdigest()
