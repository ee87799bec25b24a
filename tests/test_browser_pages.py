"""The pages of the Explorer, its tour and its stories in a browser: see test_browser.py."""

import csv
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from lstm_memory.explorer.presets import PRESETS
from lstm_memory.explorer.tour import TOUR_STEPS

from .browser import (
    by_mouse_and_by_keyboard,
    in_jupyterlab,
    in_the_app,
    is_save,
    write_notebook,
)
from .screen import TRAINED, Screen

SETTINGS = {"neurons": "9", "epochs": "60", "learning rate": "0.03"}


def set_all(screen, settings=SETTINGS):
    for label, text in settings.items():
        screen.type_over(label, text)


def expect_settings(screen, settings=SETTINGS):
    for label, text in settings.items():
        expect(screen.field(label)).to_have_value(text)


@by_mouse_and_by_keyboard
def test_the_tour(screen, how):
    """From end to end; it sets the controls itself; left, and taken up again."""

    def press(name):
        button = screen.button(name)
        if how == "mouse":
            return button.click()
        expect(button).to_be_enabled()  # a click waits for that by itself
        button.focus()
        screen.page.keyboard.press("Enter")

    press("Guided tour")
    answer = screen.root.get_by_text("Answer: ")
    for number, now in enumerate(TOUR_STEPS, 1):
        place = screen.root.get_by_text(f"Tour, step {number} of {len(TOUR_STEPS)}: {now.title}")
        expect(place).to_be_visible()
        expect(answer).to_be_hidden()
        expect(screen.button("Show the answer")).to_be_disabled()
        press(now.guesses[0])
        if number == 4:
            expect(screen.field("whole sequence")).to_be_checked()
        press("Show the answer")
        expect(answer).to_be_visible()
        expect(screen.status).to_have_text(TRAINED, timeout=180_000)
        if number == 3:
            press("Leave the tour")
            expect(place).to_be_hidden()
            expect(screen.root.get_by_text("Show the answer")).to_be_hidden()
            press(f"Go on with the tour (step 3 of {len(TOUR_STEPS)})")
            expect(answer).to_be_hidden()
            expect(screen.button("Show the answer")).to_be_enabled()  # the guess is known
        if number < len(TOUR_STEPS):
            press("Next")
    expect(screen.button("Next")).to_be_disabled()
    press("Back")
    last = len(TOUR_STEPS) - 1
    expect(screen.root.get_by_text(f"Tour, step {last} of {last + 1}")).to_be_visible()


@in_the_app
@pytest.mark.parametrize("name", ["Remembering", "Lag 10"])
def test_a_story(screen, name):
    """One click sets the controls, trains and says what it shows."""
    screen.button(name).click()
    expect(screen.status).to_have_text(TRAINED, timeout=60_000)
    words = "100 of 100" if name == "Remembering" else "It remembers"
    expect(screen.status).to_contain_text(words)
    shows = next(preset.words for preset in PRESETS if preset.name == name)
    expect(screen.root.get_by_text(shows)).to_be_visible()


@in_the_app
def test_operations(screen):
    """Wiped, transplanted, silenced: each changes what the network says, and is undone."""
    screen.open("Operate")
    for _ in range(3):
        screen.button("Step on").click()
    screen.type_over("units", " ".join(map(str, range(15))))
    expect(screen.picture()).to_have_attribute("aria-label", re.compile("before and after"))
    alts = [screen.picture().get_attribute("aria-label")]
    for name, words in [
        ("Wipe", "Memory wiped before step 3"),
        ("Transplant", "Memory of sequence 0 put in before step 3"),
        ("Silence", "Units silenced"),
    ]:
        screen.button(name).click()
        expect(screen.root.get_by_role("status").filter(has_text=words)).to_be_visible()
        expect(screen.picture()).not_to_have_attribute("aria-label", alts[-1])
        alts.append(screen.picture().get_attribute("aria-label"))
    assert len(set(alts)) == 4
    screen.field("reads").select_option("sequence 0 (3 0 1 2 3)")
    screen.button("Step back").click()
    screen.type_over("units", "0 1 99")
    expect(screen.root.get_by_role("alert")).to_contain_text("99")
    screen.type_over("units", "0 1")
    screen.button("Undo").click()
    expect(screen.root.get_by_text("in sequence 0 (3 0 1 2 3), before step 2")).to_be_visible()


