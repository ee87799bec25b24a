"""What is committed in a notebook: complete, clean, and readable without seeing the figures.

nbval runs the notebooks and compares their output. It compares nothing in a cell without an
execution count, and no picture of matplotlib: hence these tests.
"""

import re
from html.parser import HTMLParser

import nbformat
import pytest

from .notebook_tools import (
    COURSE,
    EXTENSIONS,
    ROOT,
    TOLD,
    after_predictions,
    exercises,
    is_listing,
    read,
)

PATHS = sorted(
    path
    for folder in ("notebooks", "app")
    for path in (ROOT / folder).rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)
GRADED = [path for path in EXTENSIONS if exercises(read(path))]
ASKING = [path for path in COURSE + GRADED if after_predictions(read(path))]

ABSOLUTE_PATH = re.compile(r"""(?:^|[\s"'(=\[])(?:/[A-Za-z_][\w.-]*/|[A-Za-z]:\\)""", re.MULTILINE)
TEXT = re.compile(r'"""(?s:.*?)"""')
EMBEDDED_DATA = re.compile(r"base64,[A-Za-z0-9+/=\s]+")
PIXELS = 'src="data:image/png;base64,'
VIEW = "application/vnd.jupyter.widget-view+json"  # of a widget whose kernel is gone
MARKDOWN_IMAGE = re.compile(r"!\[([^\]]*)\]\(")


class Images(HTMLParser):
    """Collects the alt text of every <img>, None where there is none."""

    def __init__(self, html):
        super().__init__()
        self.alt_texts = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.alt_texts.append((dict(attributes).get("alt") or "").strip() or None)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def code_lines(source):
    """How many lines of a cell have something in them; a text of several lines counts as one."""
    return sum(bool(line.strip()) for line in TEXT.sub("text", source).splitlines())


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def texts(notebook):
    """Everything a reader can see, as text."""
    for cell in notebook.cells:
        yield cell.source
    for output in outputs(notebook):
        yield from (output.get("text", ""), "\n".join(output.get("traceback", [])))
        yield from (str(data) for data in output.get("data", {}).values())


def test_there_are_notebooks():
    assert PATHS


@pytest.mark.parametrize("path", PATHS, ids=[str(path.relative_to(ROOT)) for path in PATHS])
class TestNotebook:
    @pytest.fixture
    def notebook(self, path):
        notebook = read(path)
        nbformat.validate(notebook)
        return notebook

    def test_opens_without_asking_for_a_kernel(self, notebook):
        assert notebook.metadata.kernelspec.name == "python3"

    def test_ran_from_top_to_bottom(self, notebook):
        counts = [cell.execution_count for cell in code_cells(notebook)]
        assert counts == list(range(1, len(counts) + 1))

    def test_holds_nothing_that_changes_from_run_to_run(self, notebook):
        assert "widgets" not in notebook.metadata
        assert "version" not in notebook.metadata.get("language_info", {})
        assert not [cell for cell in notebook.cells if "execution" in cell.metadata]
        assert not [output for output in outputs(notebook) if VIEW in output.get("data", {})]

    def test_shows_no_errors_or_warnings(self, notebook):
        bad = [
            output
            for output in outputs(notebook)
            if output.output_type == "error" or output.get("name") == "stderr"
        ]
        assert not bad

    def test_has_short_cells(self, notebook, path):
        most = 8 if path in COURSE else 15
        cells = [cell.source for cell in code_cells(notebook) if not is_listing(cell)]
        assert not [source for source in cells if code_lines(source) > most]

    def test_describes_its_pictures_in_words(self, notebook):
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                alt_texts = Images(cell.source).alt_texts + MARKDOWN_IMAGE.findall(cell.source)
                assert all(alt_texts), cell.source
        for output in outputs(notebook):
            data = output.get("data", {})
            assert all(Images(data.get("text/html", "")).alt_texts), "an <img> without alt text"
            # JupyterLab gives no alt text to a bare picture, whatever its metadata say
            assert not any(kind.startswith("image/") for kind in data)

    def test_compares_everything_but_the_pixels_of_matplotlib(self, notebook):
        """The pixels that matplotlib draws differ between machines, so their cell (and no other)
        has the tag nbval-ignore-output and shows nothing else. The package's own drawings are
        SVG, which is compared."""
        for cell in code_cells(notebook):
            shown = [output.get("data", {}).get("text/html", "") for output in cell.outputs]
            pictures = [html for html in shown if PIXELS in html]
            ignored = "nbval-ignore-output" in cell.metadata.get("tags", [])
            assert ignored == bool(pictures), cell.source
            assert not pictures or pictures == shown, cell.source

    def test_names_no_place_on_a_machine(self, notebook):
        for text in texts(notebook):
            found = ABSOLUTE_PATH.search(EMBEDDED_DATA.sub("", text))
            assert not found, f"an absolute path: {text[found.start() :][:80]}"


@pytest.mark.parametrize("path", ASKING, ids=[path.stem for path in ASKING])
def test_hides_what_is_to_be_predicted(path):
    """JupyterLab shows such an output when it is clicked. What came out is told in a text of its
    own, folded."""
    for question, cells in after_predictions(read(path)):
        shown = [cell for cell in cells if cell.get("outputs")]
        assert shown, f"nothing is shown after: {question}"
        for cell in shown:
            hidden = cell.metadata.get("jupyter", {}).get("outputs_hidden")
            assert hidden, f"shown at once:\n{cell.source}\nafter:\n{question}"
        told = TOLD.fullmatch(cells[-1].source.strip())
        assert told, f"no text that tells, folded, what came out, after: {question}"
