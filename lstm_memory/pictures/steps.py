"""What several pictures draw step by step: a box for each sequence, probabilities, what was held.

Names of steps stand below each box, as many as there is room for.
"""

import numpy as np

from .drawing import (
    BLUES,
    FEW,
    GREY,
    HALO,
    LOOKS,
    MINUS,
    PLAIN,
    SHADES,
    SIGNED,
    SIZE,
    SMALL,
    STRIPED,
    Axes,
    Look,
    fitted,
    width_of,
)
from .held import SIGNED as WITH_SIGN
from .words import SHOWN, label, left_out, number

LEFT, TOP = 34, 26  # room for a scale beside a box, and for the title of the picture
CELLS = 1000  # in one picture, that show their values when they are pointed at
NARROWEST = 11  # room that the name of a step needs
LONGEST = 84  # a name that stands upright
HALF = Look("#000", "6 4", 1.2)


def symbols_of(task):
    """The inputs of each sequence that is drawn, as labels."""
    return [[label(symbol) for symbol in s[:-1]] for s in task.sequences[:SHOWN]]


def pairs_of(inputs, targets):
    """Each input and the right next symbol, as a label."""
    return [f"{label(x)}→{label(y)}" for x, y in zip(inputs, targets, strict=True)]


def boxes(names, width, high, less):
    """A box for each sequence, whose steps have `names`, and the height of them all.

    Boxes are `high`, or `less` high if they stand in several rows.
    """
    long = max(map(len, names)) * NARROWEST > width / 2 - 44
    columns = 1 if long or len(names) == 1 else 2
    wide, high = width / columns, high if len(names) <= columns else less
    row = 20 + high + max(room_below(steps, wide - 44) for steps in names)
    places = [divmod(k, columns) for k in range(len(names))]
    found = [(LEFT + wide * x, TOP + 20 + row * y, wide - 44, high) for y, x in places]
    return found, TOP + row * -(-len(names) // columns)


def step_axes(drawing, box, names, y, title=""):
    """Axes whose steps are named, with a title above."""
    drawing.text(box[0], box[1] - 7, fitted(title, box[2] + 10, SMALL), SMALL)
    axes = Axes(drawing, box, (-0.5, len(names) - 0.5), y)
    places, turned = _named(names, box[2])
    shown = [fitted(names[p], LONGEST, SMALL) for p in places]
    axes.x_axis(places, shown, turned=turned)
    return axes


def room_below(names, width):
    """The room that names need below a box of that width."""
    places, turned = _named(names, width)
    longest = max(width_of(names[p], SMALL) for p in places)
    return 14 + min(longest, LONGEST + 10) if turned else 24


def _named(names, width):
    """Which steps are named, and whether their names are turned upright."""
    every = max(1, -(-len(names) * NARROWEST // int(width)))
    places = range(0, len(names), every)
    return places, max(width_of(names[p], SMALL) for p in places) > width / len(places) - 3


def footer(drawing, task, words):
    """What the names below the boxes are, and which sequences are shown; adds the room for it."""
    drawing.height += 18
    rest = f" (shown: {left_out(task)})" if left_out(task) else ""
    drawing.text(drawing.width / 2, drawing.height - 8, words + rest, SMALL, "middle", GREY)


def chance_axes(drawing, box, names, title=""):
    """Axes for probabilities, with a line at 0.5, and room for a number above a bar."""
    axes = step_axes(drawing, box, names, (0, 1.12), title)
    axes.y_axis((0, 0.5, 1), ("0", "0.5", "1"))
    axes.across(0.5, HALF)
    return axes


def chance_bars(axes, values, names, bar, share=0.62, shift=0):
    """Probabilities as bars with numbers where there is room; of many steps, as a line.

    `names` tell what they are probabilities of.
    """
    if len(values) > FEW:
        return axes.line(range(len(values)), values, sample(bar, len(values)), "probability")
    places = np.arange(len(values)) + shift
    titles = [f"{name}: {number(value)}" for name, value in zip(names, values, strict=True)]
    axes.bars(places, values, share, bar, titles)
    if len(values) <= 8 and axes.box[2] * share / len(values) > 18:
        for x, y, value in zip(*axes.at(places, values), values, strict=True):
            axes.drawing.text(x, y - 3, number(value, 2), 9, "middle", more=HALO)


def sample(bar, steps):
    """How probabilities of so many steps look."""
    return bar if steps <= FEW else LOOKS[bar.striped].of(steps)


def two_rows_of_bars(axes, rows, names):
    """Bars side by side: the probabilities in `rows`, {what: (steps,)}; and their legend."""
    entries = []
    for (what, values), bar, shift in zip(
        rows.items(), (PLAIN, STRIPED), (-0.2, 0.2), strict=False
    ):
        titles = [f"{what}, {name}" for name in names[: len(values)]]
        chance_bars(axes, values, titles, bar, 0.36, shift)
        entries.append((what, sample(bar, len(values))))
    return entries


def grid(drawing, box, values, words, titles, rows, columns, below):
    """Numbers from 0 to 1 as blue cells, row by row with `words` in them and `titles`.

    `rows` and `columns` are their names, and `below` says what the columns are.
    """
    left, top, width, height = box
    axes = step_axes(drawing, box, columns, (len(rows) - 0.5, -0.5))
    named = range(0, len(rows), -(-len(rows) // 16))
    axes.y_axis(named, [fitted(rows[place], left - 12, SMALL) for place in named])
    axes.cells(values, BLUES, titles if values.size <= CELLS else None)
    room = width / len(columns) - 6
    size = min(SIZE, room / max([1, *(width_of(text, 1) for text in words)]))
    for (place, value), text in zip(np.ndenumerate(values), words, strict=False):
        x, y = axes.at(place[1], place[0])
        drawing.text(x, y + 4, text, size, "middle", "#fff" if value > 0.6 else "#000")
    drawing.height = top + height + room_below(columns, width) + 18
    drawing.text(left + width / 2, drawing.height - 6, below, SMALL, "middle", GREY)


def held_map(drawing, box, names, values, letter, pointed, title=""):
    """What units held, (units, steps), as a map; `pointed`: its cells show their values."""
    axes = step_axes(drawing, box, names, (len(values) - 0.5, -0.5), title)
    cells = zip(np.ndindex(values.shape), values.ravel().tolist(), strict=True)
    titles = (f"{letter} of unit {u}, step {t}: {number(v, 2)}" for (u, t), v in cells)
    with_sign = letter in WITH_SIGN
    axes.cells(values, SIGNED if with_sign else SHADES, titles if pointed else None)
    if with_sign:
        axes.minus_signs(values)


def unit_scale(drawing, box, units):
    """The numbers of the first and the last unit, beside a map."""
    left, top, _, height = box
    drawing.text(left - 5, top + 9, "0", SMALL, "end")
    if units > 1:
        drawing.text(left - 5, top + height - 1, f"{units - 1}", SMALL, "end")
    drawing.text(left - 22, top + height / 2, "unit", SMALL, "middle", GREY, turned=-90)


def colour_scale(drawing, x, y, with_sign, name, beyond=False):
    """What the colours mean; `beyond`: numbers that are larger have the colours of the ends."""
    scale, values = (SIGNED, (1, 0, -1)) if with_sign else (SHADES, (1, 0))
    axes = Axes(drawing, (x, y, 10, 90), (0, 1), (scale.low, scale.high))
    colours = np.linspace(scale.high, scale.low, 21)
    axes.cells(colours[:, None], scale, [number(value, 1) for value in colours])
    for value in values:
        end = {1: "≥ ", -1: "≤ "}.get(value, "") if beyond else ""
        words = end + f"{value}".replace("-", MINUS)
        drawing.text(x + 14, axes.at(0, value)[1] + 4, words, SMALL)
    drawing.text(x - 4, y - 9, name, SMALL)
