"""The signaller's sockets: their names, and how they are bound. Light on purpose: the holder needs
no more of all that the signaller knows.
"""

from socket import SO_RCVBUF, SO_REUSEADDR, SOL_SOCKET, socket

UDP, TCP, TLS, CONSOLE = "udp", "tcp", "tls", "console"
"""Names of the listening sockets."""
SIGNALLER, HEARING = "signaller", "hearing"
"""What signaller and hearer each call its end of the line between them: it leads to the other."""
_WAITING_BYTES = 4 << 20
"""Requests that come while the signaller is restarted; the kernel may allow less."""


def bound(address: str, port: int, kind: int) -> socket:
    """A listening socket for the holder to keep."""
    made = socket(type=kind)
    made.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)  # a restart finds its port again
    made.setsockopt(SOL_SOCKET, SO_RCVBUF, _WAITING_BYTES)
    made.bind((address, port))
    return made
