"""Pictures of how often networks succeed: along the training, or setting by setting.

They take counts (`lm.count`), not rates, so that each picture can show how sure the counts are.
"""

import numpy as np

from ..counting import count
from ..errors import InputError
from .drawing import LOOKS, Axes, Drawing, ticks, width_of
from .plots import WIDTH
from .steps import draw_grid
from .words import label

__all__ = ["counts", "heatmap", "success"]


def counts(runs):
    """How many of `runs` remember at each kept epoch, {epoch: Count}."""
    return {epoch: count(runs.at(epoch).remembers) for epoch in runs.kept}


def success(curves, title="Networks that remember", width=WIDTH):
    """The share of successes against epochs, a curve for each name, with its 95 % interval.

    `curves`: {name: {epoch: Count}}, 1 to 8 curves of at least one epoch each. `width` in
    pixels. Raises `InputError`.
    """
    if not 1 <= len(curves) <= 8 or not all(curves.values()):
        raise InputError("curves", "1 to 8 curves, none of them empty", list(curves))
    curves = {label(name, 100): curve for name, curve in curves.items()}
    more = [look._replace(mark=back.mark) for look, back in zip(LOOKS, LOOKS[::-1], strict=True)]
    looks = dict(zip(curves, [*LOOKS, *more], strict=False))
    drawing = Drawing(width, title=f"{title}, with the 95 % interval")
    last = max(1, *(epoch for curve in curves.values() for epoch in curve))
    axes = Axes(drawing, (60, 26, width - 90, 190), (0, last), (-4, 104))
    axes.y_axis(*ticks(0, 100, 6), "share that remembers, %")
    axes.x_axis(*ticks(0, last, 9, least=1), "epoch")
    for name, curve in curves.items():
        low, high = 100 * np.array([n.interval for n in curve.values()]).T
        axes.band(list(curve), low, high, looks[name].colour, opacity=0.15)
    for name, curve in curves.items():
        rates, values = [100 * _rate(n) for n in curve.values()], list(curve.values())
        axes.line(list(curve), rates, looks[name], name, "epoch", values)
    drawing.legend(60, drawing.height + 6, width - 70, looks)
    words = (_curve_in_words(name, curve) for name, curve in curves.items())
    drawing.alt = " ".join([f"{title}, by epoch.", *words])
    return drawing


def heatmap(table, title, width=WIDTH):
    """A grid of counts, the darker the more successes: a `DataFrame` whose entries are `Count`.

    `width` in pixels. Raises `InputError` for an empty table.
    """
    if table.empty:
        raise InputError("table", "at least one row and one column", table.shape)
    rates = table.map(_rate).to_numpy(float)
    columns, rows = ([label(name, 40) for name in axis] for axis in (table.columns, table.index))
    left = 20 + min(width / 3, max(map(width_of, rows)))
    drawing = Drawing(width, title=title)
    entries, below = table.to_numpy().ravel(), label(table.columns.name or "", 40)
    box = (left, 30, width - left - 20, 34 * len(rows))
    draw_grid(drawing, box, rates, list(map(_short, entries)), entries, rows, columns, below)
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
        yield f"{name}: {', '.join(f'{column} {_short(n)}' for column, n in entries)}."


def _short(n):
    return f"{n.successes} of {n.trials}"
