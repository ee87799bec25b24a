"""The notebook that this kernel runs: its file, its sections, and how to go on in the middle."""

import os
import re
from pathlib import Path
from threading import Lock

from .errors import InputError, short_repr
from .progress import bar_if_seen

HEADING = re.compile(r"^##+ +(.+?) *$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(\d+)\.")
BY_HAND = "click into the cell to go on at, and choose Run, Run All Above Selected Cell."
NO_FILE = f"Here a kernel is not told which file it runs: {BY_HAND}"
AT_WORK = Lock()


def catch_up(section):
    """Go on at a section after the kernel was lost: run the cells of this notebook above it.

    `section`: its number, its title, or words of the title that no other title has. The cells
    are those of the notebook as it was last saved, and what they show is left out. The button
    that interrupts the kernel ends it. It works in JupyterLab, which tells a kernel its file;
    elsewhere it says what to do instead. Raises `InputError` with all titles where none fits.
    """
    if not AT_WORK.acquire(blocking=False):  # one of the cells it runs is that which called it
        return
    try:
        _catch_up(section)
    finally:
        AT_WORK.release()


def _catch_up(section):
    path = file_of_kernel()
    if path is None:
        print(NO_FILE)
        return
    try:
        parts = sections(_read(path))
    except (OSError, ValueError):
        print(f"{path.name} cannot be read; perhaps it has another name now: {BY_HAND}")
        return
    place = find(section, [title for title, _ in parts])
    cells = [(title, cell) for title, found in parts[:place] for cell in found]
    _run(cells, parts[place][0])


def file_of_kernel():
    """The notebook that this kernel was started for, as JupyterLab tells it, or None."""
    name = os.environ.get("JPY_SESSION_NAME", "")
    is_app = os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
    return Path(name) if name.endswith(".ipynb") and not is_app else None


def sections(notebook):
    """The sections of a notebook, (title, its cells of code); the first, "", is above them."""
    parts = [("", [])]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            parts[-1][1].append(cell.source)
        elif cell.cell_type == "markdown":
            parts += [(title, []) for title in HEADING.findall(FENCE.sub("", cell.source))]
    return parts


def find(section, titles):
    """The place of the one among the `titles` that `section` means; raises `InputError`."""
    typed = section if isinstance(section, str) else short_repr(section)
    wanted = " ".join(typed.casefold().strip(" #.").split())
    numbers = [number and number[1] for number in map(NUMBER.match, titles)]
    same = [title.casefold() == wanted for title in titles]
    alike = [wanted in title.casefold() for title in titles]
    for fits in ([number == wanted for number in numbers], same, alike):
        if wanted and sum(fits) == 1:
            return fits.index(True)
    expected = "the number or the title of a section: " + "; ".join(filter(None, titles))
    raise InputError("section", expected, section)


def _read(path):
    import nbformat

    return nbformat.read(path, as_version=4)


def _run(cells, title):
    """Run cells, a list of (section, source), until one fails, and say how far it came."""
    from IPython import get_ipython
    from IPython.utils.capture import capture_output

    progress, shell = bar_if_seen("cells"), get_ipython()
    for done, (section, source) in enumerate(cells):
        progress(done, len(cells))
        with capture_output():
            result = shell.run_cell(source, silent=True)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            print(_told(error, section, done, len(cells)))
            return
    progress(len(cells), len(cells))
    print(f'Go on at "{title}". Cells above it that were run again: {len(cells)}.')


def _told(error, section, done, total):
    """In words, why and where it ended."""
    place = f'in the section "{section}"' if section else "above the first section"
    if isinstance(error, KeyboardInterrupt):
        return f"Stopped {place}, after {done} of {total} cells."
    return (
        f"A cell {place} failed, with {type(error).__name__}, as shown above. Mend it, or delete"
        " it if it was only a trial. Save the notebook, and run this cell again."
    )
