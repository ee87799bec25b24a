"""Pictures of the inside of a layer: all it held, one unit, one moment of learning, pairs of units.

Each function takes data and returns a `Drawing`; colours, looks and limits are those of `plots`.
"""

from itertools import zip_longest

import numpy as np

from ..errors import InputError, whole_number
from ..memory import trace
from .arguments import checked
from .drawing import GREY, LOOKS, SIGNED, SIZE, Axes, Drawing, fitted, ticks
from .held import NAMES, WITH_SIGN, arrays, draw_colours, draw_map, groups
from .network import other_sequence, telling
from .plots import WIDTH
from .steps import LEFT, draw_chances, finished, step_axes, symbols_of
from .words import label, number, sequence_name

__all__ = ["differences", "heatmaps", "moment", "pairs", "unit_lines"]

BAR = 72  # room for a bar of colours beside maps
HEADINGS = {True: "red above 0, blue below", False: "gates: light is open, dark is shut"}


@checked
def heatmaps(held, task, width=WIDTH, step=None):
    """All that a layer held, units against steps: a row a sequence, a column a state or gate.

    What has a sign stands on the left, with limits of -1 and 1, and the gates on the right, with
    limits of 0, shut and dark, and 1, open and light. `held` is a `Trace`. `width` is in pixels.
    A frame marks `step`, counted from 0.
    """
    units, names, held = held.h.shape[2], symbols_of(task), arrays(held)
    drawing, parts = Drawing(width), [letters for letters in groups(held) if letters]
    drawing.step = step
    wide = (width - LEFT - BAR * len(parts)) / max(4, len(held))
    lefts, left = {}, LEFT
    for letters in parts:
        drawing.text(left, 18, HEADINGS[letters[0] in WITH_SIGN], size=SIZE)
        lefts |= {letter: left + wide * k for k, letter in enumerate(letters)}
        left += wide * len(letters) + BAR
        draw_colours(drawing, left - BAR + 30, letters, SIZE)
    for letter, left in lefts.items():
        drawing.text(left, 38, fitted(NAMES[letter], wide - 4, SIZE), size=SIZE)
    drawing.height, high = 44, 150 if len(names) < 3 else 86
    for k, steps in enumerate(names):
        top = drawing.height + 24
        drawing.text(LEFT, top - 8, sequence_name(task, k), size=SIZE)
        for letter, left in lefts.items():
            own = held[letter][k, : len(steps)].T
            first = left == LEFT
            draw_map(drawing, (left, top, wide - 14, high), steps, own, letter, "", first, SIZE)
    first = f"What {units} units held at each step, as heatmaps: " + ", ".join(map(NAMES.get, held))
    words = [_means_in_words(task, k, held) for k in range(len(names))]
    return finished(drawing, task, "input", f"{first}.", *words)


@checked
def differences(run, sequence=0, width=WIDTH, step=None, held=None):
    """How far what a layer holds tells a sequence from another one, step by step: memory.

    Maps of the differences in c and h (in h alone where there is no c), units against steps; at
    the top the units that differ most in the end. None if there is one sequence only. `held`:
    what `lm.trace(run)` gives, if it is known. A frame marks `step`, counted from 0.
    """
    task, held = run.task, held or trace(run)
    other = other_sequence(task, sequence)
    if other is None:
        return None
    order, inputs = telling(run, sequence, held), _inputs(task, sequence, other)
    title = f"Sequence {sequence} less sequence {other}: where they differ most is on top"
    drawing, words = Drawing(width, title=title), []
    drawing.step = step
    states = [letter for letter in "ch" if letter in arrays(held)]
    wide = (width - LEFT - BAR) / 2
    for k, letter in enumerate(states):
        values = getattr(held, letter)[:, : len(inputs)]
        apart = (values[sequence] - values[other]).T[order]
        box = (LEFT + wide * k, 46, wide - 56, min(300, 40 + 14 * len(order)))
        draw_map(drawing, box, inputs, apart, letter, NAMES[letter], size=SIZE, order=order)
        sizes = ", ".join(number(v, 2) for v in np.abs(apart).max(axis=0)[:8])
        words.append(f"Largest difference in {letter} at each step: {sizes}.")
    draw_colours(drawing, width - BAR + 30, states, SIZE)
    drawing.text(LEFT + wide, drawing.height + 8, "input", "middle", SIZE, GREY)
    drawing.alt = (
        f"How {sequence_name(task, sequence)} and {sequence_name(task, other)} differ in what the"
        f" layer holds, units sorted by it. {' '.join(words)}"
    )
    return drawing


def _inputs(task, *sequences):
    """The inputs of two sequences, as long as both go on: both where they differ."""
    lines = [map(label, task.sequences[k][:-1]) for k in sequences]
    return ["/".join(dict.fromkeys(both)) for both in zip(*lines, strict=False)]


def _means_in_words(task, k, held):
    """The mean size of each array (sequences, steps, units) at the first and the last step."""
    last = task.steps[k] - 1
    sizes = {letter: np.abs(values[k]).mean(axis=1) for letter, values in held.items()}
    rows = [f"{letter} {number(s[0], 2)} to {number(s[last], 2)}" for letter, s in sizes.items()]
    return f"{sequence_name(task, k)}, mean size at the first and the last step: {', '.join(rows)}."


