"""How much memory is left, and a clear word before something takes more than that.

In a container, such as Binder's with its 2 GB, the system ends a kernel that wants more, and the
learner sees no more than that it died. So what is known to be large asks here first. Other
computers put memory aside on the disk, or ask the user: there it is only a warning.
"""

import sys
import warnings
from contextlib import suppress
from pathlib import Path, PurePosixPath

import psutil

# Keras and one `fit` take 260 MB that nothing else can use; what else there is of TensorFlow are
# pages of its files, which the system takes back. With 240 MB left a process was killed, with 290
# it was not.
TENSORFLOW = 300 * 10**6  # bytes
LARGE = {"keras", "tensorflow"}  # the one imports the other
SMALL = 50 * 10**6  # bytes that nobody has to ask for
GROUP, MOUNT = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")
V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_")  # names of Linux's two ways
V2 = ("memory.max", "memory.current", "")
UNLIMITED = 2**60  # bytes; no machine has as many
SHORT = (
    "Memory is short: {what} takes about {needed:,.0f} MB, and {left:,.0f} MB are left. Close the"
    " kernels of other notebooks, in the list of running kernels at the left edge, or all of them"
    " by the menu Kernel, Shut Down All Kernels; then try again"
)


def left():
    """How many bytes can still be taken here: on this machine, or in a container if it has less."""
    return min(psutil.virtual_memory().available, *_left_in_groups(), UNLIMITED)


def ask_for(needed, what):
    """Refuse `what` takes `needed` bytes where a container has no room for it, by `MemoryError`.

    Without a container it is a warning. Space on the disk for memory (swap) counts as room.
    """
    if needed < SMALL:
        return
    swap = psutil.swap_memory().free
    allowed = min(_left_in_groups(), default=UNLIMITED) + swap
    if allowed < needed:
        raise MemoryError(_in_words(needed, what, allowed))
    free = psutil.virtual_memory().available + swap
    if free < needed:
        warnings.warn(_in_words(needed, what, free), stacklevel=3)


def ask_before_tensorflow():
    """From now on an `import` of Keras or TensorFlow asks first, in cells and in this package."""
    sys.meta_path.insert(0, _BeforeTensorFlow)


class _BeforeTensorFlow:
    """Finds no module, but is asked for each before it is loaded."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in LARGE and not LARGE & sys.modules.keys():
            ask_for(TENSORFLOW, "TensorFlow")


def _in_words(needed, what, free):
    return SHORT.format(what=what, needed=needed / 1e6, left=free / 1e6)


def _left_in_groups():
    """What each limit of Linux's control groups leaves to this process, in bytes.

    Pages of files do not count: the system takes them back where memory is short.
    """
    found = []
    for folder, (limit, usage, prefix) in _groups():
        with suppress(OSError, ValueError, KeyError):
            most = int((folder / limit).read_text())  # v2 says "max" where there is no limit
            stat = (folder / "memory.stat").read_text().split()
            pages = dict(zip(stat[::2], map(int, stat[1::2]), strict=True))
            files = sum(pages[f"{prefix}{kind}_file"] for kind in ("active", "inactive"))
            if most < UNLIMITED:
                found.append(max(0, most - int((folder / usage).read_text()) + files))
    return found


def _groups():
    """The folders of this process's control group and those above it, with the names there."""
    with suppress(OSError, ValueError):
        for line in GROUP.read_text().splitlines():
            _, kinds, place = line.split(":", 2)
            if "memory" in kinds.split(",") or not kinds:
                root, names = (MOUNT / "memory", V1) if kinds else (MOUNT, V2)
                inside = PurePosixPath(place).relative_to("/")
                for part in (inside, *inside.parents):
                    yield root / part, names
