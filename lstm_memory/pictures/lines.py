"""A table of numbers as lines."""

import numpy as np

from ..errors import InputError
from .arguments import array, checked, numbers_in
from .drawing import LOOKS, WIDTH, Axes, Drawing, ticks
from .words import label, number

NAMED = 12  # so many points have their own names on the lower axis
TOLD = 8  # so many values of a line are told in words


@checked
def lines(table, title, beside, log=False, width=WIDTH):
    """The columns of a `DataFrame` as lines over its index, whose name stands below.

    Columns that have the same name are drawn alike, as thin lines: a bundle. There may be 1 to 4
    different names. `beside` says what the numbers are. With `log` equal distances below mean
    equal factors. `width` is in pixels. Raises `InputError`.
    """
    numbers_in("table", table)
    index, names = array("table", table.index), [label(name, 80) for name in table.columns]
    looks = {
        name: look if names.count(name) == 1 else look._replace(mark="", thick=0.8)
        for name, look in zip(dict.fromkeys(names), LOOKS, strict=False)
    }
    if len(set(names)) > len(looks):
        raise InputError("table", "columns of 1 to 4 names", table.shape)
    if log and index.min() <= 0:
        raise InputError("table", "an index above 0, since log is True", index.min())
    xs, values = np.log10(index) if log else index, table.to_numpy(float)
    drawing = Drawing(width, title=title)
    below = label(table.index.name or "", 40)
    axes = _axes(drawing, index, xs, values, beside, below)
    for name, own in zip(names, values.T, strict=True):
        axes.line(xs, own, looks[name]._replace(mark=""), name)
        if looks[name].mark:
            _mark(axes, xs, own, looks[name], [f"{name}, {below} {x:,g}" for x in index])
    drawing.legend(60, drawing.height + 6, width - 70, looks)
    columns = {name: values[:, [n == name for n in names]] for name in looks}
    words = (_in_words(name, index, own) for name, own in columns.items())
    drawing.alt = " ".join([f"{title}: {beside}.", *words])
    return drawing


def _axes(drawing, index, xs, values, beside, below):
    """Axes with room for all values and the 0, and ticks at the points if they are few."""
    low, high = min(0, np.nanmin(values)), max(0, np.nanmax(values))
    room = 0.06 * max(high - low, 1e-9)
    ends = (xs.min(), xs.max()) if xs.min() < xs.max() else (xs[0] - 1, xs[0] + 1)
    y = (low - room if low < 0 else 0, high + room)
    axes = Axes(drawing, (60, 28, drawing.width - 84, 190), ends, y)
    axes.y_axis(*ticks(*y), beside)
    few = len(index) <= NAMED
    places, names = (xs, [f"{x:,g}" for x in index]) if few else ticks(*ends, 9)
    axes.x_axis(places, names, below)
    return axes


def _mark(axes, xs, values, look, names):
    """The mark of a line on some of its points, which show their name and number."""
    for k in range(0, len(xs), max(1, len(xs) // NAMED)):
        if np.isfinite(values[k]):
            title = f"{names[k]}: {_short(values[k])}"
            axes.drawing.mark(*axes.at(xs[k], values[k]), look, title)


def _in_words(name, index, values):
    """A line, or a bundle of them, (points, lines): its values, or the mean of both ends."""
    if values.shape[1] == 1 and len(index) <= TOLD:
        told = (f"{_short(v)} at {x:,g}" for x, v in zip(index, values[:, 0], strict=True))
        return f"{name}: {', '.join(told)}."
    first, last = (_short(values[k].mean()) for k in (0, -1))
    many = f" ({values.shape[1]} lines, mean)" if values.shape[1] > 1 else ""
    return f"{name}{many}: from {first} at {index[0]:,g} to {last} at {index[-1]:,g}."


def _short(value):
    return number(value, 2).removesuffix(".00") if np.isfinite(value) else "none"
