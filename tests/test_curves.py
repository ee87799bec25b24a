"""Pictures of counts show the counts they were given, with their intervals, and say them."""

import inspect

import numpy as np
import pandas as pd
import pytest

import lstm_memory as lm
from lstm_memory.pictures import curves

PNG = b"\x89PNG\r\n\x1a\n"
CURVES = {
    "reach 1": {0: lm.Count(0, 100), 50: lm.Count(2, 100), 100: lm.Count(1, 100)},
    "whole": {0: lm.Count(0, 100), 1_000: lm.Count(97, 100)},
}
TABLE = pd.DataFrame(
    {3: [lm.Count(18, 18), lm.Count(0, 18)], 10: [lm.Count(9, 18), lm.Count(0, 18)]},
    index=["LSTM", "dense"],
).rename_axis(columns="lag")


pytestmark = pytest.mark.filterwarnings("error")


def test_counts_are_those_of_the_kept_epochs():
    runs = lm.train_many(lm.TUTORIAL, lm.REMEMBERING, seeds=5, keep=[0, 20, 100])
    counted = lm.curves.counts(runs)
    assert counted == {e: lm.count(runs.at(e).remembers) for e in (0, 20, 100)}
    assert counted[0] == lm.Count(0, 5)
    assert counted[100] == lm.Count(5, 5)


def test_a_curve_has_a_point_for_each_count():
    lines = curves.success(CURVES).axes[0].lines
    np.testing.assert_allclose(lines[0].get_xydata(), [[0, 0], [50, 2], [100, 1]])
    np.testing.assert_allclose(lines[1].get_xydata(), [[0, 0], [1_000, 97]])


def test_the_band_is_the_interval():
    band = curves.success(CURVES).axes[0].collections[1].get_paths()[0].vertices
    low, high = CURVES["whole"][1_000].interval
    at_end = band[band[:, 0] == 1_000, 1]
    assert at_end.min() == pytest.approx(100 * low)
    assert at_end.max() == pytest.approx(100 * high)


def test_curves_differ_in_more_than_colour():
    many = {f"curve {k}": CURVES["whole"] for k in range(8)}
    lines = curves.success(many).axes[0].lines
    looks = {
        (line.get_marker(), line.get_markerfacecolor(), str(line._unscaled_dash_pattern))
        for line in lines
    }
    assert len(looks) == 8


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
    axes = curves.heatmap(TABLE, "Who remembers").axes[0]
    np.testing.assert_allclose(axes.images[0].get_array(), [[1, 0.5], [0, 0]])
    assert [text.get_text() for text in axes.texts] == [
        "18 of 18",
        "9 of 18",
        "0 of 18",
        "0 of 18",
    ]
    assert [text.get_color() for text in axes.texts] == ["white", "black", "black", "black"]
    assert axes.get_xlabel() == "lag"


def test_a_heatmap_in_words():
    alt = curves.heatmap(TABLE, "Who remembers").alt
    assert alt == "Who remembers. LSTM: 3 18 of 18, 10 9 of 18. dense: 3 0 of 18, 10 0 of 18."


def test_an_empty_heatmap():
    with pytest.raises(lm.InputError) as error:
        curves.heatmap(pd.DataFrame(), "Nothing")
    assert error.value.argument == "table"


def test_pictures_can_be_drawn():
    assert curves.success(CURVES | {"$a$": CURVES["whole"]}).png().startswith(PNG)
    assert curves.heatmap(TABLE, "Who remembers").png().startswith(PNG)


def test_what_is_public_is_described():
    assert all(inspect.getdoc(getattr(curves, name)) for name in curves.__all__)
