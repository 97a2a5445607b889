"""A fault for each rule. Read by the scanners, imported by nobody."""

import hashlib
import logging
import os
import pickle
import ssl
import tempfile
import time
import urllib.request
from datetime import date, datetime

import requests
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt

log = logging.getLogger()


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


def told(caller):
    log.info(f"call of {caller}")


def named(caller):
    log.warning("call.lost", caller=caller)


def written(words):
    with tempfile.NamedTemporaryFile() as file:
        file.write(words)


def timed():
    return datetime.now(), date.today()


def decided(cutoff):
    return time.time() > cutoff


def asked(address):
    return urllib.request.urlopen(address), requests.get(address)


def trusted():
    context = ssl.create_default_context()
    context.check_hostname = False
    return context
