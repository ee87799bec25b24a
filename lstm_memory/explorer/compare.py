"""Results that were kept, side by side: their loss curves, settings and outcomes."""

from typing import NamedTuple

import ipywidgets as widgets
import numpy as np
from traitlets import HasTraits, Tuple, Unicode

from ..counting import count
from ..pictures import loss_lines, plots
from ..pictures.drawing import BOLD, LOOKS, Drawing
from ..pictures.words import number, shorten
from . import parts
from .form import ALL, NAMES, SETTINGS, text_of
from .pages import Page
from .panel import button

MOST = 4
LETTERS = "ABCD"
NONE = "Nothing is kept yet: the button Keep to compare, on the left, keeps a result."


class Kept(NamedTuple):
    """What is kept of a result: little, so that it takes no memory to speak of."""

    letter: str
    values: dict  # the settings, {name: value}
    losses: np.ndarray  # mean over all steps (median over the networks), (epochs,)
    outcome: dict  # {what: words}


class Comparison(HasTraits):
    """Up to four results, `kept`; `note` says why another one was not."""

    kept = Tuple(read_only=True)
    note = Unicode(read_only=True)

    def keep(self, runs):
        """Keep the `Runs`, if there is room."""
        letters = [letter for letter in LETTERS if letter not in {k.letter for k in self.kept}]
        if runs is None:
            return self.set_trait("note", "There is no result yet: press Train first.")
        if not letters:
            return self.set_trait("note", f"{MOST} results are kept: remove one first.")
        self.set_trait("note", "")
        self.set_trait("kept", tuple(sorted((*self.kept, kept_of(runs, letters[0])))))

    def remove(self, letter):
        """Forget the result with that letter."""
        self.set_trait("note", "")
        self.set_trait("kept", tuple(k for k in self.kept if k.letter != letter))


def kept_of(runs, letter):
    """What is to be kept of `runs`."""
    settings = runs.settings
    values = {"sequences": text_of(runs.task)}
    values |= {name: getattr(settings, name) for name in SETTINGS}
    means = np.median(loss_lines.means(runs.losses, runs.task), axis=0)
    outcome = {
        "epochs done": f"{len(means):,}",
        "last loss": number(means[-1]) if len(means) else "none",
        "largest error": number(np.median(runs.max_errors), 2),
        "remember": str(count(runs.remembers)),
    }
    values["initialisations"] = len(runs.seeds)
    return Kept(letter, values, means, outcome)


def picture(kept):
    """The loss curves of what was kept, as a `Drawing`."""
    title = "Mean loss of the results that were kept"
    looks = dict(zip(LETTERS, LOOKS, strict=True))
    lines = [loss_lines.Line(k.letter, k.losses, looks[k.letter]) for k in kept]
    drawing = Drawing(plots.WIDTH)
    axes = plots.draw_losses(drawing, title, lines)
    low = drawing.height
    for line in sorted(lines, key=lambda line: [*line.losses[-1:]]):  # their names, apart
        if len(line.losses):
            x, y = axes.at(len(line.losses), line.losses[-1])
            low = min(y + 4, low - 12)
            drawing.text(x + 4, low, line.name, more=BOLD)
    words = [
        f"{k.letter}: last loss {k.outcome['last loss']}, {k.outcome['remember']}." for k in kept
    ]
    drawing.alt = " ".join([f"{title}.", *words])
    return drawing


def table(kept):
    """Settings and outcomes, a column a result; a star marks the settings that differ."""
    rows = []
    for name, words in NAMES.items():
        values = [k.values[name] for k in kept]
        shown = [ALL[name] if v is None else shorten(str(v), 60) for v in values]
        differ = any(value != values[0] for value in values)
        rows.append((f"{words} *" if differ else words, *shown))
    rows += [(what, *(k.outcome[what] for k in kept)) for what in kept[0].outcome]
    head = ("", *(k.letter for k in kept))
    return parts.table(head, rows, "Settings and outcomes of the results that were kept", 330)


class Compare(Page):
    """The page: the results that were kept, and buttons to remove them."""

    title = "Compare"

    def __init__(self, experiment):
        self.comparison = Comparison()
        self.remove = {
            letter: button(
                f"Remove {letter}",
                f"Take result {letter} out of the comparison.",
                lambda letter=letter: self.comparison.remove(letter),
            )
            for letter in LETTERS
        }
        self.words, self.table = widgets.HTML(), widgets.HTML()
        buttons = widgets.HBox(list(self.remove.values()), layout={"flex_flow": "row wrap"})
        super().__init__(experiment, buttons, self.words)
        self.children = [*self.children, self.table]
        self.comparison.observe(self._show, ["kept", "note"])
        self._show()

    def keep(self):
        """Keep the result that is shown."""
        self.comparison.keep(self.experiment.runs)

    def draw(self):
        """Nothing in it belongs to the moment, but it can be drawn again."""
        self._show()

    def _show(self, change=None):
        kept, note = self.comparison.kept, self.comparison.note
        self.words.value = note and f'<div role="alert">{note}</div>'
        for letter, remove in self.remove.items():
            there = letter in {k.letter for k in kept}
            remove.layout.display = "" if there else "none"
        self.picture.value = picture(kept).inline() if kept else NONE
        explain = "<p>A star marks the settings that differ.</p>" if len(kept) > 1 else ""
        self.table.value = table(kept) + explain if kept else ""
