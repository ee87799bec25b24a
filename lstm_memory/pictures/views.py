"""What the Explorer shows of a result: each function takes results and returns a `Chart`.

They are the quick twins of pictures in `plots`, `insides` and `curves`, with the same words.
"""

import numpy as np

from . import loss_lines
from .drawing import GREY, LETTER, Axes, Chart, ticks, whole_ticks
from .words import (
    SHOWN,
    chances_in_words,
    label,
    left_out,
    number,
    picture_in_words,
    sequence_name,
)

WIDTH, HEIGHT = 380, 262  # of one of two pictures side by side
WIDE = 770
DASHES = {"-": "", "--": "7 4", "-.": "8 3 2 3"}
INKS = ("#0072B2", "#D55E00", "#009E73", "#9A4F7F")  # as loss_lines.COLOURS, readable as text
TITLE = "Probability of the right next symbol"


def loss(runs, run, epoch):
    """Losses of the run, or of all networks if there are several, and the memoryless loss."""
    task, many = run.task, len(runs.seeds) > 1
    lines = loss_lines.lines_of(runs if many else run)
    floor = task.lowest_loss(run.settings.output)
    chart = Chart(WIDTH, HEIGHT, loss_lines.in_words(task, lines, floor))
    epochs, top = len(lines[0].losses), loss_lines.top(lines, floor)
    columns = 1 if many else 2  # the name of a median is long
    rows = -(-(len(lines) + 1) // columns)
    box = (52, 24, WIDTH - 66, HEIGHT - 24 - 38 - 15 * rows)
    axes = loss_axes(chart, box, epochs, top, f"Loss: {left_out(task)}".removesuffix(": "))
    if epoch < epochs:
        axes.upright(max(1, epoch))
        chart.alt += f" Epoch shown: {epoch:,}."
    if many:
        means = loss_lines.means(runs.losses, task)
        axes.band(range(1, epochs + 1), means.min(axis=0), means.max(axis=0), "#d0d0d0")
    entries = []
    for line in lines:
        ink, dash, thick = _look(line.style)
        axes.line(range(1, epochs + 1), line.losses, ink, thick, dash, epochs <= 20)
        entries.append((line.name, ink, dash, min(thick, 3)))
    axes.across(floor, "3 3")
    entries.append((f"best without memory: {number(floor)}", "#000", "3 3", 1.2))
    chart.legend(10, HEIGHT - 15 * rows + 4, entries, WIDTH / 2 - 4, columns)
    return chart


def loss_axes(chart, box, epochs, top, title="Loss"):
    """The axes of a loss curve."""
    axes = Axes(chart, box, (1, max(2, epochs)), (0, top))
    axes.y_axis(*ticks(0, top), "loss", grid=True)
    axes.x_axis(*whole_ticks(1, max(2, epochs)), "epoch")
    axes.title(title)
    return axes


def _look(style):
    """A line style of `losses` as ink, dashes and width."""
    if style == loss_lines.MEAN:
        return "#999", "", 4
    styles = dict(zip(loss_lines.STYLES[:3], DASHES.values(), strict=True))
    ink = dict(zip(loss_lines.COLOURS, INKS, strict=True)).get(style["color"], "#000")
    return ink, styles.get(style.get("linestyle", "-"), "4 2 2 2 2 2"), 1.6


def chances(run):
    """The probability of each right next symbol, a panel a sequence."""
    task = run.task
    chart = Chart(WIDTH, HEIGHT)
    chart.text(WIDTH / 2, 18, TITLE, 11.5, "middle")
    values, words = run.stack.probabilities[0], []
    for k, (left, top, width, height) in panels(task, (WIDTH, HEIGHT)):
        pairs = [f"{label(x)}→{label(y)}" for x, y in zip(*_pairs(task, k), strict=True)]
        own = values[k, : task.steps[k]]
        name = sequence_name(task, k)
        axes = Axes(chart, (left, top, width, height), (-0.5, len(pairs) - 0.5), (0, 1.12))
        axes.title(name, 10.5)
        draw_chances(axes, own, pairs)
        words.append(chances_in_words(name, pairs, own))
    chart.alt = picture_in_words(task, f"{TITLE} at each step.", *words)
    return chart


def draw_chances(axes, values, names, stripes=False, colour="#56B4E9", share=0.62, shift=0.0):
    width = axes.box[2]
    axes.y_axis((0, 0.5, 1), ("0", "0.5", "1"))
    axes.across(0.5)
    places = np.arange(len(values)) + shift
    if len(values) <= 40:
        axes.bars(places, values, share, colour, stripes)
    else:
        axes.line(places, values, "#0072B2", 1)
    if len(values) <= 8 and width / len(values) > 26:
        for x, y, value in zip(*axes.at(places, values), values, strict=True):
            axes.chart.text(x, y - 3, number(value, 2), 9.5, "middle")
    step_names(axes, names)


def step_names(axes, names):
    """Names of steps below the axes, as many as there is room for."""
    width = axes.box[2]
    every = max(1, -(-len(names) * 11 // int(width)))
    places = list(range(0, len(names), every))
    longest = max(len(names[p]) for p in places)
    turned = longest * 10 * LETTER > width / len(places)
    axes.x_axis(places, [names[p] for p in places], turned=turned)


def panels(task, size, under=34, header=26):
    """[(sequence, box)] for the first sequences, side by side, or below each other if long."""
    shown = min(SHOWN, len(task.steps))
    columns = 1 if shown == 1 or max(task.steps[:shown]) > 14 else 2
    rows = -(-shown // columns)
    wide, high = size[0] / columns, (size[1] - header) / rows
    return [
        (
            k,
            (
                wide * (k % columns) + 34,
                header + high * (k // columns) + 18,
                wide - 44,
                max(14, high - under - 18),
            ),
        )
        for k in range(shown)
    ]


def _pairs(task, k):
    """Inputs and targets of a sequence."""
    return task.sequences[k][:-1], task.sequences[k][1:]


def success(counts, runs):
    """How many networks remember at each epoch, with the 95 % interval."""
    chart = Chart(WIDE, 240)
    epochs, counted = list(counts), list(counts.values())
    axes = Axes(chart, (60, 26, WIDE - 90, 160), (0, max(1, epochs[-1])), (-3, 103))
    axes.title(f"Networks that remember, of {len(runs.seeds)}, with the 95 % interval (grey)")
    axes.y_axis((0, 25, 50, 75, 100), ("0", "25", "50", "75", "100"), "share, %", grid=True)
    axes.x_axis(*whole_ticks(0, max(1, epochs[-1]), 9), "epoch")
    low, high = 100 * np.array([n.interval for n in counted]).T
    axes.band(epochs, low, high, "#cfcfcf")
    rates = [100 * n.successes / n.trials for n in counted]
    axes.line(epochs, rates, "#0072B2", 2, dots=True)
    places = sorted({0, len(epochs) // 2, len(epochs) - 1})
    few = [f"epoch {epochs[p]:,} {counted[p]}" for p in places]
    chart.alt = f"Networks that remember, by epoch: {'; '.join(few)}."
    chart.text(WIDE - 30, 234, f"at the end: {counted[-1]}", 10.5, "end", GREY)
    return chart
