"""The network at one time step: what it reads, what it holds, and what it says.

From top to bottom, as the numbers go: the symbol, as a one-hot vector; the layer, a column a
unit, from the state of the step before through the gates to the state now; the output. Below
the state stands how it differs from the state in another sequence: that is the memory.
"""

from collections.abc import Callable
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np

from ..engine.layout import Cell
from ..errors import whole_number
from ..memory import trace
from .arguments import checked
from .drawing import (
    ABSOLUTE,
    BARS,
    COLOURS,
    GREY,
    MIDDLING,
    MINUS,
    SIGNED,
    Drawing,
    coloured,
    fitted,
    px,
    width_of,
)
from .held import NAMES, WITH_SIGN, arrays
from .words import labels, number, sequence_name

WIDTH = 640
FEW_UNITS, MOST_UNITS = 12, 64  # columns: usually, and at most
FEW_SYMBOLS = 9  # of the alphabet, or of a sequence
LEFT, RIGHT = 132, WIDTH - 62  # of the units: names are on the left, shapes on the right
TOP = 88  # of the layer
ROW = 18  # height of a row
TEXT, LARGE = 11.5, 15  # of letters
WRITTEN = 26  # pixels a number needs
UNDECIDED = 0.1  # two outputs that are closer say the same
TIMES = "\N{MULTIPLICATION SIGN}"
SUMS = {  # what a state is made of, by the kind of cell
    Cell.LSTM: {"c": "c now = f c + i g", "h": "h now = o tanh c"},
    Cell.GRU: {"h": "h now"},
}


class Row(NamedTuple):
    """A row of the layer: its name, numbers (units,), and what pointing at a unit shows.

    `limit`: the number with the strongest colour, or None for a gate, which is drawn as a bar.
    """

    name: str
    values: np.ndarray
    title: Callable
    limit: float | None = 1.0


@checked
def network(
    run, sequence=0, step=3, unit=None, shown=FEW_UNITS, weights=False, held=None, order=None
):
    """A network at one time step of a sequence, and how it differs from another sequence there.

    Sequence, step and `unit`, one to be marked with its sum, are counted from 0. `shown`: how
    many units are drawn, 1 to 64, the most telling first, see `telling`. `weights`: whether
    those from the symbol that is read, and those to the output, are drawn as lines, and those
    from the h of each unit to one of them, `unit` or the first, as rows. `held`: what
    `lm.trace(run)` gives, if it is known already. `order`: the units in another order than that
    of how telling they are. Raises `InputError`.
    """
    now = Moment(run, sequence, step, held)
    shown = whole_number("shown", shown, 1, MOST_UNITS)
    units = (telling(run, now.sequence, now.trace) if order is None else order)[:shown]
    if unit is not None:
        unit = whole_number("unit", unit, 0, run.settings.neurons - 1)
        units = units if unit in units else [*units[:-1], unit]
    drawing = Drawing(WIDTH)
    _draw_sequence(drawing, now)
    read = _draw_input(drawing, now)
    bottom = _draw_layer(drawing, now, units, unit, weights)
    drawing.path(f"M{px(read)} 67V{TOP - 2}m-4-6l4 6l4-6", "#000", 2)
    said = _draw_output(drawing, now, bottom, 50 if weights else 16)
    if weights:
        _draw_weights(drawing, now, units, unit, bottom, read, said)
    drawing.alt = " ".join([in_words(run, sequence, step, now.trace), *_units_in_words(now, units)])
    return drawing


def telling(run, sequence=0, held=None):
    """The units, those first whose h differs most from that in the other sequence in the end.

    Where there is no other sequence: those first whose h changes most.
    """
    task, h = run.task, (held or trace(run)).h
    other = other_sequence(task, sequence)
    if other is None:
        sizes = np.ptp(h[sequence, : task.steps[sequence]], axis=0)
    else:
        last = min(task.steps[sequence], task.steps[other]) - 1
        sizes = np.abs(h[sequence, last] - h[other, last])
    return np.argsort(-np.round(sizes, 3), kind="stable").tolist()


