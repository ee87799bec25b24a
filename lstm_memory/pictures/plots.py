"""Pictures of what a training gives: each function takes data and returns a `Drawing`.

Sequences are counted from 0, as in `run.predictions`; of many the first `SHOWN` are drawn.
A `width` is in pixels. `Picture` is for pictures that a notebook draws itself, with matplotlib,
which loads with it; `COLOURS` and `STYLES` are those of the drawings, as matplotlib names them.
"""

import numpy as np

from ..errors import InputError, one_of
from . import held
from .drawing import (
    COLOURS,
    GREY,
    PLAIN,
    SMALL,
    Axes,
    Drawing,
    Look,
    legend_height,
    ticks,
    whole_ticks,
    width_of,
)
from .loss_lines import in_words, lines_of, means, top
from .steps import (
    CELLS,
    boxes,
    chance_axes,
    chance_bars,
    colour_scale,
    footer,
    grid,
    held_map,
    pairs_of,
    room_below,
    symbols_of,
    two_rows_of_bars,
    unit_scale,
)
from .words import (
    SHOWN,
    chances_in_words,
    label,
    left_out,
    number,
    picture_in_words,
    rows_in_words,
    sequence_name,
)

__all__ = ["COLOURS", "STYLES", "loss_curve", "one_hot", "predictions", "states"]

WIDTH = 770
STYLES = ("-", "--", "-.", ":")
FLOOR = Look("#000", "3 3", 1.2)


def __getattr__(name):
    if name != "Picture":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .picture import Picture

    return Picture


def loss_curve(run, width=WIDTH, epoch=None):
    """The loss of each epoch, and the lowest loss that a model without memory can reach.

    A `Run` gives a line a sequence and, for more than one, their mean over all steps; `Runs`
    give the median over the seeds of that mean, and its range. An upright line marks `epoch`.
    """
    task, lines = run.task, lines_of(run)
    floor = task.lowest_loss(run.settings.output)
    drawing = Drawing(width, alt=in_words(task, lines, floor))
    title = f"Loss: {left_out(task)}".removesuffix(": ")
    spread = means(run.losses, task) if hasattr(run, "seeds") else None
    axes = draw_losses(drawing, title, lines, floor, spread)
    if epoch is not None and epoch < len(lines[0].losses):
        axes.upright(max(1, epoch))
        drawing.alt += f" Epoch shown: {epoch:,}."
    return drawing


def draw_losses(drawing, title, lines, floor=None, spread=None):
    """Draw lines of losses with their names below, the level of the memoryless loss, `floor`, and
    the range of many losses (seeds, epochs), `spread`. Returns the axes."""
    epochs, highest = max([2, *(len(line.losses) for line in lines)]), top(lines, floor or 0)
    entries = [(line.name, line.look.of(len(line.losses))) for line in lines]
    if floor is not None:
        entries.append((f"best without memory: {number(floor)}", FLOOR))
    below = legend_height(entries, drawing.width - 6)
    drawing.height = 240 + below
    axes = Axes(drawing, (54, 24, drawing.width - 70, 172), (1, epochs), (0, highest))
    drawing.title(title)
    axes.y_axis(*ticks(0, highest), "loss", grid=True)
    axes.x_axis(*whole_ticks(1, epochs), "epoch")
    if spread is not None:
        axes.band(range(1, epochs + 1), spread.min(axis=0), spread.max(axis=0), "#d0d0d0")
    for line in lines:
        titles = (f"{line.name}, epoch {e}: {number(y)}" for e, y in enumerate(line.losses, 1))
        axes.line(range(1, len(line.losses) + 1), line.losses, line.look, line.name, titles)
    if floor is not None:
        axes.across(floor, FLOOR)
    drawing.legend(6, drawing.height - below - 4, drawing.width - 6, entries)
    return axes


def predictions(run, width=WIDTH):
    """The probability the network gives to each right next symbol, a box a sequence."""
    task, chances = run.task, run.stack.probabilities[0]
    names = [pairs_of(symbols[:-1], symbols[1:]) for symbols in task.sequences[:SHOWN]]
    title = "Probability of the right next symbol"
    places, height = boxes(names, width, 176, 80)
    drawing = Drawing(width, height)
    drawing.title(title)
    words = []
    for k, (box, pairs) in enumerate(zip(places, names, strict=True)):
        name, values = sequence_name(task, k), chances[k, : len(pairs)]
        chance_bars(chance_axes(drawing, box, pairs, name), values, pairs, PLAIN)
        words.append(chances_in_words(name, pairs, values))
    footer(drawing, task, "input → right one")
    drawing.alt = picture_in_words(task, f"{title} at each step.", *words)
    return drawing


