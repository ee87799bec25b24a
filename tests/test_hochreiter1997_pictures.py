"""The experiment of 1997 drawn: what stands in the pictures is what their data say."""

import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory.hochreiter1997 import Experiment2a, Experiment2b, Experiment2c, pictures, recipe
from lstm_memory.pictures.words import number

from .drawing_tools import elements, marked, pictures_inside, texts

FORM = Experiment2c(20, 5)


@pytest.mark.parametrize(
    ("form", "errors", "full"),
    [(Experiment2a(4), 4, 4), (Experiment2b(4), 4, 1), (Experiment2c(4, 3), 1, 1)],
)
def test_each_symbol_that_costs_an_error_has_a_mark(form, errors, full):
    drawing = pictures.sequences(form, number=2, seed=1)
    marks = [circle.get("fill") for circle in elements(drawing, "circle")]
    assert len(marks) == 2 * errors + 2  # two are in the legend
    assert marks.count("#000") == 2 * full + 1
    lines, steps = form.draw(2, np.random.default_rng(1))
    symbols = [form.alphabet[k] for n in range(2) for k in lines[n, : steps[n] + 1]]
    assert texts(drawing)[: len(symbols)] == symbols
    assert " ".join(symbols[: steps[0] + 1]) in drawing.alt


def test_the_cell_of_1997_shows_its_sums():
    now = {"y_in": 0.5, "g": -0.3, "s": -0.03, "y_out": 0.6, "y_c": -0.009}
    drawing = pictures.cell(0.12, now, "x")
    shown = texts(drawing)
    assert {"s = 0.120", "y_in g = -0.150", "s = s + y_in g = -0.030   (9)"} <= set(shown)
    assert {"y_in = 0.500", "g = -0.300", "y_out = 0.600", "y_c = -0.009"} <= set(shown)
    assert number(2 / (1 + np.exp(0.03)) - 1) in shown
    assert "forget gate" not in shown


@pytest.fixture(scope="module")
def waiting():
    run = lm.train(FORM.task(1, renewed=True), recipe(FORM))
    line = FORM.task(1, seed=3).sequences[0]
    two = [(line[0], first, *line[2:-1], first) for first in "xy"]
    task = lm.Task(two, FORM.alphabet, outputs=FORM.outputs)
    return lm.trace(run.on(task)), task


def test_a_long_wait_has_a_column_for_each_symbol_and_a_line_for_each_sequence(waiting):
    held, task = waiting
    drawing = pictures.long_wait(held, task, unit=2)
    (strip,) = pictures_inside(drawing)
    assert strip.shape == (1, task.steps[0], 3)
    read = task.indices[0][:-1]
    for k in range(len(read)):  # one symbol, one colour
        assert (np.all(strip[0] == strip[0, k], axis=1) == (read == read[k])).all()
    for name in ("input gate i", "forget gate f", "output gate o", "cell state c"):
        assert len(marked(drawing, name)) == 2
    assert {"question: x or y", "answer: x or y"} <= set(texts(drawing))
    assert f"{task.steps[0] - 2} symbols in between" in texts(drawing)
    last = number(float(held.c[0, task.steps[0] - 1, 2]))
    assert f"step {task.steps[0] - 1}: {last} and" in drawing.alt


def test_a_long_wait_wants_two_sequences_of_one_length(waiting):
    held, task = waiting
    with pytest.raises(lm.InputError, match="unit: expected a whole number from 0 to 7"):
        pictures.long_wait(held, task, unit=8)
    other = lm.Task([line[:-1] for line in task.sequences[:1]], FORM.alphabet)
    with pytest.raises(lm.InputError, match="task: expected two sequences of the same length"):
        pictures.long_wait(held, other, unit=0)
    with pytest.raises(lm.InputError, match="number: expected a whole number from 1 to 6"):
        pictures.sequences(FORM, number=0)
