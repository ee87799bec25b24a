"""Pictures of counts show the counts they were given, with their intervals, and say them."""

import inspect

import numpy as np
import pandas as pd
import pytest

import lstm_memory as lm
from lstm_memory.pictures import curves
from lstm_memory.pictures.drawing import BLUES, coloured, width_of

from .drawing_tools import elements, marked, points, texts, titles

CURVES = {
    "reach 1": {0: lm.Count(0, 100), 50: lm.Count(2, 100), 100: lm.Count(1, 100)},
    "whole": {0: lm.Count(0, 100), 1_000: lm.Count(97, 100)},
}
TABLE = pd.DataFrame(
    {3: [lm.Count(18, 18), lm.Count(0, 18)], 10: [lm.Count(9, 18), lm.Count(0, 18)]},
    index=["LSTM", "dense"],
).rename_axis(columns="lag")


ENTRIES = TABLE.to_numpy().ravel()

pytestmark = pytest.mark.filterwarnings("error")


def test_counts_are_those_of_the_kept_epochs():
    runs = lm.train_many(lm.TUTORIAL, lm.REMEMBERING, seeds=5, keep=[0, 20, 100])
    counted = lm.curves.counts(runs)
    assert counted == {e: lm.count(runs.at(e).remembers) for e in (0, 20, 100)}
    assert counted[0] == lm.Count(0, 5)
    assert counted[100] == lm.Count(5, 5)


def points_of(name):
    """The marks of a curve, as (epoch, percent): their places, as far as pixels tell."""
    drawing = curves.success(CURVES)
    (line,) = marked(drawing, name)
    axes = [path for path in elements(drawing, "path") if path.get("stroke") == "#555"]
    left, floor = points(axes[1])[0]  # of the lower axis
    wide = float(axes[1].get("d").partition("h")[2].partition("M")[0])
    across, up = points(line).T
    return np.c_[(across - left) * 1_000 / wide, (floor - up) * 108 / 190 - 4]


def test_a_curve_has_a_point_for_each_count():
    np.testing.assert_allclose(points_of("reach 1"), [[0, 0], [50, 2], [100, 1]], atol=0.2)
    np.testing.assert_allclose(points_of("whole"), [[0, 0], [1_000, 97]], atol=0.2)
    shown = titles(curves.success(CURVES), "reach 1, ")
    assert shown == [f"reach 1, epoch {epoch}: {n}" for epoch, n in CURVES["reach 1"].items()]


def test_the_band_is_the_interval():
    drawing = curves.success(CURVES)
    _, band = (path for path in elements(drawing, "path") if path.get("fill-opacity"))
    (line,) = marked(drawing, "whole")
    _, high, low, _ = points(band)[[0, 2, 1, 3]][:, 1]
    zero, at_end = points(line)[:, 1]
    percent = (zero - at_end) / 97
    expected = [zero - 100 * percent * limit for limit in CURVES["whole"][1_000].interval]
    np.testing.assert_allclose([low, high], expected, atol=0.2)


def test_curves_differ_in_more_than_colour():
    many = {f"curve {k}": CURVES["whole"] for k in range(8)}
    drawing = curves.success(many)
    looks = set()
    for name in many:
        (line,) = marked(drawing, name)
        (mark,) = marked(drawing, f"{name}, epoch 0: {CURVES['whole'][0]}")
        looks.add((line.get("stroke-dasharray"), mark.get("d").partition("m")[2]))
    assert len(looks) == 8


def test_the_name_of_a_curve_stands_at_its_end_and_covers_no_other():
    low = {name: {100: lm.Count(0, 100)} for name in ("one", "two", "three")}
    drawing = curves.success(low | {"high": {100: lm.Count(100, 100)}})
    heights = {text.text: float(text.get("y")) for text in elements(drawing, "text")}
    assert heights["high"] < heights["one"] - 150
    assert heights["one"] + 10 < heights["two"] < heights["three"] - 10
    right = {float(text.get("x")) for text in elements(drawing, "text") if text.text in low}
    assert len(right) == 1
    assert right.pop() + width_of("three") < drawing.width


def test_long_names_of_curves_stand_below():
    drawing = curves.success({"a name that would leave no room for the curves": CURVES["whole"]})
    (text,) = (text for text in elements(drawing, "text") if text.text.startswith("a name"))
    assert float(text.get("y")) > 230


def test_curves_in_words():
    alt = curves.success(CURVES, "Who remembers").alt
    assert alt.startswith("Who remembers, by epoch.")
    assert (
        "reach 1: 0 of 100 at epoch 0, highest 2 of 100 at epoch 50, 1 of 100 at epoch 100." in alt
    )
    assert "whole: 0 of 100 at epoch 0, highest 97 of 100 at epoch 1,000" in alt


@pytest.mark.parametrize("wrong", [{}, {"a": {}}, dict.fromkeys("abcdefghi", CURVES["whole"])])
def test_curves_that_cannot_be_drawn(wrong):
    with pytest.raises(lm.InputError) as error:
        curves.success(wrong)
    assert error.value.argument == "curves"


