"""The slides: a deck for each notebook, one idea a slide, shown from a folder."""

import subprocess
import sys

import nbformat
import pytest
from playwright.sync_api import expect

from docs.slides.deck import deck

from .browser import PROJECTOR, ROOT, new_page
from .notebook_tools import COURSE, EXTENSIONS

NOTEBOOKS = [path for path in COURSE + EXTENSIONS if path.stem != "glossary"]
TYPES = ("slide", "subslide", "fragment", "notes", "skip", "-", None)
MEASURE = """() => Reveal.getSlides().map((slide, k) => {
  const {h, v} = Reveal.getIndices(slide);
  Reveal.slide(h, v);
  Reveal.nextFragment();
  const found = {place: `${k + 1}: ${slide.innerText.slice(0, 60)}`, beyond: [], small: []};
  for (const part of slide.querySelectorAll("*")) {
    const {width, right, bottom} = part.getBoundingClientRect();
    if (!width || part.closest("aside")) continue;
    const style = getComputedStyle(part);
    const cut = style.overflowX != "visible" && part.scrollWidth > part.clientWidth + 1;
    if (right > 1280 || bottom > 720 || cut) found.beyond.push(part.tagName);
    const written = [...part.childNodes].some(n => n.nodeType == 3 && n.textContent.trim());
    if (written && parseFloat(style.fontSize) < 18) found.small.push(part.tagName);
  }
  found.undescribed = slide.querySelectorAll("img:not([alt]), img[alt='']").length;
  const prose = [...slide.querySelectorAll("p, li")].filter(p => !p.closest("aside, li p"));
  found.words = prose.map(p => p.innerText).join(" ").split(/\\s+/).length;
  return found;
})"""
cell = nbformat.v4.new_markdown_cell


def answer(source, text, **metadata):
    """A code cell with an output, to be predicted."""
    shown = nbformat.v4.new_output("execute_result", {"text/plain": text})
    metadata = {"jupyter": {"outputs_hidden": True}} | metadata
    return nbformat.v4.new_code_cell(source, outputs=[shown], metadata=metadata)


def slides(*cells):
    """The slides of a notebook of these cells, each as its texts and code."""
    made = deck(nbformat.v4.new_notebook(cells=list(cells)))["cells"]
    texts = ["".join(part["source"]) for part in made]
    starts = [k for k, text in enumerate(texts) if text.startswith("#")]
    return [texts[a:b] for a, b in zip(starts, [*starts[1:], len(texts)], strict=True)]


def shown(slide):
    return "\n".join(text for text in slide if not text.startswith("<aside"))


ASKED = cell("## 1. A sum\n\nWe add. Prose.\n\nMore prose. **Predict:** what is it?")
TOLD = cell("<details><summary>What came out</summary>\n\nTwo.\n\nA reason.\n\n</details>")


def test_a_prediction_is_answered_by_the_next_slide():
    section, question, result = slides(cell("# 01 Sums"), ASKED, answer("1 + 1", "2"), TOLD)[1:]
    assert "We add." in shown(section)
    assert "**Predict:** what is it?" in shown(question)
    assert "1 + 1" not in shown(question)
    assert "1 + 1" in shown(result)
    assert "Two." in shown(result)
    assert "A reason." not in shown(result)
    assert "A reason." in result[-1]
    assert "More prose." in question[-1]


def test_exercises_and_what_needs_a_kernel_are_left_out():
    solution = cell("**1. One.** *(recall, 1 minute)*\n\n<details><summary>Solution</summary>")
    parts = (cell("# 01 Sums"), cell("**Try:** it."), answer("lm.TryOut(f)", "1"))
    made = slides(*parts, cell("## Exercises"), solution, answer("one", "1"))
    assert len(made) == 1
    assert "Solution" not in str(made)
    assert "TryOut" not in str(made)


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind])
def test_a_teacher_chooses_by_the_metadata(kind):
    """Those that JupyterLab sets."""
    result = answer("1 + 1", "2", slideshow={"slide_type": kind})
    made = slides(cell("# 01 Sums"), cell("## 1. A sum\n\nWe add."), result)
    assert len(made) == (3 if kind in ("slide", "subslide") else 2)
    assert ("1 + 1" in shown(made[-1])) == (kind not in ("notes", "skip"))
    assert ("1 + 1" in str(made)) == (kind != "skip")
    assert ('class="fragment"' in str(made)) == (kind == "fragment")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_metadata_are_those_that_jupyterlab_knows(path):
    for found in nbformat.read(path, as_version=4).cells:
        assert found.metadata.get("slideshow", {}).get("slide_type") in TYPES


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """The folder of all decks, made without a warning."""
    folder = tmp_path_factory.mktemp("slides")
    command = "--quiet", "--fail-on-warning", "--builder", "revealjs", "--conf-dir", "docs/slides"
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *command, "notebooks", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.long
@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_every_slide_has_room_and_large_letters(decks, browser, path):
    """On a stage of 1280 x 720, without a network, and a picture is told in words."""
    with new_page(browser) as (page, problems):
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        open_deck(page, decks, path)
        found = page.evaluate(MEASURE)
    assert len(found) >= 10
    assert [slide for slide in found if slide["beyond"] or slide["small"]] == []
    assert [slide for slide in found if slide["undescribed"]] == []
    assert [slide for slide in found if slide["words"] > 100] == []
    inside = ("data:", "blob:", decks.as_uri())
    assert [url for url in asked if not url.startswith(inside)] == []
    assert problems == []


@pytest.mark.long
def test_a_deck_by_keyboard(decks, browser):
    """The arrows go on and back, to the right from section to section; S opens the notes."""
    with new_page(browser) as (page, problems):
        open_deck(page, decks, NOTEBOOKS[1])
        places = []
        for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowLeft"):
            page.keyboard.press(key)
            places.append(tuple(page.evaluate("Object.values(Reveal.getIndices()).slice(0, 2)")))
        assert places == [(1, 0), (1, 1), (1, 2), (1, 1), (0, 0)]
        with page.expect_popup() as opened:
            page.keyboard.press("s")
        expect(opened.value.locator(".speaker-controls-notes")).to_have_count(1)
    assert problems == []


def open_deck(page, decks, path):
    assert page.viewport_size == PROJECTOR
    deck = decks / path.relative_to(ROOT / "notebooks").with_suffix(".html")
    page.goto(deck.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