@in_the_app
def test_compare(screen):
    for rate in ("0.002", "0.01", "0.02"):
        set_all(screen, {"learning rate": rate})
        screen.train()
        screen.button("Keep to compare").click()
    table = screen.root.get_by_role("region", name="Outcomes and settings")
    expect(table.get_by_role("columnheader")).to_have_text(["", "A", "B", "C"])
    expect(table.get_by_role("row", name="learning rate *")).to_contain_text("0.02")
    expect(screen.picture()).to_have_attribute("aria-label", re.compile("A: .*B: .*C: "))
    screen.button("Remove B").click()
    expect(table.get_by_role("columnheader")).to_have_text(["", "A", "C"])


@in_jupyterlab
def test_copy_and_restore(screen):
    """Settings are copied with the mouse, pasted with the keyboard, and are there again."""
    set_all(screen)
    screen.open("Share and save")
    screen.button("Copy: Settings as a text").click()
    expect(screen.root.get_by_text("Copied.")).to_be_visible()
    screen.button("Defaults").click()
    expect(screen.field("neurons")).to_have_value("20")
    screen.field("pasted text").click()
    screen.page.keyboard.press("ControlOrMeta+v")
    screen.button("Restore").click()
    expect(screen.root.get_by_text("Settings restored")).to_be_visible()
    expect_settings(screen)
    screen.type_over("pasted text", "neurons=lots")
    screen.button("Restore").click()
    expect(screen.root.get_by_role("alert")).to_contain_text("lots")
    expect_settings(screen)
    screen.button("Keras code").click()
    program = screen.root.get_by_label("The training as a program in Keras", exact=True)
    first = "neurons, epochs, learning_rate, seed = 9, 60, 0.03, 0"
    assert first in program.input_value()
    compile(program.input_value(), "training.py", "exec")


@in_the_app
def test_files(screen):
    """What is downloaded is what was trained."""
    set_all(screen)
    screen.train()
    screen.open("Share and save")
    screen.button("Files").click()
    links = screen.root.get_by_role("link", name=re.compile(r"\.(csv|png|svg)$"))
    links.first.wait_for()
    found = {link.inner_text(): download(screen, link) for link in links.all()}
    losses = list(csv.reader(io.StringIO(found["losses.csv"].decode())))
    assert len(losses) == 1 + 60
    rows = list(csv.DictReader(io.StringIO(found["predictions.csv"].decode())))
    assert len(rows) == 8
    for name in ("loss", "probabilities", "states", "unit_0"):
        assert found[f"{name}.svg"].startswith(b"<svg"), name


def download(screen, link):
    with screen.page.expect_download() as started:
        link.click()
    assert started.value.suggested_filename == link.inner_text()
    return started.value.path().read_bytes()


@by_mouse_and_by_keyboard
def test_a_picture_is_saved_as_png(screen, how):
    """The browser draws what the SVG file beside it shows, twice as large."""
    set_all(screen)
    screen.train()
    screen.open("Share and save")
    screen.button("Files").click()
    for name in ("loss", "states"):
        button = screen.root.get_by_role("button", name=f"Save {name}.png")
        with screen.page.expect_download() as started:
            if how == "mouse":
                button.click()
            else:
                button.focus()
                screen.page.keyboard.press("Enter")
        assert started.value.suggested_filename == f"{name}.png"
        expect(button.locator("xpath=following-sibling::span")).to_have_text("Saved.")
        picture = Image.open(started.value.path())
        svg = download(screen, screen.root.get_by_role("link", name=f"{name}.svg")).decode()
        width, height = re.search(r'width="(\d+)" height="(\d+)"', svg).groups()
        assert (picture.format, picture.size) == ("PNG", (2 * int(width), 2 * int(height)))
        shares = shares_of_ink(picture)
        assert 0.01 < shares[name == "states"] < 0.6, shares


def shares_of_ink(picture):
    """How much of a picture is not white, and how much is neither white nor grey nor black."""
    pixels = np.asarray(picture.convert("RGB")).astype(int)
    ink, colour = pixels.min(axis=2) < 200, np.ptp(pixels, axis=2) > 60
    return ink.mean(), colour.mean()


