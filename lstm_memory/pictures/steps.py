"""What several pictures draw step by step: a box for each sequence, probabilities, a grid."""

import itertools

import numpy as np

from .drawing import (
    BARS,
    BLUES,
    FEW,
    GREY,
    LOOKS,
    NARROWEST,
    SIZE,
    SMALL,
    Axes,
    Look,
    fitted,
    width_of,
)
from .words import SHOWN, labels, left_out, number, picture_in_words

LEFT = 46  # room for a scale beside a box
HALF = Look("#000", "6 4", 1.2)


def symbols_of(task):
    """The inputs of each sequence that is drawn, as labels."""
    shown = labels(task.alphabet)
    return [[shown[symbol] for symbol in s[:-1]] for s in task.sequences[:SHOWN]]


def pairs_of(task, k):
    """Each input of a sequence and the right next symbol, as a label."""
    shown = [labels(task.alphabet)[symbol] for symbol in task.sequences[k]]
    return [f"{x}→{y}" for x, y in itertools.pairwise(shown)]


def boxes(drawing, names, width, high, titles=()):
    """A box for each sequence, whose steps have `names`: two side by side if they are short,
    and if the `titles` of all have room.

    Each row of boxes begins below what has been drawn when it is asked for.
    """
    widest = max(NARROWEST * max(map(len, names)), *(width_of(title) - 10 for title in titles), 0)
    long = widest > width / 2 - LEFT - 10
    columns = 1 if long or len(names) == 1 else 2
    wide = width / columns
    for k in range(len(names)):
        if k % columns == 0:
            top = drawing.height + 22
        yield LEFT + wide * (k % columns), top, wide - LEFT - 10, high


def step_axes(drawing, box, names, y, title="", size=SMALL):
    """Axes whose steps are named, with a title above, and the step of the drawing marked."""
    drawing.text(box[0], box[1] - 7, fitted(title, box[2] + 10, size), size=size)
    axes = Axes(drawing, box, (-0.5, len(names) - 0.5), y, size)
    axes.x_axis(range(len(names)), names)
    axes.mark_step()
    return axes


def finished(drawing, task, below, *sentences):
    """The drawing, with what the names below its boxes are, which sequences are shown, and alt."""
    rest = f" (shown: {left_out(task)})" if left_out(task) else ""
    drawing.text(drawing.width / 2, drawing.height + 10, below + rest, "middle", colour=GREY)
    drawing.alt = picture_in_words(task, *sentences)
    return drawing


def draw_chances(drawing, box, names, rows, title=""):
    """Probabilities at steps that have `names`, as bars or, of many steps, as lines.

    `rows`: {what: (steps,)}, one or two. Returns the entries of their legend.
    """
    axes = step_axes(drawing, box, names, (0, 1.12), title)
    axes.y_axis((0, 0.5, 1), ("0", "0.5", "1"))
    axes.line(axes.limits[0], (0.5, 0.5), HALF)
    looks = BARS if len(names) <= FEW else LOOKS
    for k, (what, values) in enumerate(rows.items()):
        if len(names) > FEW:
            axes.line(range(len(values)), values, looks[k], what, "step")
        else:
            places = np.arange(len(values)) + 0.4 * k - 0.2 * (len(rows) - 1)
            _draw_bars(axes, places, values, names, what, looks[k], 0.7 / len(rows))
    return dict(zip(rows, looks, strict=False))


def _draw_bars(axes, places, values, names, what, fill, share):
    """A row of bars, each `share` of a step wide; where there is room their numbers, at the top."""
    _, top, width, _ = axes.box
    wide, floor = share * width / len(names), axes.at(0, 0)[1]
    for x, y, value, name in zip(*axes.at(places, values), values, names, strict=False):
        if np.isfinite(y):
            box = (x - wide / 2, y, wide, floor - y)
            axes.drawing.bar(box, fill, f"{what}, {name}: {number(value)}")
        if wide > 20:
            axes.drawing.text(x, top + 10, number(value, 2), "middle")


def draw_grid(drawing, box, values, words, entries, rows, columns, below):
    """Numbers from 0 to 1 as blue cells with `words` in them, of one or more lines, row by row.

    `rows` and `columns` are names, which show with one of the `entries` when a cell is pointed
    at, and `below` says what the columns are.
    """
    axes = step_axes(drawing, box, columns, (len(rows) - 0.5, -0.5))
    axes.y_axis(range(len(rows)), rows)
    names = (f"{row}, {column}" for row in rows for column in columns)
    titles = (f"{name}: {entry}" for name, entry in zip(names, entries, strict=True))
    axes.cells(values, BLUES, titles)
    lines = list(zip(*(text.split("\n") for text in words), strict=True))
    wide, high = box[2] / len(columns) - 6, box[3] / len(rows) / len(lines)
    for k, line in enumerate(lines):
        size = min(SIZE, high - 1, wide / max(width_of(text, 1) for text in set(line)))
        down = 4 + (k - (len(lines) - 1) / 2) * min(high, 13)
        if size > 4:  # smaller letters cannot be read
            for (place, value), text in zip(np.ndenumerate(values), line, strict=True):
                x, y = axes.at(place[1], place[0])
                drawing.text(x, y + down, text, "middle", size, "#fff" if value > 0.6 else "#000")
    drawing.text(box[0] + box[2] / 2, drawing.height + 10, below, "middle", colour=GREY)
