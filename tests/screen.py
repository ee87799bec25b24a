"""The Explorer on a page, as a learner sees and handles it."""

import re

from playwright.sync_api import expect

TRAINED = re.compile("^Trained for (?!.*Settings changed)")
CHANGED = re.compile("Settings changed since this run")
FOCUSED = """() => {
    const part = document.activeElement;
    if (!part || part === document.body) return "";
    const other = document.getElementById(part.getAttribute("aria-labelledby"));
    const labelled = part.labels?.[0] || other;
    return (part.getAttribute("aria-label") || labelled?.innerText || part.innerText || "").trim();
}"""


class Screen:
    """An Explorer (or another panel), found by `root`, on a `page` that a `host` serves."""

    def __init__(self, page, root, host):
        self.page, self.root, self.host = page, root, host
        self.status = root.get_by_role("status")

    def button(self, name):
        return self.root.get_by_role("button", name=name)

    def field(self, label):
        """A control by its label, and by nothing that only contains it."""
        return self.root.get_by_label(label, exact=True)

    def type_over(self, label, text):
        """Replace what stands in a control, with mouse and keyboard, and leave it."""
        self.field(label).click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Tab")

    def train(self, seconds=60):
        """Press Train, for settings that no result is shown of, and wait for their result."""
        self.button("Train").click()
        expect(self.status).to_have_text(TRAINED, timeout=1000 * seconds)

    def alts(self):
        """The alternative text of each picture that can be seen and is really there."""
        shown = [picture for picture in self.root.get_by_role("img").all() if picture.is_visible()]
        for picture in shown:
            assert picture.evaluate("image => image.complete && image.naturalWidth") > 300
        return [picture.get_attribute("alt") for picture in shown]

    def focused(self):
        """The name of the control that has the keyboard."""
        return self.page.evaluate(FOCUSED)