def test_two_explorers_on_one_page(lab, page):
    """What is pressed in one is done once, and not by the other; both can be used by ear."""
    cells = "import lstm_memory as lm\nlm.Explorer()", "lm.Explorer()"
    write_notebook(lab.notebooks / "two.ipynb", *cells)
    lab.run_all(page, "two.ipynb")
    roots = page.locator(".lstm-memory-explorer")
    expect(roots).to_have_count(2)
    one, other = (Screen(page, roots.nth(k), lab) for k in range(2))
    for screen in (one, other):
        expect(screen.root.get_by_role("slider", name="epoch shown")).to_have_count(1)
        screen.open("Share and save")
        screen.field("neurons").focus()
    other.button("Copy: Settings as a text").click()
    expect(other.root.get_by_text("Copied.")).to_be_visible()
    expect(one.root.get_by_text("Copied.")).to_have_count(0)
    set_all(one)
    one.train()
    one.button("Files").click()
    saved = []
    page.on("download", lambda download: saved.append(download.suggested_filename))
    one.root.get_by_role("button", name="Save loss.png").click()
    expect(one.root.get_by_text("Saved.")).to_have_count(1)
    page.wait_for_timeout(1000)
    assert saved == ["loss.png"]


def test_a_link_in_the_app(app, page):
    """It holds the settings; a broken one is told in words."""
    explorer = app.explorer(page, query="neurons=9&epochs=60")
    expect(explorer.get_by_label("neurons", exact=True)).to_have_value("9")
    expect(explorer.get_by_label("epochs", exact=True)).to_have_value("60")
    explorer = app.explorer(page, query="neurons=lots&evil=<script>")
    expect(page.get_by_text("This link can't be read")).to_be_visible()
    expect(explorer.get_by_label("neurons", exact=True)).to_have_value("20")


def test_a_link_trains_on_arrival_and_a_reload_loses_nothing(app, page):
    """One button copies it; the address of the page is such a link as well."""
    screen = Screen(page, app.explorer(page), app)
    set_all(screen)
    expect(page).to_have_url(re.compile("neurons=9"))
    assert "train=yes" not in page.url
    screen.train()
    expect(page).to_have_url(re.compile("learning_rate=0.03.*&train=yes$"))
    assert f"token={app.token}" in page.url  # without it nobody gets in
    before = screen.alts()
    page.reload()
    expect(screen.status).to_have_text(TRAINED, timeout=60_000)
    expect_settings(screen)
    expect(screen.root.get_by_role("img")).to_have_count(len(before))
    assert screen.alts() == before
    screen.open("Share and save")
    screen.button("Copy: Link that trains on arrival").click()
    expect(screen.root.get_by_text("Copied.")).to_be_visible()
    screen.button("Defaults").click()
    expect(page).not_to_have_url(re.compile("neurons"))
    screen.field("pasted text").click()
    page.keyboard.press("ControlOrMeta+v")  # the whole link
    screen.button("Restore").click()
    expect_settings(screen)
    expect(screen.root.get_by_text("Settings restored, and trained.")).to_be_visible()
    expect(screen.status).to_contain_text("Trained before, for 60 epochs.")


def test_a_reload_of_jupyterlab_keeps_the_widget(lab, page):
    """The kernel lives on; the notebook was run here, so it is trusted."""
    screen = Screen(page, lab.explorer(page, "reload"), lab)
    set_all(screen)
    screen.train()
    before = screen.alts()
    with page.expect_response(is_save):
        page.keyboard.press("ControlOrMeta+s")
    page.reload()
    expect(screen.field("neurons")).to_have_value("9", timeout=60_000)
    expect(screen.root.get_by_role("img")).to_have_count(len(before))
    assert screen.alts() == before
    set_all(screen, {"neurons": "10"})
    expect(screen.status).to_contain_text("Settings changed")


@in_jupyterlab
def test_the_ends_of_the_slider_are_a_key_away(screen):
    expect(screen.status).to_have_text(TRAINED)  # the network that opens it
    handle = screen.root.get_by_role("slider", name="epoch shown")
    last = handle.get_attribute("aria-valuemax")
    handle.focus()
    for key, value, shown in [("Home", "0.0", r"Epoch shown: 0\.$"), ("End", last, r"at best\.$")]:
        screen.page.keyboard.press(key)
        expect(handle).to_have_attribute("aria-valuenow", value)
        picture = screen.root.get_by_role("img", name=re.compile(shown))
        expect(picture.first).to_be_visible()
