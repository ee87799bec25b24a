"""Pictures of the inside of a layer show what was held, say it in words, and stand any task."""

import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory.pictures.drawing import SHADES, SIGNED, coloured
from lstm_memory.pictures.held import NAMES
from lstm_memory.pictures.words import number

from .drawing_tools import (
    cells,
    elements,
    marked,
    numbers_in,
    pictures_inside,
    points,
    texts,
    titles,
)

RAGGED = lm.Task.parse("a x b\nc x y z d")


pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def run():
    return lm.train(lm.TUTORIAL, lm.Settings(epochs=40), keep=(0, 20))


def trained(task, **settings):
    return lm.train(task, lm.Settings(**{"epochs": 1} | settings))


def scale_of(letter):
    return SIGNED if letter in "chg" else SHADES


def test_heatmaps_hold_every_array_of_every_sequence(run):
    trace = lm.trace(run)
    drawing = lm.insides.heatmaps(trace, run.task)
    for letter in "chifgo":
        for (unit, step), both in cells(drawing, letter).items():
            values = getattr(trace, letter)[:, step, unit]
            colours = [pixel.tobytes().hex() for pixel in coloured(values, scale_of(letter))]
            shown = [float(number(value, 2)) for value in values]
            assert both == list(zip(shown, [f"#{code}" for code in colours], strict=True))
        assert len(cells(drawing, letter)) == 20 * 4
    alt = drawing.alt
    assert "sequence 1 (4 0 1 2 4), mean size at the first and the last step: c" in alt
    assert f"f {np.abs(trace.f[1, 0]).mean():.2f} to {np.abs(trace.f[1, 3]).mean():.2f}" in alt


def test_many_units_are_pixels_in_the_same_order():
    run = trained(lm.TUTORIAL, neurons=64)
    trace = lm.trace(run)
    drawn = pictures_inside(lm.insides.heatmaps(trace, run.task))
    assert len(drawn) == 12
    for place, pixels in enumerate(drawn):
        letter, k = "chgifo"[place % 6], place // 6
        expected = coloured(getattr(trace, letter)[k].T, scale_of(letter))
        np.testing.assert_array_equal(pixels, expected)


def test_an_open_gate_is_light(run):
    gates = lm.Trace(h=np.zeros((2, 4, 3)), f=np.zeros((2, 4, 3)), outputs=None)
    gates.f[0, 1, 2] = 1
    shown = cells(lm.insides.heatmaps(gates, run.task), "f")
    assert shown[2, 1] == [(1, "#ffffff"), (0, "#000000")]


def test_the_lines_are_those_of_the_unit(run):
    trace = lm.trace(run)
    drawing = lm.insides.unit_lines(trace, run.task, 7)
    for letter in "chgifo":
        marks = titles(drawing, f"{NAMES[letter]}, sequence")
        shown = numbers_in(mark for mark in marks if ", step " in mark)
        values = getattr(trace, letter)[:, :, 7].ravel()
        np.testing.assert_allclose(shown, values, atol=0.0005 + 1e-6)
        assert NAMES[letter] in texts(drawing)
    names = ("sequence 0 (3 0 1 2 3)", "sequence 1 (4 0 1 2 4)")
    assert {*names, "Unit 7", "3/4"} <= set(texts(drawing))
    assert drawing.alt.startswith("Unit 7 at each step. sequence 0 (3 0 1 2 3): c ")


def test_both_sequences_share_the_axes_and_differ_in_more_than_colour(run):
    trace = lm.trace(run)
    drawing = lm.insides.unit_lines(trace, run.task, 7)
    for letter in "chgifo":
        lines = [marked(drawing, f"{NAMES[letter]}, sequence {k}")[0] for k in (0, 1)]
        assert len({line.get("stroke-dasharray") for line in lines}) == 2
        drawn = np.concatenate([points(line) for line in lines])
        values = getattr(trace, letter)[:, :, 7].ravel()
        np.testing.assert_array_equal(drawn[:4, 0], drawn[4:, 0])
        slope = np.polyfit(values, drawn[:, 1], 1)[0]  # pixels, each of two roundings
        np.testing.assert_allclose(
            drawn[:, 1] - drawn[0, 1], slope * (values - values[0]), atol=0.2
        )


