"""What is peculiar to notebooks in JupyterLab: a restarted kernel, widgets of other notebooks."""

import re
import shutil
import subprocess
import sys
from itertools import pairwise

import nbformat
import pytest
from playwright.sync_api import expect

import lstm_memory as lm
from lstm_memory.explorer.quiz import questions_of

from .browser import ROOT, is_save, menu, opened, write_notebook
from .screen import TRAINED, Screen

TUTORIAL = ROOT / "notebooks" / "03_learning_with_an_lstm.ipynb"

POINTED = """svg => {
    svg.scrollIntoView();
    const cells = [...svg.querySelectorAll("path")].filter(
        part => part.textContent.includes(" of unit "));
    return cells.map(cell => {
        const box = cell.getBoundingClientRect();
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        return document.elementFromPoint(x, y) === cell;
    });
}"""


def restart(page):
    menu(page, "Kernel")
    name = re.compile(r"^Restart Kernel….{0,8}$")
    page.get_by_role("menuitem").filter(has_text=name).click()
    page.locator(".jp-Dialog .jp-mod-accept").click()


def test_a_restarted_kernel(lab, page):
    """In the middle of a training: the page says what to do, and the settings come back."""
    screen = Screen(page, lab.explorer(page), lab)
    screen.train_for_long()
    told = screen.root.get_by_role("alert").filter(has_text="no longer reacts")
    expect(told).to_be_hidden()
    restart(page)
    expect(told).to_contain_text("Run the cell again")
    told.get_by_role("button", name="Copy").click()
    page.get_by_text("| Idle").wait_for()
    menu(page, "Run", "Run All Cells")
    expect(screen.status).to_have_text(TRAINED, timeout=60_000)
    expect(told).to_have_count(0)
    expect(screen.field("neurons")).to_have_value("20")
    screen.open("Share and save")
    screen.field("pasted text").click()
    page.keyboard.press("ControlOrMeta+v")
    screen.button("Restore").click()
    expect(screen.field("neurons")).to_have_value("129")
    expect(screen.field("epochs")).to_have_value("100000")
    screen.type_over("epochs", "30")
    screen.train()


def run_cell(page, source):
    """Click into the cell whose code begins so, and run it."""
    page.locator(".jp-CodeCell .cm-content").filter(has_text=source).click()
    page.keyboard.press("Control+Enter")


def test_a_lost_kernel_and_the_page_loaded_again(lab, page):
    """One cell, and the learner goes on at section 2; the Explorer has the settings of before."""
    code, text = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    explore = "import lstm_memory as lm\nlm.Explorer()"
    cells = [code(explore), text("## 1. One"), code("a = 41"), text("## 2. Two"), code("a + 1")]
    notebook = nbformat.v4.new_notebook(cells=[*cells, code("lm.catch_up(2)")])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, lab.notebooks / "lost.ipynb")
    address = lab.url("/lab/tree/lost.ipynb") + "&reset"
    page.goto(address)
    page.get_by_text("| Idle").wait_for()
    run_cell(page, "lm.Explorer")
    screen = Screen(page, opened(page), lab)
    expect(screen.button("Your settings from before")).to_have_count(0)
    screen.type_over("neurons", "9")
    screen.train()

    restart(page)
    page.goto(address)
    page.get_by_text("| Idle").wait_for()
    run_cell(page, "lm.Explorer")
    screen = Screen(page, opened(page), lab)
    expect(screen.field("neurons")).to_have_value("20")
    expect(screen.root.get_by_text("neurons 9, epochs 100")).to_be_visible()
    screen.button("Your settings from before").click()
    expect(screen.field("neurons")).to_have_value("9")
    expect(screen.status).to_have_text(TRAINED, timeout=60_000)

    run_cell(page, "lm.catch_up")
    expect(
        page.get_by_text('Go on at "2. Two". Cells above it that were run again: 2.')
    ).to_be_visible()
    run_cell(page, "a + 1")
    expect(page.locator(".jp-OutputArea-output").get_by_text("42", exact=True)).to_be_visible()


