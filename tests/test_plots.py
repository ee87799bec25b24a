"""Pictures show the data they were given, say it in words, and stand any task."""

import base64
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstm_memory as lm
from lstm_memory.pictures import insides, plots
from lstm_memory.pictures.drawing import (
    BLUES,
    COLOURS,
    SHADES,
    SIGNED,
    Drawing,
    coloured,
    fitted,
    width_of,
)
from lstm_memory.pictures.words import SHOWN, label, labels, number, sequence_name
from lstm_memory.typed import look

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
    trace, first = lm.trace(run), run.predictions.query("sequence == 0")
    yield plots.loss_curve(run)
    yield plots.predictions(run)
    yield plots.before_after(first, first, run.task, 0)
    for which in "hcifgo":
        yield plots.states(trace, run.task, which)
    yield lm.insides.heatmaps(trace, run.task)
    yield lm.insides.unit_lines(trace, run.task, 0)
    yield lm.insides.moment(run)


# --- a drawing, and a picture of matplotlib ----------------------------------------------


class FirstTag(HTMLParser):
    def handle_starttag(self, tag, attributes):
        self.tag, self.attributes = tag, dict(attributes)


def first_tag(html):
    found = FirstTag()
    found.feed(html)
    return found.tag, found.attributes


EVIL = '<script> & "quotes" \''
BOTH = [(lambda alt: Drawing(20, 10, alt), "svg+xml", b"<svg"), (None, "png", PNG)]


@pytest.mark.parametrize(("make", "kind", "start"), BOTH, ids=["drawing", "matplotlib"])
def test_a_notebook_gets_an_image_with_its_text_escaped(make, kind, start):
    picture = make(EVIL) if make else plots.Picture(2, 1, alt=EVIL)
    tag, attributes = first_tag(picture.html())
    assert (tag, attributes["alt"]) == ("img", EVIL)
    assert "<script>" not in picture.html()
    address = f"data:image/{kind};base64,"
    assert attributes["src"].startswith(address)
    assert base64.b64decode(attributes["src"].removeprefix(address)).startswith(start)
    bundle = picture._repr_mimebundle_()
    assert bundle == {"text/html": picture.html(), "text/plain": EVIL}


def test_a_drawing_in_a_page_is_one_image_with_its_text_escaped():
    drawing = Drawing(20, 10, EVIL)
    drawing.text(0, 0, EVIL)
    drawing.rectangle((0, 0, 5, 5), "#fff", title=EVIL)
    for svg in (drawing.inline(), drawing.svg()):
        root = ET.fromstring(svg)
        assert (root.get("role"), root.get("aria-label")) == ("img", EVIL)
        assert root.get("viewBox") == "0 0 20 10"
        assert "<script>" not in svg
    assert (root.get("width"), root.get("height")) == ("20", "10")
    assert texts(drawing) == titles(drawing) == [EVIL]


def test_pointing_reaches_what_has_a_title_through_all_that_has_none():
    drawing = plots.predictions(trained(lm.TUTORIAL))
    for element in elements(drawing, "text") + elements(drawing, "path"):
        has_title = len(element) > 0
        assert has_title != (element.get("pointer-events") == "none")


def test_the_image_of_a_notebook_shows_no_titles_and_has_none(run):
    data = first_tag(plots.predictions(run).html())[1]["src"].partition(",")[2]
    svg = base64.b64decode(data).decode()
    assert "<title" not in svg
    assert len(list(ET.fromstring(svg))) == len(list(ET.fromstring(plots.predictions(run).svg())))


def test_the_same_numbers_give_the_same_bytes_with_one_decimal(run, runs):
    again = lm.train(lm.TUTORIAL, lm.Settings(epochs=40))
    pairs = zip(all_pictures(run), all_pictures(again), strict=True)
    for first, second in [*pairs, (plots.loss_curve(runs), plots.loss_curve(runs))]:
        assert first.svg() == second.svg()
        for element in elements(first):
            for name in ("d", "x", "y", "width", "height", "points", "transform", "viewBox"):
                assert not re.search(r"\d\.\d\d|nan|inf|e-", element.get(name, "")), element.attrib
        assert not [element for element in elements(first) if element.get("id")]


