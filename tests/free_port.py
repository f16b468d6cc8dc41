"""A port of this machine for a server in a thread of a test."""

import socket


def listening() -> socket.socket:
    """A socket that listens at a free port of 127.0.0.1; the caller closes it.

    With the protocol named asyncio turns Nagle off; else each answer waits 40 ms for an ACK.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    sock.listen()
    return sock
