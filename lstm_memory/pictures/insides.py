"""Pictures of the inside of a layer: everything it held, one unit's gates, one moment of learning.

Each function takes data and returns a `Drawing`; colours, looks and limits are those of `plots`.
"""

import numpy as np

from ..errors import whole_number
from ..memory import trace
from .drawing import BOLD, GREY, LOOKS, SMALL, Drawing, Look, fitted, ticks
from .held import NAMES, SIGNED, arrays, means_in_words, unit_in_words
from .plots import WIDTH
from .steps import (
    CELLS,
    chance_axes,
    colour_scale,
    footer,
    held_map,
    room_below,
    step_axes,
    symbols_of,
    two_rows_of_bars,
    unit_scale,
)
from .words import number, picture_in_words, sequence_name

__all__ = ["heatmaps", "moment", "unit_lines"]


def heatmaps(held, task, width=WIDTH):
    """All that a layer held, units against steps: a row a sequence, a column a state or gate.

    `held` is a `Trace`. The limits are -1 and 1 for c, h and g, and 0 and 1 for the gates.
    `width` is in pixels.
    """
    units, names, held = held.h.shape[2], symbols_of(task), arrays(held)
    drawing, wide = Drawing(width, 40), (width - 130) / max(4, len(held))
    high = 112 if len(names) < 3 else 86
    pointed = units * sum(map(len, names)) * len(held) <= CELLS
    for column, letter in enumerate(held):
        name = fitted(NAMES[letter], wide - 4, SMALL)
        drawing.text(48 + wide * column, 16, name, SMALL)
    for k, steps in enumerate(names):
        drawing.text(48, drawing.height - 7, sequence_name(task, k), SMALL)
        for column, (letter, values) in enumerate(held.items()):
            box = (48 + wide * column, drawing.height, wide - 14, high)
            held_map(drawing, box, steps, values[k, : len(steps)].T, letter, pointed)
        unit_scale(drawing, (48, drawing.height, wide, high), units)
        drawing.height += high + 20 + room_below(steps, wide - 14)
    drawing.height -= 22
    _draw_scales(drawing, held)
    footer(drawing, task, "input")
    first = f"What {units} units held at each step, as heatmaps: " + ", ".join(map(NAMES.get, held))
    words = [means_in_words(task, k, held) for k in range(len(names))]
    drawing.alt = picture_in_words(task, f"{first}.", *words)
    return drawing


def _draw_scales(drawing, held):
    """What the colours mean, on the right."""
    beyond = any(np.nanmax(np.abs(values)) > 1 for values in held.values())
    signed = [letter for letter in held if letter in SIGNED]
    colour_scale(drawing, drawing.width - 78, 44, True, ", ".join(signed), beyond)
    if len(signed) < len(held):
        colour_scale(drawing, drawing.width - 34, 44, False, "gates")


def unit_lines(held, task, unit, width=WIDTH):
    """One unit's gates (above) and what they do to it (below) at each step, a column a sequence.

    `held` is a `Trace`; `unit` is counted from 0; `width` is in pixels. Raises `InputError`.
    """
    unit = whole_number("unit", unit, 0, held.h.shape[2] - 1)
    names, drawing = symbols_of(task), Drawing(width, 42)
    held = {letter: values[: len(names), :, unit] for letter, values in arrays(held).items()}
    drawing.text(8, 14, f"Unit {unit}", more=BOLD)
    titles = [sequence_name(task, k) for k in range(len(names))]
    gates = {n: v for n, v in held.items() if n not in SIGNED}
    if gates:  # some kinds of cells have none
        _draw_lines(drawing, names, gates, "gates", (0, 1), titles)
        titles = [""] * len(names)
    values = {n: v for n, v in held.items() if n in SIGNED}
    most = max(1, *(np.nanmax(np.abs(v)) for v in values.values()))
    _draw_lines(drawing, names, values, "values", (-most, most), titles)
    drawing.height -= 14
    footer(drawing, task, "input")
    words = [unit_in_words(task, k, held) for k in range(len(names))]
    drawing.alt = picture_in_words(task, f"Unit {unit} at each step.", *words)
    return drawing


def _draw_lines(drawing, names, lines, what, limits, above):
    """A row of boxes, one a sequence, with the lines {letter: (sequences, steps)} of one unit."""
    wide, top = (drawing.width - 170) / len(names), drawing.height
    margin = 0.05 * (limits[1] - limits[0])
    for k, steps in enumerate(names):
        box = (52 + wide * k, top, wide - 44, 110)
        y = (limits[0] - margin, limits[1] + margin)
        axes = step_axes(drawing, box, steps, y, above[k])
        axes.y_axis(*ticks(*limits, 7), "" if k else what)
        axes.across(0, Look("#bbb", thick=1))
        for (letter, values), look in zip(lines.items(), LOOKS, strict=False):
            own = values[k, : len(steps)]
            titles = (f"{letter}, step {step}: {number(v, 2)}" for step, v in enumerate(own))
            axes.line(range(len(steps)), own, look, NAMES[letter], titles)
    for row, (letter, look) in enumerate(zip(lines, LOOKS, strict=False)):
        drawing.legend(drawing.width - 132, top + 10 + 20 * row, 132, [(NAMES[letter], look)])
    drawing.height += 122 + max(room_below(steps, wide - 44) for steps in names)


def moment(run, width=WIDTH):
    """A network at one moment of its training: its hidden state, and what it says.

    On the left h, units against steps, one map a sequence; on the right the probability of
    the right next symbol at each step. Of the sequences it shows the first two.
    """
    task, chances, h = run.task, run.stack.probabilities[0], trace(run).h
    names, units = symbols_of(task)[:2], h.shape[2]
    wide, longest = 0.21 * width, max(names, key=len)
    below = max(room_below(steps, wide - 14) for steps in names)
    drawing = Drawing(width, 30 + 168 + below + 16)
    for k, steps in enumerate(names):
        box = (40 + wide * k, 30, wide - 14, 168)
        pointed, title = 2 * units * len(longest) <= CELLS, f"h, sequence {k}"
        held_map(drawing, box, steps, h[k, : len(steps)].T, "h", pointed, title)
    unit_scale(drawing, (40, 30, wide, 168), units)
    left = 40 + wide * len(names) + 34
    box = (left, 48, width - left - 10, 150)
    axes = chance_axes(drawing, box, list(map(str, range(len(longest)))))
    drawing.text(left, 18, "probability of the right one", SMALL)
    rows = {f"sequence {k}": chances[k, : len(steps)] for k, steps in enumerate(names)}
    titles = [f"step {step}" for step in range(len(longest))]
    drawing.legend(left, 24, box[2], two_rows_of_bars(axes, rows, titles))
    drawing.text(left + box[2] / 2, drawing.height - 6, "step", SMALL, "middle", GREY)
    drawing.alt = _moment_in_words(run, chances[: len(names)])
    return drawing


def _moment_in_words(run, chances):
    words = [
        f"{sequence_name(run.task, k)}: {', '.join(number(p, 2) for p in own[:steps][:8])}."
        for k, (own, steps) in enumerate(zip(chances, run.task.steps, strict=False))
    ]
    return (
        f"After epoch {len(run.losses)}: the hidden state, and the probability of the right next"
        f" symbol at each step. {' '.join(words)}"
    )
