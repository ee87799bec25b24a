"""The network drawn at one time step: its numbers, its words, and any task and cell."""

import re
import time
from dataclasses import replace

import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory.pictures.drawing import ABSOLUTE, COLOURS, MIDDLING, SIGNED, Drawing, coloured
from lstm_memory.pictures.network import (
    MOST_UNITS,
    TIMES,
    Row,
    _draw_state,
    in_words,
    other_sequence,
    telling,
)
from lstm_memory.pictures.words import number

from .drawing_tools import elements, marked, texts, titles

pytestmark = pytest.mark.filterwarnings("error")
SPEECH = lm.Task.parse("elephant giraffe elephant\nantelope giraffe antelope")


@pytest.fixture(scope="module")
def run():
    return lm.train(lm.TUTORIAL, lm.REMEMBERING)


@pytest.fixture(scope="module")
def tutorial():
    return lm.train(lm.TUTORIAL)


@pytest.mark.parametrize(("sequence", "step"), [(0, 0), (0, 3), (1, 1), (1, 3)])
def test_every_cell_shows_the_number_of_its_unit(run, sequence, step):
    held, drawing = lm.trace(run), lm.plots.network(run, sequence, step, shown=20)
    shown = titles(drawing, "unit ")
    for unit in range(20):
        now = {name: getattr(held, name)[sequence, step, unit] for name in "cifgoh"}
        old = held.c[sequence, step - 1, unit] if step else 0.0
        n = {name: number(value, 2) for name, value in now.items()}
        total = f"{n['f']} {TIMES} {number(old, 2)} + {n['i']} {TIMES} {n['g']} = {n['c']}"
        assert f"unit {unit}: c = f c + i g = {total}" in shown
        assert f"unit {unit}: h = o tanh c = {n['o']} {TIMES} tanh {n['c']} = {n['h']}" in shown
        assert f"unit {unit}: forget gate f = {n['f']}; c = f c + i g = {total}" in shown
        assert f"unit {unit}: c before = {number(old, 2)}" in shown


def test_a_gate_is_dark_as_far_as_it_is_shut(run):
    drawing, held = lm.plots.network(run, 1, 3, shown=20), lm.trace(run)
    parts = elements(drawing)
    for unit in (0, 9, 17):
        title = f"unit {unit}: output gate o = {number(held.o[1, 3, unit], 2)}; h = o tanh c"
        (place,) = [k for k, part in enumerate(parts) if (part.text or "").startswith(title)]
        gate, filled = parts[place - 1], parts[place + 1]  # the title is inside of the gate
        shut = float(filled.get("width")) / float(gate.get("width"))
        assert 1 - shut == pytest.approx(held.o[1, 3, unit], abs=0.01)
    assert drawing.inline().count(ABSOLUTE) == 3 * 20  # in a dark theme, too