def test_a_heatmap_has_a_count_in_each_place():
    drawing = curves.heatmap(TABLE, "Who remembers")
    expected = coloured(np.array([1, 0.5, 0, 0]), BLUES)
    names = ["LSTM, 3", "LSTM, 10", "dense, 3", "dense, 10"]
    for name, n, colour in zip(names, ENTRIES, expected, strict=True):
        (cell,) = marked(drawing, f"{name}: {n}")
        assert cell.get("fill") == f"#{colour.tobytes().hex()}"
    counts = [text for text in elements(drawing, "text") if " of " in text.text]
    assert [text.text for text in counts] == ["18 of 18", "9 of 18", "0 of 18", "0 of 18"]
    assert [text.get("fill") for text in counts] == ["#fff", "#000", "#000", "#000"]
    intervals = [text for text in elements(drawing, "text") if "%" in text.text]
    assert [text.text for text in intervals] == [str(n).split("(")[1][:-1] for n in ENTRIES]
    lower = [float(b.get("y")) - float(a.get("y")) for a, b in zip(counts, intervals, strict=True)]
    assert min(lower) >= max(float(text.get("font-size")) for text in intervals)
    assert {"lag", "Who remembers"} <= set(texts(drawing))


def test_a_heatmap_in_words():
    alt = curves.heatmap(TABLE, "Who remembers").alt
    assert alt == (
        f"Who remembers. LSTM: 3: {ENTRIES[0]}, 10: {ENTRIES[1]}."
        f" dense: 3: {ENTRIES[2]}, 10: {ENTRIES[3]}."
    )


def test_an_empty_heatmap():
    with pytest.raises(lm.InputError) as error:
        curves.heatmap(pd.DataFrame(), "Nothing")
    assert error.value.argument == "table"


def test_a_histogram_has_a_bar_for_each_number_found():
    values, edges = [0.1, 0.1, 0.25, 0.49, 0.5], [0, 0.25, 0.5, 0.75, 1]
    drawing = curves.histogram(values, edges, "Five answers", "probability")
    bars = [bar for bar in elements(drawing, "rect") if bar.get("stroke") == "#000"]
    heights = np.array([float(bar.get("height")) for bar in bars])
    np.testing.assert_allclose(heights / heights[2], [2, 2, 1], atol=0.01)
    lefts = [float(bar.get("x")) for bar in bars]
    assert lefts[1] - lefts[0] == pytest.approx(lefts[2] - lefts[1], abs=0.11)
    words = ["0.000 to 0.250: 2", "0.250 to 0.500: 2", "0.500 to 0.750: 1"]
    assert titles(drawing) == words
    assert drawing.alt == f"Five answers. probability, and how many: {'; '.join(words)}."


@pytest.mark.parametrize("edges", [[0.5], [0.2, 0.9], [0, 0.8]])
def test_a_histogram_leaves_no_value_out(edges):
    with pytest.raises(lm.InputError) as error:
        curves.histogram([0.1, 0.8], edges, "", "")
    assert error.value.argument == "edges"


def test_leads_have_a_point_for_each_network():
    both = np.array([[0.1, 0.1], [0.1, -0.1], [-0.1, -0.05]])
    drawing = curves.leads({"epoch 0": both, "epoch 5": both[:1]})
    assert {"epoch 0", "epoch 5"} <= set(texts(drawing))
    dots = [p for p in elements(drawing, "path") if p.get("fill") == curves.POINT]
    starts = [
        np.array([part.split("a")[0].split() for part in dot.get("d").split("M")[1:]], float)
        for dot in dots
    ]
    assert list(map(len, starts)) == [3, 1]
    first = starts[0]
    assert first[0, 0] == first[1, 0] > first[2, 0]  # across: the lead in the first sequence
    assert first[0, 1] < first[2, 1] < first[1, 1]  # up: the lead in the second
    corner = next(r for r in elements(drawing, "rect") if r.get("fill") == curves.BOTH_RIGHT)
    left, top = float(corner.get("x")), float(corner.get("y"))
    bottom = top + float(corner.get("height"))
    inside = (first[:, 0] > left) & (first[:, 1] < bottom)
    assert inside.tolist() == [True, False, False]


def test_leads_in_words():
    both = np.array([[0.1, 0.1], [0.1, -0.2], [-0.1, 0.2]])
    alt = curves.leads({"epoch 0": both}).alt
    assert alt.endswith("add up to more than 0: epoch 0: 2 of 3.")


def test_names_are_shown_as_they_are():
    drawing = curves.success(CURVES | {"<b>$a$": CURVES["whole"]})
    assert "<b>$a$" in texts(drawing)
    assert "<b>" not in drawing.svg()


def test_many_columns_have_smaller_counts_and_very_many_none():
    def written(columns):
        table = pd.DataFrame({k: [lm.Count(100, 100)] for k in range(columns)}, ["LSTM " * 20])
        drawing = curves.heatmap(table, "T")
        assert len(titles(drawing, "LSTM")) == columns
        return [text for text in elements(drawing, "text") if " of " in text.text]

    counts = written(12)
    xs = [float(text.get("x")) for text in counts]
    size = float(counts[0].get("font-size"))
    assert 4 < size < 10
    assert width_of("100 of 100", size) < xs[1] - xs[0]
    assert not written(30)  # too small to read; pointing shows them


def test_what_is_public_is_described():
    assert all(inspect.getdoc(getattr(curves, name)) for name in curves.__all__)
