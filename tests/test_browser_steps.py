"""The first screen in a browser: the network, its steps by mouse and keyboard, what moves."""

import re

import pytest
from playwright.sync_api import expect

from lstm_memory.explorer.opening import RECIPES

from .browser import in_jupyterlab, in_the_app, write_notebook
from .screen import TRAINED, Screen

STEP = "Step {} of sequence 1"
MOVES = """async () => {
    const seen = new Set(), place = document.querySelector('.lstm-memory-network');
    const end = performance.now() + 15000;
    while (seen.size < 4 && performance.now() < end) {
        const label = place.querySelector('svg')?.ariaLabel;
        if (label) seen.add(label);
        await new Promise(requestAnimationFrame);
    }
    return seen.size;
}"""


def expect_step(screen, step):
    """Every view shows it."""
    picture = screen.root.locator(".lstm-memory-network svg")
    expect(picture).to_have_attribute("aria-label", re.compile(STEP.format(step)))
    expect(screen.root.get_by_role("slider", name="time step")).to_have_attribute(
        "aria-valuenow", f"{step}.0"
    )
    caption = screen.root.get_by_role("status").filter(has_text=STEP.format(step))
    expect(caption).to_be_visible()


def test_nothing_is_blank_at_opening(screen):
    """A network that remembers, a question, pictures: without a click."""
    expect(screen.root.get_by_text("What comes next?")).to_be_visible()
    expect(screen.root.get_by_text("It remembers")).to_be_visible()
    expect_step(screen, 0)
    assert [alt.split()[0] for alt in screen.alts()] == ["Step", "Loss", "Probability"]
    box = screen.picture().bounding_box()
    assert box["y"] + box["height"] / 2 < 720  # most of it is on the first screen


@in_the_app
def test_a_question_is_answered_and_the_symbols_go_through(screen):
    screen.button("3").click()
    expect(screen.root.get_by_text("You say 3; 4 is right. The network says 4")).to_be_visible()
    expect_step(screen, 3)  # it plays to the last
    expect(screen.button("Step through")).to_be_visible()
    expect(screen.root.get_by_text("The input is 2 in both; only what")).to_be_visible()


@in_the_app
def test_steps_by_mouse(screen):
    for name, step in [("Step on", 1), ("Step on", 2), ("Step back", 1), ("First", 0)]:
        screen.button(name).click()
        expect_step(screen, step)
    screen.root.locator(".lstm-memory-network rect").filter(has_text="step 3: reads 2").click()
    expect_step(screen, 3)
    handle = screen.root.get_by_role("slider", name="time step")
    box, rail = handle.bounding_box(), handle.locator("xpath=../..").bounding_box()
    screen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    screen.page.mouse.down()
    screen.page.mouse.move(rail["x"] + rail["width"] / 3, box["y"], steps=5)  # drag
    screen.page.mouse.up()
    expect_step(screen, 1)
    screen.field("reads").select_option("sequence 0 (3 0 1 2 3)")
    expect(screen.root.get_by_text("Step 1 of sequence 0")).to_be_visible()