def other_sequence(task, sequence):
    """The sequence to compare with: that which has most inputs in common with it, or None."""

    def in_common(k):
        pairs = zip(task.sequences[k][:-1], task.sequences[sequence][:-1], strict=False)
        return sum(one == other for one, other in pairs)

    others = [k for k in range(len(task.steps)) if k != sequence]
    return max(others, key=in_common, default=None)


def in_words(run, sequence=0, step=3, held=None):
    """What the network reads and says at a step, and what its memory does there."""
    now = Moment(run, sequence, step, held)
    words = f"Step {now.step} of {now.name}: it reads {now.symbol} and {now.answer()}."
    words += f" Right is {now.target}." if now.right is not None else " No answer is asked."
    if now.other is None:
        return words
    if now.read_there != now.symbol:
        return f"{words} Sequence {now.other} reads {now.read_there} at this step."
    most = number(np.abs(now.difference("h")).max(), 2)
    return (
        f"{words} Sequence {now.other} reads {now.symbol} as well, and there it"
        f" {now.answer(now.other)}. The input is {now.symbol} in both; only what the layer holds"
        f" differs, by up to {most} in h."
    )


class Moment:
    """One step of one sequence: its numbers, and those of the other sequence at that step."""

    def __init__(self, run, sequence, step, held=None):
        self.run, self.task = run, run.task
        self.sequence = whole_number("sequence", sequence, 0, len(self.task.steps) - 1)
        self.step = whole_number("step", step, 0, self.task.steps[self.sequence] - 1)
        self.trace = held or trace(run)
        self.held, self.cell = arrays(self.trace), Cell.of(run.settings)
        self.name = sequence_name(self.task, self.sequence)
        self.line = self.task.sequences[self.sequence]
        self.label = labels(self.task.alphabet).__getitem__  # of a symbol
        self.symbol, self.target = map(self.label, self.line[self.step : self.step + 2])
        other = other_sequence(self.task, self.sequence)
        self.other = other if other is not None and self.task.steps[other] > self.step else None

    @property
    def states(self):
        """The letters of what is carried from step to step, h the last."""
        return [letter for letter in "ch" if letter in self.held]

    @property
    def read_there(self):
        """What the other sequence reads at this step."""
        return self.label(self.task.sequences[self.other][self.step])

    def now(self, letter, sequence=None):
        """A state or gate at this step, (units,)."""
        return self.held[letter][self.sequence if sequence is None else sequence, self.step]

    def before(self, letter):
        """A state a step before, (units,): zeros at the first."""
        states = self.held[letter][self.sequence]
        return states[self.step - 1] if self.step else np.zeros_like(states[0])

    def difference(self, letter):
        """A state less that of the other sequence at this step, (units,)."""
        return self.now(letter) - self.now(letter, self.other)

    def outputs(self, sequence=None):
        """What the output layer says, (outputs,)."""
        return self.trace.outputs[self.sequence if sequence is None else sequence, self.step]

    @property
    def right(self):
        """The place of the right output, or None where no answer is asked."""
        symbol, outputs = self.line[self.step + 1], self.task.outputs
        return outputs.index(symbol) if symbol in outputs else None

    @cached_property
    def top(self):
        """The largest |c| at any step, at least 1: the strongest colour of c."""
        return max(1.0, float(np.nanmax(np.abs(self.held.get("c", 0)))))

    def answer(self, sequence=None):
        """The symbol it says with its output, or two between which it can't decide."""
        outputs = self.outputs(sequence)
        best = _best(outputs)[:2]
        names = [f"{self.label(self.task.outputs[k])} ({number(outputs[k], 2)})" for k in best]
        decided = len(best) < 2 or outputs[best[0]] - outputs[best[1]] >= UNDECIDED
        return f"says {names[0]}" if decided else f"wavers: {' or '.join(names)}"


def _best(outputs):
    """The places of the outputs, the largest first."""
    return np.argsort(-np.round(outputs, 2), kind="stable").tolist()


# --- the sequence, and the symbol that is read ------------------------------------------------


