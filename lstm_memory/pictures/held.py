"""What a layer holds at each step, its states and gates: their names, and maps of them.

c, h and the candidate g have a sign (h and g from -1 to 1, c also beyond); gates go from 0, shut,
to 1, open.
"""

import numpy as np

from .drawing import SHADES, SIGNED, SMALL, Axes, ticks
from .steps import step_axes
from .words import number

NAMES = {
    "c": "cell state c",
    "h": "hidden state h",
    "g": "candidate g",
    "i": "input gate i",
    "f": "forget gate f",
    "o": "output gate o",
    "z": "update gate z",
    "r": "reset gate r",
}
WITH_SIGN = "chg"


def arrays(trace):
    """{letter: array} of what this kind of cell has, in the order of `NAMES`."""
    there = {letter: getattr(trace, letter) for letter in NAMES}
    return {letter: values for letter, values in there.items() if values is not None}


def scale_of(letter):
    """The colours of a state or gate."""
    return SIGNED if letter in WITH_SIGN else SHADES


def groups(letters):
    """Those of `letters` that have a sign, and the gates; a group may be empty."""
    signed = [letter for letter in letters if letter in WITH_SIGN]
    return signed, [letter for letter in letters if letter not in WITH_SIGN]


def draw_map(drawing, box, names, values, letter, title="", units=True, size=SMALL, order=None):
    """What units held, (units, steps), as a map; beside it, with `units`, their numbers.

    `order`: the unit of each row, if they do not stand in the order in which they count.
    """
    named = sorted({0, len(values) - 1}) if order is None else range(len(values))
    order = range(len(values)) if order is None else order
    axes = step_axes(drawing, box, names, (len(values) - 0.5, -0.5), title, size)
    if units:
        axes.y_axis(named, [str(order[k]) for k in named], "unit")
    cells = zip(np.ndindex(values.shape), values.ravel().tolist(), strict=True)
    titles = (f"{letter} of unit {order[k]}, step {t}: {number(v, 2)}" for (k, t), v in cells)
    axes.cells(values, scale_of(letter), titles)
    if letter in WITH_SIGN:
        axes.minus_signs(values)


def draw_colours(drawing, x, letters, size=SMALL, above=""):
    """What the colours of maps of `letters` mean; `above` stands in place of the letters."""
    scale = scale_of(letters[0])
    axes = Axes(drawing, (x, 48, 12, 90), (0, 1), (min(scale), 1), size)
    places, names = ticks(min(scale), 1, least=1)
    if "c" in letters:  # what is beyond has the colours of the ends
        names[0], names[-1] = f"≤ {names[0]}", f"≥ {names[-1]}"
    axes.y_axis(places, names)
    values = np.linspace(1, min(scale), 9)
    axes.cells(values[:, None], scale, [number(value, 2) for value in values])
    drawing.text(x + 6, 39, above or ", ".join(letters), "middle", size)
