"""The page on which settings are shared, and results taken away.

Files and texts are made when they are asked for, and dropped when they are out of date.
"""

import os

import ipywidgets as widgets
import pandas as pd

from ..errors import InputError
from ..pictures import curves, insides, plots
from ..pictures.words import passing
from .form import to_link
from .keras_code import keras_code
from .pages import Page
from .parts import HTML, button, control, in_the_way, link, script_button, status, to_copy
from .script import LONGEST_LINK

WRONG = "Something is wrong with the settings: see the notes."
EXPLAIN = (
    "<p>This text holds all the settings. Keep it, or send it to someone: pasted below, it"
    " brings them back.</p>"
)
EXPLAIN_LINK = (
    "<p>Whoever opens this link begins with these settings, and they are trained on arrival. The"
    " address of this page is such a link, too: loading it again loses nothing but time.</p>"
)
TOO_LONG = "<p>The sequences are too long for a link: share the text.</p>"


class Share(Page):
    """Settings as a text and back, the training as Keras code, results as files."""

    title = "Share and save"

    def __init__(self, experiment, unit):
        """`unit`: the control that says which unit is drawn."""
        self.unit = unit
        self.text, self.note, self.code, self.files = (HTML() for _ in range(4))
        paste = "Paste the text or the link of another Explorer, or one you kept, here."
        self.pasted = control(
            widgets.Textarea, "pasted text", paste, label=85, rows=2, continuous_update=False
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
        self.text.value = EXPLAIN + to_copy("Settings as a text", text) + self._link()

    def _link(self):
        """Where the page is the app's, a link that trains on arrival, and a button to copy it."""
        if not os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
            return ""
        link = to_link(self.experiment.wanted, trains=True)
        if len(link) > LONGEST_LINK:
            return TOO_LONG
        return EXPLAIN_LINK + to_copy("Link that trains on arrival", f"?{link}", 2, "link")

    def _restore(self):
        try:
            self.experiment.restore(self.pasted.value)
        except InputError as error:
            self.note.value = in_the_way(str(error))
        else:
            is_there = self.experiment.link.endswith("train=yes")
            told = "Settings restored" + (", and trained." if is_there else ": press Train.")
            self.note.value = status(told)

    def _write_code(self):
        wanted = self.experiment.wanted
        if wanted is None:
            self.code.value = in_the_way(WRONG)
            return
        program = keras_code(wanted)
        copy = to_copy("The training as a program in Keras", program, rows=12)
        file = link("training.py", "text/x-python", program.encode())
        self.code.value = f"{copy}<ul>{file}</ul>"

    def _make_files(self):
        if self.experiment.moment is None:
            self.files.value = in_the_way("There is no result yet: press Train first.")
        else:
            self.files.value = files(self.experiment, self.unit.value)

    def _drop_code(self, change):
        """The text and the program belong to settings that are no longer there."""
        self.code.value = ""
        self.refresh()

    def _drop_files(self, change):
        """The files belong to a moment that is no longer shown."""
        self.files.value = ""


def files(experiment, unit):
    """Links to the losses and predictions as CSV, and to the pictures as SVG and PNG.

    A PNG file is made by the browser, of the SVG file beside it.
    """
    links = [link(name, "text/csv", data) for name, data in csv_files(experiment).items()]
    for name, picture in pictures(experiment, unit).items():
        png = script_button("png", f"{name}.png", f"Save {name}.png")
        links.append(link(f"{name}.svg", "image/svg+xml", picture.svg().encode(), f" {png}"))
    return f"<ul>{''.join(links)}</ul>"


def csv_files(experiment):
    """{file name: bytes}: of the first network, and of all if there are several."""
    runs = experiment.runs
    tables = {
        "losses.csv": experiment.run.losses.rename(columns=lambda k: f"sequence {k}"),
        "predictions.csv": experiment.moment.run.predictions.set_index("sequence"),
    }
    if len(runs.seeds) > 1:
        every = {
            "seed": runs.seeds,
            "largest_error": runs.max_errors,
            "remembers": runs.remembers,  # the largest error is below 0.25
            "learnt": runs.learnt,  # the same at the steps that can be known
        }
        tables["networks.csv"] = pd.DataFrame(every).set_index("seed")
    return {name: table.to_csv().encode() for name, table in tables.items()}


def pictures(experiment, unit):
    """{name: Drawing}: what the Explorer shows, and one of the units, or the last."""
    moment, networks = experiment.moment, len(experiment.runs.seeds)
    task, unit = moment.run.task, min(unit, moment.run.settings.neurons - 1)
    drawn = {
        "loss": plots.loss_curve(experiment.trained),
        "probabilities": plots.predictions(moment.run),
        "states": insides.heatmaps(moment.trace, task),
        f"unit_{unit}": insides.unit_lines(moment.trace, task, unit),
    }
    if networks > 1:
        said = passing(moment.run)
        counts, title = {f"{networks} networks": experiment.counts}, f"Networks that {said.several}"
        drawn["success_rate"] = curves.success(counts, title, share=said.share)
    return drawn
