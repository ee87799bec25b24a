"""What the browser itself does on the Explorer's page; its source is in script.js."""

from pathlib import Path

from anywidget import AnyWidget


class Script(AnyWidget):
    """A widget without looks, for the Explorer that it stands in.

    It names the handle of the slider, keeps the arrow keys for lists, copies texts, and saves
    pictures as PNG files.
    """

    # The text, not the path: of a path, anywidget keeps every widget that was ever made.
    _esm = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
