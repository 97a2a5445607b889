"""Runs in the place of a unit's program, with all that the unit forbids: what it may all the same.

Nothing of this tree: it is written into the machine, and its system's Python runs it.
"""

import ctypes
import mmap
import os
import pathlib
import resource
import socket
import sys

MAY_MAP_CODE = sys.argv[2] == "code"
libc = ctypes.CDLL(None, use_errno=True)
found = []


def refused(what, act):
    try:
        if act() == -1:
            return
    except OSError:
        return
    found.append(what)


for place in ("/", "/etc", "/usr", "/opt", "/opt/talteen-1", "/boot", "/srv", "/var/log"):
    refused(f"writes to {place}", (pathlib.Path(place) / "written").touch)
refused("reads the keys of root", pathlib.Path("/etc/talteen/of-root.key").read_bytes)
refused("sees homes", lambda: os.listdir("/home/somebody"))
refused("reads the memory of the kernel", lambda: open("/dev/kmsg", "rb").close())
refused("makes a namespace", lambda: libc.unshare(0x10000000))
refused("mounts", lambda: libc.mount(b"none", b"/mnt", b"tmpfs", 0, None))
refused("opens a raw socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0))
refused("sets the clock", lambda: libc.settimeofday(ctypes.byref((ctypes.c_long * 2)()), None))
refused("becomes root", lambda: os.setuid(0))
refused("writes a set-uid bit", lambda: os.chmod("/var/lib/talteen/uid", 0o4755))
if not MAY_MAP_CODE:
    kinds = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
    refused("writes code at run time", lambda: mmap.mmap(-1, 4096, prot=kinds).close())
others = [one for one in os.listdir("/proc") if one.isdigit() and int(one) == 1]
found += ["sees the first process"] if others else []
found += ["may leave a core"] if resource.getrlimit(resource.RLIMIT_CORE) != (0, 0) else []
lines = pathlib.Path("/proc/self/status").read_text().splitlines()
status = dict(line.split(":\t", 1) for line in lines)
found += [name for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb") if int(status[name], 16)]
found += [] if status["NoNewPrivs"] == "1" else ["may gain rights"]
pathlib.Path(sys.argv[1]).write_text("\n".join(found))
os.abort()  # a core is looked for afterwards
