"""Pictures show the data they were given, say it in words, and stand any task."""

import base64
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory.pictures import plots
from lstm_memory.pictures.words import SHOWN, label, number

PNG = b"\x89PNG\r\n\x1a\n"
ODD = lm.Task.parse('$a$ 😀 \\frac {x} "><b> x\nשלום $b averyveryverylongword 漢字 z\n_a ^b % #')  # noqa: RUF001


pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def run():
    return lm.train(lm.TUTORIAL, lm.Settings(epochs=40))


@pytest.fixture(scope="module")
def runs():
    return lm.train_many(lm.TUTORIAL, lm.Settings(epochs=40), seeds=5)


def trained(task, **settings):
    return lm.train(task, lm.Settings(**{"epochs": 1} | settings))


def all_pictures(run):
    trace = lm.trace(run)
    yield plots.loss_curve(run)
    yield plots.predictions(run)
    for which in "hcifgo":
        yield plots.states(trace, run.task, which)


def texts(picture):
    return [text.get_text() for text in picture.findobj(lambda a: hasattr(a, "get_text"))]


# --- Picture ---------------------------------------------------------------------------


class FirstTag(HTMLParser):
    def handle_starttag(self, tag, attributes):
        self.tag, self.attributes = tag, dict(attributes)


def test_a_picture_is_an_image_with_its_text_escaped():
    picture = plots.Picture(2, 1, alt='<script> & "quotes" \'')
    first = FirstTag()
    first.feed(picture.html())
    assert first.tag == "img"
    assert first.attributes["alt"] == picture.alt
    assert "<script>" not in picture.html()
    start = "data:image/png;base64,"
    assert first.attributes["src"].startswith(start)
    assert base64.b64decode(first.attributes["src"].removeprefix(start)).startswith(PNG)


def test_a_notebook_gets_the_image_with_its_text_and_the_text():
    picture = plots.Picture(2, 1, alt="Nothing.")
    bundle = picture._repr_mimebundle_()
    assert bundle == {"text/html": picture.html(), "text/plain": "Nothing."}


