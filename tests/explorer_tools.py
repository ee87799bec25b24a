"""What the tests of the Explorer share: waiting for it, and reading what it shows."""

import threading
import time
from html.parser import HTMLParser

import ipywidgets as widgets

LONG, WIDE = 100_000, 128  # epochs and neurons: half a minute of training
NUMBERS = (
    "neurons",
    "epochs",
    "learning_rate",
    "bptt_steps",
    "batch_size",
    "seed",
    "initialisations",
)


def finish(explorer, seconds=60):
    """Wait until no thread of the Explorer is at work."""
    wait_until(lambda: explorer.trainer._worker is None, seconds)


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


def training_threads():
    return [t for t in threading.enumerate() if t.name == "lstm_memory training"]


def everything_in(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from everything_in(child)


class Tags(HTMLParser):
    """Collects the tags and attributes of some HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


def in_sight(widget):
    """As `everything_in`, without the pages that are not turned to."""
    yield widget
    children = getattr(widget, "children", ())
    if isinstance(widget, widgets.Tab):
        children = [children[widget.selected_index]]
    for child in children:
        yield from in_sight(child)


def tags_in(parts):
    pages = [w.value for w in parts if isinstance(w, widgets.HTML)]
    return [tag for page in pages for tag in Tags(page).tags]


def pictures_in(explorer):
    """The alternative texts of the pictures in sight."""
    tags = tags_in(in_sight(explorer))
    return [attributes["aria-label"] for tag, attributes in tags if tag == "svg"]
