"""The inside of a network as the Explorer shows it: all it held, one unit, an operation.

As in `views`, each function takes results and returns a `Chart`.
"""

import numpy as np

from .drawing import GREY, Axes, Chart, ticks
from .insides import GATES, NAMES, arrays, means_in_words, unit_in_words
from .plots import SIGNED
from .views import INKS, WIDE, draw_chances, step_names
from .words import SHOWN, label, left_out, number, picture_in_words, sequence_name

LOOKS = (("", 1.8), ("7 4", 1.8), ("8 3 2 3", 1.8), ("2 3", 2.4))


def heatmaps(held, task):
    """All that a layer held: a row of maps a sequence, a column a state or gate."""
    units, shown = held.h.shape[2], min(SHOWN, len(task.steps))
    held = arrays(held)
    high = 112 if shown < 3 else 86
    chart = Chart(WIDE, 40 + (high + 38) * shown)
    wide = (WIDE - 130) / max(4, len(held))
    for k in range(shown):
        top, steps = 40 + (high + 38) * k, task.steps[k]
        chart.text(48, top - 6, sequence_name(task, k), 10.5)
        for column, (name, values) in enumerate(held.items()):
            box = (48 + wide * column, top, wide - 14, high)
            axes = Axes(chart, box, (-0.5, steps - 0.5), (units - 0.5, -0.5))
            axes.heatmap(values[k, :steps].T, name in SIGNED)
            step_names(axes, [label(symbol) for symbol in task.sequences[k][:steps]])
            if k == 0:
                chart.text(box[0] + box[2], 16, NAMES[name], 11, "end")
        last = f"{units - 1}"
        chart.text(42, top + 9, "0", 10, "end")
        chart.text(42, top + high - 1, last, 10, "end")
        chart.text(14, top + high / 2, "unit", 10.5, "middle", GREY, turned=-90)
    _draw_scale(chart, WIDE - 76, 44, True, "c, h, g")
    if any(name in GATES for name in held):
        _draw_scale(chart, WIDE - 34, 44, False, "gates")
    first = f"What {units} units held at each step, as heatmaps: " + ", ".join(map(NAMES.get, held))
    words = [means_in_words(task, k, held) for k in range(shown)]
    chart.alt = picture_in_words(task, f"{first}.", *words)
    if left_out(task):
        chart.text(WIDE - 8, chart.height - 4, f"Shown: {left_out(task)}", 10, "end", GREY)
    return chart


def _draw_scale(chart, x, y, signed, name):
    """What the colours mean."""
    low = -1 if signed else 0
    axes = Axes(chart, (x, y, 10, 90), (0, 1), (low, 1))
    axes.colours(np.linspace(1, low, 40)[:, None], signed)
    for value in (1, 0, -1) if signed else (1, 0):
        words = number(value, 0).replace("-", "\N{MINUS SIGN}")
        chart.text(x + 14, axes.at(0, value)[1] + 4, words, 10)
    chart.text(x - 4, y - 8, name, 10)


def unit_lines(held, task, unit):
    """One unit's gates (above) and what they do to it (below), a column a sequence."""
    shown = min(SHOWN, len(task.steps))
    held = {name: values[:shown, :, unit] for name, values in arrays(held).items()}
    most = max([1, *(np.nanmax(np.abs(v)) for n, v in held.items() if n not in GATES)])
    chart = Chart(WIDE, 330)
    wide = (WIDE - 170) / shown
    for k in range(shown):
        steps, left = task.steps[k], 52 + wide * k
        names = [label(symbol) for symbol in task.sequences[k][:steps]]
        scale = (-0.3, max(1, steps - 1) + 0.3)
        gates = Axes(chart, (left, 28, wide - 44, 100), scale, (0, 1.05))
        values = Axes(chart, (left, 166, wide - 44, 120), scale, (-1.08 * most, 1.08 * most))
        gates.title(sequence_name(task, k), 10.5)
        gates.y_axis((0, 0.5, 1), ("0", "0.5", "1"), "gates" if k == 0 else "")
        values.y_axis(*ticks(-most, most), "values" if k == 0 else "")
        values.across(0, "", "#ccc", 1)
        for axes, wanted in ((gates, True), (values, False)):
            lines = {n: v[k, :steps] for n, v in held.items() if (n in GATES) == wanted}
            for values_of_unit, ink, (dash, thick) in zip(
                lines.values(), INKS, LOOKS, strict=False
            ):
                axes.line(range(steps), values_of_unit, ink, thick, dash, steps <= 40)
            step_names(axes, names)
    _name_lines(chart, [n for n in held if n in GATES], 44)
    _name_lines(chart, [n for n in held if n not in GATES], 190)
    words = [unit_in_words(task, k, held) for k in range(shown)]
    chart.alt = picture_in_words(task, f"Unit {unit} at each step.", *words)
    return chart


def _name_lines(chart, names, y):
    """A legend on the right, a row a line."""
    for k, (name, ink, (dash, thick)) in enumerate(zip(names, INKS, LOOKS, strict=False)):
        chart.legend(WIDE - 132, y + 20 * k, [(NAMES[name], ink, dash, thick)])


def operated(before, after, name):
    """Probabilities of the right symbols before and after an operation, side by side.

    `before` and `after`: rows of `predictions` for one sequence; `name`: of that sequence.
    """
    pairs = [f"{label(x)}→{label(y)}" for x, y in zip(before.input, before.target, strict=True)]
    chart = Chart(WIDE, 226)
    scale = (-0.5, len(pairs) - 0.5)
    axes = Axes(chart, (44, 28, WIDE - 190, 150), scale, (0, 1.12))
    axes.title(f"Probability of the right next symbol, {name}", 11)
    few = len(pairs) <= 40
    for table, shift, colour, striped in (
        (before, -0.2, "#56B4E9", False),
        (after, 0.2, "#E69F00", True),
    ):
        values = table.probability.to_numpy()
        draw_chances(axes, values, pairs, striped, colour, 0.36, shift if few else 0)
    for k, (words, colour) in enumerate((("before", "#56B4E9"), ("after (striped)", "#E69F00"))):
        chart.rectangle(WIDE - 130, 50 + 22 * k, 16, 12, colour, "#000")
        chart.text(WIDE - 108, 60 + 22 * k, words, 10.5)
    rows = zip(pairs[:8], before.probability, after.probability, strict=False)
    words = ", ".join(f"{pair} {number(b, 2)} to {number(a, 2)}" for pair, b, a in rows)
    more = " …" if len(pairs) > 8 else ""
    chart.alt = f"{name}: probability of the right symbol before and after: {words}{more}."
    return chart
