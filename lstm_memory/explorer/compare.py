"""Results that were kept, side by side: their loss curves, settings and outcomes."""

from functools import partial
from typing import NamedTuple

import numpy as np

from ..pictures import plots
from ..pictures.drawing import LOOKS, Drawing
from ..pictures.words import number, shorten, verdict
from . import parts
from .form import CONTROLS, Wanted, name_in_words, value_in_words
from .pages import Page
from .parts import HTML, button, row
from .presets import story_of

RESULT_LETTERS = "ABCD"
NOTHING_KEPT = "Nothing is kept yet: the button Keep to compare, on the left, keeps a result."


class Kept(NamedTuple):
    """What is kept of a result: little, so that it takes no memory to speak of."""

    letter: str
    story: str  # the name of the story that it tells, if it is one
    levels: dict  # the lowest losses that models can reach, {name: loss}
    values: dict  # the settings, {name: value}
    losses: np.ndarray  # mean over all steps (median over the networks), (epochs,)
    outcome: dict  # {what: words}

    @property
    def name(self):
        """The letter, and the story."""
        return f"{self.letter}: {self.story}" if self.story else self.letter


def kept_of(runs, letter, story=""):
    """What is to be kept of `runs`."""
    means = np.median(plots.mean_losses(runs.losses, runs), axis=0)
    error = np.median(runs.known_errors)
    outcome = {
        "epochs done": f"{len(means):,}",
        "last loss": number(means[-1]) if len(means) else "none",
        "largest error": number(error, 2) if error >= 0 else "none asked",
        "outcome": verdict(runs),
    }
    levels = plots.floors(runs)
    return Kept(letter, story, levels, Wanted.of(runs).values, means, outcome)


def picture(kept):
    """The loss curves of what was kept, as a `Drawing`."""
    title = "Mean loss of the results that were kept"
    looks = dict(zip(RESULT_LETTERS, LOOKS, strict=True))
    lines = [(k.name, k.losses, looks[k.letter]) for k in kept]
    same = all(k.levels == kept[0].levels for k in kept)
    levels = kept[0].levels if same else {}
    drawing = Drawing(plots.WIDTH, title=title)
    plots.draw_losses(drawing, lines, levels)
    words = [f"{k.name}: last loss {k.outcome['last loss']}. {k.outcome['outcome']}" for k in kept]
    words += [f"{name.capitalize()}: {number(level)}." for name, level in levels.items()]
    drawing.alt = " ".join([f"{title}.", *words])
    return drawing


def table(kept):
    """Outcomes and settings, a column a result; a star marks the settings that differ."""
    rows = [(what, *(k.outcome[what] for k in kept)) for what in kept[0].outcome]
    for name in CONTROLS:
        values = [k.values[name] for k in kept]
        star = " *" if any(value != values[0] for value in values) else ""
        texts = [shorten(value_in_words(name, value), 60) for value in values]
        rows.append((name_in_words(name) + star, *texts))
    head = ("", *(k.name for k in kept))
    words = "Outcomes and settings of the results that were kept"
    return parts.table(head, rows, words, height=None)


class Compare(Page):
    """The page: up to four results that were `kept`, and buttons to remove them."""

    title = "Compare"

    def __init__(self, experiment):
        self.kept = []
        tooltip = "Take result {} out of the comparison."
        self.remove = {
            k: button(
                f"Remove {k}", tooltip.format(k), partial(self._remove, k), layout={"width": "auto"}
            )
            for k in RESULT_LETTERS
        }
        self.message, self.picture, self.table = HTML(), parts.picture(), HTML()
        buttons = row(*self.remove.values())
        super().__init__(experiment, [buttons, self.message, self.picture, self.table])
        self.draw()

    def keep(self):
        """Keep the result that is shown, if there is one, and room for it."""
        runs = self.experiment.runs
        letters = sorted({*RESULT_LETTERS} - {k.letter for k in self.kept})
        if runs is None:
            self._refuse("There is no result yet: press Train first.")
        elif not letters:
            self._refuse(f"{len(RESULT_LETTERS)} results are kept: remove one first.")
        else:
            story = story_of(Wanted.of(runs).values)
            self._change(sorted([*self.kept, kept_of(runs, letters[0], story)]))

    def _remove(self, letter):
        self._change([k for k in self.kept if k.letter != letter])

    def _refuse(self, words):
        self.message.value = f'<div role="alert">{words}</div>'

    def _change(self, kept):
        self.kept, self.message.value = kept, ""
        self.refresh()

    def draw(self):
        kept = self.kept
        letters = {k.letter for k in kept}
        for letter, remove in self.remove.items():
            remove.layout.display = "" if letter in letters else "none"
        self.picture.value = picture(kept).inline() if kept else NOTHING_KEPT
        explain = "<p>A star marks the settings that differ.</p>" if len(kept) > 1 else ""
        self.table.value = table(kept) + explain if kept else ""
