"""The settings that a learner trained last in a notebook, kept for its next kernel.

Each notebook has a small file in the folder of Jupyter's data, with the text that `form.to_text`
writes. It is read by `form.from_text`, which executes nothing and refuses what it does not know.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from ..notebook import file_of_kernel
from .form import MAX_TEXT

MOST_FILES = 20  # the latest


def keep(text):
    """Keep settings for the notebook of this kernel; nothing happens where that is not possible."""
    path = _path()
    if path is None:
        return
    unfinished = path.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            unfinished.write_text(text, encoding="utf-8")
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
        files = sorted(path.parent.glob("*.txt"), key=lambda file: file.stat().st_mtime)
        for old in files[:-MOST_FILES]:
            old.unlink(missing_ok=True)


def kept():
    """The text that was kept for the notebook of this kernel, whoever wrote it, or None."""
    path = _path()
    with suppress(OSError):
        if path is not None:
            with path.open("rb") as file:
                return file.read(MAX_TEXT + 1).decode("utf-8", "replace")
    return None


def _path():
    """The file for the notebook of this kernel, or None where no notebook is known."""
    notebook = file_of_kernel()
    if notebook is None:
        return None
    from jupyter_core.paths import jupyter_data_dir

    name = hashlib.sha256(os.fsencode(notebook)).hexdigest()[:32]
    return Path(jupyter_data_dir(), "lstm_memory", f"{name}.txt")
