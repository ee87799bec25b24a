"""Pictures of the inside of a layer: everything it held, one unit's gates, one moment of learning.

Each function takes data and returns a `Drawing`; colours, looks and limits are those of `plots`.
"""

import numpy as np

from ..errors import whole_number
from ..memory import trace
from .drawing import LOOKS, Drawing, fitted, ticks
from .held import NAMES, WITH_SIGN, arrays, draw_colours, draw_map
from .plots import WIDTH
from .steps import LEFT, draw_chances, finished, step_axes, symbols_of
from .words import number, sequence_name

__all__ = ["heatmaps", "moment", "unit_lines"]


def heatmaps(held, task, width=WIDTH):
    """All that a layer held, units against steps: a row a sequence, a column a state or gate.

    `held` is a `Trace`. The limits are -1 and 1 for c, h and g, and 0 and 1 for the gates.
    `width` is in pixels.
    """
    units, names, held = held.h.shape[2], symbols_of(task), arrays(held)
    drawing, wide = Drawing(width), (width - 150) / max(4, len(held))
    high = 112 if len(names) < 3 else 86
    for column, letter in enumerate(held):
        drawing.text(LEFT + wide * column, 16, fitted(NAMES[letter], wide - 4))
    for k, steps in enumerate(names):
        top = drawing.height + 20
        drawing.text(LEFT, top - 7, sequence_name(task, k))
        for column, (letter, values) in enumerate(held.items()):
            box, own = (LEFT + wide * column, top, wide - 14, high), values[k, : len(steps)].T
            draw_map(drawing, box, steps, own, letter, units=column == 0)
    for x, signed in ((width - 70, True), (width - 28, False)):
        letters = [letter for letter in held if (letter in WITH_SIGN) == signed]
        if letters:  # some kinds of cells have no gates
            draw_colours(drawing, x, letters)
    first = f"What {units} units held at each step, as heatmaps: " + ", ".join(map(NAMES.get, held))
    words = [_means_in_words(task, k, held) for k in range(len(names))]
    return finished(drawing, task, "input", f"{first}.", *words)


def _means_in_words(task, k, held):
    """The mean size of each array (sequences, steps, units) at the first and the last step."""
    last = task.steps[k] - 1
    sizes = {letter: np.abs(values[k]).mean(axis=1) for letter, values in held.items()}
    rows = [f"{letter} {number(s[0], 2)} to {number(s[last], 2)}" for letter, s in sizes.items()]
    return f"{sequence_name(task, k)}, mean size at the first and the last step: {', '.join(rows)}."


def unit_lines(held, task, unit, width=WIDTH):
    """One unit's gates (above) and what they do to it (below) at each step, a column a sequence.

    `held` is a `Trace`; `unit` is counted from 0; `width` is in pixels. Raises `InputError`.
    """
    unit = whole_number("unit", unit, 0, held.h.shape[2] - 1)
    held = {letter: values[:, :, unit] for letter, values in arrays(held).items()}
    gates = {letter: values for letter, values in held.items() if letter not in WITH_SIGN}
    values = {letter: values for letter, values in held.items() if letter in WITH_SIGN}
    most = max(1, *(np.nanmax(np.abs(v)) for v in values.values()))
    drawing = Drawing(width, title=f"Unit {unit}")
    if gates:  # some kinds of cells have none
        _draw_lines(drawing, task, gates, "gates", 0, 1)
    _draw_lines(drawing, task, values, "values", -most, most)
    words = [_unit_in_words(task, k, held) for k in range(len(symbols_of(task)))]
    return finished(drawing, task, "input", f"Unit {unit} at each step.", *words)


def _draw_lines(drawing, task, lines, what, low, high):
    """A row of boxes, one a sequence, with the lines {letter: (sequences, steps)} of one unit."""
    names, top, margin = symbols_of(task), drawing.height + 22, 0.05 * (high - low)
    wide = (drawing.width - 180) / len(names)
    entries = {NAMES[letter]: look for letter, look in zip(lines, LOOKS, strict=False)}
    for k, steps in enumerate(names):
        box = (LEFT + wide * k, top, wide - 40, 110)
        y = (low - margin, high + margin)
        axes = step_axes(drawing, box, steps, y, sequence_name(task, k))
        axes.y_axis(*ticks(low, high, 7), "" if k else what)
        for (name, look), values in zip(entries.items(), lines.values(), strict=True):
            axes.line(range(len(steps)), values[k, : len(steps)], look, name, "step")
    drawing.legend(drawing.width - 132, top + 10, 132, entries)


def _unit_in_words(task, k, held):
    """The values of one unit, {letter: (sequences, steps)}, at the first steps."""
    steps = min(8, task.steps[k])
    rows = [
        f"{letter} {', '.join(number(v, 2) for v in values[k, :steps])}"
        for letter, values in held.items()
    ]
    return f"{sequence_name(task, k)}: {'; '.join(rows)}."


def moment(run, width=WIDTH):
    """A network at one moment of its training: its hidden state, and what it says.

    On the left h, units against steps, one map a sequence; on the right the probability of
    the right next symbol at each step. Of the sequences it shows the first two.
    """
    task, chances, h = run.task, run.stack.probabilities[0], trace(run).h
    names, wide = symbols_of(task)[:2], 0.21 * width
    drawing, rows, words = Drawing(width), {}, []
    for k, steps in enumerate(names):
        box, name = (LEFT + wide * k, 30, wide - 14, 168), f"sequence {k}"
        draw_map(drawing, box, steps, h[k, : len(steps)].T, "h", f"h, {name}", units=k == 0)
        rows[name] = chances[k, : len(steps)]
        first = ", ".join(number(p, 2) for p in rows[name][:8])
        words.append(f"{sequence_name(task, k)}: {first}.")
    left = LEFT + wide * len(names) + 34
    longest = max(map(len, names))
    box = (left, 48, width - left - 10, 150)
    entries = draw_chances(drawing, box, [f"step {step}" for step in range(longest)], rows)
    drawing.text(left, 18, "probability of the right one")
    drawing.legend(left, 24, box[2], entries)
    drawing.alt = (
        f"After epoch {len(run.losses)}: the hidden state, and the probability of the right next"
        f" symbol at each step. {' '.join(words)}"
    )
    return drawing