def test_ipython_shows_nothing_else():
    code = (
        "import lstm_memory as lm\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "from IPython.core.pylabtools import select_figure_formats\n"
        "shell = InteractiveShell.instance()\n"
        "select_figure_formats(shell, {'png'})\n"  # as %matplotlib inline does
        "drawing = lm.plots.one_hot(lm.encode([3, 0], 5), range(5))\n"
        "for picture in (lm.plots.Picture(2, 1, alt='Nothing.'), drawing):\n"
        "    data, _ = shell.display_formatter.format(picture)\n"
        "    assert sorted(data) == ['text/html', 'text/plain'], sorted(data)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_package_draws_without_matplotlib():
    code = (
        "import sys, lstm_memory as lm\n"
        "explorer = lm.Explorer(threaded=False, epochs=3, initialisations=3)\n"
        "explorer.train()\n"
        "explorer.compare.keep()\n"
        "for page in explorer.pages.children:\n"
        "    page.draw()\n"
        "assert 'aria-label' in explorer.loss.value\n"
        "panel = lm.SuccessRate(seeds=3, threaded=False)\n"
        "panel.epochs = 3\n"
        "panel.train()\n"
        "assert 'aria-label' in panel.picture.value\n"
        "lm.plots.loss_curve(explorer.run), lm.plots.states(explorer.trace, explorer.run.task)\n"
        "lm.insides.moment(explorer.run), lm.plots.COLOURS, lm.plots.STYLES\n"
        "assert not [name for name in sys.modules if name.startswith('matplotlib')]\n"
        "lm.plots.Picture(2, 1).png()\n"
        "assert 'matplotlib.figure' in sys.modules\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_there_is_nothing_else_that_loads_late():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        plots.nothing  # noqa: B018


# --- loss ------------------------------------------------------------------------------


def loss_values(drawing, name):
    return numbers_in(titles(drawing, f"{name}, epoch"))


def test_the_loss_curve_has_each_sequence_their_mean_and_the_memoryless_loss(run):
    drawing = plots.loss_curve(run)
    lines = {
        "mean of all steps": run.losses.mean(axis=1),
        "sequence 0 (3 0 1 2 3)": run.losses[0],
        "sequence 1 (4 0 1 2 4)": run.losses[1],
    }
    for name, losses in lines.items():
        np.testing.assert_allclose(loss_values(drawing, name), losses, atol=0.0005 + 1e-6)
        (line,) = marked(drawing, name)
        heights = points(line)[:, 1]
        scale = (heights[-1] - heights[0]) / (losses.iloc[-1] - losses.iloc[0])
        expected = heights[0] + scale * (losses - losses.iloc[0])
        np.testing.assert_allclose(heights, expected, atol=0.2)  # pixels, of two roundings
    assert "best without memory: 0.069" in texts(drawing)


def test_the_mean_gives_each_step_the_same_weight():
    run = trained(lm.Task.parse("a b\nc d e f"), epochs=3)
    mean = loss_values(plots.loss_curve(run), "mean of all steps")
    expected = (run.losses[0] + 3 * run.losses[1]) / 4
    np.testing.assert_allclose(mean, expected, atol=0.0005 + 1e-6)


def test_softmax_has_a_memoryless_loss_of_its_own():
    run = trained(lm.TUTORIAL, output="softmax")
    assert number(lm.TUTORIAL.lowest_loss("softmax")) == "0.173"
    assert "best without memory: 0.173" in texts(plots.loss_curve(run))


def test_lines_differ_in_more_than_colour():
    run = trained(lm.Task.parse("a b\nb c\nc d\nd e"), epochs=50)
    names = ["mean of all steps", *(sequence_name(run.task, k) for k in range(4))]
    lines = [line for name in names for line in marked(plots.loss_curve(run), name)]
    looks = {(line.get("stroke-dasharray"), line.get("stroke-width")) for line in lines}
    assert len(looks) == len(lines) == 5


def test_the_loss_in_words(run):
    alt = plots.loss_curve(run).alt
    first, last = (number(run.losses[1].iloc[k]) for k in (0, -1))
    assert f"sequence 1 (4 0 1 2 4): from {first} to {last}, lowest {last}." in alt
    assert "epochs 1 to 40" in alt
    assert "without memory reaches 0.069 at best" in alt


def test_the_epoch_that_is_shown(run):
    assert plots.loss_curve(run, epoch=40).svg() == plots.loss_curve(run).svg()
    earlier = plots.loss_curve(run, epoch=20)
    assert earlier.alt == plots.loss_curve(run).alt + " Epoch shown: 20."
    assert len(elements(earlier)) == len(elements(plots.loss_curve(run))) + 1


def test_many_runs_are_a_median_and_a_range(runs):
    drawing = plots.loss_curve(runs)
    means, name = runs.losses.mean(axis=2), "median of 5 seeds (grey: range)"
    np.testing.assert_allclose(loss_values(drawing, name), np.median(means, axis=0), atol=6e-4)
    (band,) = [path for path in elements(drawing, "path") if path.get("fill") == "#d0d0d0"]
    (median,) = marked(drawing, name)
    low, high = points(band)[:40, 1], points(band)[40:, 1][::-1]
    heights = points(median)[:, 1]
    pixels = (heights[-1] - heights[0]) / np.subtract(*np.median(means, axis=0)[[-1, 0]])
    for edge, values in ((low, means.min(axis=0)), (high, means.max(axis=0))):
        expected = heights + pixels * (values - np.median(means, axis=0))
        np.testing.assert_allclose(edge, expected, atol=0.2)
    assert "median of 5 seeds" in drawing.alt


def test_no_epoch_and_one_epoch():
    for epochs, words in [(0, "No epoch has been trained"), (1, "epochs 1 to 1")]:
        picture = plots.loss_curve(trained(lm.TUTORIAL, epochs=epochs))
        assert len(titles(picture)) == 3 * epochs  # two sequences and their mean
        assert words in picture.alt


def test_a_line_of_very_many_points_keeps_its_extremes():
    drawing = Drawing(100, 100)
    axes = plots.Axes(drawing, (0, 0, 100, 100), (0, 9_999), (0, 1))
    ys = np.full(10_000, 0.5)
    ys[4_321], ys[7_000] = 1, np.nan
    axes.line(range(10_000), ys, plots.FLOOR, "line")
    (line,) = marked(drawing, "line")
    assert len(points(line)) <= 400
    assert points(line)[:, 1].min() == 0


# --- predictions -----------------------------------------------------------------------


def test_predictions_are_the_probabilities_of_the_right_symbols(run):
    drawing, rows = plots.predictions(run), run.predictions
    names = [f"{x}→{y}" for x, y in zip(rows.input, rows.target, strict=True)]
    assert len(titles(drawing)) == 8
    for name, chance in zip(names, rows.probability, strict=True):
        bars = marked(drawing, f"probability, {name}: {number(chance)}")
        heights = [float(bar.get("height")) for bar in bars]
        assert heights
        np.testing.assert_allclose(heights, chance * 176 / 1.12, atol=0.1)
        assert name in texts(drawing)
        assert number(chance, 2) in texts(drawing)
    half = [path for path in elements(drawing, "path") if path.get("stroke-dasharray") == "6 4"]
    assert len(half) == 2
    assert f"2→4 {number(rows.probability.iloc[-1], 2)}." in drawing.alt


def test_many_probabilities_are_a_line():
    run = trained(lm.Task([list(range(60))]))
    drawing = plots.predictions(run)
    (line,) = marked(drawing, "probability")
    heights = run.predictions.probability.to_numpy() * 176 / 1.12
    drawn = points(line)[:, 1]
    np.testing.assert_allclose(drawn.max() - drawn, heights - heights.min(), atol=0.2)


def test_before_and_after_an_operation(run):
    before, wiped = (
        rows[rows["sequence"] == 0]
        for rows in (run.predictions, lm.intervene(run, sequence=0, step=3, reset=True))
    )
    drawing = plots.before_after(before, wiped, run.task, 0)
    for when, rows in (("before", before), ("after", wiped)):
        shown = titles(drawing, f"{when}, ")
        np.testing.assert_allclose(numbers_in(shown), rows.probability, atol=0.0005 + 1e-6)
    b, a = (number(rows.probability.iloc[-1], 2) for rows in (before, wiped))
    assert drawing.alt.endswith(f"2→3 {b} to {a}.")
    assert {"before", "after"} <= set(texts(drawing))


# --- states ----------------------------------------------------------------------------


@pytest.mark.parametrize("which", "hcifgo")
def test_states_are_units_against_steps_on_fixed_limits(run, which):
    trace = lm.trace(run)
    drawing = plots.states(trace, run.task, which)
    found = cells(drawing, which)
    scale = SIGNED if which in "hcg" else SHADES
    assert set(found) == {(unit, step) for unit in range(20) for step in range(4)}
    for k in range(2):
        for (unit, step), both in found.items():
            value = getattr(trace, which)[k, step, unit]
            colour = "#" + coloured(np.array([value]), scale).tobytes().hex()
            assert both[k] == (float(number(value, 2)), colour)
    assert [text for text in texts(drawing) if text in "34012"].count("4") == 1
    low = number(np.min(getattr(trace, which)[1]), 2)
    assert f"sequence 1 (4 0 1 2 4): values from {low} to" in drawing.alt


@pytest.mark.parametrize("which", "hc")
def test_the_difference_is_that_of_the_two_sequences(run, which):
    trace = lm.trace(run)
    drawing = plots.difference(trace, run.task, which)
    values = getattr(trace, which)
    for (unit, step), ((value, colour),) in cells(drawing, which).items():
        apart = values[0, step, unit] - values[1, step, unit]
        assert value == float(number(apart, 2))
        assert colour == "#" + coloured(np.array([apart]), SIGNED).tobytes().hex()
    assert {"3 or 4", "0", "1", "2"} < set(texts(drawing))
    last = number(np.abs(values[0, 3] - values[1, 3]).mean(), 2)
    assert drawing.alt.endswith(f"{last}.")


def test_the_difference_goes_as_far_as_both_sequences():
    run = trained(lm.Task.parse("a b\nc d e f"))
    found = cells(plots.difference(lm.trace(run), run.task), "h")
    assert set(found) == {(unit, 0) for unit in range(20)}


def test_the_difference_needs_two_sequences_and_the_state():
    one, gru = trained(lm.Task.parse("a b c")), trained(lm.TUTORIAL, cell="gru")
    for run, which in ((one, "h"), (gru, "c"), (gru, "z")):
        with pytest.raises(lm.InputError):
            plots.difference(lm.trace(run), run.task, which)


def test_a_shorter_sequence_has_fewer_steps():
    run = trained(lm.Task.parse("a b\nc d e f"))
    found = cells(plots.states(lm.trace(run), run.task), "h")
    assert {place: len(both) for place, both in found.items()} == {
        (unit, step): 1 + (step == 0) for unit in range(20) for step in range(3)
    }


def test_very_many_cells_are_pixels():
    run = trained(lm.TUTORIAL, neurons=200)
    trace = lm.trace(run)
    drawing = plots.states(trace, run.task)
    assert titles(drawing, "h of") == []
    for k, pixels in enumerate(pictures_inside(drawing)):
        np.testing.assert_array_equal(pixels, coloured(trace.h[k].T, SIGNED))


def test_signs_tell_what_colours_tell():
    run = trained(lm.TUTORIAL)
    trace = lm.Trace(h=np.zeros((2, 4, 3), "float32"), outputs=None)
    trace.h[1, 2, 0], trace.h[1, 3, 1], trace.h[1, 0, 2] = 0.5, -0.9, -0.4
    for drawing in (plots.states(trace, run.task), lm.insides.heatmaps(trace, run.task)):
        white, black = minus_signs(drawing)
        assert inside(white, marked(drawing, "h of unit 1, step 3: -0.90")[0])
        assert inside(black, marked(drawing, "h of unit 2, step 0: -0.40")[0])


def minus_signs(drawing):
    """Where the white ones and the black ones begin."""
    lines = [path for path in elements(drawing, "path") if path.get("stroke-width") == "1"]
    short = [path for path in lines if re.fullmatch(r"M[\d. ]+h[\d.]+", path.get("d"))]
    return [
        points(path)[0] for ink in ("#fff", "#000") for path in short if path.get("stroke") == ink
    ]


def inside(point, cell):
    left, top, right, bottom = map(float, re.findall(r"[\d.]+", cell.get("d"))[:4])
    return left < point[0] < right and top < point[1] < bottom


def test_a_cell_state_beyond_the_limits_is_said_to_be_there():
    trace = lm.Trace(h=np.full((2, 4, 3), 0.5), c=np.full((2, 4, 3), 2.5), outputs=None)
    inside, beyond = (texts(plots.states(trace, lm.TUTORIAL, which)) for which in "hc")
    assert "≥ 1" not in inside
    assert {"≥ 1", "≤ \N{MINUS SIGN}1"} <= set(beyond)


@pytest.mark.parametrize("which", ["z", "x", "", None, 3])
def test_what_a_cell_does_not_have(run, which):
    with pytest.raises(lm.InputError) as error:
        plots.states(lm.trace(run), run.task, which)
    assert error.value.argument == "which"


# --- one-hot ---------------------------------------------------------------------------


def test_one_hot():
    drawing = plots.one_hot(lm.encode([3, 0, 1, 2, 3], 5), lm.TUTORIAL.alphabet)
    assert numbers_in(titles(drawing)) == np.ravel(lm.encode([3, 0, 1, 2, 3], 5)).tolist()
    assert titles(drawing)[:5] == ["3, 0: 0", "3, 1: 0", "3, 2: 0", "3, 3: 1", "3, 4: 0"]
    written = texts(drawing)
    assert written.count("1") == 5 + 2  # five ones, and the name of a row and of a column
    assert written[:10] == list("01234") + list("30123")
    assert drawing.alt.startswith("One-hot encoding, 5 rows of 5: 3 is 0 0 0 1 0, 0 is 1 0 0 0 0")


@pytest.mark.parametrize("matrix", [[], [[1, 0, 0]], [1, 0], [[[1, 0]]]])
def test_one_hot_of_another_shape(matrix):
    with pytest.raises(lm.InputError) as error:
        plots.one_hot(matrix, "ab")
    assert error.value.argument == "matrix"


# --- any task --------------------------------------------------------------------------


def test_what_was_typed_is_shown_as_it_is():
    run = trained(ODD)
    for picture in all_pictures(run):
        assert "<b>" not in picture.svg()
        assert elements(picture)
    chances = texts(plots.predictions(run))
    assert "$a$→😀" in chances
    assert "sequence 2 (_a ^b % #)" in chances


@pytest.mark.parametrize(
    ("symbol", "shown"),
    [
        ("\u6f22", "\u6f22"),  # every script, which is the browser's to draw
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("a\nb\x00", "aU+000AbU+0…"),
        ("\ud800", "U+D800"),
        ("\ufffe", "U+FFFE"),
        ("\u202e", "U+202E"),  # would turn around what follows
        ("123456789012", "123456789012"),
        ("1234567890123", "12345678901…"),
        ("\u05d0b", "\u05d0b\u200e"),  # an Alef, after which what follows goes on to the right
        ("\u0663", "\u0663\u200e"),
    ],
)
def test_labels(symbol, shown):
    assert label(symbol) == shown


def test_a_drawing_holds_no_character_that_xml_forbids():
    drawing = Drawing(10, 10, "a\x00\ud800\ufffe")
    drawing.text(0, 0, "\x0b\u202e")
    drawing.rectangle((0, 0, 1, 1), "#fff", title="\x1f")
    assert texts(drawing) == ["U+000BU+202E"]
    assert titles(drawing) == ["U+001F"]
    assert elements(drawing)[0].get("aria-label") == "aU+0000U+D800U+FFFE"


def test_letters_from_right_to_left_keep_the_order_of_a_sequence():
    task = lm.Task.parse("\u05d0 0 1 \u05d1")
    mark = "\u200e"
    assert sequence_name(task, 0) == f"sequence 0 (\u05d0{mark} 0 1 \u05d1{mark})"
    long = lm.Task.parse(" ".join(["\u05d0"] * 40))
    assert sequence_name(long, 0).endswith(f"…{mark})")


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=12, unique=True))
def test_different_symbols_look_different(symbols):
    shown = labels(tuple(symbols))
    assert list(shown) == symbols
    assert len({look(label) for label in shown.values()}) == len(symbols)
    assert all(len(label) <= 14 for label in shown.values())


