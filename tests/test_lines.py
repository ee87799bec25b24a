"""A table as lines: where its numbers stand, what is said of them, and what is refused."""

import numpy as np
import pandas as pd
import pytest

import lstm_memory as lm

from .drawing_tools import elements, marked, numbers_in, points, texts, titles

TABLE = pd.DataFrame(
    {"up": [0, 5.25, 10], "down": [10, 2, -1]}, pd.Index([1, 10, 1000], name="lag")
)


def test_points_stand_where_their_numbers_are():
    drawing = lm.plots.lines(TABLE, "Two lines", "count")
    for name, values in TABLE.items():
        assert numbers_in(titles(drawing, f"{name}, lag ")) == values.tolist()
        (line,) = marked(drawing, name)
        across, down = points(line).T
        for drawn, numbers in ((across, TABLE.index), (-down, values)):
            shares = [(n - min(numbers)) / (max(numbers) - min(numbers)) for n in numbers]
            pixels = (drawn - drawn.min()) / (drawn.max() - drawn.min())
            np.testing.assert_allclose(pixels, shares, atol=0.001)  # of two roundings
    assert {"Two lines", "up", "down", "lag", "count", "1,000"} <= set(texts(drawing))
    assert drawing.alt == (
        "Two lines: count. up: 0 at 1, 5.25 at 10, 10 at 1,000."
        " down: 10 at 1, 2 at 10, -1 at 1,000."
    )


def test_on_a_log_axis_equal_factors_are_equal_distances():
    drawing = lm.plots.lines(TABLE, "Two lines", "count", log=True)
    across = points(marked(drawing, "up")[0])[:, 0]
    np.testing.assert_allclose((across[1] - across[0]) * 2, across[2] - across[1], atol=0.2)
    assert titles(drawing, "up, lag")[2] == "up, lag 1,000: 10"


def test_columns_of_one_name_are_a_bundle():
    table = pd.DataFrame(np.arange(8.0).reshape(2, 4), columns=["a", "b", "a", "a"])
    drawing = lm.plots.lines(table, "Bundle", "number")
    assert [len(marked(drawing, name)) for name in "ab"] == [3, 1]
    assert {line.get("stroke-width") for line in marked(drawing, "a")} == {"0.8"}
    assert texts(drawing).count("a") == 1
    assert "a (3 lines, mean): from 1.67 at 0 to 5.67 at 1." in drawing.alt


def test_lines_differ_in_more_than_colour():
    table = pd.DataFrame(np.eye(4), columns=list("abcd"))
    lines = [marked(lm.plots.lines(table, "", "n"), name)[0] for name in "abcd"]
    assert len({line.get("stroke-dasharray") for line in lines}) == 4


@pytest.mark.parametrize(
    ("table", "log"),
    [(TABLE[:0], False), (pd.DataFrame(np.eye(5)), False), (TABLE.set_axis([0, 1, 2]), True)],
    ids=["empty", "five names", "log of 0"],
)
def test_what_can_not_be_drawn(table, log):
    with pytest.raises(lm.InputError, match=r"^table: expected"):
        lm.plots.lines(table, "", "n", log)


def test_one_point_and_gaps():
    table = pd.DataFrame({"a": [1, np.nan, 3], "b": [np.nan, 2, 2]})
    for some in (table, table[:1]):
        drawing = lm.plots.lines(some, "", "n")
        assert "nan" not in drawing.svg()
        assert elements(drawing)
