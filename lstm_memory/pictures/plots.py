"""Pictures of what a training gives: each function takes data and returns a `Drawing`.

Sequences are counted from 0, as in `run.predictions`; of many the first `SHOWN` are drawn.
A `width` is in pixels. `Picture` is for pictures that a notebook draws itself, with matplotlib,
which loads with it; `COLOURS` and `STYLES` are those of the drawings, as matplotlib names them.
"""

import numpy as np

from ..errors import InputError, one_of
from . import held
from .drawing import (
    BLUES,
    COLOURS,
    FILLS,
    GREY,
    SMALL,
    Axes,
    Bar,
    Drawing,
    Look,
    fitted,
    legend_height,
    ticks,
    whole_ticks,
    width_of,
)
from .loss_lines import in_words, lines_of, means, top
from .steps import (
    CELLS,
    FEW,
    boxes,
    chance_bars,
    chance_scale,
    colour_scale,
    columns_of,
    footer,
    held_map,
    pair_labels,
    pairs_of,
    room_below,
    step_axes,
    symbols_of,
    unit_scale,
)
from .words import (
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
BEFORE, AFTER = Bar(FILLS[0]), Bar(FILLS[1], striped=True)
CHANCES = (0, 1.12)  # the scale of probabilities, with room for a number above a bar


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
    beside = [(f"best without memory: {number(floor)}", FLOOR)]
    axes = loss_axes(drawing, title, lines, top(lines, floor), beside)
    if hasattr(run, "seeds"):
        spread = means(run.losses, task)
        epochs = range(1, spread.shape[1] + 1)
        axes.band(epochs, spread.min(axis=0), spread.max(axis=0), "#d0d0d0")
    loss_lines(axes, lines)
    axes.across(floor, FLOOR)
    if epoch is not None and epoch < len(lines[0].losses):
        axes.upright(max(1, epoch))
        drawing.alt += f" Epoch shown: {epoch:,}."
    return drawing


def loss_axes(drawing, title, lines, highest, beside=()):
    """The axes of a loss curve, and below them the names of its lines and of what is `beside`."""
    epochs = max([2, *(len(line.losses) for line in lines)])
    entries = [(line.name, _look(line)) for line in lines] + list(beside)
    below = legend_height(entries, drawing.width - 6)
    drawing.height = 24 + 172 + 36 + below + 8
    axes = Axes(drawing, (54, 24, drawing.width - 70, 172), (1, epochs), (0, highest))
    axes.title(title)
    axes.y_axis(*ticks(0, highest), "loss", grid=True)
    axes.x_axis(*whole_ticks(1, epochs), "epoch")
    drawing.legend(6, drawing.height - below - 4, drawing.width - 6, entries)
    return axes


def loss_lines(axes, lines):
    """Draw the lines of a loss curve."""
    for line in lines:
        points = enumerate(line.losses, 1)
        titles = (f"{line.name}, epoch {epoch}: {number(loss)}" for epoch, loss in points)
        axes.line(range(1, len(line.losses) + 1), line.losses, _look(line), line.name, titles)


def _look(line):
    """The look of a line, whose marks are left out where they would touch each other."""
    return line.look if len(line.losses) <= FEW else line.look._replace(mark="")


def predictions(run, width=WIDTH):
    """The probability the network gives to each right next symbol, a box a sequence."""
    task, chances = run.task, run.stack.probabilities[0]
    names, title = pairs_of(task), "Probability of the right next symbol"
    places, height = boxes(names, width, 176 if len(names) <= columns_of(names, width) else 80)
    drawing = Drawing(width, height)
    drawing.text(width / 2, 18, title, anchor="middle")
    words = []
    for k, (box, pairs) in enumerate(zip(places, names, strict=True)):
        name, values = sequence_name(task, k), chances[k, : len(pairs)]
        axes = step_axes(drawing, box, pairs, CHANCES)
        axes.title(name, SMALL)
        chance_scale(axes)
        chance_bars(axes, values, pairs, BEFORE)
        words.append(chances_in_words(name, pairs, values))
    footer(drawing, task, "input → right one")
    drawing.alt = picture_in_words(task, f"{title} at each step.", *words)
    return drawing


def before_after(before, after, name, width=WIDTH):
    """Probabilities of the right symbols before and after an operation, side by side.

    `before` and `after`: rows of `predictions` for one sequence; `name`: of that sequence.
    """
    pairs = pair_labels(before.input, before.target)
    box = (44, 28, width - 190, 150)
    drawing = Drawing(width, 178 + room_below(pairs, box[2]))
    axes = step_axes(drawing, box, pairs, CHANCES)
    axes.title(f"Probability of the right next symbol, {name}")
    chance_scale(axes)
    tables = (("before", before, BEFORE, -0.2), ("after", after, AFTER, 0.2))
    for when, table, bar, shift in tables:
        titles = [f"{pair}, {when}" for pair in pairs]
        chance_bars(axes, table.probability.to_numpy(), titles, bar, 0.36, shift)
    drawing.legend(width - 138, 50, 130, [("before", BEFORE), ("after (striped)", AFTER)])
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
    places, height = boxes(names, width - 60, min(260, 60 + 8 * units))
    drawing = Drawing(width, max(height, 170))
    drawing.text(width / 2, 18, title, anchor="middle")
    pointed, words = units * sum(map(len, names)) <= CELLS, []
    for k, (box, steps) in enumerate(zip(places, names, strict=True)):
        own, name = values[k, : len(steps)].T, sequence_name(task, k)
        held_map(drawing, box, steps, own, which, pointed)
        unit_scale(drawing, box, units)
        drawing.text(box[0], box[1] - 7, fitted(name, box[2] + 10, SMALL), SMALL)
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
    drawing = Drawing(box[0] + box[2] + 24, box[1] + box[3] + room_below(names, box[2]))
    axes = step_axes(drawing, box, names, (rows - 0.5, -0.5))
    titles = [f"{read[r]}, {names[c]}: {value:g}" for (r, c), value in np.ndenumerate(matrix)]
    scale = BLUES._replace(high=1.4)  # so that black can be read on 1
    axes.cells(matrix, scale, titles if matrix.size <= CELLS else None)
    few = matrix.size <= 400
    for (row, column), value in np.ndenumerate(matrix) if few else ():
        x, y = axes.at(column, row)
        drawing.text(x, y + 4, f"{value:g}", anchor="middle")
    named = range(0, rows, -(-rows // 16))
    axes.y_axis(named, [read[place] for place in named])
    drawing.text(16, box[1] + box[3] / 2, "symbol", SMALL, "middle", GREY, turned=-90)
    drawing.height += 18
    drawing.text(
        box[0] + box[2] / 2, drawing.height - 6, "place in the alphabet", SMALL, "middle", GREY
    )
    drawing.alt = f"One-hot encoding, {rows} rows of {columns}: {rows_in_words(read, matrix)}"
    return drawing
