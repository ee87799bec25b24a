"""The Explorer as a learner meets it: in JupyterLab, in Chromium, by mouse and by keyboard.

Screenshots are kept in test-results/. Without a Chromium these tests are skipped, but where
the variable CI is set that is a failure.
"""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from .browser import FLAGS, Lab, find_chromium, new_page, run_all, write_notebook

ROOT = Path(__file__).parents[1]
SCREENSHOTS = ROOT / "test-results"
TUTORIAL = ROOT / "notebooks" / "03_learning_with_an_lstm.ipynb"
TRAINED = re.compile("^Trained for")
PICTURES = ["Loss at epochs", "Probability of the right", "Hidden state h", "Cell state c"]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        executable = find_chromium(playwright)
        if executable is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine")
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    with Lab(tmp_path_factory.mktemp("lab")).running() as lab:
        yield lab


@pytest.fixture
def page(lab, browser, request):
    """A page on which, at the end of the test, nothing has gone wrong."""
    SCREENSHOTS.mkdir(exist_ok=True)
    with new_page(browser) as (page, problems):
        yield page
        page.screenshot(path=SCREENSHOTS / f"{request.node.name}.png")
    assert problems == []
    assert lab.errors() == []


@pytest.fixture
def explorer(lab, page):
    """The Explorer of a notebook that has nothing else."""
    cells = "import lstm_memory as lm\nexplorer = lm.Explorer()\nexplorer"
    write_notebook(lab.notebooks / "explorer.ipynb", cells)
    run_all(lab, page, "explorer.ipynb")
    explorer = page.locator(".lstm-memory-explorer")
    explorer.wait_for()
    page.keyboard.press("ControlOrMeta+b")  # hides the list of files
    return explorer


def status(explorer):
    return explorer.get_by_role("status")


def button(explorer, name):
    return explorer.get_by_role("button", name=name)


def alts(explorer):
    """The alternative text of each picture that is really there."""
    pictures = explorer.get_by_role("img").all()
    for picture in pictures:
        assert picture.evaluate("image => image.complete && image.naturalWidth") > 300
    return [picture.get_attribute("alt") for picture in pictures]


def assert_pictures(explorer):
    shown = alts(explorer)
    assert [alt.startswith(start) for alt, start in zip(shown, PICTURES, strict=True)] == [True] * 4
    return shown


def type_over(page, control, text):
    """Replace what stands in a control, with mouse and keyboard."""
    control.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def test_every_control_by_mouse(explorer, page):
    expect(status(explorer)).to_have_text("Press Train.")
    button(explorer, "Train").click()
    expect(status(explorer)).to_have_text(TRAINED, timeout=30_000)
    before = assert_pictures(explorer)
    for label, text in [
        ("sequences", "A X Y Z A\nB X Y Z B\nC X C"),
        ("neurons", "12"),
        ("epochs", "150"),
        ("learning rate", "0.02"),
        ("reach", "2"),
        ("seed", "3"),
    ]:
        type_over(page, explorer.get_by_label(label), text)
    explorer.get_by_label("whole sequence").check()
    expect(status(explorer)).to_have_text(re.compile("Settings changed since this run"))
    assert alts(explorer) == before
    button(explorer, "Train").click()
    expect(status(explorer)).to_have_text(re.compile(r"^Trained for 150 epochs.*0\.25\.$"))
    after = assert_pictures(explorer)
    assert "epochs 1 to 150." in after[0]
    assert "sequence 2 (C X C)" in after[1]
    assert "12 units" in after[2]
    assert not set(before) & set(after)
    table = explorer.get_by_role("region", name="Predictions")
    expect(table.get_by_role("row")).to_have_count(1 + 4 + 4 + 2)


