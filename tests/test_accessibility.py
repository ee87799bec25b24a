"""The Explorer for everyone: axe finds nothing, pictures speak, nothing is cut off."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .browser import PROJECTOR, in_the_app
from .screen import TRAINED, Screen

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERY_RULE = {"runOnly": {"type": "tag", "values": TAGS}}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}  # all that a theme changes
TALL = {"width": 1280, "height": 2400}  # so that all of it can be seen on a screenshot
CUT_OFF = """root => [root, ...root.querySelectorAll('*')].filter(part => {
    const look = getComputedStyle(part), box = part.getBoundingClientRect();
    const scrolls = part.parentElement.closest('.lstm-memory-picture');  // what it is in
    if (!box.width || look.visibility === 'hidden' || scrolls) return false;
    const hides = look.overflowX === 'hidden' || look.textOverflow === 'ellipsis';
    return (hides && part.scrollWidth > part.clientWidth + 1)
        || (look.overflowY === 'hidden' && part.scrollHeight > part.clientHeight + 1)
        || box.right > innerWidth || box.right > root.getBoundingClientRect().right + 1;
}).map(part => `${part.className || part.tagName}: ${part.innerText?.slice(0, 40)}`)"""

SMALLEST_LETTERS = """svg => Math.min(...[...svg.querySelectorAll('text')].map(text => {
    const { width, height } = text.getBoundingClientRect();  // some names are turned
    return Math.round(Math.max(width, height));
}))"""  # in pixels of the screen

FILLED = "() => document.fullscreenElement?.matches('.lstm-memory-explorer') ?? false"
EMPTY = """part => {
    const explorer = part.closest(".lstm-memory-explorer");
    explorer.style.height = getComputedStyle(explorer).height;  // so that only the picture changes
    part.replaceChildren();
}"""


def violations(screen, rules=EVERY_RULE):
    """What axe finds on the whole page of the app; in JupyterLab, on our part of its page."""
    ours = None if screen.page.locator("main > h1").count() else ".lstm-memory-explorer"
    found = Axe().run(screen.page, context=ours, options=rules).response["violations"]
    return [
        (rule["id"], node["html"], node["failureSummary"])
        for rule in found
        for node in rule["nodes"]
    ]


def cut_off(screen, seconds=10):
    """What is cut off, once the page has found its places after its size was changed."""
    end = time.monotonic() + seconds
    while (found := screen.root.evaluate(CUT_OFF)) and time.monotonic() < end:
        screen.page.wait_for_timeout(100)
    return found


def states(screen):
    """Make the Explorer look in each way that it can: {name} as it gets there."""
    yield "at the beginning"
    screen.button("More settings").click()
    screen.type_over("neurons", "lots")
    screen.root.get_by_role("alert").wait_for()
    yield "with all settings and a note"
    screen.type_over("neurons", "19")
    screen.train()
    screen.button("Keep to compare").click()
    for tab in screen.root.get_by_role("tab").all():
        tab.click()
        screen.page.wait_for_timeout(300)
        for name in ("Wipe", "Keras code", "Files"):
            screen.button(name).click() if screen.button(name).is_visible() else None
        yield f"with {tab.inner_text()}"
    screen.button("Guided tour").click()
    screen.button("at none").click()
    screen.button("Show the answer").click()
    yield "with the tour"


def test_axe_finds_nothing_and_nothing_is_cut_off(screen, screenshots):
    """Axe looks once, since a page has the same parts when it is twice as large."""
    page, place = screen.page, screen.host.name
    for state in states(screen):
        assert violations(screen) == [], state
        for zoom in (2, 1):
            size = {side: length // zoom for side, length in PROJECTOR.items()}
            page.set_viewport_size(size)
            assert cut_off(screen) == [], state
            name = re.sub(r"\W+", "_", f"{place} {zoom}00 % {state}")
            page.screenshot(path=screenshots / f"{name}.png")
            page.set_viewport_size(TALL | {"width": size["width"]})
            page.screenshot(path=screenshots / f"{name}_all.png")
            page.set_viewport_size(PROJECTOR)


def test_in_a_dark_theme_axe_finds_nothing_and_pictures_are_dark(dark, page, screenshots):
    screen = Screen(page, dark.explorer(page, "dark"), dark)
    for state in states(screen):
        assert violations(screen, COLOURS) == [], state
        picture = screen.root.get_by_role("img").first
        expect(picture).to_have_css("filter", re.compile("invert"))
        name = re.sub(r"\W+", "_", f"{dark.name} dark {state}")
        page.set_viewport_size(TALL)
        page.screenshot(path=screenshots / f"{name}.png")
        page.set_viewport_size(PROJECTOR)


@pytest.mark.parametrize("width", [360, 320])
def test_on_a_telephone_nothing_is_cut_off_and_a_story_shows_a_picture(app, page, width):
    screen = Screen(page, app.explorer(page), app)
    page.set_viewport_size({"width": width, "height": 640})
    screen.button("More settings").click()
    assert cut_off(screen) == []
    screen.root.get_by_role("button", name="Too few neurons").click()
    expect(screen.status).to_have_text(TRAINED, timeout=60_000)
    picture = screen.root.locator(".jupyter-widget-tab").get_by_role("img").first
    expect(picture).to_be_in_viewport()
    assert cut_off(screen) == []
    screen.open("States and gates")
    pictures = screen.root.get_by_role("img")
    expect(pictures.first).to_be_visible()
    for picture in pictures.all():  # it scrolls in a box of its own
        assert picture.evaluate(SMALLEST_LETTERS) >= 10
        around = picture.locator("xpath=ancestor::*[contains(@class, 'lstm-memory-picture')]")
        assert around.evaluate("part => part.scrollWidth > part.clientWidth")
        expect(around).to_have_attribute("tabindex", "0")
    assert violations(screen) == []
    stops = screen.root.locator(".lstm-memory-picture[tabindex]:not(.lstm-memory-network)")
    before = stops.count()
    stops.last.evaluate(EMPTY)  # as before it is drawn, which may be at any time
    expect(stops).to_have_count(before - 1)


def test_on_a_projector_letters_are_large_and_both_maps_in_sight(screen):
    expect(screen.status).to_have_text(TRAINED, timeout=60_000)  # the network that opens it
    screen.button("Projector").click()
    expect(screen.field("neurons")).to_be_hidden()
    screen.page.wait_for_function(FILLED)
    screen.open("States and gates")
    pages = screen.root.locator(".jupyter-widget-tab")
    maps = pages.get_by_role("img")  # of both sequences; and that of their differences, which may
    expect(maps).to_have_count(2)
    pages.evaluate("pages => pages.scrollIntoView()")
    expect(maps.first).to_be_in_viewport(ratio=0.95)  # stand below in a narrow JupyterLab
    for picture in maps.all():
        assert picture.evaluate(SMALLEST_LETTERS) >= 10
    assert cut_off(screen) == []
    screen.button("Leave projector").click()
    expect(screen.field("neurons")).to_be_visible()
    screen.page.wait_for_function("() => document.fullscreenElement === null")


@in_the_app
def test_every_picture_speaks(screen):
    """Its text names the sequences and holds numbers, and changes with the data."""
    before = {}
    for tab in screen.root.get_by_role("tab").all():
        tab.click()
        screen.page.wait_for_timeout(300)
        before |= dict.fromkeys(screen.alts())
    for alt in before:
        assert re.search("3 0 1 2 3|4 0 1 2 4", alt)
        assert re.search(r"\d\.\d", alt)
    screen.type_over("seed", "4") if screen.field("seed").is_visible() else None
    screen.type_over("epochs", "120")
    screen.train()
    assert not set(before) & set(screen.alts())
