"""The LSTM drawn: one unit at one step with its numbers, and the layer through the steps."""

from math import tanh

from ..errors import InputError, whole_number
from .arguments import checked
from .drawing import COLOURS, GREY, SIZE, WIDTH, Drawing, Look, px
from .words import labels, number, sequence_name

STATE, GRADIENT = COLOURS[0], COLOURS[1]  # forward in a full line, back in a broken one
ARROWS = {
    "state, carried forward": Look(STATE, thick=3),
    "gradient, carried back": Look(GRADIENT, "6 4", 3),
}
GATES = {  # name and place across, by its letter
    "f": ("forget gate", 190),
    "i": ("input gate", 300),
    "g": ("candidate", 400),
    "o": ("output gate", 580),
}
TOP, MIDDLE, OUT, GATE, BOTTOM = 70, 130, 206, 246, 290  # heights, from c down to the input
TIMES = "\N{MULTIPLICATION SIGN}"
SHOWN_STEPS = 8


@checked
def cell(trace, task, sequence=0, step=3, unit=11, width=WIDTH):
    """One unit of an LSTM at one step, as textbooks draw it, with the numbers of this network.

    The line on top is the cell state c: what is left of the old one, and what is added. The four
    gates stand above the line of what they see: the input, and what all units said a step
    before. On the right is h, what the unit says. `trace`: what a run held, from `lm.trace`;
    `task`: that of the run. Sequence, step and unit are counted from 0. `width` is in pixels.
    Raises `InputError`.
    """
    if trace.c is None:
        raise InputError("trace", "that of an LSTM, which has a cell state", "another cell")
    sequence = whole_number("sequence", sequence, 0, len(task.steps) - 1)
    step = whole_number("step", step, 0, task.steps[sequence] - 1)
    unit = whole_number("unit", unit, 0, trace.h.shape[2] - 1)
    held = {name: getattr(trace, name)[sequence, :, unit] for name in "cifgoh"}
    now = {name: float(values[step]) for name, values in held.items()}
    old = float(held["c"][step - 1]) if step else 0.0
    symbol = labels(task.alphabet)[task.sequences[sequence][step]]
    name = sequence_name(task, sequence)
    title = f"Unit {unit} at step {step} of {name}, where it reads {symbol}"
    drawing = Drawing(width, 330, title=title)
    _draw_lines(drawing)
    _draw_gates(drawing, now, symbol)
    _draw_sums(drawing, now, old)
    drawing.alt = _in_words(unit, step, name, symbol, now, old)
    return drawing


def _across(drawing, x):
    """A place across, of a drawing of the usual width, in this one."""
    return x * drawing.width / WIDTH


def _draw_lines(drawing):
    """The lines along which numbers go: c on top, what the gates see below, h on the right."""
    at = {x: px(_across(drawing, x)) for x in (30, 190, 300, 350, 400, 580, 660, 730)}
    drawing.path(f"M{at[30]} {TOP}H{at[730]}", STATE, 3)
    drawing.path(f"M{at[30]} {BOTTOM}H{at[580]}", GREY, 2)
    for _, x in GATES.values():
        drawing.path(f"M{at[x]} {BOTTOM}V{GATE}", GREY)
    kept = f"M{at[190]} {GATE}V{TOP}"
    added = f"M{at[300]} {GATE}V{MIDDLE}H{at[350]}M{at[400]} {GATE}V{MIDDLE}H{at[350]}V{TOP}"
    drawing.path(kept + added, GREY)
    drawing.path(f"M{at[660]} {TOP}V{OUT}M{at[580]} {GATE}V{OUT}H{at[730]}", GREY)
    drawing.text(22, TOP - 10, "c before", colour=GREY)
    drawing.text(drawing.width - 32, TOP - 10, "c now", "end", colour=GREY)


def _draw_gates(drawing, now, symbol):
    """The four gates, each with its number, and what they see."""
    for letter, (name, x) in GATES.items():
        _draw_box(drawing, x, GATE, name, f"{letter} = {number(now[letter], 2)}")
    drawing.text(30, BOTTOM - 10, f"input {symbol}", colour=GREY)
    drawing.text(30, BOTTOM + 18, "h of all units, a step before", colour=GREY)
    _draw_box(drawing, 660, MIDDLE, "tanh c", number(tanh(now["c"]), 2))


def _draw_box(drawing, x, y, name, words):
    middle, half = _across(drawing, x), min(44, _across(drawing, 48))
    drawing.rectangle((middle - half, y - 18, 2 * half, 36), "#fff", "#000", f"{name}: {words}")
    drawing.text(middle, y - 3, name, "middle")
    drawing.text(middle, y + 12, words, "middle", SIZE)


