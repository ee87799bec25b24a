"""The exercises of the course: graded, with folded solutions that print what they say."""

import ast
import symtable

import nbformat
import pytest
from nbclient import NotebookClient

from .notebook_tools import COURSE, EXTENSIONS, KINDS, exercises, lines, read

PATHS = [path for path in COURSE + EXTENSIONS if exercises(read(path))]
TAUGHT = ("01", "02", "03", "04", "04a", "04b", "05", "05a", "06", "08")
on_each_notebook = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])


def said(code):
    """What the comments at the end of a solution say that it prints."""
    body, comments = lines(code), []
    while body and body[-1].startswith("#"):
        comments.insert(0, body.pop().removeprefix("#").removeprefix(" "))
    return comments


def printed(cell):
    """What a cell that was run shows, as lines of text; a kernel may send one print in pieces."""
    texts = [
        output.text if output.output_type == "stream" else output.data["text/plain"] + "\n"
        for output in cell.outputs
    ]
    return lines("".join(texts))


def names(cell):
    """The names that a cell reads before it gives them a value, and those that it gives one."""
    read, given = set(), set()
    for part in parts(ast.parse(cell.source).body):
        top = symtable.symtable(ast.unparse(part), "part of a cell", "exec")
        added = isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name)
        read |= (read_in(top) | ({part.target.id} if added else set())) - given
        symbols = top.get_symbols()
        given |= {symbol.get_name() for symbol in symbols if symbol.is_assigned()}
        given |= {symbol.get_name() for symbol in symbols if symbol.is_imported()}
    return read, given


def parts(statements):
    """The statements in the order in which they run, of a loop first its head, then its body."""
    for node in statements:
        if isinstance(node, ast.For | ast.While | ast.If | ast.With):
            inner = [*node.body, *getattr(node, "orelse", [])]
            node.body, node.orelse = [ast.Pass()], []
            yield node
            yield from parts(inner)
        else:
            yield node


def read_in(table):
    """The global names that a part of a program reads."""
    outermost = table.get_type() == "module"
    symbols = [symbol for symbol in table.get_symbols() if symbol.is_referenced()]
    found = {symbol.get_name() for symbol in symbols if outermost or symbol.is_global()}
    return found.union(*map(read_in, table.get_children()))


def built_on(solutions, cells):
    """The cells that give values to names which the solutions, or such cells, read."""
    wanted, found = set(), []
    for cell in reversed([*cells, *solutions]):
        read, given = names(cell)
        if cell in solutions or given & wanted:
            wanted = wanted - given | read
            found.insert(0, cell)
    return found[: -len(solutions)]


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
            assert said(code), f"{exercise.title}: no comment says what it prints"


@pytest.mark.long
@on_each_notebook
def test_solutions_print_what_they_say(path):
    """In one kernel, from top to bottom, after the cells of the notebook that they build on."""
    notebook = read(path)
    found = [(exercise.title, code) for exercise in exercises(notebook) for code in exercise.code]
    solutions = [nbformat.v4.new_code_cell(code) for _, code in found]
    cells = built_on(solutions, [cell for cell in notebook.cells if cell.cell_type == "code"])
    together = nbformat.v4.new_notebook(cells=cells + solutions)
    place = {"metadata": {"path": path.parent}}
    NotebookClient(together, kernel_name="python3", timeout=600, resources=place).execute()
    ran = together.cells[len(cells) :]
    shown = [(title, printed(cell)) for (title, _), cell in zip(found, ran, strict=True)]
    assert shown == [(title, said(code)) for title, code in found]
