"""Pictures of the inside of a layer: everything it held, one unit's gates, one moment of learning.

Each function takes data and returns a `Picture`; colours, styles and limits are those of
`plots`. Of many sequences the first `SHOWN` are drawn.
"""

import numpy as np

from ..errors import whole_number
from ..memory import trace
from .picture import Picture
from .plots import COLOURS, SIGNED, STYLES, plain
from .words import SHOWN, label, number, picture_in_words, sequence_name

__all__ = ["heatmaps", "moment", "unit_lines"]

NAMES = {
    "c": "cell state c",
    "h": "hidden state h",
    "i": "input gate i",
    "f": "forget gate f",
    "g": "candidate g",
    "o": "output gate o",
    "z": "update gate z",
    "r": "reset gate r",
}
GATES = "ifozr"  # from 0 to 1
WIDTH = 7.5  # inches


def heatmaps(held, task, width=WIDTH):
    """All that a layer held, units against steps: a row a sequence, a column a state or gate.

    `held` is a `Trace`. The limits are -1 and 1 for c, h and g, and 0 and 1 for the gates.
    """
    units, shown = held.h.shape[2], min(SHOWN, len(task.steps))
    held = arrays(held)
    picture = Picture(width, 0.5 + 2.2 * shown)
    grid = picture.subplots(shown, len(held), squeeze=False, sharey=True)
    words, images = [], {}
    for k, row in enumerate(grid):
        steps = task.steps[k]
        for axes, (name, values) in zip(row, held.items(), strict=True):
            images[name in SIGNED] = _draw_map(axes, values[k, :steps].T, name)
            _label_inputs(axes, task.sequences[k][:steps])
            if k == 0:
                axes.set_title(NAMES[name].replace(" ", "\n", 1), fontsize=9)
        row[0].set_ylabel(f"{sequence_name(task, k)}\nunit", **plain())
        words.append(means_in_words(task, k, held))
    for signed, image in images.items():
        bar = picture.colorbar(image, ax=grid, pad=0.01, aspect=40, extend="neither")
        bar.set_label("c, h, g" if signed else "gates", fontsize=9)
    first = f"What {units} units held at each step, as heatmaps: " + ", ".join(map(NAMES.get, held))
    picture.alt = picture_in_words(task, f"{first}.", *words)
    return picture


def unit_lines(held, task, unit, width=WIDTH):
    """One unit's gates (above) and what they do to it (below) at each step, a column a sequence.

    `held` is a `Trace`; `unit` is counted from 0. Raises `InputError`.
    """
    unit = whole_number("unit", unit, 0, held.h.shape[2] - 1)
    shown = min(SHOWN, len(task.steps))
    held = {name: values[:shown, :, unit] for name, values in arrays(held).items()}
    picture = Picture(width, 4.2)
    grid = picture.subplots(2, shown, squeeze=False, sharey="row", sharex="col")
    words = []
    for k in range(shown):
        steps = task.steps[k]
        for row, gates in enumerate((True, False)):
            lines = {n: v[k, :steps] for n, v in held.items() if (n in GATES) == gates}
            _draw_unit(grid[row, k], lines)
        grid[0, k].set_title(sequence_name(task, k), **plain(10))
        _label_inputs(grid[1, k], task.sequences[k][:steps])
        grid[1, k].set_xlabel("input")
        words.append(unit_in_words(task, k, held))
    grid[0, 0].set(ylabel="gates", ylim=(-0.05, 1.05))
    most = max([1, *(np.nanmax(np.abs(v)) for n, v in held.items() if n not in GATES)])
    grid[1, 0].set(ylabel="values", ylim=(-1.08 * most, 1.08 * most))
    for row in grid:
        if row[-1].get_legend_handles_labels()[0]:  # a cell may have no gates
            row[-1].legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, fontsize=9)
    picture.suptitle(f"Unit {unit}")
    picture.alt = picture_in_words(task, f"Unit {unit} at each step.", *words)
    return picture


