"""Pictures of what a training gives: each function takes data and returns a `Drawing`.

Sequences are counted from 0, as in `run.predictions`; of many the first `SHOWN` are drawn.
A `width` is in pixels. `Picture` is for pictures that a notebook draws itself, with matplotlib,
which loads with it; `COLOURS` and `STYLES` are those of the drawings, as matplotlib names them.
"""

import numpy as np

from ..errors import InputError, one_of
from .arguments import checked
from .cell import cell, unrolled
from .drawing import COLOURS, GREY, LOOKS, WIDTH, Axes, Drawing, Look, ticks, width_of
from .held import NAMES, draw_colours, draw_map
from .lines import lines
from .network import network
from .steps import LEFT, boxes, draw_chances, draw_grid, finished, pairs_of, symbols_of
from .words import SHOWN, label, labels, left_out, number, picture_in_words, sequence_name

__all__ = [
    "COLOURS",
    "STYLES",
    "cell",
    "difference",
    "lines",
    "loss_curve",
    "network",
    "one_hot",
    "predictions",
    "states",
    "table",
    "unrolled",
]

STYLES = ("-", "--", "-.", ":")
FLOOR = Look("#000", "3 3", 1.2)  # the loss that a model without memory can reach,
BEST = Look("#000", "1 3", 1.2)  # and the loss that any model can reach
WITHOUT, ANY = "best without memory", "best of any network"
WHO = {WITHOUT: "A model without memory", ANY: "Any model"}
MOST_SYMBOLS = 12  # in a picture of all that is said
MEAN = Look("#999", thick=4, mark="circle")  # wide, under the others
MEDIAN = Look("#000", mark="circle")
MOMENT = Look(GREY, "2 3", 1)  # the epoch that is shown


def __getattr__(name):
    if name != "Picture":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .picture import Picture

    return Picture


@checked
def loss_curve(run, width=WIDTH, epoch=None, limits=None):
    """The loss of each epoch, and the lowest losses that models can reach: see `floors`.

    A `Run` gives a line a sequence and, for more than one, their mean over all steps; `Runs`
    give the median over the seeds of that mean, and its range. An upright line marks `epoch`.
    `limits`: the lowest and the highest loss shown, to look closer at a part.
    """
    task, lines = run.task, _lines_of(run)
    epochs, levels = len(lines[0][1]), floors(run)
    spread = mean_losses(run.losses, run) if hasattr(run, "seeds") else None
    drawing = Drawing(width, title=f"Loss: {left_out(task)}".removesuffix(": "))
    axes = draw_losses(drawing, lines, levels, spread, limits)
    drawing.alt = picture_in_words(
        task,
        f"Loss at epochs 1 to {epochs}." if epochs else "No epoch has been trained.",
        *[_losses_in_words(name, losses) for name, losses, _ in lines if epochs],
        *[f"{WHO[name]} reaches {number(level)} at best." for name, level in levels.items()],
    )
    if epoch is not None and epoch < epochs:
        axes.line((max(1, epoch), max(1, epoch)), axes.limits[1], MOMENT)
        drawing.alt += f" Epoch shown: {epoch:,}."
    return drawing


def floors(run):
    """The lowest losses, {name: loss}: without memory, and of any model where that is not 0.

    Where memory is of no use the two are one. `run`: a `Run` or `Runs`.
    """
    task, output = run.task.under(run.settings), run.settings.output
    without, best = (task.lowest_loss(output, memory) for memory in (False, True))
    if task.renewed is not None:  # what could be known of other sequences is not worked out
        return {WITHOUT: without}
    if without - best < 1e-9:
        return {ANY: best}
    return {WITHOUT: without} | ({ANY: best} if best else {})


