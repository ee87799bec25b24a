"""The experiment of 1997 drawn: its sequences, its memory cell, and a unit through a long wait."""

import numpy as np

from ..errors import InputError, whole_number
from ..pictures.cell import BOTTOM, GATE, MIDDLE, OUT, STATE, TIMES, TOP
from ..pictures.drawing import (
    BARS,
    BLUES,
    COLOURS,
    GREY,
    LOOKS,
    SIZE,
    SMALL,
    WIDTH,
    Axes,
    Drawing,
    coloured,
    ticks,
)
from ..pictures.held import NAMES
from ..pictures.words import label, number

QUESTION = COLOURS[1]
ROOM = 88  # beside what is drawn of a long sequence
HEIGHTS = {"i": 84, "f": 52, "o": 52, "c": 130}  # of the boxes of gates and cell state
PLACES = {"y_in": 250, "g": 360, "y_out": 560}  # of a cell's parts, across
PARTS = {"y_in": "input gate", "g": "squashed input", "y_out": "output gate"}


def sequences(form, number=2, seed=0):
    """Sequences of one of the paper's tasks, symbol by symbol, and where an error can arise.

    Below a symbol that has to be predicted stands a mark: a circle where its prediction costs an
    error in training, a full one where the test of success looks at it, too. `number`: how
    many are drawn, 1 to 6, with `seed`. Raises `InputError`.
    """
    number = whole_number("number", number, 1, 6)
    lines, steps = form.draw(number, np.random.default_rng(seed))
    asked = form.targets(lines, steps) >= 0
    judged = form.targets(lines, steps, judged=True) >= 0
    drawing = Drawing(WIDTH)
    wide, words = min(40, (WIDTH - 20) / (steps.max() + 1)), []
    for n, (line, last) in enumerate(zip(lines, steps, strict=True)):
        symbols = [form.alphabet[k] for k in line[: last + 1]]
        first = 0 if form.outputs is None else 1
        for t, symbol in enumerate(symbols):
            box = (10 + wide * t, 12 + 60 * n, wide - 3, 28)
            drawing.rectangle(box, BARS[1] if t in (first, last) else "#f4f4f4", GREY)
            drawing.text(box[0] + box[2] / 2, box[1] + 18, label(symbol), "middle", SIZE)
            if t and asked[n, t - 1]:
                _draw_mark(drawing, box[0] + box[2] / 2, box[1] + 38, judged[n, t - 1])
        words.append(f"{' '.join(symbols)}: {_asked_in_words(symbols, asked[n], judged[n])}.")
    _draw_marks_named(drawing)
    drawing.alt = " ".join([f"{type(form).__name__}, {number} sequences.", *words])
    return drawing


def _draw_mark(drawing, x, y, full):
    fill = "#000" if full else "#fff"
    drawing.add("circle", f'cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="#000"')


def _draw_marks_named(drawing):
    y = drawing.height + 38
    for x, full, name in (
        (16, False, "predicting it costs an error in training"),
        (300, True, "and the test of success looks at it, too"),
    ):
        _draw_mark(drawing, x, y - 4, full)
        drawing.text(x + 10, y, name)


def _asked_in_words(symbols, asked, judged):
    """Which symbols cost an error, and which are tested."""
    count, tested = int(asked.sum()), int(judged.sum())
    if count == len(symbols) - 1:
        found = "an error for every symbol but the first"
    else:
        found = "an error for the last symbol only"
    return f"{found}, the test looks at {'the last one' if tested == 1 else f'all {tested}'}"


def cell(before, now, symbol):
    """The memory cell of 1997 at one step, with its numbers, in the form of `lm.plots.cell`.

    `before`: its internal state s a step before. `now`: {"y_in", "g", "s", "y_out", "y_c"}, the
    activations of its gates, the squashed input g(net), the new state, and the cell's output.
    `symbol`: what it reads. Numbers in brackets are the paper's equations.
    """
    drawing = Drawing(WIDTH, 330, title=f"A memory cell of 1997 that reads {label(symbol)}")
    drawing.path(f"M30 {TOP}H730", STATE, 3)
    drawing.path(f"M30 {BOTTOM}H{PLACES['y_out']}", GREY, 2)
    for x in PLACES.values():
        drawing.path(f"M{x} {BOTTOM}V{GATE}", GREY)
    middle = (PLACES["y_in"] + PLACES["g"]) // 2
    steps = f"M{PLACES['y_in']} {GATE}V{MIDDLE}H{middle}M{PLACES['g']} {GATE}V{MIDDLE}H{middle}"
    drawing.path(f"{steps}V{TOP}M660 {TOP}V{OUT}M{PLACES['y_out']} {GATE}V{OUT}H730", GREY)
    for x, y, sign in ((middle, MIDDLE, TIMES), (middle, TOP, "+"), (660, OUT, TIMES)):
        drawing.add("circle", f'cx="{x}" cy="{y}" r="11" fill="#fff" stroke="#000"')
        drawing.text(x, y + 5, sign, "middle", 14)
    said = {name: number(value) for name, value in now.items()}
    for name, x in PLACES.items():
        _draw_box(drawing, x, GATE, PARTS[name], f"{name} = {said[name]}")
    h = number(2 / (1 + np.exp(-now["s"])) - 1)
    _draw_box(drawing, 660, MIDDLE, "h(s)   (4)", h)
    for x, y, words in (
        (30, TOP - 10, "always times 1: the carousel"),
        (30, TOP + 20, f"s = {number(before)}"),
        (middle + 14, MIDDLE - 22, f"y_in g = {number(now['y_in'] * now['g'])}"),
        (420, TOP - 10, f"s = s + y_in g = {said['s']}   (9)"),
        (672, OUT + 26, f"y_c = {said['y_c']}"),
    ):
        drawing.text(x, y, words, size=SIZE)
    drawing.text(30, BOTTOM - 10, f"input {label(symbol)}", colour=GREY)
    below = "cells and gates, a step before; no biases, no forget gate"
    drawing.text(30, BOTTOM + 18, below, colour=GREY)
    drawing.alt = (
        f"A memory cell of 1997 that reads {label(symbol)}. It held s = {number(before)} and keeps"
        f" all of it. Input gate {said['y_in']} times squashed input {said['g']} is added. Now s ="
        f" {said['s']}. Output gate {said['y_out']} times h(s) = {h}: it says y_c = {said['y_c']}."
    )
    return drawing


