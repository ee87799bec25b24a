"""Pictures of the inside of a layer show what was held, say it in words, and stand any task."""

import numpy as np
import pytest

import lstm_memory as lm

PNG = b"\x89PNG\r\n\x1a\n"
RAGGED = lm.Task.parse("a x b\nc x y z d")


pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def run():
    return lm.train(lm.TUTORIAL, lm.Settings(epochs=40), keep=(0, 20))


def trained(task, **settings):
    return lm.train(task, lm.Settings(**{"epochs": 1} | settings))


def maps(picture):
    return [axes.images[0] for axes in picture.axes if axes.images]


def test_heatmaps_hold_every_array_of_every_sequence(run):
    trace = lm.trace(run)
    picture = lm.insides.heatmaps(trace, run.task)
    drawn = maps(picture)
    assert len(drawn) == 12
    for place, image in enumerate(drawn):
        name, k = "chifgo"[place % 6], place // 6
        np.testing.assert_array_equal(image.get_array(), getattr(trace, name)[k].T)
        assert image.get_clim() == ((-1, 1) if name in "chg" else (0, 1))
    assert "sequence 1 (4 0 1 2 4), mean size at the first and the last step: c" in picture.alt
    assert f"f {np.abs(trace.f[1, 0]).mean():.2f} to {np.abs(trace.f[1, 3]).mean():.2f}" in (
        picture.alt
    )


def test_what_is_negative_is_marked_for_print():
    held = lm.Trace(h=np.zeros((2, 4, 3), "float32"), outputs=None)
    held.h[1, 2, 0], held.h[1, 3, 1], held.h[1, 0, 2] = 0.9, -0.9, -0.4
    axes = lm.insides.heatmaps(held, lm.TUTORIAL).axes[1]
    white, black = axes.collections
    assert white.get_offsets().tolist() == [[3, 1]]
    assert black.get_offsets().tolist() == [[0, 2]]


def test_the_lines_are_those_of_the_unit(run):
    trace = lm.trace(run)
    picture = lm.insides.unit_lines(trace, run.task, 7)
    gates_0, gates_1, values_0, values_1 = picture.axes
    for k, axes, names in ((0, gates_0, "ifo"), (1, gates_1, "ifo"), (1, values_1, "chg")):
        for line, name in zip(axes.lines, names, strict=False):
            np.testing.assert_array_equal(line.get_ydata(), getattr(trace, name)[k, :, 7])
    assert len({line.get_linestyle() for line in values_0.lines[:3]}) == 3
    low, high = values_0.get_ylim()
    assert low < trace.c[:, :, 7].min()
    assert high > trace.c[:, :, 7].max()
    assert picture.alt.startswith("Unit 7 at each step. sequence 0 (3 0 1 2 3): c ")


@pytest.mark.parametrize("unit", [20, -1, 1.5, "a", None])
def test_a_unit_that_is_not_there(run, unit):
    with pytest.raises(lm.InputError, match="unit: expected a whole number from 0 to 19"):
        lm.insides.unit_lines(lm.trace(run), run.task, unit)


def test_a_moment_shows_the_state_and_the_probabilities(run):
    then = run.at(20)
    picture = lm.insides.moment(then)
    for k, image in enumerate(maps(picture)):
        np.testing.assert_array_equal(image.get_array(), lm.trace(then).h[k].T)
    bars = [bar.get_height() for bar in picture.axes[-1].patches]
    np.testing.assert_allclose(bars, then.predictions["probability"])
    assert picture.alt.startswith("After epoch 20: the hidden state, ")
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
    pictures = [
        lm.insides.heatmaps(trace, task),
        lm.insides.unit_lines(trace, task, 2),
        lm.insides.moment(run),
    ]
    for picture in pictures:
        assert picture.png().startswith(PNG)
        assert picture.alt
        assert "nan" not in picture.alt