def _draw_sums(drawing, now, old):
    """The two products, the sum, and what comes of them."""
    kept, added = now["f"] * old, now["i"] * now["g"]
    marks = ((190, TOP, TIMES), (350, MIDDLE, TIMES), (350, TOP, "+"), (660, OUT, TIMES))
    for x, y, sign in marks:
        middle = _across(drawing, x)
        drawing.add("circle", f'cx="{px(middle)}" cy="{y}" r="11" fill="#fff" stroke="#000"')
        drawing.text(middle, y + 5, sign, "middle", 14)
    places = {
        (30, TOP + 20): f"c = {number(old, 2)}",
        (205, TOP - 10): f"f c = {number(kept, 2)}",
        (362, MIDDLE - 22): f"i g = {number(added, 2)}",
        (420, TOP - 10): f"c = f c + i g = {number(now['c'], 2)}",
        (672, OUT + 26): f"h = {number(now['h'], 2)}",
    }
    for (x, y), words in places.items():
        drawing.text(_across(drawing, x), y, words, size=SIZE)


def _in_words(unit, step, name, symbol, now, old):
    """The calculation of a step, in sentences."""
    n = {letter: number(value, 2) for letter, value in now.items()}
    kept, added = number(now["f"] * old, 2), number(now["i"] * now["g"], 2)
    return (
        f"Unit {unit} at step {step} of {name}, where it reads {symbol}. It held c ="
        f" {number(old, 2)}. Forget gate {n['f']} leaves {kept} of it. Input gate {n['i']} times"
        f" candidate {n['g']} adds {added}. Now c = {n['c']}. Output gate {n['o']} times tanh c:"
        f" it says h = {n['h']}."
    )


@checked
def unrolled(run, sequence=0):
    """The layer through the steps of a sequence: state forward, gradient back, and its cuts.

    Of a long sequence the first 8 steps are drawn. An update sees `run.settings.bptt_steps` steps,
    and between two such windows the gradient is cut. `sequence` is counted from 0. Raises
    `InputError`.
    """
    task, reach = run.task, run.settings.bptt_steps
    if run.settings.cell == "dense":
        raise InputError("run", "a network with a memory", "cell='dense'")
    sequence = whole_number("sequence", sequence, 0, len(task.steps) - 1)
    steps = min(SHOWN_STEPS, task.steps[sequence])
    shown, name = labels(task.alphabet), sequence_name(task, sequence)
    symbols = [shown[symbol] for symbol in task.sequences[sequence]]
    cuts = [t for t in range(1, steps) if reach and t % reach == 0]
    title = f"{name[0].upper()}{name[1:]}, an update sees {_reach_in_words(reach)}"
    drawing = Drawing(WIDTH, 262, title=title)
    layer = {"lstm": "LSTM", "gru": "GRU"}.get(run.settings.cell, "RNN")
    gap = (WIDTH - 120) / max(3, steps - 1)
    for t in range(steps):
        _draw_step(drawing, 60 + gap * t, t, symbols[t], symbols[t + 1])
        drawing.text(60 + gap * t, 140, layer, "middle", colour=GREY)
        if t:
            _draw_between(drawing, 60 + gap * t, gap, t in cuts)
    drawing.legend(190, 236, 460, ARROWS)
    back = f"It is cut before the steps {', '.join(map(str, cuts))}." if cuts else "It is not cut."
    drawing.alt = (
        f"The layer through the first {steps} steps of {name}. Its state is carried forward from"
        f" each step to the next. The gradient is carried back; an update sees"
        f" {_reach_in_words(reach)}. {back}"
    )
    return drawing


def _reach_in_words(reach):
    return "the whole sequence" if reach is None else f"{reach} step{'s' * (reach > 1)}"


def _draw_step(drawing, x, t, read, target):
    """One step: what it reads below, what it should say above."""
    drawing.rectangle((x - 30, 92, 60, 66), "#f4f4f4", "#000", f"step {t}")
    drawing.text(x, 122, f"step {t}", "middle")
    drawing.path(f"M{x:.1f} 188v-24m-4 7l4-7l4 7M{x:.1f} 86v-22m-4 7l4-7l4 7", GREY)
    drawing.text(x, 204, f"reads {read}", "middle")
    drawing.text(x, 54, f"should say {target}", "middle")


def _draw_between(drawing, x, gap, is_cut):
    """The arrows between a step, at `x`, and the one before it."""
    left, right = x - gap + 34, x - 34
    drawing.path(f"M{left:.1f} 108H{right:.1f}m-8-5l8 5l-8 5", STATE, 3, title="h and c")
    middle = (left + right) / 2
    if is_cut:
        drawing.path(f"M{right:.1f} 142H{middle + 8:.1f}", GRADIENT, 3, "6 4")
        drawing.path(f"M{middle:.1f} 130v26", GRADIENT, 4, title="the gradient is cut here")
        drawing.text(middle, 172, "cut", "middle", colour=GREY)
    else:
        drawing.path(f"M{right:.1f} 142H{left:.1f}", GRADIENT, 3, "6 4", title="gradient")
        drawing.path(f"M{left + 8:.1f} 137l-8 5l8 5", GRADIENT, 3)