def _lines_of(run):
    """The lines of a loss curve, (name, losses, look)."""
    if hasattr(run, "seeds"):
        median = np.median(mean_losses(run.losses, run), axis=0)
        return [(f"median of {len(run.seeds)} seeds (grey: range)", median, MEDIAN)]
    losses = run.losses.to_numpy()
    names = [sequence_name(run.task, k) for k in range(len(run.task.sequences[:SHOWN]))]
    lines = list(zip(names, losses.T, LOOKS, strict=False))
    mean = ("mean of all steps", mean_losses(losses[None], run)[0], MEAN)
    return [mean, *lines] if len(lines) > 1 else lines


def mean_losses(losses, run):
    """Losses (seeds, epochs, sequences) as means over all steps that a run was asked,
    (seeds, epochs)."""
    asked = [steps.sum() for steps in run.task.under(run.settings).asked]
    return np.average(losses, axis=2, weights=asked)


def draw_losses(drawing, lines, levels, spread=None, limits=None):
    """Draw `lines`, (name, losses, look), their names below, the `levels` that `floors` gives,
    and the range of many losses (seeds, epochs), `spread`. Returns the axes, which show the
    losses between the two `limits`, if not all."""
    losses = np.concatenate([own for _, own, _ in lines])
    highest = 1.08 * max([2 * max(levels.values(), default=0), 0.02, *losses[np.isfinite(losses)]])
    epochs, (low, high) = max([2, *(len(own) for _, own, _ in lines)]), limits or (0, highest)
    axes = Axes(drawing, (54, 24, drawing.width - 70, 172), (1, epochs), (low, high))
    axes.y_axis(*ticks(low, high), "loss")
    axes.x_axis(*ticks(1, epochs, 6, least=1), "epoch")
    if spread is not None:
        axes.band(range(1, epochs + 1), spread.min(axis=0), spread.max(axis=0), "#d0d0d0")
    for name, own, look in lines:
        shown = np.where((own >= low) & (own <= high), own, np.nan)
        axes.line(range(1, len(own) + 1), shown, look, name, "epoch")
    entries = {name: look for name, _, look in lines}
    for (name, level), look in zip(levels.items(), (FLOOR, BEST), strict=False):
        entries[f"{name}: {number(level)}"] = look
        axes.line(axes.limits[0], (level, level), look)
    drawing.legend(6, drawing.height + 4, drawing.width - 6, entries)
    return axes


def _losses_in_words(name, losses):
    """Where a line starts, ends and is lowest."""
    ends = f"from {number(losses[0])} to {number(losses[-1])}"
    return f"{name}: {ends}, lowest {number(losses.min())}."


@checked
def predictions(run, width=WIDTH, step=None):
    """The probability the network gives to each right next symbol, a box a sequence.

    A frame marks `step`, counted from 0.
    """
    task, chances = run.task, run.stack.probabilities[0]
    names = [pairs_of(task, k) for k in range(len(task.sequences[:SHOWN]))]
    title, words = "Probability of the right next symbol", []
    drawing = Drawing(width, title=title)
    drawing.step = step
    titles = [sequence_name(task, k) for k in range(len(names))]
    high = 176 if len(names) <= 2 else 80
    for k, box in enumerate(boxes(drawing, names, width, high, titles)):
        name, values = titles[k], chances[k, : len(names[k])]
        draw_chances(drawing, box, names[k], {"probability": values}, name)
        words.append(_chances_in_words(name, names[k], values))
    return finished(drawing, task, "input → right one", f"{title} at each step.", *words)


def _chances_in_words(name, pairs, chances):
    """The probability of each of the first steps, and of the last."""
    few = [f"{pair} {number(p, 2)}" for pair, p in zip(pairs[:8], chances, strict=False)]
    if len(pairs) > 8:
        few += ["…", f"{pairs[-1]} {number(chances[-1], 2)}"]
    return f"{name}: {', '.join(few)}."


