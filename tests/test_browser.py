"""The Explorer as a learner meets it, in JupyterLab and in the app, in Chromium.

Screenshots are kept in test-results/. Without a Chromium these tests are skipped, but where
the variable CI is set that is a failure.
"""

import re
import time

import pytest
from playwright.sync_api import expect

from .browser import new_page
from .screen import CHANGED, Screen

MAIN = {  # a control and what to do with it
    "task": "lag 10",
    "sequences": "A X Y Z A\nB X Y Z B\nC X C",
    "neurons": "12",
    "epochs": "150",
    "learning rate": "0.02",
    "reach": "2",
    "whole sequence": True,
}
MORE = {
    "initialisations": "5",
    "seed": "3",
    "cell": "GRU",
    "forget bias": "3",
    "output": "softmax",
    "batch size": "2",
    "all sequences": True,
    "shuffle the sequences": True,
    "last weight": "0.6",
    "as the others": True,
    "clip norm": "2",
    "no limit": True,
}
LAG_10 = re.compile(r"^A 1 2 3 4 5 6 7 8 9 10 A\s+B")
ACTIONS = ["Train", "Stop", "One epoch", "Defaults", "Keep to compare"]


def change_by_mouse(screen, label, value):
    """Give a control a value. (The list of a choice belongs to the browser, not to the page.)"""
    if value is True:
        screen.field(label).click()
    elif screen.field(label).evaluate("part => part.tagName") == "SELECT":
        screen.field(label).select_option(value)
    else:
        screen.type_over(label, value)


def change_by_keyboard(screen, value):
    """The same for the control that has the keyboard."""
    keyboard = screen.page.keyboard
    if value is True:
        keyboard.press("Space")
        return
    if screen.page.evaluate("document.activeElement.tagName") != "SELECT":
        keyboard.press("ControlOrMeta+a")
    keyboard.type(value)


def test_every_control_by_mouse(screen):
    """Each, when changed, makes the result one of other settings; Defaults takes it back."""
    screen.button("Defaults").click()
    screen.train()
    screen.button("More settings").click()
    for label, value in (MAIN | MORE).items():
        change_by_mouse(screen, label, value)
        expect(screen.status, label).to_have_text(CHANGED)
        screen.button("Defaults").click()
        expect(screen.status, label).not_to_have_text(CHANGED)
    screen.button("Fewer settings").click()
    expect(screen.field("seed")).to_be_hidden()


def test_what_was_set_is_trained(screen):
    before = screen.alts()
    screen.button("More settings").click()
    for label in ("sequences", "neurons", "epochs", "learning rate", "whole sequence", "seed"):
        change_by_mouse(screen, label, (MAIN | MORE)[label])
    expect(screen.status).to_have_text(CHANGED)
    assert screen.alts() == before
    screen.train()
    expect(screen.status).to_have_text(re.compile(r"^Trained for 150 epochs.*0\.25\.$"))
    after = screen.alts()
    assert not set(before) & set(after)
    assert "epochs 1 to 150." in screen.alt("Loss")
    assert "sequence 2 (C X C)" in screen.alt("Probability")
    screen.open("States and gates")
    expect(screen.picture()).to_have_attribute("aria-label", re.compile("12 units"))
    screen.open("Numbers")
    table = screen.root.get_by_role("region", name="Predictions")
    expect(table.get_by_role("row")).to_have_count(1 + 4 + 4 + 2)


def test_every_control_by_keyboard(screen):
    """Tab comes to all of them in the order they are read, and out again at the end."""
    page, wanted = screen.page, {**MAIN, "More settings": None, **MORE}
    screen.field("task").focus()
    visited = []
    for _ in range(60):
        name = re.sub(r"\W+$|^\W+", "", screen.focused())
        visited.append(name)
        if name == "More settings":
            page.keyboard.press("Enter")
            expect(screen.field("cell")).to_be_visible()
        elif wanted.get(name):
            change_by_keyboard(screen, wanted[name])
        if name == "task":  # before its sequences are there, nobody would go on
            expect(screen.field("sequences")).to_have_value(LAG_10)
        if name == "Train":
            break
        page.keyboard.press("Tab")
    assert visited == [*wanted, "Train"]
    page.keyboard.press("Enter")
    expect(screen.status).to_have_text(re.compile("^Trained for 150 epochs"), timeout=60_000)
    assert "sequence 2 (C X C)" in screen.alt("Probability")
    rest = []
    while page.evaluate(
        "root => root.contains(document.activeElement)", screen.root.element_handle()
    ):
        rest.append(re.sub(r"^\W+|\W+$", "", screen.focused()))
        page.keyboard.press("Tab")
        assert len(rest) < 60, "the keyboard is caught"
    assert rest == ACTIONS


