"""The minutes that a notebook states are those that a learner needs."""

import re

import pytest

from lstm_memory.explorer.quiz import questions_of

from .notebook_tools import COURSE, EXTENSIONS, exercises, is_room, markdown, quiz, read, words

MAP = COURSE[0]
ROW = re.compile(r"^\|.*\]\((\S+\.ipynb)\).*\| (\d+) min\b.*\|$", re.MULTILINE)

GRADED = [path for path in EXTENSIONS if exercises(read(path))]
PATHS = [path for path in COURSE if path.stem != "glossary"] + GRADED
STATED = re.compile(r"^\*\*Time:\*\* (\d+) minutes", re.MULTILINE)


def minutes(notebook):
    """200 words a minute, half a minute for each cell of code, a minute for each question to check
    oneself by, and the exercises."""
    cells = sum(cell.cell_type == "code" and not is_room(cell) for cell in notebook.cells)
    asked = len(questions_of(quiz(notebook))) if quiz(notebook) else 0
    worked = sum(exercise.minutes for exercise in exercises(notebook))
    return words(notebook) / 200 + cells / 2 + asked + worked


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_the_time_at_the_top_is_honest(path):
    notebook = read(path)
    (stated,) = STATED.findall(markdown(notebook)[0])
    needed = minutes(notebook)
    assert 0.75 * needed <= int(stated) <= 1.25 * needed, f"{needed:.0f} minutes are needed"


def test_the_map_states_the_same_times():
    assert MAP.stem == "00_start_here"
    rows = ROW.findall("\n".join(markdown(read(MAP))))
    assert len(rows) >= 16
    for name, stated in rows:
        assert STATED.findall(markdown(read(MAP.parent / name))[0]) == [stated], name
