"""Pictures of how often networks succeed: along the training, or setting by setting.

They take counts (`lm.count`), not rates, so that each picture can show how sure the counts are.
"""

import numpy as np

from ..counting import count
from ..errors import InputError
from .picture import Picture
from .plots import COLOURS, STYLES, WIDTH, plain
from .words import label

__all__ = ["counts", "heatmap", "success"]

MARKS = "os^D"


def counts(runs):
    """How many of `runs` remember at each kept epoch, {epoch: Count}."""
    return {epoch: count(runs.at(epoch).remembers) for epoch in runs.kept}


def success(curves, title="Networks that remember", width=WIDTH):
    """The share of successes against epochs, a curve for each name, with its 95 % interval.

    `curves`: {name: {epoch: Count}}, 1 to 8 curves of at least one epoch each. `width` in
    inches. Raises `InputError`.
    """
    if not 1 <= len(curves) <= 8 or not all(curves.values()):
        raise InputError("curves", "1 to 8 curves, none of them empty", list(curves))
    picture = Picture(width, 3.2)
    axes = picture.subplots()
    for k, (name, curve) in enumerate(curves.items()):
        look = {"color": COLOURS[k % 4], "linestyle": STYLES[k % 4], "marker": MARKS[k % 4]}
        filled = {"markerfacecolor": "white"} if k >= 4 else {}
        epochs, rates = list(curve), [100 * _rate(n) for n in curve.values()]
        low, high = 100 * np.array([n.interval for n in curve.values()]).T
        axes.fill_between(epochs, low, high, color=COLOURS[k % 4], alpha=0.13, linewidth=0)
        axes.plot(epochs, rates, label=label(name, 40), markersize=4, **look, **filled)
    axes.set(xlabel="epoch", ylabel="share that remembers, %", ylim=(-4, 104), title=title)
    axes.spines[["top", "right"]].set_visible(False)
    picture.legend(loc="outside right center", frameon=False, prop=plain()["fontproperties"])
    picture.alt = " ".join([f"{title}, by epoch.", *map(_curve_in_words, curves.items())])
    return picture


def heatmap(table, title, width=WIDTH):
    """A grid of counts, the darker the more successes: a `DataFrame` whose entries are `Count`.

    `width` in inches. Raises `InputError` for an empty table.
    """
    if table.empty:
        raise InputError("table", "at least one row and one column", table.shape)
    rates = table.map(_rate).to_numpy(float)
    picture = Picture(width, 1.2 + 0.42 * len(table))
    axes = picture.subplots()
    axes.imshow(rates, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), rate in np.ndenumerate(rates):
        colour = "white" if rate > 0.6 else "black"
        text = _short(table.iat[row, column])
        axes.text(column, row, text, ha="center", va="center", color=colour)
    names = [[label(name, 40) for name in axis] for axis in (table.columns, table.index)]
    axes.set_xticks(range(len(names[0])), names[0], **plain())
    axes.set_yticks(range(len(names[1])), names[1], **plain())
    axes.set(xlabel=table.columns.name or "", title=title)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    picture.alt = " ".join([f"{title}.", *_rows_in_words(table, *names)])
    return picture


def _rate(n):
    return n.successes / n.trials


def _curve_in_words(item):
    """Where a curve starts, ends, and is highest."""
    name, curve = item
    first, last = next(iter(curve)), list(curve)[-1]
    best = max(curve, key=lambda epoch: _rate(curve[epoch]))
    return (
        f"{label(name, 40)}: {_short(curve[first])} at epoch {first:,}, highest"
        f" {_short(curve[best])} at epoch {best:,}, {_short(curve[last])} at epoch {last:,}."
    )


def _rows_in_words(table, columns, rows):
    for name, row in zip(rows, table.itertuples(index=False), strict=True):
        entries = zip(columns, row, strict=True)
        yield f"{name}: {', '.join(f'{column} {_short(n)}' for column, n in entries)}."


def _short(n):
    return f"{n.successes} of {n.trials}"