def test_a_signed_notebook_shows_its_widget_when_it_is_opened_again(lab, page):
    """After one of its cells was run and it was saved; `make env` and postBuild sign."""
    path = lab.notebooks / "signed.ipynb"
    write_notebook(path, "import lstm_memory as lm\nlm.Explorer()", "1 + 1")
    notebook = nbformat.read(path, as_version=4)
    data = {"text/html": "<b>2</b>", "text/plain": "2"}
    notebook.cells[1].outputs = [nbformat.v4.new_output("display_data", data)]
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "jupyter", "trust", path]
    subprocess.run(command, env=lab.environment(), check=True)

    address = lab.url(f"/lab/tree/{path.name}") + "&reset"
    page.goto(address)
    page.get_by_text("| Idle").wait_for()
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Control+Enter")
    page.locator(".lstm-memory-explorer").wait_for()
    with page.expect_response(is_save):
        page.keyboard.press("ControlOrMeta+s")
    assert "widget-view" in path.read_text(encoding="utf-8")
    page.goto(address)
    page.locator(".lstm-memory-explorer").wait_for(timeout=60_000)


def test_the_quiz_by_keyboard(lab, page):
    """That of notebook 01: a wrong answer, another mind, and at last all of them right."""
    write_notebook(lab.notebooks / "quiz.ipynb", 'import lstm_memory as lm\nlm.Quiz("01")')
    lab.run_all(page, "quiz.ipynb")
    quiz = page.locator(".jp-OutputArea-output").filter(has=page.get_by_role("status"))
    *told, counted = (quiz.get_by_role("status").nth(k) for k in range(5))
    expect(counted).to_have_text("0 of 4 answered, 0 of them right.")
    buttons = quiz.get_by_role("button")
    expect(buttons).to_have_count(12)
    for _ in range(60):
        if buttons.first.evaluate("button => button == document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(buttons.first).to_be_focused()
    assert buttons.first.evaluate("button => getComputedStyle(button).outlineWidth") == "2px"
    at = 0
    for k, (_, answers, right) in enumerate(questions_of("01")):
        places = list(answers)
        wrong = places[0] if places[0] != right else places[1]
        for answer, key, verdict in (
            (wrong, "Enter", "✗ Not quite."),
            (right, "Space", "✓ Right."),
        ):
            there = 3 * k + places.index(answer)
            for _ in range(abs(there - at)):
                page.keyboard.press("Tab" if there > at else "Shift+Tab")
            at = there
            page.keyboard.press(key)
            expect(told[k]).to_have_text(f"{verdict} {answers[answer]}")
    expect(counted).to_have_text("4 of 4 answered, 4 of them right.")


def test_the_success_rate_panel(lab, page):
    """The panel of notebook 04: by mouse, by keyboard, stopped; four curves at most."""
    cells = "import lstm_memory as lm\npanel = lm.SuccessRate(seeds=20)\npanel"
    write_notebook(lab.notebooks / "panel.ipynb", cells)
    lab.run_all(page, "panel.ipynb")
    root = page.locator(".jp-OutputArea-output").filter(has=page.get_by_label("learning rate"))
    screen = Screen(page, root, lab)
    screen.field("whole sequence").click()
    alts = []
    for rate in ("0.03", "0.02", "0.01", "0.005", "0.001"):
        screen.type_over("learning rate", rate)
        expect(screen.status).not_to_have_text(TRAINED)  # the kernel knows what was typed
        screen.button("Train").focus()
        page.keyboard.press("Enter")
        expect(screen.status).to_have_text(TRAINED, timeout=60_000)
        alts += screen.alts()
    assert all(one != other for one, other in pairwise(alts))
    assert "rate 0.02" in alts[-1]
    assert "rate 0.03" not in alts[-1]
    assert re.search(r"\d+ of 20", alts[-1])
    screen.type_over("epochs", "100000")
    screen.button("Train").click()
    expect(screen.status).to_have_text(re.compile("^Training: epoch"), timeout=60_000)
    screen.button("Stop").click()
    expect(screen.status).to_have_text(re.compile(r"^Stopped after [\d,]+ of 100,000 epochs"))


@pytest.mark.skipif(not TUTORIAL.exists(), reason="the notebook is not there")
def test_the_tutorial_notebook(lab, page):
    text = TUTORIAL.read_text(encoding="utf-8")
    assert text.count('"epochs = 250\\n"') == 1
    short = text.replace("epochs = 250", "epochs = 3")
    (lab.notebooks / TUTORIAL.name).write_text(short, encoding="utf-8")
    lab.run_all(page, TUTORIAL.name)
    root = page.locator(".lstm-memory-explorer")
    root.wait_for(timeout=90_000)
    screen = Screen(page, root, lab)
    screen.field("whole sequence").check()
    screen.type_over("learning rate", "0.01")
    screen.train()
    expect(screen.status).to_have_text(re.compile("It remembers"))
    assert screen.alts()
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0


def test_a_notebook_that_is_not_trusted_shows_its_stored_drawings(lab, page):
    drawing = lm.plots.one_hot(lm.encode([3, 0, 1, 2, 3], 5), lm.TUTORIAL.alphabet)
    bundle = drawing._repr_mimebundle_()
    output = nbformat.v4.new_output("execute_result", bundle, execution_count=1)
    path = lab.notebooks / "stored.ipynb"
    write_notebook(path, "drawing")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].update(outputs=[output], execution_count=1)
    nbformat.write(notebook, path)
    page.goto(lab.url("/lab/tree/stored.ipynb") + "&reset")
    image = page.get_by_role("img", name="One-hot encoding, 5 rows of 5")
    expect(image).to_be_visible()
    expect(image).to_have_js_property("naturalWidth", round(drawing.width))


