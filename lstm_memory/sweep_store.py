"""Finished trials, kept in a folder as one table that anyone can read."""

import contextlib
import csv
import hashlib
import io
import json
import os
import socket
import tempfile
import warnings
import zlib
from functools import lru_cache
from pathlib import Path
from time import time

import psutil

from .errors import InputError

FORMAT = 1  # of the tables; a change in what a training gives has to change it
ELSEWHERE = 3600  # seconds for which the claim of another computer counts
UNFINISHED = 10  # seconds for which a claim counts that does not say whose it is


class Store:
    """A table `<name>.csv` in a folder: a row a trial, first what it was, then what came of it.

    It is one table, and not a file a computation, because that is what a reader wants. Rows are
    added at its end in one piece, which processes can do side by side. Each ends with a checksum.
    So a row that was altered, cut off, or torn by a disk that ran full is noticed, left out and
    made again; the others stay. Nothing in the table is executed. Without a folder the rows are
    in memory only.

    Processes share the work by claims: small files that name a process, made only where there
    is none. A claim is stale when its process has ended. Whether one of another computer has
    ended nobody here can see; its claims count for an hour. A claim that was taken wrongly costs
    work done twice, and nothing else, as both would add the same rows.
    """

    def __init__(self, folder, name, keys, values):
        """`keys`: the columns that tell one trial from another; `values`: the others.

        The disk is left alone until `begin` or `read`. Raises `InputError` if `folder` is none.
        """
        self.rows, self.works, self.claims = {}, True, set()
        self._keys, self._end = len(keys), 0
        self._head = _line([*keys, *values, f"check {FORMAT}"])
        try:
            self.folder = Path(folder).expanduser() if folder is not None else None
        except (TypeError, RuntimeError) as error:
            raise InputError("folder", f"the path of a folder ({error})", folder) from error
        self._path = self.folder / f"{name}.csv" if self.folder else None

    def begin(self):
        """Make the folder and the table if they are not there, and read what is.

        A table with other columns, perhaps of another version, is set aside under another name.
        Raises `InputError`, which says why, if the folder can't be written to.
        """
        if not self._path:
            return
        try:
            if not self.folder.exists():
                self.folder.mkdir(parents=True)
            tempfile.TemporaryFile(dir=self.folder).close()
            self.read()
            self._set_aside()
            with contextlib.suppress(FileExistsError), self._path.open("xb") as file:
                file.write(self._head)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            expected = f"a folder that can be written to ({why})"
            raise InputError("folder", expected, str(self.folder)) from error

    def read(self):
        """All rows that are whole, {key: values}, with those that others have added by now."""
        # a ValueError: of a name that no file can have
        unreadable, new = contextlib.suppress(OSError, ValueError), b""
        with unreadable, open(self._path or os.devnull, "rb") as file:
            file.seek(self._end)
            new = file.read()
        self._end += new.rfind(b"\n") + 1
        self.rows.update(filter(None, map(self._row, new.split(b"\n"))))
        return self.rows

    def add(self, rows):
        """Keep rows, {key: values}, but for those that are there. Values are numbers, or bool.

        If the disk fails there is a warning, once: the rows are in memory still.
        """
        rows = {key: values for key, values in rows.items() if key not in self.rows}
        self.rows.update(rows)
        try:
            if self._path and rows:
                self._append(b"".join(self._checked(key, rows[key]) for key in rows))
        except OSError as error:
            if self.works:
                words = f"{str(self.folder)!r} can't be written to any more: {error.strerror}."
                warnings.warn(f"{words} The sweep goes on without it.", stacklevel=2)
            self.works = False

    def claim(self, key):
        """Whether this process may do the computation `key`: no other is at it. See `release`."""
        if not self._path or key in self.claims:
            return True
        path = self._claim_of(key)
        try:
            if _is_stale(path):
                path.unlink(missing_ok=True)
            with path.open("x") as file:
                file.write(json.dumps([socket.gethostname(), os.getpid(), _began(os.getpid())]))
        except FileExistsError:
            return False
        except OSError:  # no sharing, then
            pass
        self.claims.add(key)
        return True

    def release(self, *keys):
        """Give up the claims to computations, or all that this store has."""
        for key in keys or tuple(self.claims):
            with contextlib.suppress(OSError, KeyError):
                self.claims.remove(key)
                self._claim_of(key).unlink()

    def _claim_of(self, key):
        """The file of a claim."""
        name = hashlib.sha256(repr((FORMAT, key)).encode()).hexdigest()[:16]
        return self._path.with_suffix(f".{name}.claim")

    def _set_aside(self):
        """Give a table with a wrong first line another name; take over its rows that are right."""
        with contextlib.suppress(FileNotFoundError), self._path.open("rb") as file:
            first = file.readline()
        if not self._path.exists() or first in (self._head, b""):
            return
        number = 1
        while (other := self._path.with_stem(f"{self._path.stem}-{number}")).exists():
            number += 1
        self._path.rename(other)
        warnings.warn(f"{self._path} had other columns; it is now {other.name}.", stacklevel=2)
        rows, self.rows, self._end = self.rows, {}, 0
        self._path.write_bytes(self._head)
        self.add(rows)

    def _append(self, lines):
        """Add lines in one piece, below one that may have been cut off."""
        with open(self._path, "a+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 1))
            between = self._head if size == 0 else b"" if file.read(1) == b"\n" else b"\n"
            file.write(between + lines)

    def _checked(self, key, values):
        """A row as a line with its checksum, which only a table with these columns accepts."""
        line = _line([*key, *map(json.dumps, values)]).rstrip(b"\n")
        return b"%s,%08x\n" % (line, zlib.crc32(line, zlib.crc32(self._head)))

    def _row(self, line):
        """(key, values) of a line, or None if it is not a whole row of this table."""
        line, _, check = line.rpartition(b",")
        if check != b"%08x" % zlib.crc32(line, zlib.crc32(self._head)):
            return None
        (cells,) = csv.reader([line.decode("utf-8", "surrogatepass")])
        return tuple(cells[: self._keys]), tuple(json.loads(f"[{','.join(cells[self._keys :])}]"))


def as_text(value):
    """A value as it stands in a table: a word as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


@lru_cache(1_000)
def as_value(text):
    """What `as_text` was given."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _line(cells):
    """A line of CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode("utf-8", "surrogatepass")


def _is_stale(path):
    """Whether a claim is there whose process has ended, as far as can be seen."""
    try:
        age = time() - path.stat().st_mtime
        host, process, began = json.loads(path.read_text())
        now = _began(process)
    except FileNotFoundError:
        return False
    except (ValueError, TypeError):  # it is being written, or its process died while it was
        return age > UNFINISHED
    if host != socket.gethostname():
        return age > ELSEWHERE
    return now is None or abs(now - began) > 10  # seconds: a clock may have been set right


def _began(process):
    """When the process of this number began, in seconds; None if there is none that runs."""
    try:
        process = psutil.Process(process)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.NoSuchProcess:
        return None
