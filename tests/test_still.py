"""What a notebook's file shows where a widget is, for readers who have no kernel."""

import subprocess
import sys
from html.parser import HTMLParser

import nbformat
import pytest

import lstm_memory as lm
from lstm_memory.explorer import still

QUESTION = "Does <b> it?"
QUESTIONS = [(QUESTION, {"yes": "So.", "<i>no": "Think."}, "yes")]
WIDGETS = {
    "Explorer": lambda: lm.Explorer(threaded=False),
    "SuccessRate": lambda: lm.SuccessRate(seeds=2, threaded=False),
    "Quiz": lambda: lm.Quiz(QUESTIONS),
}


class Page(HTMLParser):
    """The text of a page, and the attributes of its images."""

    def __init__(self, html):
        super().__init__()
        self.text, self.images = "", []
        self.feed(html)

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.images.append(dict(attributes))


@pytest.mark.parametrize("name", WIDGETS)
def test_a_widget_brings_its_own_words(name):
    bundle = WIDGETS[name]()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    page = Page(bundle["text/html"])
    for words in (page.text, bundle["text/plain"]):  # which a PDF made by LaTeX shows
        assert "Here stand" in words
        assert "Run this cell in Jupyter to use it." in words
    for image in page.images:
        assert image["alt"] in bundle["text/plain"]
    assert "<" not in bundle["text/plain"].replace(QUESTION, "").replace("<i>no", "")


def test_the_explorer_brings_the_picture_that_it_opens_with():
    kept = still.PICTURE.read_text(encoding="utf-8")
    assert kept == still.drawn(), "run: python -m lstm_memory.explorer.still"
    (image,) = Page(lm.Explorer(threaded=False)._repr_mimebundle_()["text/html"]).images
    assert image["src"].startswith("data:image/svg+xml;base64,")
    assert image["alt"].startswith(
        "Step 3 of sequence 1 (4 0 1 2 4): it reads 2 and says 4 (0.99)."
    )


def test_an_explorer_with_settings_of_its_own_shows_no_other_network():
    page = Page(lm.Explorer(threaded=False, seed=6, epochs=1)._repr_mimebundle_()["text/html"])
    assert "Here stands the Explorer" in page.text
    assert not page.images


def test_a_quiz_brings_its_questions():
    page = Page(lm.Quiz(QUESTIONS)._repr_mimebundle_()["text/html"])
    for words in ("1. Does <b> it?", "yes", "<i>no"):
        assert words in page.text
    assert "So." not in page.text  # the answers are not given away


def test_an_export_shows_it(tmp_path):
    """As text and picture, where there is no state of a widget."""
    cells = []
    for name, make in WIDGETS.items():
        output = nbformat.v4.new_output("execute_result", make()._repr_mimebundle_())
        cells.append(nbformat.v4.new_code_cell(f"lm.{name}", outputs=[output]))
    path = tmp_path / "notebook.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    command = [sys.executable, "-m", "nbconvert", "--to", "html", path]
    subprocess.run(command, check=True, capture_output=True)
    page = Page(path.with_suffix(".html").read_text(encoding="utf-8"))
    assert "Here stands the Explorer" in page.text
    assert "Here stands a panel" in page.text
    assert "1. Does <b> it?" in page.text
    assert [image["alt"][:6] for image in page.images] == ["Step 3"]
