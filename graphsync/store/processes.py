"""Which process this is, and whether another one of this machine still lives."""

import itertools
import os
import socket
from enum import Enum
from pathlib import Path

_serial = itertools.count(1)


class Life(Enum):
    """What can be said of a process."""

    ALIVE = "alive"
    GONE = "gone"
    UNKNOWN = "unknown"


def here() -> str:
    """This machine's name and, on Linux, its PID namespace.

    Containers that share the name of their host do not share its process numbers.
    """
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return f"{socket.gethostname()} {space}".strip()


def started(pid: int) -> str:
    """A text that no later process of the same number shares: boot and start time.

    Field 22 of stat, says proc(5). Empty where the process is gone, a zombie, or the system does
    not tell.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
    state, *fields = stat.rpartition(b")")[2].split()
    return "" if state in {b"Z", b"X"} else f"{boot} {fields[18].decode()}"


def token() -> str:
    """A text that is this process's own, another one each time."""
    pid = os.getpid()
    return f"{here()} {pid} {started(pid)} {next(_serial)}"


def life(host: str, pid: int, start: str) -> Life:
    """Whether the process that said this of itself still lives; UNKNOWN on another machine."""
    if host != here():
        return Life.UNKNOWN
    if start:
        return Life.ALIVE if started(pid) == start else Life.GONE
    if os.name != "posix":
        return Life.UNKNOWN  # Python docs, os.kill: on Windows any signal ends the process
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return Life.GONE
    except PermissionError:
        return Life.ALIVE  # it lives, as another user
    return Life.ALIVE
