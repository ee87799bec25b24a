"""Where compiled programs are kept on disk, so that a new kernel need not make them again.

XLA writes machine code there and reads it back, inside TensorFlow, which is told the directory
by TF_XLA_FLAGS before it starts to work. Machine code is for one kind of processor, one version
of TensorFlow and one set of flags, so each combination has a directory of its own. It belongs
to the user alone: whoever could write there could run code here.
"""

import hashlib
import os
import re
import stat
import sys
from importlib import metadata
from pathlib import Path
from shutil import disk_usage

import platformdirs

MOST = 200 * 2**20  # bytes kept in all; beyond, the oldest files are deleted
SPARE = 2**30  # bytes that the disk must have left
KEPT = ("lstm_memory_*.graph", "xla_compile_cache_*")  # names of our files, and of XLA's
FLAG = "--tf_xla_persistent_cache_directory="

# What Linux tells of a processor, x86 and ARM, that machine code depends on.
PROCESSOR = r"^(vendor_id|cpu family|model|model name|flags|Features|CPU \w+)\s*:.*$"


def prepare():
    """Make the directory and tell TensorFlow of it; return its path, or None to do without.

    A directory that TF_XLA_FLAGS names already is taken as it is, and if it names none there
    is none. Once TensorFlow is loaded it is too late. Only Linux tells enough of its processor.
    """
    flags = os.environ.get("TF_XLA_FLAGS", "")
    if named := re.search(FLAG + r"(\S*)", flags):
        return Path(named[1]) if named[1] else None
    if "tensorflow" in sys.modules:
        return None
    home = platformdirs.user_cache_path("lstm_memory")
    try:
        kind = _kind_of_machine()
        if kind is None:
            return None
        directory = home / hashlib.sha256(kind.encode()).hexdigest()[:16]
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_safe(directory) or disk_usage(directory).free < SPARE:
            return None
        _delete_oldest(home)
    except OSError:
        return None
    os.environ["TF_XLA_FLAGS"] = f"{flags} {FLAG}{directory}".strip()
    return directory


def _kind_of_machine():
    """All that machine code depends on, as text; None where that is not known."""
    if sys.platform != "linux":
        return None
    processor = Path("/proc/cpuinfo").read_text().split("\n\n")[0]
    known = [line[0] for line in re.finditer(PROCESSOR, processor, re.MULTILINE)]
    version = _tensorflow()
    if not known or version is None:
        return None
    cores = len(os.sched_getaffinity(0))
    return "\n".join([version, str(cores), os.environ.get("XLA_FLAGS", ""), *known])


def _tensorflow():
    """Its version, without loading it."""
    for name in ("tensorflow-cpu", "tensorflow"):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return None


def _is_safe(directory):
    """Whether the user, and nobody else, can write there, and its path can be in a flag."""
    found, others = directory.stat(), stat.S_IWGRP | stat.S_IWOTH
    ours = found.st_uid == os.getuid() and not found.st_mode & others
    return ours and os.access(directory, os.W_OK) and not re.search(r"\s", str(directory))


def _delete_oldest(home):
    """Delete the oldest files, until `MOST` bytes are left."""
    files = [(path.stat(), path) for path in home.rglob("*") if path.is_file()]
    too_much = sum(found.st_size for found, _ in files) - MOST
    for found, path in sorted(files, key=lambda file: file[0].st_mtime):
        if too_much <= 0:
            return
        path.unlink(missing_ok=True)
        too_much -= found.st_size


def clear():
    """Delete the programs kept for this kind of machine, and nothing else."""
    for name in KEPT if DIRECTORY else ():
        for path in DIRECTORY.glob(name):
            path.unlink(missing_ok=True)


DIRECTORY = prepare()
