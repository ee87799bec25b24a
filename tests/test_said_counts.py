"""Counts that the prose of a notebook states stand in an output of it, which nbval recomputes."""

import html
import re

import nbformat
import pytest

from .notebook_tools import FENCE, ROOT, TAG, exercises, markdown, read
from .test_exercises import PATHS as WITH_TESTED_EXERCISES

NOTEBOOKS = ROOT / "notebooks"
PATHS = sorted(
    path for path in NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)
WORDS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
NUMBER = r"\d{1,3}(?:,\d{3})+|\d+"
SOME = "|".join([NUMBER, "none", *WORDS[2:], rf"all(?= of (?:{NUMBER}) (?:networks|trials))"])
COUNT = re.compile(  # "17 of 18 (74 to 99 %)", "none of the 18"; not "one of 18", which is a choice
    rf"(?<![\w.,-])({SOME}) of (?:the |these |those |all )*({NUMBER})\b"
    r"(?: \(([\d.]+ to [\d.]+ %)\))?",
    re.IGNORECASE,
)
BEFORE = "at least|at most|about|nearly|over|under|first|last|experiment"  # of what is no count
NO_COUNT = re.compile(rf"\b(?:{BEFORE}) (?:{SOME}) of|[^.!?]*\?", re.IGNORECASE)
OTHER = re.compile(r"\b(notebook|extension) (\d\w*)", re.IGNORECASE)
PICTURE = re.compile(r'<img alt="([^"]*)"[^>]*>')


def counts(text):
    """The counts in a text, (how many, of how many, the interval or None), as numbers."""
    for some, every, interval in COUNT.findall(text):
        every = int(every.replace(",", ""))
        some = some.lower().replace(",", "")
        some = {"all": every}.get(some, WORDS.index(some) if some in WORDS else some)
        yield int(some), every, interval or None


def stated(prose):
    """The counts that a prose states: not its questions, bounds, and the like."""
    return counts(NO_COUNT.sub("", prose.replace("*", "")))


def shown(notebook, tested):
    """What the cells show that nbval compares; with `tested`, what solutions of exercises say."""
    for cell in notebook.cells:
        if "nbval-ignore-output" not in cell.metadata.get("tags", []):
            for output in cell.get("outputs", []):
                yield output.get("text", "")
                for data in output.get("data", {}).values():
                    yield html.unescape(TAG.sub(" ", PICTURE.sub(r"\1", str(data))))
    for exercise in exercises(notebook) if tested else ():
        for code in exercise.code:
            yield from (line for line in code.splitlines() if line.startswith("#"))


def recomputed(notebook, tested=False):
    """The counts in what a notebook shows, with their intervals and without."""
    found = {count for text in shown(notebook, tested) for count in counts(text)}
    return found | {(some, every, None) for some, every, _ in found}


def others(line):
    """The notebooks that a paragraph names, whose counts it may quote."""
    for kind, number in OTHER.findall(line):
        folder = NOTEBOOKS / "extensions" if kind.lower() == "extension" else NOTEBOOKS
        yield from folder.glob(f"{number}_*.ipynb")


def unfounded(notebook, tested=False):
    """What the prose states as a count and no output shows, each with its paragraph."""
    ours = recomputed(notebook, tested)
    for line in FENCE.sub("", "\n".join(markdown(notebook))).splitlines():
        missing = [count for count in stated(line) if count not in ours]
        quoted = {count for path in others(line) for count in recomputed(read(path))}
        yield from ((count, line) for count in missing if count not in quoted)


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_counts_in_the_prose_are_recomputed(path):
    notebook = read(path)
    if any(cell.cell_type == "code" for cell in notebook.cells):
        assert not list(unfounded(notebook, path in WITH_TESTED_EXERCISES))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("**17 of 18** (74 to 99 %)", [(17, 18, "74 to 99 %")]),
        (
            "None of the 18 passed, all of 1,000 networks and 3 of these 9.",
            [(0, 18), (1000, 1000), (3, 9)],
        ),
        ("at least 95 of 100, one of 20, Experiment 2 of 1997, the first 8 of the 20", []),
        ("18 of 20. How many are 9 of 10? More. They are right on all of 500.", [(18, 20)]),
    ],
)
def test_what_a_stated_count_is(text, found):
    assert list(stated(text)) == [(*count, None)[:3] for count in found]


def test_a_count_that_no_output_shows_is_found():
    cell = nbformat.v4.new_code_cell("lm.count(passed)")
    cell.outputs = [nbformat.v4.new_output("stream", text="17 of 18 (74 to 99 %)\n")]
    text = nbformat.v4.new_markdown_cell("17 of 18, 17 of 18 (74 to 99 %), 17 of 18 (7 to 9 %)")
    more = nbformat.v4.new_markdown_cell("```python\n# 2 of 3\n```\n\n16 of 18")
    notebook = nbformat.v4.new_notebook(cells=[cell, text, more])
    assert [count for count, _ in unfounded(notebook)] == [(17, 18, "7 to 9 %"), (16, 18, None)]
    cell.metadata.tags = ["nbval-ignore-output"]
    assert len(list(unfounded(notebook))) == 4
