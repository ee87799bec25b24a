"""The minutes that a notebook states are those that a learner needs."""

import re

import pytest

from lstm_memory.explorer.quiz import questions_of

from .notebook_tools import (
    COURSE,
    EXTENSIONS,
    ROOT,
    exercises,
    is_room,
    markdown,
    quiz,
    read,
    sections,
    words,
)

MAP = COURSE[0]
ROW = re.compile(r"^\|.*\]\((\S+\.ipynb)\).*\| (\d+) min\b.*\|$", re.MULTILINE)

GRADED = [path for path in EXTENSIONS if exercises(read(path))]
PATHS = [path for path in COURSE if path.stem != "glossary"] + GRADED
STATED = re.compile(r"^\*\*Time:\*\* (\d+) minutes", re.MULTILINE)
TEACHING = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
SECTION = re.compile(r"(\d+)\. ")
PLANNED = re.compile(r"^\| (\d+) \|(.*)$", re.MULTILINE)
PLACES = re.compile(r"(notebook|extension) (\d\w*),? sections? (\d+)(?: (and|to) (\d+))?", re.I)


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


def minutes_of_sections(path):
    """{number of a section: whole minutes}, of those that have one."""
    found = [(SECTION.match(title), part) for title, part in sections(read(path))]
    return {int(number[1]): max(1, round(minutes(part))) for number, part in found if number}


def rows_of_sections():
    """The rows of the table in docs/teaching.md."""
    for path in PATHS:
        parts = minutes_of_sections(path).items()
        worked = sum(exercise.minutes for exercise in exercises(read(path)))
        if parts:
            listed = ", ".join(f"{number}: {needed}" for number, needed in parts)
            yield f"| {path.stem} | {listed} | {worked} |"


def test_the_teachers_table_tells_the_minutes_of_each_section():
    table = TEACHING.partition("### How long each section takes")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert rows == list(rows_of_sections())


def test_the_plans_leave_room_for_what_they_name():
    """A half more than a reader needs, for a class that talks."""
    found = 0
    for planned, row in PLANNED.findall(TEACHING):
        for kind, number, first, link, last in PLACES.findall(row):
            places = COURSE if kind.lower() == "notebook" else EXTENSIONS
            (path,) = [path for path in places if path.stem.startswith(f"{number}_")]
            needed, last = minutes_of_sections(path), int(last or first)
            named = {int(first), last} if link == "and" else range(int(first), last + 1)
            assert 1.5 * sum(needed[k] for k in named) <= int(planned), (number, named)
            found += 1
    assert found >= 9


@pytest.mark.parametrize(("plan", "together"), [("45 minutes", 45), ("90 minutes", 90 - 39)])
def test_the_minutes_of_a_plan_add_up(plan, together):
    """Of the plan of 90 minutes, 39 are those of the one above without its last two rows."""
    rows = TEACHING.partition(f"### {plan}")[2].partition("\n##")[0]
    listed = [int(row) for row in re.findall(r"^\| (\d+) \|", rows, re.MULTILINE)]
    assert sum(listed) == together
    if together == 45:
        assert sum(listed[:-2]) == 39