def test_words_that_begin_alike_are_told_apart_in_pictures_and_in_words():
    words = ["elephantine trunk", "elephantine tail", "\u00e9", "e\u0301", "漢字" * 8 + "一"]
    task = lm.Task([[*words, "漢字" * 8 + "二"]])
    shown = labels(task.alphabet)
    assert shown["elephantine trunk"] == "elephan…#0"
    assert shown["elephantine tail"] == "elephan…#1"
    run = trained(task)
    for picture in (plots.predictions(run), plots.states(lm.trace(run), task)):
        names = set(texts(picture))
        for name_of in list(shown.values())[:5]:
            assert any(name_of in name for name in names)
    assert "elephan…#0→elephan…#1" in plots.predictions(run).alt


def test_usual_words_are_not_cut():
    task = lm.Task.parse("elephant giraffe elephant\nantelope giraffe antelope")
    run = trained(task)
    for picture in (plots.loss_curve(run, 380), plots.predictions(run, 380)):
        assert "sequence 0 (elephant giraffe elephant)" in " ".join(texts(picture))
    assert {"elephant→giraffe", "giraffe→antelope"} <= set(texts(plots.predictions(run, 380)))
    drawn = insides.heatmaps(lm.trace(run), task)
    assert {"elephant", "giraffe", "antelope"} <= set(texts(drawn))
    assert "sequence 1 (antelope giraffe antelope)" in texts(drawn)