def test_values_beyond_1_have_room():
    trace = lm.Trace(h=np.full((2, 4, 3), 0.5), c=np.full((2, 4, 3), -3.5), outputs=None)
    drawing = lm.insides.unit_lines(trace, lm.TUTORIAL, 0)
    assert {"\N{MINUS SIGN}2", "2"} <= set(texts(drawing))
    assert "forget gate f" not in texts(drawing)  # there are none


@pytest.mark.parametrize("unit", [20, -1, 1.5, "a", None])
def test_a_unit_that_is_not_there(run, unit):
    with pytest.raises(lm.InputError, match="unit: expected a whole number from 0 to 19"):
        lm.insides.unit_lines(lm.trace(run), run.task, unit)


def test_a_moment_shows_the_state_and_the_probabilities(run):
    then = run.at(20)
    drawing, held = lm.insides.moment(then), lm.trace(then).h
    for (unit, step), both in cells(drawing, "h").items():
        assert [value for value, _ in both] == [float(number(v, 2)) for v in held[:, step, unit]]
    bars = titles(drawing, "sequence ")
    np.testing.assert_allclose(numbers_in(bars), then.predictions.probability, atol=0.0005 + 1e-6)
    heights = [float(marked(drawing, bar)[0].get("height")) for bar in bars]
    np.testing.assert_allclose(heights, then.predictions.probability * 150 / 1.12, atol=0.1)
    assert drawing.alt.startswith("After epoch 20: the hidden state, ")
    assert lm.insides.moment(run.at(0)).alt.startswith("After epoch 0: ")


@pytest.mark.parametrize(
    ("cell", "task"),
    [
        ("lstm", RAGGED),
        ("gru", RAGGED),
        ("simple_rnn", lm.Task.parse("a b")),
        ("dense", RAGGED),
        ("gru", lm.Task.parse("\n".join(f"a{k} b" for k in range(50)))),
        ("lstm", lm.Task([[*range(60), 0]])),
    ],
    ids=["lstm", "gru", "one step", "dense", "50 sequences", "long"],
)
def test_any_cell_and_any_task_can_be_drawn(cell, task):
    run = trained(task, cell=cell, neurons=3)
    trace = lm.trace(run)
    drawings = [
        lm.insides.heatmaps(trace, task),
        lm.insides.unit_lines(trace, task, 2),
        lm.insides.moment(run),
    ]
    for drawing in drawings:
        assert elements(drawing)
        assert drawing.alt
        assert "nan" not in drawing.alt + drawing.svg()


def test_pairs_are_a_symmetric_map_with_the_lowest_rows_in_words():
    left = np.full((5, 5), 0.9)
    left[2], left[:, 2] = 0.1, 0.1
    left[4, 1] = left[1, 4] = -0.5
    left[4, 3] = left[3, 4] = 0.8
    drawing = lm.insides.pairs(left, "What is left")
    shown = titles(drawing, "units ")
    assert numbers_in(shown) == left.ravel().tolist()
    assert shown[5 * 4 + 1] == "units 4 and 1: -0.50"
    assert "silent unit" in texts(drawing)
    assert drawing.alt == (
        "What is left. Mean of the two lowest rows: unit 2 0.10 and unit 4 0.44; of all the"
        " others 0.90."
    )


@pytest.mark.parametrize("left", [[1, 2], [[1, 2]], [[0, 1], [0, 0]]])
def test_pairs_of_another_shape(left):
    with pytest.raises(lm.InputError, match="left: expected a symmetric table"):
        lm.insides.pairs(left, "What is left")


def test_in_a_dark_theme_an_open_gate_stays_light(run):
    """Parts of the page that must not be turned around are marked; a file has no marks."""
    for task_run in (run, lm.train(lm.Task([list(range(300))]), lm.Settings(epochs=1))):
        drawing = lm.insides.heatmaps(lm.trace(task_run), task_run.task)
        maps = len(drawing.inline().split(' class="shades"')) - 1
        assert maps == 3 * len(task_run.task.steps) + 1  # three gates, and their colours
        assert "class=" not in drawing.svg()
