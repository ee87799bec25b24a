"""The Explorer on a page, as a learner sees and handles it."""

import re

from playwright.sync_api import expect

TRAINED = re.compile("^Trained (?!.*Settings changed)")
STATUS = re.compile("^(Press Train|Train|Stopped)")  # the one that tells of the training
CHANGED = re.compile("Settings changed since this run")
FOCUSED = """() => {
    const part = document.activeElement;
    if (!part || part === document.body) return "";
    const other = document.getElementById(part.getAttribute("aria-labelledby"));
    const labelled = part.labels?.[0] || other;
    return (part.getAttribute("aria-label") || labelled?.innerText || part.innerText || "").trim();
}"""
SHOWN = """pictures => pictures
  .map(picture => [picture.getAttribute("aria-label"), picture.getBoundingClientRect().width])
  .filter(([, width]) => width > 0)"""


class Screen:
    """An Explorer (or another panel), found by `root`, on a `page` that a `host` serves."""

    def __init__(self, page, root, host):
        self.page, self.root, self.host = page, root, host
        self.status = root.get_by_role("status").filter(has_text=STATUS)

    def button(self, name):
        """A button by how its name begins, after its icon."""
        return self.root.get_by_role("button", name=re.compile(rf"^\W*{re.escape(name)}(\W|$)"))

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
        expect(self.status).not_to_have_text(TRAINED)  # the kernel knows what was typed
        self.button("Train").click()
        expect(self.status).to_have_text(TRAINED, timeout=1000 * seconds)

    def train_for_long(self):
        """Start a training that lasts for minutes, and wait until it runs."""
        self.type_over("neurons", "129")
        self.type_over("epochs", "100000")
        self.button("Train").click()
        expect(self.status).to_have_text(re.compile("^Training: epoch"), timeout=60_000)

    def alts(self):
        """The alternative text of each picture that can be seen and is really there.

        All at one moment, since a film puts new pictures in the place of old ones.
        """
        shown = self.root.get_by_role("img").evaluate_all(SHOWN)
        assert shown
        assert all(width > 240 for _, width in shown)
        return [words for words, _ in shown]

    def focused(self):
        """The name of the control that has the keyboard."""
        return self.page.evaluate(FOCUSED)

    def open(self, title):
        """Turn to a page of the Explorer."""
        self.root.get_by_role("tab", name=title, exact=True).click()

    def picture(self):
        """The picture on the page that is open."""
        return self.root.get_by_role("img").first  # those of the loss and the chances are below

    def alt(self, start):
        """The text of the picture whose text begins so."""
        return next(alt for alt in self.alts() if alt.startswith(start))
