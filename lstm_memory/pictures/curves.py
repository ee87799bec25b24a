"""Pictures of many networks: how often they succeed, and where their answers lie.

How often is told by counts (`lm.count`), not rates, so that a picture can show how sure they are.
"""

import numpy as np

from ..counting import Count, count
from ..errors import InputError, instance
from .arguments import checked
from .drawing import BARS, COLOURS, GREY, LOOKS, SIZE, Axes, Drawing, Look, px, ticks, width_of
from .plots import WIDTH
from .steps import draw_grid
from .words import label, number

__all__ = ["counts", "heatmap", "histogram", "leads", "success"]

ENDS = 150  # room for the names of curves at their ends
APART = 13  # of such names, one above the other
BOTH_RIGHT = "#ddd"
DOT, POINT = "a2 2 0 1 0 4 0a2 2 0 1 0-4 0z", COLOURS[0]


def counts(runs):
    """How many of `runs` had learnt what can be known at each kept epoch, {epoch: Count}.

    That is how many remembered, where the task needs memory: see `Runs.learnt`.
    """
    return {epoch: count(runs.at(epoch).learnt) for epoch in runs.kept}


counts = checked(counts)  # down here, since notebook 04 shows the function as it stands above


@checked
def success(curves, title="Networks that remember", width=WIDTH, share="share that remembers"):
    """The share of successes against epochs, a curve for each name, with its 95 % interval.

    `curves`: {name: {epoch: Count}}, 1 to 8 curves of at least one epoch each. `width` in
    pixels. `share`: what the axis says. Raises `InputError`.
    """
    curves = {label(name, 100): curve for name, curve in curves.items()}
    more = [look._replace(mark=back.mark) for look, back in zip(LOOKS, LOOKS[::-1], strict=True)]
    looks = dict(zip(curves, [*LOOKS, *more], strict=False))
    drawing = Drawing(width, title=f"{title}, with the 95 % interval")
    last = max(1, *(epoch for curve in curves.values() for epoch in curve))
    room = max(map(width_of, curves)) + 16
    at_the_end = room <= ENDS
    wide = width - 70 - (room if at_the_end else 20)
    axes = Axes(drawing, (60, 26, wide, 190), (0, last), (-4, 104))
    axes.y_axis(*ticks(0, 100, 6), f"{share}, %")
    axes.x_axis(*ticks(0, last, 9, least=1), "epoch")
    for name, curve in curves.items():
        low, high = 100 * np.array([n.interval for n in curve.values()]).T
        axes.band(list(curve), low, high, looks[name].colour, opacity=0.15)
    for name, curve in curves.items():
        rates, values = [100 * _rate(n) for n in curve.values()], list(curve.values())
        axes.line(list(curve), rates, looks[name], name, "epoch", values)
    if at_the_end:
        _name_ends(axes, curves, looks)
    else:
        drawing.legend(60, drawing.height + 6, width - 70, looks)
    words = (_curve_in_words(name, curve) for name, curve in curves.items())
    drawing.alt = " ".join([f"{title}, by epoch.", *words])
    return drawing


def _name_ends(axes, curves, looks):
    """Write the name of each curve beside its end; names that would meet stand apart."""
    ends = {
        name: axes.at(max(curve), 100 * _rate(curve[max(curve)])) for name, curve in curves.items()
    }
    names = sorted(ends, key=lambda name: ends[name][1])
    places = np.array([ends[name][1] for name in names])
    for k in range(1, len(places)):
        places[k] = max(places[k], places[k - 1] + APART)
    lowest = axes.at(0, 0)[1] + 4  # the numbers of the lower axis are below it
    for k in range(len(places)):
        places[-1 - k] = min(places[-1 - k], lowest - APART * k)
    for name, y in zip(names, places, strict=True):
        right = axes.box[0] + axes.box[2] + 8
        axes.drawing.text(right, y + 4, name, colour=looks[name].colour)


@checked
def heatmap(table, title, width=WIDTH):
    """A grid of counts, the darker the more successes: a `DataFrame` whose entries are `Count`.

    Below each count stands its 95 % interval, as far as there is room. `width` in pixels.
    Raises `InputError` for an empty table.
    """
    for entry in table.to_numpy().ravel():
        instance("table", entry, Count, "a Count in every cell")
    rates = table.map(_rate).to_numpy(float)
    columns, rows = ([label(name, 40) for name in axis] for axis in (table.columns, table.index))
    left = 20 + min(width / 3, max(map(width_of, rows)))
    drawing = Drawing(width, title=title)
    entries, below = table.to_numpy().ravel(), label(table.columns.name or "", 40)
    box = (left, 30, width - left - 20, 34 * len(rows))
    words = [str(n).removesuffix(")").replace(" (", "\n") for n in entries]
    draw_grid(drawing, box, rates, words, entries, rows, columns, below)
    drawing.alt = " ".join([f"{title}.", *_rows_in_words(table, columns, rows)])
    return drawing


