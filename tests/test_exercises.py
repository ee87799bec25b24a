"""The exercises of the course: graded, with folded solutions that print what they say.

Beside them docs/solutions, which is written from them, and what nbgrader makes of it.
"""

import ast

import pytest

from docs.solutions import write

from .notebook_tools import COURSE, KINDS, code_and_comments, exercises, lines, read

PATHS = write.PATHS
TAUGHT = ("01", "02", "03", "04", "04a", "04b", "05", "05a", "06", "08")
on_each_notebook = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])


def printed(cell):
    """What a cell that was run shows, as lines of text; a kernel may send one print in pieces."""
    texts = [
        output.text if output.output_type == "stream" else output.data["text/plain"] + "\n"
        for output in cell.outputs
    ]
    return lines("".join(texts))


@pytest.mark.parametrize("number", TAUGHT)
def test_there_are_five_or_six(number):
    (path,) = [path for path in COURSE if path.stem.startswith(f"{number}_")]
    assert 5 <= len(exercises(read(path))) <= 6


@on_each_notebook
def test_exercises_are_graded(path):
    found = exercises(read(path))
    assert [exercise.number for exercise in found] == list(range(1, len(found) + 1))
    kinds = [exercise.kind for exercise in found]
    assert kinds == sorted(kinds, key=KINDS.index)
    assert set(kinds) == set(KINDS)


@on_each_notebook
def test_each_exercise_has_a_solution(path):
    for exercise in exercises(read(path)):
        assert len(exercise.solutions) == 1, exercise.title
        assert exercise.code or exercise.kind == "recall", exercise.title
        for code in exercise.code:
            ast.parse(code)
            answered = code.startswith("answer = ")
            assert code_and_comments(code)[1] or answered, (
                f"{exercise.title}: no comment says what it prints"
            )


def committed(path):
    return read(write.HERE / path.name)


def shown(notebook):
    """What each solution and each check shows, by the name of its cell."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return {c.metadata.nbgrader.grade_id: printed(c) for c in cells if not is_before(c)}


def is_before(cell):
    return cell.metadata.nbgrader.grade_id.startswith("before")


@on_each_notebook
def test_solutions_are_written_from_the_course(path):
    """`make solutions` was called after the exercises were changed."""
    pairs = zip(committed(path).cells, write.solved(path).cells, strict=True)
    for there, made in pairs:
        assert there.source == made.source
        assert there.metadata.nbgrader == made.metadata.nbgrader


@on_each_notebook
def test_solutions_print_what_they_say_and_are_right(path):
    found = shown(committed(path))
    for exercise in exercises(read(path)):
        told = [line for code in exercise.code for line in code_and_comments(code)[1]]
        assert found[f"solution_{exercise.number}"] == told, exercise.title
        if exercise.check:
            assert " ".join(found[f"check_{exercise.number}"]).startswith("Right: "), exercise.title


@pytest.mark.long
@on_each_notebook
def test_solutions_show_the_same_when_they_run_again(path):
    """In one kernel, from top to bottom, after the cells of the notebook that they build on."""
    assert shown(write.run(write.solved(path))) == shown(committed(path))


@on_each_notebook
def test_no_cell_of_a_solution_is_long(path):
    codes = [cell.source for cell in committed(path).cells if cell.cell_type == "code"]
    assert max(sum(bool(line.strip()) for line in code.splitlines()) for code in codes) <= 15
