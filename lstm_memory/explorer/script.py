"""What the browser itself does on the Explorer's page; its source is in script.js."""

from pathlib import Path

from anywidget import AnyWidget
from traitlets import Unicode

LONGEST_LINK = 8_000  # characters, which every browser and server takes


class Script(AnyWidget):
    """A widget without looks, for the Explorer that it stands in.

    It names the handles of sliders, keeps the arrow keys for lists, copies texts and links, and
    saves pictures as PNG files. It tells which unit and step of a picture was clicked on, and
    which key was pressed on the picture of the network. Where the page is the app's, it writes
    `link` into its address: whoever loads the page again finds the same settings, and networks.
    """

    # The text, not the path: of a path, anywidget keeps every widget that was ever made.
    _esm = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    link = Unicode("").tag(sync=True)

    def __init__(self, choose, press):
        """`choose(unit=..., step=...)` and `press(key)` are called with what it tells."""
        self._choose, self._press = choose, press
        super().__init__()
        self.on_msg(self._hear)

    def _hear(self, widget, content, buffers):
        """Do what the browser asks for; it can send anything."""
        chosen = {name: content.get(name) for name in ("unit", "step")}
        if isinstance(content.get("key"), str):
            self._press(content["key"])
        elif all(value is None or type(value) is int for value in chosen.values()):
            self._choose(**chosen)

    def follow(self, experiment):
        """Keep `link` as that of an `Experiment`."""

        def show(change=None):
            self.link = experiment.link if len(experiment.link) <= LONGEST_LINK else ""

        experiment.observe(show, ["text", "runs", "state"])
        show()
