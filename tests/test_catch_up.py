"""A learner who lost the kernel goes on in the middle of a notebook."""

import ast
import re

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient

import lstm_memory as lm
from lstm_memory.notebook import find, sections

from .notebook_tools import COURSE, EXTENSIONS, ROOT, markdown, read
from .test_exercises import printed

WITH_CODE = [path for path in COURSE + EXTENSIONS if path.stem != "glossary"]
TAKEN_UP = [
    ROOT / "notebooks" / f"{name}.ipynb" for name in ("02_problem_representation", "06_explorer")
]
SUGGESTED = re.compile(r"lm\.catch_up\((\d+)\)")


def by_name(paths):
    return pytest.mark.parametrize("path", paths, ids=[path.stem for path in paths])


@by_name(WITH_CODE)
def test_every_section_is_found_with_all_cells_above_it(path):
    """In their order: what strict nbval ran from top to bottom then has every name it reads."""
    notebook = read(path)
    parts = sections(notebook)
    titles = [title for title, _ in parts]
    assert [cell for _, cells in parts for cell in cells] == [
        cell.source for cell in notebook.cells if cell.cell_type == "code"
    ]
    for place, title in enumerate(titles[1:], 1):
        assert find(title, titles) == place
        if number := re.match(r"(\d+)\.", title):
            assert find(number[1], titles) == find(int(number[1]), titles) == place
    (number,) = SUGGESTED.findall("\n".join(markdown(notebook)))
    assert titles[find(number, titles)].startswith(f"{number}. ")


def test_what_a_teacher_is_told_to_run_names_a_section():
    teaching = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    told = re.findall(r"catch_up\(([^)]+)\)` in notebook (\d+)", teaching)
    assert [number for _, number in told] == ["03", "04", "05"]
    for section, number in told:
        (path,) = [path for path in COURSE if path.stem.startswith(f"{number}_")]
        titles = [title for title, _ in sections(read(path))]
        assert find(ast.literal_eval(section), titles) > 1


@pytest.mark.long
@by_name(TAKEN_UP)
def test_every_section_taken_up_shows_what_is_stored(path, monkeypatch):
    """After all names were deleted, one cell, and the section shows what it did."""
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    notebook, cells, stored = read(path), [], {}
    above = iter([cell for cell in notebook.cells if cell.cell_type == "code"])
    for title, sources in sections(notebook):
        if sources and title:
            again = f"%reset -f\nimport lstm_memory as lm\nlm.catch_up({title!r})"
            cells.append(nbformat.v4.new_code_cell(again))
        for cell in (next(above) for _ in sources):
            stored[len(cells)] = cell
            cells.append(nbformat.v4.new_code_cell(cell.source))
    place = {"metadata": {"path": path.parent}}
    copy = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(copy, kernel_name="python3", timeout=300, resources=place).execute()
    assert len(stored) >= 10
    for place, cell in stored.items():
        assert printed(copy.cells[place]) == printed(cell), cell.source


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.fixture
def told(shell, tmp_path, monkeypatch, capsys):
    """Writes a notebook of these cells and sections, takes it up, and gives what is said."""

    def catch_up(*cells, section="2"):
        path = tmp_path / "lesson.ipynb"
        monkeypatch.setenv("JPY_SESSION_NAME", str(path))
        new = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
        made = [new[cell.startswith("#")](cell) for cell in cells]
        nbformat.write(nbformat.v4.new_notebook(cells=made), path)
        lm.catch_up(section)
        return capsys.readouterr().out

    return catch_up


LESSON = ("a = 1", "## 1. One", "print('said before')\nb = a + 1", "## 2. Two", "c = b")


def test_it_runs_what_is_above_and_shows_nothing_of_it(told, shell):
    said = told(*LESSON)
    assert said == 'Go on at "2. Two". Cells above it that were run again: 2.\n'
    assert shell.user_ns["b"] == 2
    assert "c" not in shell.user_ns


@pytest.mark.parametrize("section", [2, "2.", "two", "## 2. Two", " 2.  TWO "])
def test_a_section_by_its_number_or_words(told, section):
    assert '"2. Two"' in told(*LESSON, section=section)


@pytest.mark.parametrize("section", [3, "", "o", "three", None, [2]])
def test_a_wrong_section_is_told_all_of_them(told, section):
    with pytest.raises(lm.InputError, match=r"section: .* 1\. One; 2\. Two, got"):
        told(*LESSON, section=section)


def test_a_cell_that_fails_is_told_by_its_section(told, shell):
    said = told("a = 1", "## 1. One", "b = 1 / 0", "c = 3", "## 2. Two")
    assert 'A cell in the section "1. One" failed, with ZeroDivisionError' in said
    assert "run this cell again" in said
    assert "c" not in shell.user_ns
    said = told("a = = 1", "## 2. Two")
    assert "A cell above the first section failed, with SyntaxError" in said


def test_it_can_be_interrupted(told, shell):
    said = told("a = 1", "## 1. One", "raise KeyboardInterrupt", "c = 3", "## 2. Two")
    assert 'Stopped in the section "1. One", after 1 of 3 cells.' in said
    assert "c" not in shell.user_ns
    assert "Go on" in told(*LESSON)


def test_a_cell_that_calls_it_does_not_begin_anew(told, shell):
    said = told("import lstm_memory as lm", "lm.catch_up(2)", "a = 5", "## 2. Two")
    assert said.endswith("run again: 3.\n")
    assert shell.user_ns["a"] == 5


def test_where_no_file_is_told_it_says_what_to_do(monkeypatch, tmp_path, capsys):
    for name in ("", "a console", str(tmp_path / "gone.ipynb")):
        monkeypatch.setenv("JPY_SESSION_NAME", name)
        lm.catch_up(2)
        assert "Run All Above Selected Cell" in capsys.readouterr().out
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{")
    monkeypatch.setenv("JPY_SESSION_NAME", str(broken))
    lm.catch_up(2)
    assert "broken.ipynb cannot be read" in capsys.readouterr().out
