"""The page on which settings are shared, and results taken away."""

import os

import ipywidgets as widgets

from ..errors import InputError
from . import downloads
from .keras_code import keras_code
from .pages import Page
from .panel import button
from .parts import in_the_way, status

WRONG = "Something is wrong with the settings: see the notes."
EXPLAIN = (
    "<p>This text holds all the settings. Keep it, or send it to someone: pasted below, it"
    " brings them back.</p>"
)


class Share(Page):
    """Settings as a text and back, the training as Keras code, results as files."""

    title = "Share and save"

    def __init__(self, experiment, unit):
        """`unit`: the control that says which unit is drawn."""
        self.unit = unit
        self.text, self.note, self.code, self.files = (widgets.HTML() for _ in range(4))
        self.pasted = widgets.Textarea(
            description="pasted text",
            tooltip="Paste the text of another Explorer, or one you kept, here.",
            rows=2,
            style={"description_width": "85px"},
            layout={"width": "auto"},
        )
        restore = "Set everything to what the pasted text says."
        code = "Write these settings as a program in plain Keras."
        files = "Make the numbers as CSV, and the pictures as SVG."
        self.restore = button("Restore", restore, self._restore)
        self.make_code = button("Keras code", code, self._write_code)
        self.make_files = button("Files", files, self._make_files)
        settings = [self.text, self.pasted, self.restore, self.note]
        results = [self.make_code, self.code, self.make_files, self.files]
        super().__init__(experiment, [*settings, *results])
        experiment.observe(self._drop_code, "text")
        experiment.observe(self._drop_files, "moment")

    def draw(self):
        text = self.experiment.text
        if not text:
            self.text.value = in_the_way(WRONG)
            return
        address = ""
        if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
            address = f'<p><a href="?{text.replace("&", "&amp;")}">Link to these settings</a></p>'
        self.text.value = EXPLAIN + downloads.to_copy("Settings as a text", text) + address

    def _restore(self):
        try:
            self.experiment.restore(self.pasted.value)
        except InputError as error:
            self.note.value = in_the_way(str(error))
        else:
            self.note.value = status("Settings restored: press Train.")

    def _write_code(self):
        wanted = self.experiment.wanted
        if wanted is None:
            self.code.value = in_the_way(WRONG)
            return
        program = keras_code(wanted.task, wanted.settings)
        link = downloads.link("training.py", "text/x-python", program.encode())
        copy = downloads.to_copy("The training as a program in Keras", program, rows=12)
        self.code.value = f"{copy}<ul>{link}</ul>"

    def _make_files(self):
        if self.experiment.moment is None:
            self.files.value = in_the_way("There is no result yet: press Train first.")
        else:
            self.files.value = downloads.files(self.experiment, self.unit.value)

    def _drop_code(self, change):
        """The text and the program belong to settings that are no longer there."""
        self.code.value = ""
        self.refresh()

    def _drop_files(self, change):
        """The files belong to a moment that is no longer shown."""
        self.files.value = ""