def _rate(n):
    return n.successes / n.trials


def _curve_in_words(name, curve):
    """Where a curve starts, ends, and is highest."""
    first, last = next(iter(curve)), list(curve)[-1]
    best = max(curve, key=lambda epoch: _rate(curve[epoch]))
    return (
        f"{name}: {_short(curve[first])} at epoch {first:,}, highest"
        f" {_short(curve[best])} at epoch {best:,}, {_short(curve[last])} at epoch {last:,}."
    )


def _rows_in_words(table, columns, rows):
    for name, row in zip(rows, table.itertuples(index=False), strict=True):
        entries = zip(columns, row, strict=True)
        yield f"{name}: {', '.join(f'{column}: {n}' for column, n in entries)}."


def _short(n):
    return f"{n.successes} of {n.trials}"


@checked
def histogram(values, edges, title, below, width=WIDTH):
    """How many of the `values` lie between each two neighbouring `edges`, as bars.

    A value that is an edge belongs to the bar on its right. `below` says what the values are;
    `width` is in pixels. Raises `InputError` if a value lies outside.
    """
    values = np.ravel(values)
    is_line = edges.ndim == 1 and len(edges) > 1 and (np.diff(edges) > 0).all()
    if not is_line or not values.size or values.min() < edges[0] or values.max() >= edges[-1]:
        raise InputError("edges", "two or more numbers with all values between them", edges)
    found = np.histogram(values, edges)[0]
    drawing, highest = Drawing(width, title=title), 1.08 * max(found)
    axes = Axes(drawing, (60, 28, width - 84, 150), edges[[0, -1]], (0, highest))
    axes.y_axis(*ticks(0, highest, least=1), "how many")
    axes.x_axis(*ticks(*edges[[0, -1]], 9), below)
    (xs, tops), floor = axes.at(edges[:-1], found), axes.at(0, 0)[1]
    wide, words = axes.at(edges[1:], 0)[0] - xs, []
    for k in np.flatnonzero(found):
        words.append(f"{number(edges[k])} to {number(edges[k + 1])}: {found[k]}")
        drawing.bar((xs[k], tops[k], wide[k], floor - tops[k]), BARS[0], words[-1])
    drawing.alt = f"{title}. {below}, and how many: {'; '.join(words)}."
    return drawing


@checked
def leads(moments, width=WIDTH):
    """Two leads of each network, one against the other, at some moments of the training.

    `moments`: {name: (networks, 2)}. A lead is the output for the right symbol minus the output
    for its rival; a network has one in each of two sequences. On the dashed diagonal the two add
    up to 0; in the grey corner both answers are right. Each moment has a scale of its own.
    `width` is in pixels.
    """
    drawing, wide, words = Drawing(width), (width - 30) / len(moments), []
    for k, (name, both) in enumerate(moments.items()):
        box = (66 + wide * k, 26, wide - 50, wide - 50)
        most = 1.1 * np.abs(both).max()
        axes = Axes(drawing, box, (-most, most), (-most, most))
        drawing.text(box[0] + box[2] / 2, 16, name, "middle", SIZE)
        _draw_leads(axes, both)
        words.append(f"{name}: {(both.sum(axis=1) > 0).sum()} of {len(both)}")
    beside, below = "lead in the second sequence", "lead in the first sequence"
    drawing.text(14, wide / 2 + 1, beside, "middle", colour=GREY, turned=True)
    drawing.text(width / 2, drawing.height + 8, below, "middle", colour=GREY)
    drawing.alt = (
        "The lead of each network in the first sequence against that in the second. Networks"
        f" whose two leads add up to more than 0: {', '.join(words)}."
    )
    return drawing


def _draw_leads(axes, both):
    """One moment of `leads`: the corner, the diagonal, and a point for each network."""
    most, drawing = axes.limits[0][1], axes.drawing
    (left, right), (zero, top) = axes.at([0, most], [0, most])
    drawing.rectangle((left, top, right - left, zero - top), BOTH_RIGHT)
    places, names = ticks(-most, most, 5)
    axes.y_axis(places, names)
    axes.x_axis(places, names)
    axes.line((-most, most), (most, -most), Look(GREY, "4 3", 1.2))
    xs, ys = axes.at(*both.T)
    dots = "".join(f"M{px(x - 2)} {px(y)}{DOT}" for x, y in zip(xs, ys, strict=True))
    drawing.path(dots, POINT, 0.5, "", POINT)
