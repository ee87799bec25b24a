"""In a browser: programs as input, a kernel that the system ends, two tabs on one notebook."""

import re

from playwright.sync_api import expect

from .browser import is_save, new_page, write_notebook
from .screen import TRAINED, Screen

EVIL = "<img/src=x/onerror=window.evil=1>"  # a symbol: it has no space, and 33 characters
WORSE = f"{EVIL}<script>window.evil=1</script>\"'><svg/onload=window.evil=1>"
TYPED = 'input[type="text"], input:not([type]), textarea:not([readonly])'


def test_programs_in_every_field_are_only_text(screen):
    """Typed into each field; then as symbols, on every page, and as a file, a link and a text."""
    screen.button("More settings").click()
    fields = screen.root.locator(TYPED)
    for page in screen.root.get_by_role("tab").all():
        page.click()
        for field in fields.all():
            if field.is_visible():
                field.fill(WORSE)
                field.press("Tab")
    expect(screen.root.get_by_role("alert").filter(has_text="window.evil")).not_to_have_count(0)
    screen.button("Defaults").click()
    screen.type_over("sequences", f"{EVIL} b {EVIL}\nc b <script>window.evil=1</script>")
    screen.type_over("epochs", "3")
    screen.train()
    screen.button("Keep to compare").click()
    for page in screen.root.get_by_role("tab").all():
        page.click()
        for name in ("Transplant", "Keras code", "Files"):
            if screen.button(name).first.is_visible():
                screen.button(name).first.click()
    screen.button("Fewer settings").click()
    expect(screen.field("seed")).to_be_hidden()  # so what was asked for before is drawn
    screen.page.wait_for_timeout(500)  # a picture that can't be loaded says so a little later
    assert screen.page.evaluate("window.evil") is None
    assert screen.page.locator("img[src=x], svg[onload]").count() == 0


def test_a_kernel_that_the_system_ends(lab, page):
    """As it does for want of memory, in the middle of a training: the page says what to do."""
    screen = Screen(page, lab.explorer(page), lab)
    screen.train_for_long()
    told = screen.root.get_by_role("alert").filter(has_text="no longer reacts")
    for kernel in lab.kernels():
        kernel.kill()
    expect(told).to_contain_text("Run the cell again", timeout=60_000)
    expect(told.get_by_label("Settings to copy", exact=True)).to_have_value(
        re.compile("neurons=129&epochs=100000")
    )


def test_two_tabs_on_one_notebook(lab, page, browser):
    """Each has an Explorer of its own, and the one of the first tab goes on."""
    first = Screen(page, lab.explorer(page), lab)
    first.type_over("neurons", "7")
    first.train()
    with new_page(browser) as (other, problems):
        lab.run_all(other, "explorer.ipynb")
        second = Screen(other, other.locator(".lstm-memory-explorer"), lab)
        expect(second.status).to_have_text(TRAINED, timeout=90_000)
        second.type_over("neurons", "3")
        second.train()
        expect(first.field("neurons")).to_have_value("7")
        first.type_over("neurons", "5")
        first.train()
        expect(first.root.get_by_text("LSTM layer, 5 units")).to_be_visible()
        expect(second.root.get_by_text("LSTM layer, 3 units")).to_be_visible()
        other.close(run_before_unload=True)
        assert problems == []


def test_two_tabs_that_save_one_notebook(lab, browser):
    """JupyterLab asks before one overwrites what the other has saved, and keeps both meanwhile.

    Each tab notes in its console that it does not know the comms of the other's widgets.
    """
    path = lab.notebooks / "both.ipynb"
    write_notebook(path, "a = 1")
    with new_page(browser) as (page, _), new_page(browser) as (other, _):
        for tab, text in ((page, "first"), (other, "second")):
            tab.goto(lab.url(f"/lab/tree/{path.name}") + "&reset")
            tab.get_by_text("| Idle").wait_for()
            tab.locator(".jp-CodeCell .cm-content").click()
            tab.keyboard.type(f"# {text}")
        with page.expect_response(is_save):
            page.keyboard.press("ControlOrMeta+s")
        other.keyboard.press("ControlOrMeta+s")
        dialog = other.get_by_role("dialog").filter(has_text="has changed on disk")
        dialog.get_by_role("button", name="Cancel").click()
        expect(other.locator(".jp-CodeCell .cm-content")).to_contain_text("# second")
        assert "# first" in path.read_text(encoding="utf-8")