def test_every_control_by_keyboard(explorer, page):
    explorer.get_by_label("sequences").focus()
    for text in ["1 0 2\n3 0 4", "9", "60", "0.05", "2"]:
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Space")  # whole sequence
    expect(explorer.get_by_label("whole sequence")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("4")  # into the seed, whose text is selected
    page.keyboard.press("Tab")
    expect(button(explorer, "Train")).to_be_focused()
    page.keyboard.press("Enter")
    expect(status(explorer)).to_have_text(re.compile("^Trained for 60 epochs"), timeout=30_000)
    shown = assert_pictures(explorer)
    assert "sequence 1 (3 0 4)" in shown[0]
    assert "9 units" in shown[3]
    page.keyboard.press("Tab")
    expect(button(explorer, "Stop")).to_be_focused()


def test_stop(explorer, page):
    type_over(page, explorer.get_by_label("epochs"), "100000")
    button(explorer, "Train").click()
    expect(status(explorer)).to_have_text(re.compile("^Training: epoch"), timeout=30_000)
    bar = explorer.locator(".progress-bar")
    expect(bar).not_to_have_css("width", "0px")
    page.screenshot(path=SCREENSHOTS / "training.png")
    type_over(page, explorer.get_by_label("neurons"), "8")  # usable in the middle of it
    expect(explorer.get_by_label("neurons")).to_have_value("8")
    button(explorer, "Stop").click()
    expect(status(explorer)).to_have_text(re.compile(r"^Stopped after [\d,]+ of 100,000 epochs"))
    assert "20 units" in assert_pictures(explorer)[2]
    button(explorer, "Train").click()
    button(explorer, "Stop").click()
    expect(status(explorer)).to_have_text(re.compile("^Stopped "))


def test_wrong_input(explorer, page):
    button(explorer, "Train").click()
    expect(status(explorer)).to_have_text(TRAINED, timeout=30_000)
    before = alts(explorer)
    type_over(page, explorer.get_by_label("neurons"), "lots")
    type_over(page, explorer.get_by_label("sequences"), "<script>document.title = 'evil'</script>")
    button(explorer, "Train").click()
    notes = explorer.get_by_role("alert")
    expect(notes).to_have_count(1)
    expect(notes).to_contain_text("neurons: expected a whole number from 1 to 512, got 'lots'")
    below = notes.bounding_box()["y"] - explorer.get_by_label("neurons").bounding_box()["y"]
    assert 0 < below < 60  # beside the very control
    expect(status(explorer)).to_contain_text("Training can't start: see the note at neurons.")
    expect(explorer.get_by_label("neurons")).to_have_value("lots")
    page.screenshot(path=SCREENSHOTS / "wrong_input.png")
    assert alts(explorer) == before
    type_over(page, explorer.get_by_label("neurons"), "5")
    button(explorer, "Train").click()
    expect(status(explorer)).to_have_text(re.compile(r"^Trained for 250 epochs.*0\.25\.$"))
    assert "<script>" in explorer.get_by_role("region", name="Predictions").inner_text()
    assert page.title() != "evil"


def test_nothing_is_cut_off(explorer, page):
    """The picture of the README, and that all of the Explorer is inside its page."""
    type_over(page, explorer.get_by_label("learning rate"), "0.01")
    explorer.get_by_label("whole sequence").check()
    button(explorer, "Train").click()
    expect(status(explorer)).to_have_text(re.compile("It remembers"), timeout=30_000)
    assert_pictures(explorer)
    explorer.screenshot(path=SCREENSHOTS / "explorer.png")
    too_wide = """root => [...root.querySelectorAll('*')].filter(
        part => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0
                && getComputedStyle(part).overflowX != 'visible'
    ).map(part => part.className || part.tagName)"""
    assert explorer.evaluate(too_wide) == []


@pytest.mark.skipif(not TUTORIAL.exists(), reason="the notebook is not there")
def test_the_tutorial_notebook(lab, page):
    text = TUTORIAL.read_text(encoding="utf-8")
    assert "literal_epochs = 250" in text
    short = text.replace("literal_epochs = 250", "literal_epochs = 3")
    (lab.notebooks / TUTORIAL.name).write_text(short, encoding="utf-8")
    run_all(lab, page, TUTORIAL.name)
    explorer = page.locator(".lstm-memory-explorer")
    explorer.wait_for(timeout=90_000)
    explorer.get_by_label("whole sequence").check()
    type_over(page, explorer.get_by_label("learning rate"), "0.01")
    button(explorer, "Train").click()
    expect(status(explorer)).to_have_text(re.compile("It remembers"), timeout=30_000)
    assert_pictures(explorer)
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