def test_words_are_cut_to_the_room_there_is():
    assert fitted("short", 200, 10) == "short"
    cut = fitted("W" * 50, 100, 10)
    assert cut.endswith("…")
    assert 80 < width_of(cut, 10) <= 100
    assert width_of("漢字", 10) > width_of("ab", 10)


def test_what_matplotlib_draws_has_the_same_colours():
    assert plots.COLOURS is COLOURS
    assert len(plots.STYLES) == len(COLOURS)


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
        assert picture.alt
        assert "nan" not in picture.alt
        check_room(picture)


def check_room(drawing):
    """What is written is inside the drawing."""
    assert "nan" not in drawing.svg()
    for text in elements(drawing, "text"):
        assert 0 <= float(text.get("x")) <= drawing.width
        assert 0 <= float(text.get("y")) <= drawing.height
    assert drawing.height < 2000


def test_of_many_sequences_the_first_are_drawn_and_that_is_said():
    run = trained(lm.Task.parse("\n".join(f"a{k} b" for k in range(50))))
    *pictures, _moment = [p for p in all_pictures(run) if "before and after" not in p.alt]
    for picture in pictures:
        assert f"Shown: the first {SHOWN} of 50 sequences." in picture.alt
        assert any(f"the first {SHOWN} of 50 sequences" in text for text in texts(picture))
        assert not any("sequence 4" in text for text in texts(picture))
    assert "mean of all steps" in texts(plots.loss_curve(run))


