"""The LSTM drawn: its numbers are those of the network, its cuts those of the training."""

from dataclasses import replace

import pytest

import lstm_memory as lm
from lstm_memory.pictures.words import number

TASK = lm.Task([[*range(12), 0], [11, 3]])


@pytest.fixture(scope="module")
def run():
    return lm.train(lm.TUTORIAL, replace(lm.REMEMBERING, seed=6))


@pytest.mark.parametrize(("sequence", "step", "unit"), [(0, 3, 11), (1, 0, 0), (1, 3, 19)])
def test_the_cell_shows_the_numbers_of_its_network(run, sequence, step, unit):
    trace = lm.trace(run)
    drawing = lm.plots.cell(trace, lm.TUTORIAL, sequence, step, unit)
    now = {name: getattr(trace, name)[sequence, step, unit] for name in "cifgoh"}
    old = trace.c[sequence, step - 1, unit] if step else 0.0
    shown = drawing.svg()
    for name in "ifgo":
        assert f">{name} = {number(now[name], 2)}<" in shown
    assert f">c = {number(old, 2)}<" in shown
    assert f">c = f c + i g = {number(now['c'], 2)}<" in shown
    assert f">h = {number(now['h'], 2)}<" in shown
    assert now["c"] == pytest.approx(now["f"] * old + now["i"] * now["g"], abs=1e-6)
    assert f"it says h = {number(now['h'], 2)}." in drawing.alt


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"sequence": 2}, "sequence: expected a whole number from 0 to 1, got 2"),
        ({"step": 4}, "step: expected a whole number from 0 to 3, got 4"),
        ({"unit": 20}, "unit: expected a whole number from 0 to 19, got 20"),
    ],
)
def test_a_wrong_place_in_the_cell(run, arguments, words):
    with pytest.raises(lm.InputError, match=words):
        lm.plots.cell(lm.trace(run), lm.TUTORIAL, **arguments)


def test_only_an_lstm_has_this_cell():
    gru = lm.train(lm.TUTORIAL, lm.Settings(cell="gru", epochs=1))
    with pytest.raises(lm.InputError, match="trace: expected that of an LSTM"):
        lm.plots.cell(lm.trace(gru), lm.TUTORIAL)


@pytest.mark.parametrize(
    ("reach", "cuts"), [(1, "1, 2, 3, 4, 5, 6, 7"), (3, "3, 6"), (5, "5"), (12, ""), (None, "")]
)
def test_the_gradient_is_cut_where_a_window_ends(reach, cuts):
    run = lm.train(TASK, lm.Settings(bptt_steps=reach, epochs=1))
    drawing = lm.plots.unrolled(run)
    assert (
        drawing.svg().count(">cut<") == len(cuts.split(", "))
        if cuts
        else ">cut<" not in drawing.svg()
    )
    told = f"It is cut before the steps {cuts}." if cuts else "It is not cut."
    assert drawing.alt.endswith(told)
    assert "first 8 steps" in drawing.alt
    assert "first 1 steps" in lm.plots.unrolled(run, sequence=1).alt


def test_without_a_memory_nothing_is_carried():
    dense = lm.train(lm.TUTORIAL, lm.Settings(cell="dense", epochs=1))
    with pytest.raises(lm.InputError, match="run: expected a network with a memory"):
        lm.plots.unrolled(dense)
    with pytest.raises(lm.InputError, match="sequence: expected a whole number from 0 to 1"):
        lm.plots.unrolled(lm.train(lm.TUTORIAL), sequence=2)