def before_after(before, after, name, width=WIDTH):
    """Probabilities of the right symbols before and after an operation, side by side.

    `before` and `after`: rows of `predictions` for one sequence; `name`: of that sequence.
    """
    pairs = pairs_of(before.input, before.target)
    box = (44, 28, width - 190, 150)
    drawing = Drawing(width, 178 + room_below(pairs, box[2]))
    drawing.title(f"Probability of the right next symbol, {name}")
    axes = chance_axes(drawing, box, pairs)
    tables = {"before": before.probability.to_numpy(), "after": after.probability.to_numpy()}
    entries = two_rows_of_bars(axes, tables, pairs)
    for row, entry in enumerate(entries):
        drawing.legend(width - 138, 50 + 20 * row, 130, [entry])
    rows = zip(pairs[:8], before.probability, after.probability, strict=False)
    words = ", ".join(f"{pair} {number(b, 2)} to {number(a, 2)}" for pair, b, a in rows)
    more = " …" if len(pairs) > 8 else ""
    drawing.alt = f"{name}: probability of the right symbol before and after: {words}{more}."
    return drawing


def states(trace, task, which="h", width=WIDTH):
    """What one array of a `Trace` held: units against steps, a box a sequence.

    `which`: a state (h, c), a gate (i, f, o; z, r of a GRU) or the candidate g. The colours
    have fixed limits, so that pictures can be compared. Raises `InputError`.
    """
    values = getattr(trace, one_of("which", which, held.NAMES))
    if values is None:
        raise InputError("which", "a state or gate that this cell has", which)
    units, names, title = values.shape[2], symbols_of(task), held.title(which)
    high = min(260, 60 + 8 * units)
    places, height = boxes(names, width - 60, high, high)
    drawing = Drawing(width, max(height, 170))
    drawing.title(title)
    pointed, words = units * sum(map(len, names)) <= CELLS, []
    for k, (box, steps) in enumerate(zip(places, names, strict=True)):
        own, name = values[k, : len(steps)].T, sequence_name(task, k)
        held_map(drawing, box, steps, own, which, pointed, name)
        unit_scale(drawing, box, units)
        words.append(held.range_in_words(name, own))
    beyond = np.nanmax(np.abs(values)) > 1
    colour_scale(drawing, width - 48, 58, which in held.SIGNED, "value", beyond)
    footer(drawing, task, "input")
    drawing.alt = picture_in_words(task, f"{title}, {units} units.", *words)
    return drawing


def one_hot(matrix, symbols):
    """A one-hot encoded sequence as a grid: a row a symbol, a column a place in the alphabet.

    `matrix`: (symbols of the sequence, size of the alphabet). `symbols`: the alphabet, which
    names the columns, and each row by the place of its 1. Raises `InputError`.
    """
    matrix, names = np.asarray(matrix, float), [label(symbol) for symbol in symbols]
    if matrix.ndim != 2 or matrix.shape[1] != len(names) or not matrix.size:
        raise InputError("matrix", f"rows of {len(names)} numbers", f"shape {matrix.shape}")
    rows, columns = matrix.shape
    read = [names[row.argmax()] for row in matrix]
    left = 34 + max(width_of(name, SMALL) for name in read)
    box = (left, 14, min(640, 44 * columns), min(560, 32 * rows))
    drawing = Drawing(left + box[2] + 24)
    titles = [f"{read[r]}, {names[c]}: {value:g}" for (r, c), value in np.ndenumerate(matrix)]
    words = [f"{value:g}" for value in matrix.ravel()] if matrix.size <= 400 else ()
    grid(drawing, box, matrix, words, titles, read, names, "place in the alphabet")
    drawing.text(16, box[1] + box[3] / 2, "symbol", SMALL, "middle", GREY, turned=-90)
    drawing.alt = f"One-hot encoding, {rows} rows of {columns}: {rows_in_words(read, matrix)}"
    return drawing