@checked
def unit_lines(held, task, unit, width=WIDTH, step=None):
    """One unit at each step: its gates above, below what they do to it; a line a sequence.

    `held` is a `Trace`; `unit` is counted from 0; `width` is in pixels. A frame marks `step`,
    counted from 0. Raises `InputError`.
    """
    unit = whole_number("unit", unit, 0, held.h.shape[2] - 1)
    held = {letter: values[:, :, unit] for letter, values in arrays(held).items()}
    signed, gates = groups(held)
    drawing, shown = Drawing(width, title=f"Unit {unit}"), range(len(symbols_of(task)))
    drawing.step = step
    for letters in filter(None, (gates, signed)):
        _draw_lines(drawing, task, {letter: held[letter] for letter in letters})
    entries = dict(zip((sequence_name(task, k) for k in shown), LOOKS, strict=False))
    drawing.legend(LEFT, drawing.height + 6, width - LEFT, entries)
    words = [_unit_in_words(task, k, held) for k in shown]
    below = f"Unit {unit} at each step."
    return finished(drawing, task, "input", below, *words)


def _draw_lines(drawing, task, held):
    """A row of boxes, one for each of {letter: (sequences, steps)}, with a line a sequence."""
    top, wide = drawing.height + 26, (drawing.width - 10) / max(2, len(held))
    names = symbols_of(task)
    steps = [
        "/".join(dict.fromkeys(column)).removesuffix("/")
        for column in zip_longest(*names, fillvalue="")
    ]
    for column, (letter, values) in enumerate(held.items()):
        most = max(1, np.nanmax(np.abs(values)))
        low, high = (-most, most) if letter in WITH_SIGN else (0, 1)
        margin = 0.05 * (high - low)
        box = (LEFT + wide * column, top, wide - LEFT - 12, 120)
        axes = step_axes(drawing, box, steps, (low - margin, high + margin), NAMES[letter], SIZE)
        axes.y_axis(*ticks(low, high, 5))
        for k, (look, own) in enumerate(zip(LOOKS, names, strict=False)):
            line = f"{NAMES[letter]}, sequence {k}"
            axes.line(range(len(own)), values[k, : len(own)], look, line, "step")


def _unit_in_words(task, k, held):
    """The values of one unit, {letter: (sequences, steps)}, at the first steps."""
    steps = min(8, task.steps[k])
    rows = [
        f"{letter} {', '.join(number(v, 2) for v in values[k, :steps])}"
        for letter, values in held.items()
    ]
    return f"{sequence_name(task, k)}: {'; '.join(rows)}."


@checked
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
        own = h[k, : len(steps)].T
        draw_map(drawing, box, steps, own, "h", f"h, {name}", k == 0, SIZE)
        rows[name] = chances[k, : len(steps)]
        first = ", ".join(number(p, 2) for p in rows[name][:8])
        words.append(f"{sequence_name(task, k)}: {first}.")
    across = wide * len(names) / 2
    drawing.text(LEFT + across - 7, drawing.height + 8, "input", "middle", SIZE, GREY)
    left = LEFT + 2 * across + 34
    longest = max(map(len, names))
    box = (left, 48, width - left - 10, 150)
    entries = draw_chances(drawing, box, [f"step {step}" for step in range(longest)], rows)
    drawing.text(left, 18, "probability of the right next symbol", size=SIZE)
    drawing.legend(left, 24, box[2], entries)
    drawing.alt = (
        f"After epoch {len(run.losses)}: the hidden state, and the probability of the right next"
        f" symbol at each step. {' '.join(words)}"
    )
    return drawing


@checked
def pairs(left, title, width=520):
    """What is left, from -1 to 1, when two units are silent: a map of units against units.

    `left`: (units, units), symmetric; the diagonal holds what is left without one unit alone.
    `width` is in pixels. Raises `InputError`.
    """
    is_square = left.ndim == 2 and left.shape[0] == left.shape[1] > 2
    if not is_square or not np.allclose(left, left.T):
        raise InputError("left", "a symmetric table of 3 or more units", left.shape)
    units, side = len(left), width - LEFT - 90
    drawing = Drawing(width, title=title)
    box, limits = (LEFT, 32, side, side), (-0.5, units - 0.5)
    axes = Axes(drawing, box, limits, limits[::-1], SIZE)
    names = list(map(str, range(units)))
    axes.y_axis(range(units), names, "silent unit")
    axes.x_axis(range(units), names, "silent unit")
    titles = (f"units {a} and {b}: {number(v, 2)}" for (a, b), v in np.ndenumerate(left))
    axes.cells(left, SIGNED, titles)
    axes.minus_signs(left)
    draw_colours(drawing, width - 40, "g", SIZE, "lead left")
    drawing.alt = f"{title}. {_crosses_in_words(left)}"
    return drawing


def _crosses_in_words(left):
    """The two units whose rows are lowest, and the mean of what is left without them."""
    means = left.mean(axis=1)
    low = np.argsort(means)[:2]
    rest = np.delete(np.delete(left, low, axis=0), low, axis=1)
    crosses = " and ".join(f"unit {u} {number(means[u], 2)}" for u in low)
    return f"Mean of the two lowest rows: {crosses}; of all the others {number(rest.mean(), 2)}."