def contrast(one, other):
    """Of two colours, (3,) from 0 to 1, as the WCAG computes it."""

    def luminance(colour):
        linear = np.where(colour <= 0.04, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def in_the_dark(colour):
    """What `invert(1) hue-rotate(180deg)` makes of it, see style.css."""
    turn = 2 * np.array([0.213, 0.715, 0.072]) - np.eye(3)
    return np.clip(turn @ (1 - colour), 0, 1)


def test_every_number_can_be_read_in_a_light_theme_and_in_a_dark_one():
    for share in np.arange(-100, 101) / 100:
        drawing = Drawing(40)
        row = Row("c", np.array([share]), str, 1.0)
        _draw_state(drawing, (0, 0, 36, 16), share, row, "a state", True)
        (text,), fill = elements(drawing, "text"), coloured([share], SIGNED)[0] / 255
        ink = float(text.get("fill") == "#fff")
        assert contrast(fill, np.full(3, ink)) >= 4.5
        ink = 1.0 if MIDDLING in drawing.inline() else ink
        assert contrast(in_the_dark(fill), in_the_dark(np.full(3, ink))) >= 4.5


def test_the_output_is_a_distribution_and_the_answer_is_named(run, tutorial):
    drawing = lm.plots.network(run, 1, 3)
    for symbol, chance in enumerate(run.outputs[1, 3]):
        (bar,) = marked(drawing, f"output {symbol}: {number(chance)}")
        assert float(bar.get("height")) == pytest.approx(44 * chance, abs=0.1)
    assert f"It says 4 ({run.outputs[1, 3, 4]:.2f})" in texts(drawing)
    assert "right is 4 ✓" in texts(drawing)
    three, four = sorted(tutorial.outputs[0, 3, 3:])[::-1]
    words = next(text for text in texts(lm.plots.network(tutorial, 0, 3)) if "wavers" in text)
    assert f"({three:.2f}) or" in words
    assert f"({four:.2f})" in words
    assert "right is 3 ✗" in texts(lm.plots.network(tutorial, 0, 3))


def test_the_difference_between_the_sequences_is_the_memory(run, tutorial):
    """Both recipes read the same; what they hold differs much or little."""
    sizes = {}
    for name, network in (("remembers", run), ("tutorial", tutorial)):
        h = lm.trace(network).h
        sizes[name] = np.abs(h[1, 3] - h[0, 3]).max()
        drawing = lm.plots.network(network, 1, 3, shown=20)
        for unit in range(20):
            shown = [t for t in titles(drawing, f"unit {unit}: h = ") if "difference" in t]
            assert shown[0].endswith(f"difference {number(h[1, 3, unit] - h[0, 3, unit], 2)}")
        assert "Sequence 0 reads 2 as well: only what the layer holds differs" in texts(drawing)
        assert f"by up to {sizes[name]:.2f} in h." in in_words(network, 1, 3)
    assert sizes["remembers"] > 1 > 0.1 > sizes["tutorial"] > 0


def test_the_most_telling_units_come_first(run):
    h = lm.trace(run).h
    sizes = np.abs(h[1, 3] - h[0, 3])[telling(run, 1)]
    assert (np.diff(sizes) <= 0.001).all()
    assert sorted(telling(run, 1)) == list(range(20))
    written = texts(lm.plots.network(run, 1, 0))
    numbers = written[written.index("unit") + 1 :][:12]
    assert numbers == [str(unit) for unit in telling(run, 1)[:12]]


def test_the_sequence_to_compare_with_has_the_most_in_common():
    task = lm.Task([[1, 2, 3, 4], [9, 9, 9, 9], [5, 2, 3, 5]])
    assert [other_sequence(task, k) for k in range(3)] == [2, 0, 0]
    assert other_sequence(lm.Task([[1, 2]]), 0) is None


def test_a_chosen_unit_is_in_sight_with_its_sum(run):
    last = telling(run, 1)[-1]
    drawing, held = lm.plots.network(run, 1, 2, unit=last), lm.trace(run)
    (words,) = [text for text in texts(drawing) if text.startswith(f"unit {last}: c = f c + i g")]
    assert f"= {number(held.c[1, 2, last], 2)}; h = o tanh c" in words
    assert str(last) in texts(drawing)
    (heading,) = [e for e in elements(drawing, "text") if e.text.startswith("Sequence 0 reads")]
    frames = [e.get("d") for e in elements(drawing, "path") if e.get("stroke-width") == "3"]
    for _, top, high in re.findall(r"M(\S+) (\S+)h\S+v(\S+)h", " ".join(frames[1:])):
        assert not float(top) < float(heading.get("y")) - 4 < float(top) + float(high)


def test_weights_are_lines(run):
    kernel, output = run.weights[0], run.weights[-2]
    drawing = lm.plots.network(run, 1, 3, shown=20, weights=True)
    for unit in (0, 13):
        gates = kernel[2].reshape(4, 20)[:, unit]
        each = ", ".join(f"{n} {number(w, 2)}" for n, w in zip("ifgo", gates, strict=True))
        (line,) = marked(drawing, f"unit {unit}: weights from 2 to {each}")
        assert bool(line.get("stroke-dasharray")) == (gates[2] < 0)
        for symbol in range(5):
            weight = output[unit, symbol]
            same = marked(drawing, f"unit {unit}: weight to {symbol} {number(weight, 2)}")
            assert same[0].get("stroke") == COLOURS[int(weight > 0)]
    assert not [title for title in titles(lm.plots.network(run)) if "weight" in title]
    chosen = titles(lm.plots.network(run, unit=13, weights=True))
    assert all("unit 13" in title for title in chosen if "weight" in title)


def test_recurrent_weights_to_one_unit_are_rows(run):
    recurrent = run.weights[1].reshape(20, 4, 20)
    shown = titles(lm.plots.network(run, 1, 3, unit=13, shown=20, weights=True))
    for unit in (0, 13):
        for gate, name in enumerate(("input gate i", "forget gate f", "candidate g")):
            weight = number(recurrent[unit, gate, 13], 2)
            assert f"unit {unit}: weight to {name} of unit 13 {weight}" in shown
    first = telling(run, 1)[0]
    written = texts(lm.plots.network(run, 1, 3, weights=True))
    assert f"Weights from the h before of each unit to unit {first}" in written


def test_shapes_stand_beside_vectors_and_matrices(run):
    written = texts(lm.plots.network(run))
    assert written.count("(20,)") == 10
    assert {"(5,)", "weights (20, 5)"} <= set(written)
    assert "weights: of the input (5, 80), of h before (20, 80)" in written
    shapes = [weight.shape for weight in run.weights]
    assert shapes == [(5, 80), (20, 80), (80,), (20, 5), (5,)]


@pytest.mark.parametrize(
    ("cell", "task", "neurons"),
    [
        ("lstm", lm.Task.parse("a x b\nc x y z d"), 3),
        ("gru", SPEECH, 5),
        ("simple_rnn", lm.Task.parse("a b"), 1),
        ("dense", SPEECH, 3),
        ("lstm", lm.Task([[*range(60), 0]]), 128),
        ("gru", lm.Task.parse("\n".join(f"a{k} b" for k in range(50))), 2),
        ("lstm", lm.Task([[3, 0, 1, 3], [4, 0, 1, 4]], outputs=[3, 4]), 2),
    ],
)
@pytest.mark.parametrize("weights", [False, True])
def test_any_cell_and_any_task(cell, task, neurons, weights):
    run = lm.train(task, lm.Settings(cell=cell, neurons=neurons, epochs=1))
    for sequence, steps in enumerate(task.steps[:2]):
        for step in (0, steps - 1):
            drawing = lm.plots.network(
                run, sequence, step, unit=neurons - 1, shown=MOST_UNITS, weights=weights
            )
            assert elements(drawing)
            assert "nan" not in drawing.alt + drawing.svg()
            within(drawing)


def within(drawing):
    """Nothing that is written begins outside of the drawing."""
    for text in elements(drawing, "text"):
        assert 0 <= float(text.get("x")) <= drawing.width
        assert 0 <= float(text.get("y")) <= drawing.height


def test_a_gru_shows_its_own_sum():
    run = lm.train(SPEECH, replace(lm.REMEMBERING, cell="gru", neurons=5))
    held, drawing = lm.trace(run), lm.plots.network(run, 1, 1)
    for unit in range(5):
        z, g, h = (getattr(held, name)[1, 1, unit] for name in "zgh")
        old = held.h[1, 0, unit]
        assert h == pytest.approx(z * old + (1 - z) * g, abs=1e-5)
        (title,) = titles(drawing, f"unit {unit}: h = z h")
        assert title.endswith(f"= {number(h, 2)}")
    assert "antelope" in texts(drawing)  # uncut


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"sequence": 2}, "sequence: expected a whole number from 0 to 1, got 2"),
        ({"step": 4}, "step: expected a whole number from 0 to 3, got 4"),
        ({"unit": 20}, "unit: expected a whole number from 0 to 19, got 20"),
        ({"shown": 0}, "shown: expected a whole number from 1 to 64, got 0"),
    ],
)
def test_a_wrong_place(run, arguments, words):
    with pytest.raises(lm.InputError, match=words):
        lm.plots.network(run, **arguments)