def test_ipython_shows_nothing_else():
    code = (
        "import lstm_memory as lm\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "from IPython.core.pylabtools import select_figure_formats\n"
        "shell = InteractiveShell.instance()\n"
        "select_figure_formats(shell, {'png'})\n"  # as %matplotlib inline does
        "data, _ = shell.display_formatter.format(lm.plots.Picture(2, 1, alt='Nothing.'))\n"
        "assert sorted(data) == ['text/html', 'text/plain'], sorted(data)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_picture_needs_pyplot():
    code = (
        "import sys, lstm_memory as lm\n"
        "lm.plots.one_hot(lm.encode([3, 0], 5), range(5)).png()\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- loss ------------------------------------------------------------------------------


def test_the_loss_curve_has_each_sequence_their_mean_and_the_memoryless_loss(run):
    lines = {len(line.get_ydata()): [] for line in plots.loss_curve(run).axes[0].lines}
    for line in plots.loss_curve(run).axes[0].lines:
        lines[len(line.get_ydata())].append(line.get_ydata())
    np.testing.assert_allclose(lines[40][0], run.losses.mean(axis=1), rtol=1e-6)
    np.testing.assert_allclose(lines[40][1:], run.losses.to_numpy().T)
    np.testing.assert_allclose(lines[2], [[run.task.memoryless_loss] * 2])


def test_the_mean_gives_each_step_the_same_weight():
    run = trained(lm.Task.parse("a b\nc d e f"), epochs=3)
    mean = plots.loss_curve(run).axes[0].lines[0].get_ydata()
    np.testing.assert_allclose(mean, (run.losses[0] + 3 * run.losses[1]) / 4, rtol=1e-6)


def test_softmax_has_a_memoryless_loss_of_its_own():
    run = trained(lm.TUTORIAL, output="softmax")
    assert number(lm.TUTORIAL.lowest_loss("softmax")) == "0.173"
    assert "best without memory: 0.173" in texts(plots.loss_curve(run))


def test_lines_differ_in_more_than_colour():
    run = trained(lm.Task.parse("a b\nb c\nc d\nd e"), epochs=30)
    lines = plots.loss_curve(run).axes[0].lines
    looks = {(str(line._unscaled_dash_pattern), line.get_linewidth()) for line in lines}
    assert len(looks) == len(lines) == 6


def test_the_loss_in_words(run):
    alt = plots.loss_curve(run).alt
    first, last = (number(run.losses[1].iloc[k]) for k in (0, -1))
    assert f"sequence 1 (4 0 1 2 4): from {first} to {last}, lowest {last}." in alt
    assert "epochs 1 to 40" in alt
    assert "without memory reaches 0.069 at best" in alt


def test_many_runs_are_a_median_and_a_range(runs):
    axes = plots.loss_curve(runs).axes[0]
    means = runs.losses.mean(axis=2)
    np.testing.assert_allclose(axes.lines[0].get_ydata(), np.median(means, axis=0), rtol=1e-6)
    heights = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert heights.min() == pytest.approx(means.min())
    assert heights.max() == pytest.approx(means.max())
    assert "median of 5 seeds" in plots.loss_curve(runs).alt


def test_no_epoch_and_one_epoch():
    for epochs, words in [(0, "No epoch has been trained"), (1, "epochs 1 to 1")]:
        picture = plots.loss_curve(trained(lm.TUTORIAL, epochs=epochs))
        assert picture.png().startswith(PNG)
        assert words in picture.alt


# --- predictions -----------------------------------------------------------------------


def test_predictions_are_the_probabilities_of_the_right_symbols(run):
    picture = plots.predictions(run)
    assert len(picture.axes) == 2
    for k, axes in enumerate(picture.axes):
        chances = run.predictions.set_index("sequence").loc[k, "probability"]
        np.testing.assert_allclose([bar.get_height() for bar in axes.patches], chances)
        assert axes.get_ylim()[0] == 0
        assert [list(line.get_ydata()) for line in axes.lines] == [[0.5, 0.5]]
    assert [t.get_text() for t in picture.axes[1].get_xticklabels()] == ["4→0", "0→1", "1→2", "2→4"]
    assert f"2→4 {number(chances.iloc[-1], 2)}." in picture.alt


# --- states ----------------------------------------------------------------------------


@pytest.mark.parametrize("which", "hcifgo")
def test_states_are_units_against_steps_on_fixed_limits(run, which):
    trace = lm.trace(run)
    picture = plots.states(trace, run.task, which)
    images = [image for axes in picture.axes for image in axes.images]
    for k, image in enumerate(images):
        np.testing.assert_array_equal(image.get_array(), getattr(trace, which)[k].T)
        assert image.get_clim() == ((-1, 1) if which in "hcg" else (0, 1))
    assert len(images) == 2
    ticks = [tick.get_text() for tick in picture.axes[1].get_xticklabels()]
    assert ticks == ["4", "0", "1", "2"]
    low = number(np.min(getattr(trace, which)[1]), 2)
    assert f"sequence 1 (4 0 1 2 4): values from {low} to" in picture.alt


def test_a_shorter_sequence_has_fewer_steps():
    run = trained(lm.Task.parse("a b\nc d e f"))
    first, second = (axes.images[0] for axes in plots.states(lm.trace(run), run.task).axes[:2])
    assert first.get_array().shape == (20, 1)
    assert second.get_array().shape == (20, 3)
    assert not np.isnan(second.get_array()).any()


def test_signs_tell_what_colours_tell():
    run = trained(lm.TUTORIAL)
    trace = lm.Trace(h=np.zeros((2, 4, 3), "float32"), outputs=None)
    trace.h[1, 2, 0], trace.h[1, 3, 1] = 0.5, -0.9
    marks = [t for t in plots.states(trace, run.task).axes[1].texts if t.get_text()]
    assert [(t.get_position(), t.get_text()) for t in marks] == [
        ((2, 0), "+"),
        ((3, 1), "\N{MINUS SIGN}"),
    ]
    assert [t.get_color() for t in marks] == ["black", "white"]


def test_a_cell_state_beyond_the_limits_is_said_to_be_there():
    trace = lm.Trace(h=np.full((2, 4, 3), 0.5), c=np.full((2, 4, 3), 2.5), outputs=None)
    inside, beyond = (plots.states(trace, lm.TUTORIAL, which).axes[-1] for which in "hc")
    assert inside.get_ylabel() == "value"
    assert "beyond" in beyond.get_ylabel()


@pytest.mark.parametrize("which", ["z", "x", "", None, 3])
def test_what_a_cell_does_not_have(run, which):
    with pytest.raises(lm.InputError) as error:
        plots.states(lm.trace(run), run.task, which)
    assert error.value.argument == "which"


# --- one-hot ---------------------------------------------------------------------------


def test_one_hot():
    picture = plots.one_hot(lm.encode([3, 0, 1, 2, 3], 5), lm.TUTORIAL.alphabet)
    axes = picture.axes[0]
    np.testing.assert_array_equal(axes.images[0].get_array(), lm.encode([3, 0, 1, 2, 3], 5))
    assert [tick.get_text() for tick in axes.get_yticklabels()] == list("30123")
    assert [text.get_text() for text in axes.texts].count("1") == 5
    assert picture.alt.startswith("One-hot encoding, 5 rows of 5: 3 is 0 0 0 1 0, 0 is 1 0 0 0 0")


@pytest.mark.parametrize("matrix", [[], [[1, 0, 0]], [1, 0], [[[1, 0]]]])
def test_one_hot_of_another_shape(matrix):
    with pytest.raises(lm.InputError) as error:
        plots.one_hot(matrix, "ab")
    assert error.value.argument == "matrix"


# --- any task --------------------------------------------------------------------------


def test_what_was_typed_is_shown_as_it_is():
    run = trained(ODD)
    for picture in all_pictures(run):
        assert picture.png().startswith(PNG)
    chances = texts(plots.predictions(run))
    assert "$a$→😀" in chances  # no formula is made of it
    assert "sequence 2 (_a ^b % #)" in chances


def test_what_the_font_lacks_is_written_as_its_number():
    assert label("\u6f22") == "U+6F22"
    assert label("a\nb\x00") == "aU+000A…"
    assert label("12345678") == "12345678"
    assert label("123456789") == "1234567…"


@pytest.mark.parametrize(
    ("sequences", "settings"),
    [
        ("a b", {}),
        ("a a", {"neurons": 1}),
        ("a b c\n" * 50, {"neurons": 512}),
        (" ".join(map(str, range(2000))) + "\n1 2", {"neurons": 2, "bptt_steps": 50}),
        ("\n".join("x" * 50 + f"{k} " + "y" * 50 for k in range(3)).replace("x" * 3, "x"), {}),
        ("a b c", {"learning_rate": 10, "epochs": 50}),
    ],
    ids=["shortest", "one symbol, one unit", "50 sequences, 512 units", "long", "wide", "wild"],
)
def test_any_task_can_be_drawn(sequences, settings):
    run = trained(lm.Task.parse(sequences), **settings)
    for picture in all_pictures(run):
        assert picture.png().startswith(PNG)
        assert picture.alt
        assert "nan" not in picture.alt


def test_of_many_sequences_the_first_are_drawn_and_that_is_said():
    run = trained(lm.Task.parse("\n".join(f"a{k} b" for k in range(50))))
    for picture in all_pictures(run):
        assert f"Shown: the first {SHOWN} of 50 sequences." in picture.alt
        assert any(f"the first {SHOWN} of 50 sequences" in text for text in texts(picture))
        assert not any("sequence 4" in text for text in texts(picture))
    assert "mean of all steps" in texts(plots.loss_curve(run))