def before_after(before, after, task, sequence, width=WIDTH, step=None):
    """Probabilities of the right symbols before and after an operation, side by side.

    `before` and `after`: rows of `predictions` for that sequence. A frame marks `step`, counted
    from 0.
    """
    pairs, name = pairs_of(task, sequence), sequence_name(task, sequence)
    title = f"Probability of the right next symbol, sequence {sequence}"
    drawing = Drawing(width, title=title)
    drawing.step = step
    tables = {"before": before.probability.to_numpy(), "after": after.probability.to_numpy()}
    _draw_both(drawing, pairs, tables)
    rows = zip(pairs[:8], before.probability, after.probability, strict=False)
    words = ", ".join(f"{pair} {number(b, 2)} to {number(a, 2)}" for pair, b, a in rows)
    more = " …" if len(pairs) > 8 else ""
    drawing.alt = f"{name}: probability of the right symbol before and after: {words}{more}."
    return drawing


def _draw_both(drawing, names, tables):
    """The numbers before and after, {what: (names,)}, and above them what is which."""
    box = (LEFT, 50, drawing.width - LEFT - 10, 120)
    drawing.legend(LEFT, 24, 240, draw_chances(drawing, box, names, tables))


def said(before, after, task, sequence, width=WIDTH):
    """All outputs at the last step of a sequence, before and after an operation, side by side.

    `before` and `after`: (outputs,). Of many the highest are shown.
    """
    right = int(task.output_of[task.indices[sequence][-1]])
    highest = np.maximum(before, after)
    highest[right] = np.inf
    chosen = sorted(np.argsort(-highest, kind="stable")[:MOST_SYMBOLS].tolist())
    shown = labels(task.alphabet)
    step, read = task.steps[sequence] - 1, shown[task.sequences[sequence][-2]]
    rows = [shown[task.outputs[k]] + " (right)" * (k == right) for k in chosen]
    title = f"Output for each symbol at step {step}, where it reads {read}"
    drawing = Drawing(width, title=title)
    tables = {"before": before[chosen], "after": after[chosen]}
    _draw_both(drawing, rows, tables)
    pairs = zip(rows, *tables.values(), strict=True)
    words = ", ".join(f"{name} {number(b, 2)} to {number(a, 2)}" for name, b, a in pairs)
    more = " …" if len(chosen) < len(task.outputs) else ""
    drawing.alt = f"{sequence_name(task, sequence)}: {title}, before and after: {words}{more}."
    return drawing


@checked
def states(trace, task, which="h", width=WIDTH):
    """What one array of a `Trace` held: units against steps, a box a sequence.

    `which`: a state (h, c), a gate (i, f, o; z, r of a GRU) or the candidate g. The colours
    have fixed limits, so that pictures can be compared. Raises `InputError`.
    """
    values = getattr(trace, one_of("which", which, NAMES))
    if values is None:
        raise InputError("which", "a state or gate that this cell has", which)
    units, names, words = values.shape[2], symbols_of(task), []
    when = "after" if which in "hc" else "at"  # states are what a step leaves
    title = f"{NAMES[which].capitalize()} {when} each step"
    drawing = Drawing(width, title=title)
    titles, high = [sequence_name(task, k) for k in range(len(names))], min(260, 60 + 8 * units)
    for k, box in enumerate(boxes(drawing, names, width - 60, high, titles)):
        own, name = values[k, : len(names[k])].T, titles[k]
        draw_map(drawing, box, names[k], own, which, name)
        words.append(_range_in_words(name, own))
    draw_colours(drawing, width - 30, which)
    return finished(drawing, task, "input", f"{title}, {units} units.", *words)


@checked
def difference(trace, task, which="h", width=WIDTH):
    """The state (h or c) of each unit in sequence 0, minus that in sequence 1, step by step.

    Colours and limits are those of `states`. Where the inputs differ, a step is named after both.
    Raises `InputError` for a task of one sequence, and for a state that this cell has not.
    """
    values = getattr(trace, one_of("which", which, ("h", "c")))
    if values is None or len(values) < 2:
        raise InputError("trace", f"what two sequences left in {which}", "another one")
    names = [x if x == y else f"{x} or {y}" for x, y in zip(*symbols_of(task)[:2], strict=False)]
    apart = (values[0] - values[1])[: len(names)]
    title = f"{NAMES[which].capitalize()}: sequence 0 minus sequence 1"
    wide, high = min(90 * len(names), width - LEFT - 90), min(260, 60 + 8 * apart.shape[1])
    drawing = Drawing(max(360, LEFT + wide + 90), title=title)
    box = (LEFT, drawing.height + 12, wide, high)
    draw_map(drawing, box, names, apart.T, which)
    draw_colours(drawing, box[0] + box[2] + 40, which)
    drawing.text(box[0] + box[2] / 2, drawing.height + 10, "input", "middle", colour=GREY)
    sizes = ", ".join(number(size, 2) for size in np.abs(apart).mean(axis=1)[:8])
    drawing.alt = f"{title}, {apart.shape[1]} units. Mean size at the first steps: {sizes}."
    return drawing