def test_where_no_answer_is_asked():
    run = lm.train(lm.Task([[3, 0, 1, 3], [4, 0, 1, 4]], outputs=[3, 4]), lm.Settings(epochs=1))
    assert "no answer is asked" in texts(lm.plots.network(run, 0, 0))
    assert "No answer is asked." in in_words(run, 0, 0)
    assert any(text.startswith("right is 3") for text in texts(lm.plots.network(run, 0, 2)))


def test_what_was_typed_is_escaped():
    task = lm.Task.parse("<b> x <b>\n&amp; x &amp;")
    drawing = lm.plots.network(lm.train(task, lm.Settings(epochs=1)), 0, 1)
    assert not elements(drawing, "b")
    assert "<b>" in texts(drawing)


def test_it_is_drawn_in_a_moment(run):
    """About 5 milliseconds; a second would mean that something else is done as well."""
    held, began = lm.trace(run), time.perf_counter()
    lm.plots.network(run, 1, 3, unit=4, shown=20, weights=True, held=held).inline()
    assert time.perf_counter() - began < 1


def test_differences_are_maps_whose_rows_are_sorted_by_them(run):
    drawing, held = lm.insides.differences(run, 1), lm.trace(run)
    order = telling(run, 1)
    for letter in "ch":
        values = getattr(held, letter)
        apart = values[1] - values[0]
        shown = titles(drawing, f"{letter} of unit ")
        expected = [
            f"{letter} of unit {u}, step {t}: {number(apart[t, u], 2)}"
            for u in order
            for t in range(4)
        ]
        assert shown == expected
    assert "4/3" in texts(drawing)
    assert f"{np.abs(held.h[1, 3] - held.h[0, 3]).max():.2f}." in drawing.alt
    alone = lm.train(lm.Task([[1, 2, 3]]), lm.Settings(epochs=1))
    assert lm.insides.differences(alone) is None


def test_a_frame_marks_the_step(run):
    held, task = lm.trace(run), run.task

    def frames(step):
        drawings = [
            lm.insides.heatmaps(held, task, step=step),
            lm.insides.unit_lines(held, task, 3, step=step),
            lm.insides.differences(run, step=step),
            lm.plots.predictions(run, step=step),
        ]
        found = [[e for e in elements(d, "rect") if e.get("stroke-width") == "2"] for d in drawings]
        return [[float(frame.get("x")) for frame in frames] for frames in found]

    assert [len(each) for each in frames(0)] == [12, 6, 2, 2]
    one, two = (np.concatenate(frames(step)) for step in (1, 2))
    assert (one < two).all()
    assert frames(None) == frames(7) == [[], [], [], []]