def _draw_sequence(drawing, now):
    """The symbols of the sequence, with a frame around the one that is read."""
    first = max(0, min(now.step - FEW_SYMBOLS // 2, len(now.line) - FEW_SYMBOLS))
    symbols = now.line[first : first + FEW_SYMBOLS]
    wide = _room(map(now.label, symbols), 34, 300)
    cut = " …" * (first + len(symbols) < len(now.line))
    drawing.text(8, 18, f"sequence {now.sequence}, step {now.step}{cut}", size=TEXT)
    for k, symbol in enumerate(symbols, first):
        box, asked = (8 + wide * (k - first), 26, wide - 4, 24), k == len(now.line) - 1
        title = (
            f"the end of the sequence: {now.label(symbol)}"
            if asked
            else f"step {k}: reads {now.label(symbol)}"
        )
        drawing.rectangle(box, "#fff", "#888" if k != now.step else "#000", title)
        _frame(drawing, box) if k == now.step else None
        middle = box[0] + box[2] / 2
        drawing.text(middle, 43, fitted(now.label(symbol), wide - 5, 13), "middle", 13)


def _frame(drawing, box):
    left, top, width, height = box
    drawing.path(f"M{px(left)} {px(top)}h{px(width)}v{px(height)}h{px(-width)}z", "#000", 3)


def _draw_input(drawing, now):
    """The one-hot vector of the symbol; returns where its 1 is, across."""
    symbols = now.task.alphabet
    read = symbols.index(now.line[now.step])
    few = _few(len(symbols), [read])
    wide = _room([now.label(symbols[place]) for place in few], 30, 240)
    left = RIGHT - wide * len(few)
    drawing.text(left, 18, f"input: {now.symbol}, as a one-hot vector", size=TEXT)
    drawing.text(RIGHT + 8, 43, f"({len(symbols)},)", colour=GREY)
    for k, place in enumerate(few):
        box, value = (left + wide * k, 26, wide - 2, 24), int(place == read)
        name, middle = now.label(symbols[place]), left + wide * (k + 0.5) - 1
        drawing.rectangle(box, "#000" if value else "#fff", "#888", f"input {name}: {value}")
        drawing.text(middle, 42, str(value), "middle", TEXT, "#fff" if value else GREY)
        drawing.text(middle, 61, fitted(name, wide - 1), "middle", colour=GREY)
    return left + wide * (few.index(read) + 0.5) - 1


def _room(names, least, most):
    """Pixels for each of some names: at least so many, and at most so many for all of them."""
    names = list(names)
    return min(max(least, max(map(width_of, names)) * 1.3 + 8), most / len(names))


def _few(number_of_them, wanted):
    """Places of at most a few symbols, among them those that are wanted."""
    rest = [place for place in range(number_of_them) if place not in wanted]
    return sorted([*wanted, *rest[: FEW_SYMBOLS - len(wanted)]])


# --- the layer --------------------------------------------------------------------------------


def _draw_layer(drawing, now, units, unit, weights):
    """The rows of the layer; returns where it ends, down."""
    wide, frame, y = (RIGHT - LEFT) / len(units), len(drawing.parts), TOP + 20
    _draw_title(drawing, now, units)
    drawing.text(14, TOP + 14, "unit", colour=GREY)
    for k, u in enumerate(units):
        name = str(u) if wide > 14 else ""
        drawing.text(LEFT + wide * (k + 0.5), TOP + 14, name, "middle", colour=GREY)
    y, frames = _draw_rows(drawing, _rows(now), y, units, wide)
    if unit is not None:
        left, frames[0] = LEFT + wide * units.index(unit), (TOP + 2, frames[0][1])
        _mark_unit(drawing, now, unit, (left - 1.5, wide + 1), frames, y)
        y += 20
    if weights and now.cell.recurrent:
        rows = _rows_of_weights(now, units[0] if unit is None else unit)
        y, _ = _draw_rows(drawing, rows, y, units, wide)
    drawing.rectangle((8, TOP, WIDTH - 16, y - TOP + 4), "none", "#000")
    drawing.parts.insert(frame, drawing.parts.pop())  # under all the rest
    return y + 4


def _draw_title(drawing, now, units):
    """What layer it is, and the shapes of its weights."""
    neurons, blocks, symbols = now.run.settings.neurons, now.cell.blocks, len(now.task.alphabet)
    some = f", {len(units)} shown" * (len(units) < neurons)
    name = {"lstm": "LSTM", "gru": "GRU", "simple_rnn": "simple RNN"}.get(now.run.settings.cell)
    drawing.text(8, TOP - 7, f"{name or 'dense'} layer, {neurons} units{some}", size=TEXT)
    shapes = f"weights: of the input ({symbols}, {blocks * neurons})"
    if now.cell.recurrent:
        shapes += f", of h before ({neurons}, {blocks * neurons})"
    drawing.text(8, 63, shapes, colour=GREY)


def _draw_rows(drawing, rows, y, units, wide):
    """Rows, and headings, which are texts; returns where they end, and the places between."""
    places = []
    for row in rows:
        if isinstance(row, str):
            y = _draw_heading(drawing, row, y)
            places.append((y, y))
        else:
            _draw_row(drawing, row, y, units, wide)
            y += ROW
            places = [*places[:-1], (places[-1][0] if places else y - ROW, y)]
    return y, places


def _rows(now):
    """The rows from top to bottom; a text is a heading."""
    rows = [_before(now, letter) for letter in reversed(now.states) if now.cell.recurrent]
    for letter in "figcoh" if now.cell is Cell.LSTM else "zrgh":
        if letter in now.held:
            rows.append(_row_now(now, letter))
    if now.other is not None:
        rows += [_heading(now), *(_row_of_difference(now, letter) for letter in now.states)]
    return rows


def _before(now, letter):
    values, name = now.before(letter), f"{letter} before"
    return Row(name, values, partial(_value, name, values), now.top if letter == "c" else 1.0)


def _value(name, values, unit):
    """A number of a unit, in words."""
    return f"unit {unit}: {name} = {number(values[unit], 2)}"


def _row_now(now, letter):
    """A state or gate at this step, with the sum that it has a part in."""
    values, sums = now.now(letter), SUMS.get(now.cell, {})
    name = sums.get(letter) or ("h now" if letter == "h" else NAMES[letter])
    total = "c" if letter in "figc" and "c" in sums else "h"  # whose sum it is

    def title(unit):
        words = _sum(now, total, unit) if sums else _value("h", values, unit)
        gate = f"unit {unit}: {NAMES[letter]} = {number(values[unit], 2)}; "
        return words if letter in sums or not sums else words.replace(f"unit {unit}: ", gate, 1)

    limit = now.top if letter == "c" else 1.0
    return Row(name, values, title, limit if letter in WITH_SIGN else None)


def _sum(now, letter, unit):
    """What c, or h, of a unit is made of."""
    n = {name: number(now.now(name)[unit], 2) for name in now.held}
    if now.cell is Cell.GRU:
        old, rest = number(now.before("h")[unit], 2), number(1 - now.now("z")[unit], 2)
        kept, added = f"{n['z']} {TIMES} {old}", f"{rest} {TIMES} {n['g']}"
        return f"unit {unit}: h = z h + (1 {MINUS} z) g = {kept} + {added} = {n['h']}"
    if letter == "h":
        return f"unit {unit}: h = o tanh c = {n['o']} {TIMES} tanh {n['c']} = {n['h']}"
    old = number(now.before("c")[unit], 2)
    kept, added = f"{n['f']} {TIMES} {old}", f"{n['i']} {TIMES} {n['g']}"
    return f"unit {unit}: c = f c + i g = {kept} + {added} = {n['c']}"


def _row_of_difference(now, letter):
    """How a state differs from that in the other sequence."""
    values, here, there = now.difference(letter), now.now(letter), now.now(letter, now.other)

    def title(unit):
        both = f"{number(here[unit], 2)} here, {number(there[unit], 2)} in sequence {now.other}"
        return f"unit {unit}: {letter} = {both}; difference {number(values[unit], 2)}"

    return Row(f"difference in {letter}", values, title, now.top if letter == "c" else 1.0)


def _heading(now):
    """What the rows of differences are."""
    if now.read_there == now.symbol:
        return f"Sequence {now.other} reads {now.symbol} as well: only what the layer holds differs"
    return f"Sequence {now.other} reads {now.read_there} at this step"


def _rows_of_weights(now, unit):
    """The weights from the h that each unit had a step before to one unit, a row for each gate."""
    recurrent = now.run.weights[1].reshape(now.run.settings.neurons, now.cell.blocks, -1)
    limit = float(np.abs(recurrent).max()) or 1.0
    yield f"Weights from the h before of each unit to unit {unit}"
    for letter, weights in zip(now.cell.gates or "h", recurrent[:, :, unit].T, strict=True):
        name = f"to {NAMES[letter] if now.cell.gates else 'h now'}"

        def title(u, weights=weights, name=name):
            return f"unit {u}: weight {name} of unit {unit} {number(weights[u], 2)}"

        yield Row(name, weights, title, limit)


def _draw_heading(drawing, words, y):
    """Words above rows; returns where these begin."""
    drawing.path(f"M14 {px(y + 3)}H{WIDTH - 14}", GREY, 1, "3 3")
    drawing.text(14, y + 16, fitted(words, WIDTH - 28, TEXT), size=TEXT)
    return y + 22


def _draw_row(drawing, row, y, units, wide):
    """A row: its name, a cell a unit, its shape."""
    drawing.text(14, y + 13, row.name, size=TEXT)
    drawing.text(RIGHT + 8, y + 13, f"({len(row.values)},)", colour=GREY)
    written = wide > WRITTEN
    for k, u in enumerate(units):
        box, value = (LEFT + wide * k, y, wide - 1.5, ROW - 2), float(row.values[u])
        draw = _draw_gate if row.limit is None else _draw_state
        draw(drawing, box, value, row, row.title(u), written)


def _draw_state(drawing, box, value, row, title, written):
    """A number with a sign: as a colour, and as a number or, of a negative one, a minus sign."""
    share, middle = round(value / row.limit, 2), box[0] + box[2] / 2
    fill = coloured([share], SIGNED)[0].tobytes().hex()
    drawing.rectangle(box, f"#{fill}", "#888", title)
    ink = "#fff" if abs(share) > 0.62 else "#000"
    if written:
        between = MIDDLING if -0.62 <= share < -0.45 or 0.42 < share <= 0.62 else ""
        drawing.text(middle, box[1] + 12, number(value, 2), "middle", colour=ink, more=between)
    elif share < -0.25 and box[2] > 5:
        drawing.path(f"M{px(middle - 2)} {px(box[1] + 8)}h4", ink, 1)


def _draw_gate(drawing, box, value, row, title, written):
    """A gate: as far as it is open, from the left, its cell is light."""
    left, top, width, height = box
    drawing.parts.append(f"<g{ABSOLUTE}>")
    drawing.rectangle(box, "#fff", "#777", title)
    drawing.rectangle((left + width * value, top, width * (1 - value), height), "#999")
    if written:
        drawing.text(left + width / 2, top + 12, number(value, 2), "middle")
    drawing.parts.append("</g>")


def _mark_unit(drawing, now, unit, across, places, y):
    """Frames around the column of a unit, which is `across`, at some `places`; its sum below."""
    for top, bottom in places:
        _frame(drawing, (across[0], top - 1.5, across[1], bottom - top + 1))
    if now.cell in SUMS:
        sums = [_sum(now, letter, unit).partition(": ")[2] for letter in now.states]
    else:
        sums = [f"h = {number(now.now('h')[unit], 2)}"]
    words = f"unit {unit}: {'; '.join(sums)}"
    drawing.text(14, y + 15, fitted(words, WIDTH - 28, TEXT), size=TEXT)


# --- the output, and the weights --------------------------------------------------------------


def _draw_output(drawing, now, top, gap):
    """The output as bars, `gap` below the layer; returns {output's place: middle of its bar}."""
    symbols, outputs = now.task.outputs, now.outputs()
    wanted = [] if now.right is None else [now.right]
    few = _few(len(symbols), list(dict.fromkeys([*wanted, *_best(outputs)[:3]])))
    wide = _room([now.label(symbols[place]) for place in few], 38, 250)
    floor, middles = top + gap + 60, {}
    drawing.path(f"M{LEFT - 10} {px(top)}V{px(floor - 52)}m-4-6l4 6l4-6", "#000", 2)
    drawing.text(14, floor - 28, "output", size=TEXT)
    some = f", {len(few)} shown" * (len(few) < len(symbols))
    drawing.text(14, floor - 12, f"({len(symbols)},){some}", colour=GREY)
    shape = f"weights ({now.run.settings.neurons}, {len(symbols)})"
    drawing.text(14, floor + 4, shape, colour=GREY)
    for k, place in enumerate(few):
        left, value, name = LEFT + wide * k, float(outputs[place]), now.label(symbols[place])
        high, middles[place] = 44 * value, left + (wide - 8) / 2
        drawing.rectangle((left, floor - 44, wide - 8, 44), "#fff", "#888")
        drawing.bar(
            (left, floor - high, wide - 8, high), BARS[0], f"output {name}: {number(value)}"
        )
        drawing.text(middles[place], floor - 48, number(value, 2), "middle")
        drawing.text(middles[place], floor + 14, fitted(name, wide - 2, 13), "middle", 13)
    _draw_answer(drawing, now, LEFT + wide * len(few) + 14, floor)
    drawing.height = floor + 19
    return middles


def _draw_answer(drawing, now, left, floor):
    """What it says, in words, whether that is right, and what it says in the other sequence."""
    said, room = now.answer(), WIDTH - left - 6
    is_right = _best(now.outputs())[0] == now.right and said.startswith("says")
    mark = "\N{CHECK MARK}" if is_right else "\N{BALLOT X}"
    right = "no answer is asked" if now.right is None else f"right is {now.target} {mark}"
    drawing.text(left, floor - 28, fitted(f"It {said}", room, LARGE), size=LARGE)
    drawing.text(left, floor - 8, right, size=13)
    if now.other is not None and now.read_there == now.symbol:
        there = f"in sequence {now.other} it {now.answer(now.other)}"
        drawing.text(left, floor + 12, fitted(there, room, TEXT), size=TEXT, colour=GREY)


def _draw_weights(drawing, now, units, unit, bottom, read, said):
    """Lines from the symbol that is read to the units, or one, and from these to the output."""
    kernel, output = now.run.weights[0], now.run.weights[-2]
    inward = kernel[now.task.alphabet.index(now.line[now.step])]
    inward = inward.reshape(now.cell.blocks, -1)  # (gates, units)
    names, wide = now.cell.gates or "h", (RIGHT - LEFT) / len(units)
    chosen = inward[names.index("g") if "g" in names else 0]
    for k, u in enumerate(units):
        if unit not in (None, u):
            continue
        x = LEFT + wide * (k + 0.5)
        each = ", ".join(f"{n} {number(w, 2)}" for n, w in zip(names, inward[:, u], strict=True))
        title = f"unit {u}: weights from {now.symbol} to {each}"
        _draw_weight(drawing, (read, 66, x, TOP), chosen[u], np.abs(chosen).max(), title)
        for symbol, middle in said.items():
            weight, name = output[u, symbol], now.label(now.task.outputs[symbol])
            title = f"unit {u}: weight to {name} {number(weight, 2)}"
            ends = (x, bottom, middle, bottom + 48)
            _draw_weight(drawing, ends, weight, np.abs(output).max(), title)


def _draw_weight(drawing, ends, weight, most, title):
    """A line as thick as its weight is large, broken where it is below zero."""
    x, y, to_x, to_y = map(px, ends)
    share = float(weight) / float(most or 1)
    dash = "4 3" if weight < 0 else ""
    steps, colour = f"M{x} {y}L{to_x} {to_y}", COLOURS[share > 0]
    drawing.path(steps, colour, round(0.3 + 2.4 * abs(share), 1), dash, title=title)


def _units_in_words(now, units):
    """The state of the units that are drawn, before and now."""
    letter = now.states[0]
    old, new = now.before(letter), now.now(letter)
    rows = [f"{u}: {number(old[u], 2)} to {number(new[u], 2)}" for u in units[:8]]
    yield f"{letter} of the most telling units, before and now: {', '.join(rows)}."
