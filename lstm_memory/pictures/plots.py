"""Pictures of what a training gives: each function takes data and returns a `Picture`.

Colours are ones that colour-blind readers can tell apart (Okabe & Ito, 2008); line
styles, marks and labels say the same again, for print. Sequences are counted from 0, as in
`run.predictions`.
"""

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator

from ..errors import InputError, one_of
from .loss_lines import COLOURS, STYLES, in_words, lines_of, means, top
from .picture import Picture
from .words import (
    FONT,
    SHOWN,
    chances_in_words,
    held_in_words,
    label,
    left_out,
    number,
    picture_in_words,
    rows_in_words,
    sequence_name,
)

__all__ = ["COLOURS", "STYLES", "Picture", "loss_curve", "one_hot", "predictions", "states"]

WIDTH = 7.5  # inches
ARRAYS = {
    "h": "Hidden state h after each step",
    "c": "Cell state c after each step",
    "i": "Input gate i at each step",
    "f": "Forget gate f at each step",
    "o": "Output gate o at each step",
    "g": "Candidate g at each step",
    "z": "Update gate z at each step",
    "r": "Reset gate r at each step",
}
SIGNED = "hcg"  # from -1 to 1 (c may leave that); the gates go from 0 to 1


def plain(size=9):
    """Options for a text that a learner typed: no formula in it, and always the same font."""
    return {"parse_math": False, "fontproperties": FontProperties(family=FONT, size=size)}


def loss_curve(run, width=WIDTH):
    """The loss of each epoch, and the lowest loss that a model without memory can reach.

    A `Run` gives a line a sequence and, for more than one, their mean over all steps; `Runs`
    give the median over the seeds of that mean, and its range. `width` in inches.
    """
    task, lines = run.task, lines_of(run)
    floor = task.lowest_loss(run.settings.output)
    picture = Picture(width, 3.2)
    axes = picture.subplots()
    _draw_lines(axes, lines)
    if hasattr(run, "seeds"):
        _draw_range(axes, means(run.losses, task))
    _draw_floor(axes, lines, floor)
    axes.set(xlabel="epoch", ylabel="loss", title=f"Loss: {left_out(task)}".removesuffix(": "))
    picture.alt = in_words(task, lines, floor)
    return picture


def predictions(run, width=WIDTH):
    """The probability the network gives to each right next symbol, one panel a sequence."""
    table, task = run.predictions, run.task
    picture, panels = _panels(task, width, 2.5)
    words = []
    for k, axes in panels:
        rows = table[table["sequence"] == k]
        chances = rows["probability"].to_numpy()
        pairs = zip(rows["input"], rows["target"], strict=True)
        pairs = [f"{label(x)}→{label(y)}" for x, y in pairs]
        _draw_chances(axes, chances)
        _label_steps(axes, pairs)
        axes.set_xlabel("input → right one")
        words.append(chances_in_words(sequence_name(task, k), pairs, chances))
    panels[0][1].set_ylabel("probability")
    title = "Probability of the right next symbol"
    picture.suptitle(title)
    picture.alt = picture_in_words(task, f"{title} at each step.", *words)
    return picture


def states(trace, task, which="h", width=WIDTH):
    """What one array of a `Trace` held: units against steps, one panel a sequence.

    `which`: a state (h, c), a gate (i, f, o; z, r of a GRU) or the candidate g. The colours
    have fixed limits, so that pictures can be compared. Raises `InputError`.
    """
    values = getattr(trace, one_of("which", which, ARRAYS))
    if values is None:
        raise InputError("which", "a state or gate that this cell has", which)
    units = values.shape[2]
    picture, panels = _panels(task, width, 1.2 + min(3.2, 0.5 + 0.12 * units))
    words = []
    for k, axes in panels:
        steps = task.steps[k]
        held = values[k, :steps].T
        image = _draw_held(axes, held, which in SIGNED)
        _label_steps(axes, [label(symbol) for symbol in task.sequences[k][:steps]])
        axes.set_xlabel("input")
        words.append(held_in_words(sequence_name(task, k), held))
    panels[0][1].set_ylabel("unit")
    _draw_colour_bar(picture, image, panels, beyond=np.nanmax(np.abs(values)) > 1)
    picture.suptitle(ARRAYS[which])
    picture.alt = picture_in_words(task, f"{ARRAYS[which]}, {units} units.", *words)
    return picture


def one_hot(matrix, symbols):
    """A one-hot encoded sequence as a grid: a row a symbol, a column a place in the alphabet.

    `matrix`: (symbols of the sequence, size of the alphabet). `symbols`: the alphabet, which
    names the columns, and each row by the place of its 1. Raises `InputError`.
    """
    matrix, names = np.asarray(matrix, float), [label(symbol) for symbol in symbols]
    if matrix.ndim != 2 or matrix.shape[1] != len(names) or not matrix.size:
        raise InputError("matrix", f"rows of {len(names)} numbers", f"shape {matrix.shape}")
    rows, columns = matrix.shape
    picture = Picture(min(8, 1.2 + 0.45 * columns), min(6, 1.1 + 0.36 * rows))
    axes = picture.subplots()
    axes.imshow(matrix, cmap="Blues", vmin=0, vmax=1.4, aspect="auto")
    if matrix.size <= 400:
        for (row, column), value in np.ndenumerate(matrix):
            axes.text(column, row, f"{value:g}", ha="center", va="center")
    read = [names[row.argmax()] for row in matrix]
    _label_steps(axes, names)
    places = _some(rows, 16)
    axes.set_yticks(places, [read[p] for p in places], **plain())
    axes.set(xlabel="place in the alphabet", ylabel="symbol")
    picture.alt = f"One-hot encoding, {rows} rows of {columns}: {rows_in_words(read, matrix)}"
    return picture