def moment(run, width=WIDTH):
    """A network at one moment of its training: its hidden state, and what it says.

    On the left h, units against steps, one map a sequence; on the right the probability of
    the right next symbol at each step. It has a fixed layout, so that it is drawn quickly.
    """
    task, chances, h = run.task, run.stack.probabilities[0], trace(run).h
    shown = min(2, len(task.steps))
    picture = Picture(width, 2.6)
    picture.set_layout_engine("none")
    grid = picture.add_gridspec(
        1, 3, width_ratios=(1, 1, 2.2), left=0.07, right=0.99, bottom=0.2, top=0.86, wspace=0.28
    )
    words = []
    for k in range(shown):
        steps = task.steps[k]
        axes = picture.add_subplot(grid[k])
        _draw_map(axes, h[k, :steps].T, "h")
        _label_inputs(axes, task.sequences[k][:steps])
        axes.set_title(f"h, sequence {k}", fontsize=9)
        values = ", ".join(number(p, 2) for p in chances[k, :steps][:8])
        words.append(f"{sequence_name(task, k)}: {values}.")
    _draw_bars(picture.add_subplot(grid[2]), task, chances[:shown])
    epochs = len(run.losses)
    picture.alt = (
        f"After epoch {epochs}: the hidden state, and the probability of the right next symbol"
        f" at each step. {' '.join(words)}"
    )
    return picture


def arrays(held):
    """{name: array} of what this kind of cell has, in the order of `NAMES`."""
    return {name: getattr(held, name) for name in NAMES if getattr(held, name) is not None}


def _draw_map(axes, values, name):
    """A heatmap of (units, steps); a small bar marks what is clearly negative, for print."""
    low, colours = (-1, "RdBu_r") if name in SIGNED else (0, "Greys")
    if name in SIGNED and values.size <= 400:
        for rows, colour in ((values < -0.6, "white"), ((values >= -0.6) & (values < -0.25), "k")):
            units, steps = np.nonzero(rows)
            axes.scatter(steps, units, 9, colour, marker="_", linewidths=0.8)
    return axes.imshow(values, cmap=colours, vmin=low, vmax=1, aspect="auto")


def _draw_unit(axes, lines):
    looks = zip(COLOURS, STYLES, "os^D", strict=True)
    for (name, values), (colour, style, mark) in zip(lines.items(), looks, strict=False):
        axes.plot(values, color=colour, linestyle=style, marker=mark, label=NAMES[name])
    axes.axhline(0, color="0.6", linewidth=0.8, zorder=0)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_bars(axes, task, chances):
    """Bars (sequences, steps), the sequences side by side."""
    axes.axhline(0.5, color="black", linewidth=1, linestyle="--", zorder=0)
    for k, (values, colour) in enumerate(zip(chances, ("#56B4E9", "#E69F00"), strict=False)):
        places = np.arange(len(values)) + 0.4 * (k - 0.5)
        hatch = "//" if k else ""
        name = f"sequence {k}"
        axes.bar(places, values, 0.36, color=colour, edgecolor="black", hatch=hatch, label=name)
    axes.set(ylim=(0, 1.05), yticks=(0, 0.5, 1), xlabel="step")
    axes.set_xticks(range(0, chances.shape[1], -(-chances.shape[1] // 12)))
    axes.set_title("probability of the right one", fontsize=9)
    axes.legend(loc="lower left", fontsize=8, framealpha=0.9)
    axes.spines[["top", "right"]].set_visible(False)


def _label_inputs(axes, symbols):
    every = -(-len(symbols) // 12)
    names = [label(symbol) for symbol in symbols[::every]]
    axes.set_xticks(range(0, len(symbols), every), names, **plain(8))


def unit_in_words(task, k, held):
    """The values of one unit at the first steps."""
    steps = min(8, task.steps[k])
    rows = [
        f"{name} {', '.join(number(v, 2) for v in values[k, :steps])}"
        for name, values in held.items()
    ]
    return f"{sequence_name(task, k)}: {'; '.join(rows)}."


def means_in_words(task, k, held):
    """The mean size of each array at the first and the last step."""
    last = task.steps[k] - 1
    sizes = {name: np.abs(values[k]).mean(axis=1) for name, values in held.items()}
    rows = [f"{name} {number(s[0], 2)} to {number(s[last], 2)}" for name, s in sizes.items()]
    return f"{sequence_name(task, k)}, mean size at the first and the last step: {', '.join(rows)}."
