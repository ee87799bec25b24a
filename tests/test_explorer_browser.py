"""The Explorer in Chromium: the tour from end to end, copy and download, a kernel restart."""

import re
import time

import pandas as pd
import pytest
from playwright.sync_api import expect

from lstm_memory.tour import STOPS

from .screen import Screen


@pytest.mark.parametrize("how", ["mouse", "keyboard"])
def test_the_tour_from_end_to_end(screen, how):
    def press(name):
        button = screen.button(name)
        if how == "mouse":
            return button.click()
        button.focus()
        screen.page.keyboard.press("Enter")

    press("Guided tour")
    for number, stop in enumerate(STOPS, 1):
        expect(screen.root.get_by_text(f"step {number} of 7: {stop.title}")).to_be_visible()
        answer = screen.root.get_by_text("Answer.")
        expect(answer).to_be_hidden()
        press("Show the answer")
        expect(answer).to_be_visible()
        expect(screen.status).to_have_text(re.compile("^Trained for"), timeout=180_000)
        if number == 3:  # it can be left, and taken up again
            press("Leave the tour")
            expect(screen.root.get_by_text("Show the answer")).to_be_hidden()
            press("Go on with the tour (step 3 of 7)")
            expect(answer).to_be_hidden()
        if number < len(STOPS):
            press("Next")


def test_copy_and_download(screen, tmp_path):
    screen.type_over("neurons", "9")
    screen.type_over("epochs", "40")
    screen.train()
    screen.open("Share and save")
    screen.button("Copy: Settings as a text").click()
    expect(screen.root.get_by_text("Copied.")).to_be_visible()
    screen.button("Defaults").click()
    expect(screen.field("neurons")).to_have_value("20")
    screen.field("pasted text").click()
    screen.page.keyboard.press("ControlOrMeta+v")
    screen.button("Restore").click()
    expect(screen.field("neurons")).to_have_value("9")
    expect(screen.field("epochs")).to_have_value("40")
    screen.button("Files").click()
    for name in ("losses.csv", "predictions.csv", "loss.png", "loss.svg", "states.svg"):
        with screen.page.expect_download() as download:
            screen.root.get_by_role("link", name=name, exact=True).click()
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
    assert len(pd.read_csv(tmp_path / "losses.csv")) == 40
    assert (tmp_path / "loss.png").read_bytes().startswith(b"\x89PNG")
    screen.button("Keras code").click()
    program = screen.root.get_by_label("The training as a program in Keras", exact=True)
    assert "neurons, epochs, learning_rate, seed = 9, 40, 0.001, 0" in program.input_value()


def test_a_kernel_restart_in_the_middle(lab, page):
    """The page says what to do, and the text that it shows restores the settings."""
    screen = Screen(page, lab.explorer(page, "restart"), lab)
    screen.type_over("neurons", "11")
    screen.type_over("epochs", "100000")
    screen.button("Train").click()
    expect(screen.status).to_have_text(re.compile("^Training: epoch"), timeout=60_000)
    gone = screen.root.get_by_role("alert").filter(has_text="no longer reacts")
    expect(gone).to_be_hidden()
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem").filter(has_text=re.compile("^Restart Kernel…")).click()
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(gone).to_be_visible()
    screen.button("Copy: Settings to copy").click()
    page.get_by_text("| Idle").wait_for()
    time.sleep(1)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(gone).to_have_count(0)
    expect(screen.field("neurons")).to_have_value("20")
    screen.open("Share and save")
    screen.field("pasted text").click()
    page.keyboard.press("ControlOrMeta+v")
    screen.button("Restore").click()
    expect(screen.field("neurons")).to_have_value("11")
    expect(screen.field("epochs")).to_have_value("100000")