def test_a_hidden_output_is_hidden_until_its_cell_is_run(lab, page):
    """JupyterLab alone would show its first line. Running the cell shows it all."""
    path = lab.notebooks / "hidden.ipynb"
    write_notebook(path, "print(20 + 22)")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].metadata.jupyter = {"outputs_hidden": True}
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text="42\n")]
    nbformat.write(notebook, path)
    page.goto(lab.url("/lab/tree/hidden.ipynb") + "&reset")
    hidden = page.locator(".jp-OutputPlaceholder")
    expect(hidden).to_be_visible()
    shown = hidden.evaluate("e => getComputedStyle(e.querySelector('.jp-PlaceholderText')).display")
    assert shown == "none"
    assert hidden.get_by_text("42").count() == 1  # what the stylesheet hides is there
    expect(page.get_by_text("42", exact=True).filter(visible=True)).to_have_count(0)
    page.get_by_text("| Idle").wait_for()
    page.wait_for_timeout(1_000)  # by now JupyterLab has written the kernel's version into it
    marked = page.locator(".lm-TabBar-tab.jp-mod-dirty")
    expect(marked).to_have_count(0)  # the learner has changed nothing
    menu(page, "Run", "Run All Cells")
    expect(page.locator(".jp-OutputArea-output").get_by_text("42")).to_be_visible()
    expect(marked).to_have_count(1)


@pytest.mark.long
@pytest.mark.parametrize("name", ["03_learning_with_an_lstm", "06_explorer", "07_hochreiter_1997"])
def test_an_opened_notebook_has_no_mark_of_changes(lab, page, name):
    shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", lab.notebooks)
    page.goto(lab.url(f"/lab/tree/{name}.ipynb") + "&reset")
    page.get_by_text("| Idle").wait_for()
    page.wait_for_timeout(1_000)  # by now JupyterLab has written the kernel's version into it
    expect(page.locator(".lm-TabBar-tab.jp-mod-current", has_text=name)).to_have_count(1)
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)


def test_pointing_at_a_mark_reaches_its_value(lab, page):
    """Nothing lies over a cell of a heatmap: not its minus sign, and no number."""
    screen = Screen(page, lab.explorer(page), lab)
    screen.open("States and gates")
    cells = screen.picture().locator("path").filter(has_text=" of unit ")
    expect(cells).to_have_count(2 * 4 * 20 * 6)  # no longer those of the page before
    pointed = screen.picture().evaluate(POINTED)
    assert len(pointed) == 2 * 4 * 20 * 6
    assert all(pointed)


def test_a_link_to_the_glossary_leads_to_its_heading(lab, page):
    """The first time, too, when the notebook it leads to has to be opened."""
    words = "".join(f"## Word {k}\n\nIt means {k}.\n\n" for k in range(60))
    for name, text in (("words", words), ("links", "[a word](words.ipynb#Word-50)")):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, lab.notebooks / f"{name}.ipynb")
    page.goto(lab.url("/lab/tree/links.ipynb") + "&reset")
    page.get_by_role("link", name="a word").click()
    expect(page.get_by_role("heading", name="Word 50")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Word 1", exact=True)).not_to_be_in_viewport()
