"""The solutions as a course of nbgrader: released without a solution, graded by the checks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs.solutions import write

from .notebook_tools import ROOT, exercises, read

SMALL = next(path for path in write.PATHS if path.stem.startswith("02_"))
POINTS = """
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    for s in book.assignment_submissions({name!r}):
        print(s.student.id, s.score, s.max_score)
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory, class_python):
    """A function that runs nbgrader in a course, in which all assignments have been generated."""
    folder = tmp_path_factory.mktemp("class") / "course"
    write.write_course(folder)
    programs = os.pathsep.join([str(Path(class_python).parent), os.environ["PATH"]])

    shared = Path(sys.prefix) / "share" / "jupyter"  # as docs/teaching.md says
    own = {"PATH": programs, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    own["JUPYTER_PATH"] = str(shared)

    def run(*arguments):
        done = subprocess.run(
            [class_python, *arguments],
            cwd=folder,
            env=os.environ | own,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    run.folder = folder
    run("-m", "nbgrader", "generate_assignment", "--create", "--assignment", "*")
    return run


@pytest.mark.long
def test_what_is_released_holds_no_solution(course):
    """Of the cells of a released notebook only those with room for an answer have changed, and in
    these the dots are left."""
    for path in write.PATHS:
        released = read(course.folder / "release" / path.stem / path.name)
        source = read(course.folder / "source" / path.stem / path.name)
        rooms = [exercise.room.splitlines()[:1] for exercise in exercises(read(path))]
        left = []
        for there, made in zip(released.cells, source.cells, strict=True):
            if made.metadata.nbgrader.solution:
                left.append(there.source.splitlines())
            else:
                assert there.source == made.source
            assert not there.get("outputs")
        assert left == [[*room, "# What computes your answer can stand here."] for room in rooms]


@pytest.mark.long
def test_no_task_or_check_gives_a_solution_away(course):
    for path in write.PATHS:
        released = read(course.folder / "release" / path.stem / path.name)
        text = "\n".join(cell.source for cell in released.cells)
        for exercise in exercises(read(path)):
            for code in exercise.code:
                answered = [line for line in code.splitlines() if line.startswith("answer = ")]
                assert not [line for line in answered if line in text.splitlines()]
        assert "<details>" not in text
        assert "SOLUTION" not in text


@pytest.mark.long
def test_a_solved_submission_has_all_points_and_an_unsolved_one_none(course):
    for student, step in (("solved", "source"), ("unsolved", "release")):
        submitted = course.folder / "submitted" / student / SMALL.stem
        shutil.copytree(course.folder / step / SMALL.stem, submitted)
    course("-m", "nbgrader", "autograde", "--create", "--assignment", SMALL.stem)
    points = course("-c", POINTS.format(name=SMALL.stem)).split("\n")
    assert points[:2] == ["solved 6.0 6.0", "unsolved 0.0 6.0"]
    course("-m", "nbgrader", "generate_feedback", "--assignment", SMALL.stem)
    feedback = course.folder / "feedback" / "unsolved" / SMALL.stem / f"{SMALL.stem}.html"
    assert "The answer is still missing." in feedback.read_text(encoding="utf-8")
    course("-m", "nbgrader", "export")
    assert "solved" in (course.folder / "grades.csv").read_text(encoding="utf-8")


@pytest.mark.long
def test_nbgrader_validates_what_is_solved(course):
    said = course("-m", "nbgrader", "validate", str(write.HERE / SMALL.name))
    assert "Success! Your notebook passes all the tests." in said
    unsolved = course.folder / "release" / SMALL.stem / SMALL.name
    said = course("-m", "nbgrader", "validate", str(unsolved))
    assert "VALIDATION FAILED ON 6 CELL(S)!" in said
