"""Finished computations of a sweep, kept in a folder."""

import contextlib
import hashlib
import json
import os
import tempfile
import warnings
from pathlib import Path
from uuid import uuid4

from .errors import InputError

FORMAT = 1  # of the files; a change in what a training gives has to change it


class Store:
    """A folder of finished computations, a small JSON file each, named by what was computed.

    A file appears whole or not at all, and begins with a checksum of the rest, so that what
    is broken is noticed. Nothing in it is executed.
    """

    def __init__(self, folder):
        """Make the folder if it is not there; `InputError` if it can't be written to."""
        self.works = True
        try:
            self.folder = Path(os.path.expanduser(folder))
            self.folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.folder).close()
        except (OSError, TypeError, ValueError) as error:
            raise InputError("folder", "a folder that can be written to", folder) from error

    def read(self, about):
        """What was computed for `about` (see `write`), or None if it is missing or broken."""
        about, path = self._place(about)
        try:
            checksum, _, body = path.read_text("utf-8").partition("\n")
            found = json.loads(body if checksum == _checksum(body) else "")
            return found["rows"] if found["about"] == json.loads(about) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, about, rows):
        """Keep `rows`, computed for `about`, both fit for JSON; all of it or nothing.

        If it fails there is a warning, once: a sweep has its results still, in memory.
        """
        about, path = self._place(about)
        body = f'{{"about": {about}, "rows": {json.dumps(rows)}}}'
        unfinished = path.with_name(f"{uuid4().hex}.part")
        try:
            unfinished.write_text(f"{_checksum(body)}\n{body}", "utf-8")
            os.replace(unfinished, path)
        except OSError as error:
            if self.works:
                words = f"{str(self.folder)!r} can't be written to any more: {error.strerror}."
                warnings.warn(f"{words} The sweep goes on without it.", stacklevel=2)
            self.works = False
        finally:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def _place(self, about):
        """`about` as JSON, and the path of its file."""
        about = json.dumps({"format": FORMAT, **about})
        return about, self.folder / f"{_checksum(about)[:24]}.json"


def _checksum(text):
    return hashlib.sha256(text.encode()).hexdigest()