def _range_in_words(name, values):
    """The range of what units held, (units, steps), and its mean size at both ends."""
    size = np.abs(values).mean(axis=0)
    return (
        f"{name}: values from {number(values.min(), 2)} to {number(values.max(), 2)}, mean size"
        f" {number(size[0], 2)} at the first step and {number(size[-1], 2)} at the last."
    )


@checked
def table(numbers, title, decimals=3, width=WIDTH):
    """Numbers of 0 and more as a grid, the darker the larger: a `DataFrame`, its names beside it.

    A number that is exactly 0 is written as 0, all others with so many `decimals`. Raises
    `InputError` for an empty table or one with numbers below 0.
    """
    values = numbers.to_numpy(float)
    if not values.size or not values.min() >= 0:
        raise InputError("numbers", "a table of numbers of 0 and more", numbers.shape)
    columns, rows = (
        [label(name, 40) for name in axis] for axis in (numbers.columns, numbers.index)
    )
    words = ["0" if value == 0 else number(value, decimals) for value in values.flat]
    left = 20 + min(width / 3, max(map(width_of, rows)))
    drawing = Drawing(width, title=title)
    box, shares = (left, 30, width - left - 20, 34 * len(rows)), values / max(values.max(), 1e-9)
    below = label(numbers.columns.name or "", 40)
    draw_grid(drawing, box, shares, words, words, rows, columns, below)
    drawing.alt = f"{title}."
    for k, row in enumerate(rows):
        own = zip(columns, words[k * len(columns) :], strict=False)
        drawing.alt += f" {row}: {', '.join(f'{name} {word}' for name, word in own)}."
    return drawing


@checked
def one_hot(matrix, symbols):
    """A one-hot encoded sequence as a grid: a row a symbol, a column a place in the alphabet.

    `matrix`: (symbols of the sequence, size of the alphabet). `symbols`: the alphabet, which
    names the columns, and each row by the place of its 1. Raises `InputError`.
    """
    shown = labels(tuple(symbols))
    names = [shown[symbol] for symbol in symbols]
    if matrix.ndim != 2 or matrix.shape[1] != len(names) or not matrix.size:
        raise InputError("matrix", f"rows of {len(names)} numbers", f"shape {matrix.shape}")
    rows, columns = matrix.shape
    read = [names[row.argmax()] for row in matrix]
    left = 44 + max(map(width_of, read))
    drawing = Drawing(left + min(640, 44 * columns) + 24)
    box = (left, 24, drawing.width - left - 24, min(560, 32 * rows))
    words = [f"{value:g}" for value in matrix.flat]
    draw_grid(drawing, box, matrix, words, words, read, names, "place in the alphabet")
    drawing.text(left - 6, 14, "symbol", "end", colour=GREY)
    drawing.alt = f"One-hot encoding, {rows} rows of {columns}: {_rows_in_words(read, matrix)}"
    return drawing


def _rows_in_words(names, matrix):
    """The first rows of a one-hot matrix, each with its name."""
    few = []
    for name, row in zip(names[:8], matrix, strict=False):
        numbers = " ".join(f"{value:g}" for value in row[:10]) + " …" * (len(row) > 10)
        few.append(f"{name} is {numbers}")
    return ", ".join([*few, "…"] if len(names) > 8 else few) + "."
