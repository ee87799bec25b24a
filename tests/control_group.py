"""A limit on memory, by Linux's control groups, where this machine lets tests make one."""

import secrets
import time
from contextlib import contextmanager, suppress

from lstm_memory import free_memory

ENTER = 'echo $$ > "$0" && exec "$@"'  # a shell that goes into the group and becomes a program


@contextmanager
def memory_limit(most):
    """What to put before a command so that it and its children take `most` bytes at most.

    It is None where no such group can be made.
    """
    group = _new_group(most)
    try:
        yield group and ["sh", "-c", ENTER, str(group / "cgroup.procs")]
    finally:
        end = time.monotonic() + 10  # a process that has just ended may still be in it
        while group and group.exists() and time.monotonic() < end:
            with suppress(OSError):
                group.rmdir()
            time.sleep(0.05)


def _new_group(most):
    """A new group below that of this process or one above it, with that limit, or None."""
    for folder, (limit, _, _) in free_memory._groups():
        group = folder / f"lstm_memory_{secrets.token_hex(4)}"
        with suppress(OSError):
            group.mkdir()
            try:
                (group / limit).write_text(str(most))
                return group
            except OSError:
                group.rmdir()
    return None