def _draw_box(drawing, x, y, name, words):
    drawing.rectangle((x - 48, y - 18, 96, 36), "#fff", "#000", f"{name}: {words}")
    drawing.text(x, y - 3, name, "middle")
    drawing.text(x, y + 12, words, "middle", SIZE)


def long_wait(held, task, unit, question=1):
    """One unit through sequences of very many symbols: what it reads, its gates, and its state.

    Above, the symbols of the first sequence as a strip, a column each, the darker the later in
    the alphabet. Below, a line for each of two sequences: the input gate on a scale of its
    own, the forget gate and the output gate from 0 to 1, and the cell state. `held`: their
    `Trace`; `question`: the step at which the symbol is read that they end with. Raises
    `InputError`.
    """
    unit = whole_number("unit", unit, 0, held.h.shape[2] - 1)
    if held.c is None or len(task.sequences) != 2 or len(set(task.steps)) > 1:
        raise InputError("task", "two sequences of the same length, read by an LSTM", task.steps)
    steps = task.steps[0]
    drawing = Drawing(WIDTH, title=f"Unit {unit} while it reads {steps:,} symbols")
    _draw_strip(drawing, task, question)
    words, bottom = [], 118
    for letter, high in HEIGHTS.items():
        values = getattr(held, letter)[:, :steps, unit]
        low, most = min(0, values.min()), max(values.max(), 0.01)
        low, most = (0, 1) if letter in "fo" else (1.1 * low, 1.1 * most)
        axes = Axes(drawing, (ROOM, bottom, WIDTH - 2 * ROOM, high), (0, steps - 1), (low, most))
        axes.y_axis(*ticks(low, most, 4 if letter in "ic" else 2))
        drawing.text(WIDTH - ROOM + 8, bottom + high / 2, NAMES[letter], size=SMALL)
        for look, own in zip(LOOKS, values, strict=False):
            axes.line(range(steps), own, look._replace(mark=""), NAMES[letter])
        words.append(_wait_in_words(letter, values, question))
        bottom += high + 16
    axes.x_axis(*ticks(0, steps - 1, 9), "step")
    names = (f"the question is {label(line[question])}" for line in task.sequences)
    entries = {name: look._replace(mark="") for name, look in zip(names, LOOKS, strict=False)}
    drawing.legend(ROOM, drawing.height + 6, WIDTH - 2 * ROOM, entries)
    asked = " or ".join(label(line[question]) for line in task.sequences)
    drawing.alt = (
        f"Unit {unit} through {steps:,} symbols, the question {asked} at step {question}, the"
        f" answer due after step {steps - 1:,}. {' '.join(words)}"
    )
    return drawing


def _draw_strip(drawing, task, question):
    """The symbols as columns of colour, with the question and the answer marked."""
    line, steps = task.indices[0][:-1], task.steps[0]
    left, width, top = ROOM, WIDTH - 2 * ROOM, 62
    shades = coloured(np.array([line]) / max(1, len(task.alphabet) - 1), BLUES)
    drawing.image((left, top, width, 34), shades)
    drawing.rectangle((left, top, width, 34), "none", GREY)
    at = left + width * (question + 0.5) / steps
    for x, name in ((at, "question"), (left + width, "answer")):
        symbols = " or ".join(label(s[question if x == at else -1]) for s in task.sequences)
        drawing.path(f"M{x:.1f} {top - 12}v50", QUESTION, 2.5)
        side = "start" if x == at else "end"
        drawing.text(x, top - 16, f"{name}: {symbols}", side, SIZE, QUESTION)
    middle = f"{steps - question - 1:,} symbols in between"
    drawing.text(WIDTH / 2, top - 16, middle, "middle", colour=GREY)


def _wait_in_words(letter, values, question):
    """One state or gate of both sequences at some moments: (2, steps)."""
    last = values.shape[1] - 1
    moments = dict.fromkeys([question, question + 1, last // 2, last])
    rows = (
        f"step {t:,}: {' and '.join(number(v) for v in values[:, t].astype(float))}"
        for t in moments
    )
    return f"{NAMES[letter].capitalize()}, {'; '.join(rows)}."