def test_stop(screen):
    """It ends the training at once and keeps what was learnt; the other controls stay usable."""
    screen.type_over("neurons", "128")  # so that it takes half a minute
    screen.type_over("epochs", "100000")
    screen.button("Train").click()
    expect(screen.status).to_have_text(re.compile("^Training: epoch"), timeout=60_000)
    seen = {screen.status.inner_text()}
    end = time.monotonic() + 10  # a third of the training, and on a slow machine less
    while len(seen) < 5 and time.monotonic() < end:
        seen.add(screen.status.inner_text())
    assert len(seen) >= 5, "the progress is told again and again"
    expect(screen.root.locator(".progress-bar")).not_to_have_css("width", "0px")
    screen.type_over("neurons", "8")
    start = time.perf_counter()
    screen.button("Stop").click()
    expect(screen.status).to_have_text(re.compile(r"^Stopped after [\d,]+ of 100,000 epochs"))
    print(f"Stop, until the page says so: {time.perf_counter() - start:.2f} s")
    expect(screen.root.get_by_text("LSTM layer, 128 units")).to_be_visible()
    expect(screen.field("neurons")).to_have_value("8")


def test_wrong_input(screen):
    before = screen.alts()
    screen.type_over("neurons", "lots")
    screen.type_over("sequences", "<script>document.title = 'evil'</script>")
    screen.button("Train").click()
    notes = screen.root.get_by_role("alert")
    expect(notes).to_have_count(1)
    expect(notes).to_contain_text("neurons: expected a whole number from 1 to 512, got 'lots'")
    below = notes.bounding_box()["y"] - screen.field("neurons").bounding_box()["y"]
    assert 0 < below < 60  # beside the very control
    expect(screen.status).to_contain_text("Training can't start: see the note at neurons.")
    expect(screen.field("neurons")).to_have_value("lots")
    assert screen.alts() == before
    screen.type_over("neurons", "5")
    screen.train()
    screen.open("Numbers")
    table = screen.root.get_by_role("region", name="Predictions")
    expect(table).to_contain_text("<script>")
    assert screen.page.title() != "evil"


def test_two_sessions(screen, browser):
    """What one learner does, another one at the same time doesn't notice."""
    with new_page(browser) as (page, problems):
        other = Screen(page, screen.host.explorer(page, "other"), screen.host)
        screen.type_over("neurons", "128")  # so that it takes half a minute
        screen.type_over("epochs", "100000")
        screen.button("Train").click()
        other.type_over("neurons", "7")
        other.type_over("sequences", "A X A\nB X B")
        other.train()
        expect(other.root.get_by_text("LSTM layer, 7 units")).to_be_visible()
        expect(screen.status).to_have_text(re.compile("^Training: epoch"), timeout=60_000)
        other.button("Stop").click()
        page.close(run_before_unload=True)
        expect(screen.field("neurons")).to_have_value("128")
        screen.button("Stop").click()
        expect(screen.status).to_have_text(re.compile("^Stopped after"))
        expect(screen.root.get_by_text("LSTM layer, 128 units")).to_be_visible()
        assert problems == []


@pytest.mark.parametrize(
    ("host", "how"), [("app", "steps"), ("lab", "keys"), ("app", "film")], indirect=["host"]
)
def test_epochs(screen, how):
    """Every picture moves with the epoch that is shown."""
    screen.button("Defaults").click()  # whose last epochs differ
    screen.train()
    last, handle = screen.alts(), screen.root.get_by_role("slider", name="epoch shown")
    if how == "steps":
        screen.button("Epoch back").click()
    elif how == "keys":
        handle.focus()
        screen.page.keyboard.press("ArrowLeft")
    else:
        screen.field("speed").select_option("2 a second")  # so that there is time to pause it
        screen.button("Play").click()
        screen.button("Pause").click()
    for k, alt in enumerate(last):  # each of them comes in a message of its own
        expect(screen.root.get_by_role("img").nth(k)).not_to_have_attribute("aria-label", alt)
    assert not set(last) & set(screen.alts())
    for tab in screen.root.get_by_role("tab").all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
