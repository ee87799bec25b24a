"""Write the solved exercises: a notebook for each of the course's, from the course's own.

`make solutions` writes them beside this file and runs them. `make assignments COURSE=folder`
writes them as a course of nbgrader, which takes the solutions out for the learners.
"""

import ast
import re
import shutil
import symtable
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.notebook_tools import (
    COURSE,
    EXTENSIONS,
    PYTHON,
    ROOT,
    TAG,
    code_and_comments,
    exercises,
    is_listing,
    is_room,
    lines,
    read,
)

HERE = Path(__file__).parent
RESULTS = ROOT / "notebooks" / "results"
PATHS = [path for path in COURSE + EXTENSIONS if exercises(read(path))]
LOADED = re.compile(r'"(?:\.\./)?results\b')
LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")
CHECK = "verdict = checks.{}(answer)\nassert verdict, verdict\nverdict"
CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "lstm_memory"
c.ClearSolutions.code_stub = {"python": "# What computes your answer can stand here."}
"""


def solved(path, results="../../notebooks/results"):
    """The solutions to the exercises of the notebook at `path`, as a notebook that has not run.

    `results` is where it finds the tables that the course's notebooks load.
    """
    course = read(path)
    parts = [cell for exercise in exercises(course) for cell in cells_of(exercise)]
    title = lines(course.cells[0].source)[0]
    head = f"{title}: the exercises\n\nFirst the cells of the notebook that the exercises need."
    code = [cell for cell in course.cells if cell.cell_type == "code"]
    code = [cell for cell in code if not is_room(cell) and not is_listing(cell)]
    needed = built_on([cell for cell in parts if cell.cell_type == "code"], code)
    before = [LOADED.sub(f'"{results}', cell.source) for cell in needed]
    before = [
        marked(new_code_cell(text), f"before_{k}", locked=True) for k, text in enumerate(before)
    ]
    cells = [marked(new_markdown_cell(head), "head", locked=True), *before, *parts]
    kernel = {"kernelspec": course.metadata.kernelspec, "language_info": {"name": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def cells_of(exercise):
    """An exercise's text, its solution and its check. What no check judges a teacher grades."""
    k = exercise.number
    text = marked(new_markdown_cell(LINK.sub(r"\1", exercise.text)), f"text_{k}", locked=True)
    solution = new_code_cell(solution_of(exercise))
    why = [marked(new_markdown_cell(reasons_of(exercise)), f"why_{k}", locked=True)]
    why = [cell for cell in why if cell.source]
    if not exercise.room:
        return [text, marked(solution, f"solution_{k}", solution=True, grade=True, points=1), *why]
    check = new_code_cell(CHECK.format(exercise.check))
    return [
        text,
        marked(solution, f"solution_{k}", solution=True),
        marked(check, f"check_{k}", grade=True, locked=True, points=1),
        *why,
    ]


def solution_of(exercise):
    """The dots, then between nbgrader's marks the code of the solution."""
    code = "\n\n\n".join(code_and_comments(piece)[0] for piece in exercise.code)
    dots = lines(exercise.room)[:1]
    return "\n".join([*dots, "### BEGIN SOLUTION", code, "### END SOLUTION"])


def reasons_of(exercise):
    """The reasons of a solution, which a teacher reads and no assignment holds."""
    (text,) = exercise.solutions
    return TAG.sub("", LINK.sub(r"\1", PYTHON.sub("", text))).strip()


def marked(cell, name, points=None, **kinds):
    """A cell with what nbgrader wants to know about it."""
    cell.id = name
    what = {"grade": False, "locked": False, "solution": False, "task": False, **kinds}
    what |= {"grade_id": name, "schema_version": 3} | ({"points": points} if points else {})
    cell.metadata["nbgrader"] = what
    return cell


def built_on(solutions, cells):
    """The cells that give values to names which the solutions, or such cells, read."""
    wanted, found = set(), []
    for cell in reversed([*cells, *solutions]):
        read, given = names(cell)
        if cell in solutions or given & wanted:
            wanted = wanted - given | read
            found.insert(0, cell)
    return found[: -len(solutions)]


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


def run(notebook, folder=HERE):
    """Run a notebook in a folder, and return it with what its solutions and checks show."""
    NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=600,
        record_timing=False,
        resources={"metadata": {"path": folder}},
    ).execute()
    notebook.metadata = {**notebook.metadata, "language_info": {"name": "python"}}
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.metadata.nbgrader.grade_id.startswith("before"):
            cell.outputs = []
    return notebook


def write_course(folder):
    """Write all solutions as a course of nbgrader, an assignment for each notebook."""
    folder = Path(folder)
    if folder.exists():
        sys.exit(f"{folder} is there already. Name a new folder, with COURSE=")
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    for path in PATHS:
        assignment = folder / "source" / path.stem
        assignment.mkdir(parents=True)
        notebook = solved(path, results="results")
        notebook.cells = [cell for cell in notebook.cells if not cell.id.startswith("why_")]
        nbformat.write(notebook, assignment / path.name)
        if any('"results' in cell.source for cell in notebook.cells):
            shutil.copytree(RESULTS, assignment / "results", ignore=shutil.ignore_patterns("*.py"))


if __name__ == "__main__":
    if sys.argv[1:]:
        write_course(sys.argv[1])
    else:
        for path in PATHS:
            nbformat.write(run(solved(path)), HERE / path.name)
            print(path.name, flush=True)