@in_jupyterlab
def test_steps_by_keyboard(screen):
    """The picture is a stop on the way of the Tab key, and arrows and space work in it."""
    page = screen.page
    screen.root.get_by_role("tab", name="The network").focus()
    page.keyboard.press("Tab")
    assert screen.focused().startswith("The network.")
    for key, step in [("ArrowRight", 1), ("End", 3), ("ArrowLeft", 2), ("Home", 0)]:
        page.keyboard.press(key)
        expect_step(screen, step)
    page.keyboard.press("Space")
    expect_step(screen, 3)
    page.keyboard.press("ArrowDown")
    chosen = screen.picture().locator("text").filter(has_text=re.compile(r"^unit \d+: c = f c"))
    expect(chosen).to_be_visible()
    expect(screen.root.get_by_role("img", name=re.compile(r"^Unit \d+ at step 3"))).to_be_visible()
    page.keyboard.press("ArrowLeft")  # what was chosen stays in sight
    expect(screen.root.get_by_role("img", name=re.compile(r"^Unit \d+ at step 2"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(screen.root.get_by_role("img", name=re.compile("^Unit"))).to_have_count(0)
    slider = screen.root.get_by_role("slider", name="time step")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect_step(screen, 1)


@in_the_app
def test_a_unit_is_chosen_by_a_click(screen):
    cell = screen.root.locator(".lstm-memory-network rect").filter(
        has_text=re.compile("unit 7: c ")
    )
    cell.first.click()
    expect(screen.root.get_by_role("img", name=re.compile("^Unit 7 at step 0"))).to_be_visible()
    screen.open("States and gates")
    screen.root.locator("path").filter(has_text="h of unit 3, step 2").first.click()
    expect(screen.root.get_by_role("tab", name="One unit")).to_have_attribute(
        "aria-selected", "true"
    )
    expect(screen.picture()).to_have_attribute("aria-label", re.compile("^Unit 3 at each step"))
    screen.open("The network")
    expect_step(screen, 2)
    screen.button("Let the unit go").click()
    expect(screen.root.get_by_role("img", name=re.compile("^Unit"))).to_have_count(0)


@in_the_app
def test_the_three_networks(screen):
    for _ in range(3):
        screen.button("Step on").click()
    said = {
        "Untrained": "wavers",
        "The tutorial's recipe": "wavers",
        "One that remembers": "says 4",
    }
    for recipe in RECIPES:
        button = screen.root.get_by_role("button", name=recipe.name, exact=True).first
        button.click()
        picture = screen.root.locator(".lstm-memory-network svg")
        words = re.compile(f"{STEP.format(3)}.* it reads 2 and {said[recipe.name]}")
        expect(picture).to_have_attribute("aria-label", words)
        expect(screen.root.get_by_text(recipe.words)).to_be_visible()


@in_the_app
def test_the_film_moves_the_network(screen):
    screen.button("Play").click()
    assert screen.page.evaluate(MOVES) >= 4


def test_the_pictures_move_while_a_training_runs(screen):
    screen.type_over("neurons", "128")
    screen.type_over("epochs", "100000")
    screen.button("Train").click()
    assert screen.page.evaluate(MOVES) >= 4
    expect(screen.status).to_have_text(re.compile("^Training"))
    screen.type_over("epochs", "99999")
    screen.button("Train").click()
    took = "^Training: epoch .* It took the place of a training that was not over"
    expect(screen.status).to_have_text(re.compile(took))
    screen.button("Stop").click()
    expect(screen.status).to_have_text(re.compile("^Stopped after"))


@in_the_app
def test_another_network_of_many_is_chosen(screen):
    screen.type_over("neurons", "6")
    screen.button("More settings").click()
    screen.type_over("initialisations", "20")
    screen.train()
    choice, seen = screen.field("network"), []
    for kind in ("one that remembers", "one that fails", "one that remembers"):
        option = choice.locator("option").filter(has_text=kind)
        expect(option).to_have_count(1)
        choice.select_option(option.inner_text())
        for name, step in (("Step on", 1), ("First", 0)):  # the network is drawn before these
            screen.button(name).click()
            expect_step(screen, step)
        seen.append(screen.picture().get_attribute("aria-label"))
    assert seen[0] == seen[2] != seen[1]


@pytest.mark.parametrize("kind", ["Explorer()", "SuccessRate(seeds=2)"])
def test_a_kernel_shows_the_widget_and_not_what_stands_for_it(lab, page, kind):
    write_notebook(lab.notebooks / "widget.ipynb", f"import lstm_memory as lm\nlm.{kind}")
    lab.run_all(page, "widget.ipynb")
    page.get_by_role("button", name="Stop").wait_for()
    expect(page.get_by_text("Here stands")).to_have_count(0)
    if kind.startswith("Explorer"):
        root = page.locator(".lstm-memory-explorer")
        expect(Screen(page, root, lab).status).to_have_text(TRAINED, timeout=60_000)