# --- the loss curve ----------------------------------------------------------------------


def _draw_lines(axes, lines):
    for line in lines:
        epochs = np.arange(1, len(line.losses) + 1)
        axes.plot(epochs, line.losses, marker="o" if len(epochs) <= 20 else "", **line.style)
    axes.set_xlim(1, max(2, len(epochs)))
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.spines[["top", "right"]].set_visible(False)


def _draw_range(axes, means):
    epochs = np.arange(1, means.shape[1] + 1)
    axes.fill_between(epochs, means.min(axis=0), means.max(axis=0), color="0.85")


def _draw_floor(axes, lines, floor):
    """The dashed line of the memoryless loss, and the names of all lines at their ends."""
    axes.set_ylim(0, top(lines, floor))
    style = {"color": "black", "linewidth": 1.2, "linestyle": (0, (6, 4))}
    axes.axhline(floor, **style)
    ends = [(line.losses[-1], line.name, line.style["color"]) for line in lines if len(line.losses)]
    ends.append((floor, f"best without memory: {number(floor)}", "black"))
    _write_at_the_right(axes, [end for end in ends if np.isfinite(end[0])])


def _write_at_the_right(axes, ends):
    """Write names beside the ends of lines, (height, name, colour), apart from each other."""
    gap = 0.09 * axes.get_ylim()[1]
    place = -gap
    for height, name, colour in sorted(ends):
        place = max(place + gap, height)
        line = {"arrowstyle": "-", "color": colour, "linewidth": 0.8, "relpos": (0, 0.5)}
        axes.annotate(
            name,
            xy=(1, height),
            xytext=(1.04, place),
            xycoords=axes.get_yaxis_transform(),
            textcoords=axes.get_yaxis_transform(),
            va="center",
            color="black",
            arrowprops={**line, "shrinkA": 0, "shrinkB": 0},
            annotation_clip=False,
            **plain(),
        )


# --- panels, one a sequence --------------------------------------------------------------


def _panels(task, width, height):
    """A picture with a titled panel for each of the first sequences: [(sequence, axes)]."""
    shown = min(SHOWN, len(task.steps))
    columns = 1 if shown == 1 or max(task.steps[:shown]) > 20 else 2
    rows = -(-shown // columns)
    picture = Picture(width, height * rows)
    grid = picture.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[shown:]:
        axes.set_visible(False)
    for k, axes in enumerate(grid[:shown]):
        axes.set_title(sequence_name(task, k), **plain(10))
    if left_out(task):
        picture.supxlabel(f"Shown: {left_out(task)}", fontsize=9)
    return picture, list(enumerate(grid[:shown]))


def _draw_chances(axes, chances):
    """Probabilities as bars, or as a line where there are many, and the line at 0.5."""
    axes.axhline(0.5, color="black", linewidth=1, linestyle="--", zorder=0)
    if len(chances) <= 30:
        axes.bar(range(len(chances)), chances, width=0.6, color="#56B4E9", edgecolor="black")
    else:
        axes.plot(chances, color=COLOURS[0], linewidth=1)
    if len(chances) <= 8:
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        for step, chance in enumerate(chances):
            text = number(chance, 2)
            axes.text(step, chance + 0.04, text, ha="center", fontsize=9, bbox=box)
    axes.set(ylim=(0, 1.19), yticks=(0, 0.5, 1))
    axes.spines[["top", "right"]].set_visible(False)


def _draw_held(axes, held, signed):
    """A heatmap of (units, steps); signed values also get a + or a minus, where they fit."""
    low, colours = (-1, "RdBu_r") if signed else (0, "Greys")
    image = axes.imshow(held, cmap=colours, vmin=low, vmax=1, aspect="auto")
    places = _some(len(held), 10)
    axes.set_yticks(places, [str(p) for p in places], fontsize=9)
    if signed and held.size <= 400 and len(held) <= 32:
        for (unit, step), value in np.ndenumerate(held):
            colour = "white" if abs(value) > 0.6 else "black"
            sign = "" if abs(value) < 0.25 else "+" if value > 0 else "\N{MINUS SIGN}"
            axes.text(step, unit, sign, ha="center", va="center", color=colour, fontsize=8)
    return image


def _draw_colour_bar(picture, image, panels, beyond):
    axes = [axes for _, axes in panels]
    extend = "both" if beyond else "neither"
    bar = picture.colorbar(image, ax=axes, extend=extend, pad=0.02, ticks=MaxNLocator(4))
    bar.set_label("value (the ends: 1 and beyond)" if beyond else "value")


def _label_steps(axes, names):
    """Write the names under the steps, as many as there is room for."""
    places = _some(len(names), 24)
    shown = [names[p] for p in places]
    turned = len(shown) * max(len(name) for name in shown) > 40
    axes.set_xticks(places, shown, rotation=90 if turned else 0, **plain())


def _some(count, most):
    """At most `most` evenly spaced places out of `count`."""
    return list(range(0, count, -(-count // most)))