# --- a closer look at losses, and tables ---------------------------------------------------


def test_limits_show_a_part_of_the_losses(run):
    drawing = plots.loss_curve(run, limits=(0.3, 0.6))
    (line,) = marked(drawing, "mean of all steps")
    shown = run.losses.mean(axis=1).between(0.3, 0.6).sum()
    assert 0 < shown == len(points(line)) < len(run.losses)
    assert drawing.alt == plots.loss_curve(run).alt


def test_a_table_shows_its_numbers_the_darker_the_larger():
    numbers = pd.DataFrame({"step 0": [0.0, 0.04], "step 1": [0.01, 0.02]}, ["reach 1", "whole"])
    drawing = plots.table(numbers, "Gradients")
    expected = coloured(np.array([0, 0.25, 1, 0.5]), BLUES)
    shown = {
        "reach 1, step 0: 0": 0,
        "reach 1, step 1: 0.010": 1,
        "whole, step 0: 0.040": 2,
        "whole, step 1: 0.020": 3,
    }
    for title, k in shown.items():
        (cell,) = marked(drawing, title)
        assert cell.get("fill") == f"#{expected[k].tobytes().hex()}"
    assert {"0", "0.010", "0.040", "Gradients", "reach 1", "step 1"} <= set(texts(drawing))
    words = "Gradients. reach 1: step 0 0, step 1 0.010. whole: step 0 0.040, step 1 0.020."
    assert drawing.alt == words


@pytest.mark.parametrize(
    "numbers", [pd.DataFrame(), pd.DataFrame([[-1]]), pd.DataFrame([[np.nan]])]
)
def test_a_table_that_cannot_be_drawn(numbers):
    with pytest.raises(lm.InputError) as error:
        plots.table(numbers, "T")
    assert error.value.argument == "numbers"
