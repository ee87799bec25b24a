"""Anything at all as input: what is drawn for it, how often, and what may come of it."""

import os
import threading
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import lstm_memory as lm

# A laptop draws a hundred cases, CI ten thousand; both draw the same ones every time.
settings.register_profile(
    "laptop",
    max_examples=100,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile("long", settings.get_profile("laptop"), max_examples=10_000)
many_cases = settings.get_profile("long" if os.environ.get("CI") else "laptop")
# Of whole trainings, each compared with plain NumPy; `train` itself is given anything as often.
fewer_cases = settings(many_cases, max_examples=many_cases.max_examples // 10)

REFUSED = object()


def answer(function, *arguments, **named):
    """What a function returns, or `REFUSED` if it raises an `InputError` that can be shown."""
    try:
        return function(*arguments, **named)
    except lm.InputError as error:
        check_words(str(error), error.argument)
        return REFUSED


def changed(given, which, value):
    """Arguments, one of which is replaced by a value, but for a function that is called."""
    name = list(given)[which % len(given)]
    if name in ("progress", "look", "function") and callable(value):
        return given
    return given | {name: value}


def is_costly(value):
    """A number of networks or sequences that is possible and takes long."""
    return isinstance(value, int | np.integer) and 300 < value <= 10**9


def check_words(words, argument):
    """An error names its argument, says what was expected, and can be sent to a browser."""
    assert words.startswith(f"{argument}: expected "), words
    assert len(words) < 700, words
    assert words.encode()


class Odd:
    """An object that answers nothing: a fault of its own that nobody else may pass on."""

    def fail(self, *arguments):
        raise RuntimeError("no answer")

    __eq__ = __repr__ = __len__ = __bool__ = __iter__ = __float__ = __index__ = fail
    __hash__ = object.__hash__


class Word(str):
    """A text of another kind."""


class Nowhere(os.PathLike):
    """A path in bytes."""

    def __fspath__(self):
        return b"nowhere.keras"


def nested(depth):
    made = [0]
    for _ in range(depth):
        made = [made]
    return made


STRANGE_TEXTS = [
    *("", " ", "\n", ",", "\x00", "\ud800", "\u202e", "\u200b", "\ufeff", "e\u0301", "שלום", "😀"),
    *("nan", "inf", "-inf", "1e999", "1_0", "1٣", "0x10", "None", "True", "<NA>", "[", "]]", "'"),
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "%s%n", "../.."),
    *("a" * 10_000, "1 " * 10_000, "9" * 5_000, "all", "whole", "3 0 1 2 3\n4 0 1 2 4", "[[3, 0]]"),
    *("lstm", "sigmoid", "every step", "epoch", "neurons=3", "?train=yes", "a b", "h", "1,5"),
]
STRANGE = [
    *(None, True, False, ..., float("nan"), float("inf"), -float("inf"), -0.0, 5e-324, 1e308, 1j),
    *(10**5000, -(10**5000), 2**31, 2**32 - 1, 2**32, 2**63, -(2**63), 10**19),
    *(np.int8(2), np.uint64(2**64 - 1), np.float32(0.5), np.float64("nan"), np.bool_(True)),
    *(np.array(2), np.array([]), np.array([1, 2]), np.eye(2), np.array([[3, 0, 3], [1, 0, 1]])),
    *(np.array([1, "a"], object), np.datetime64("2020"), np.array(["a", "b"]), np.zeros((2, 2, 2))),
    *(pd.NA, pd.NaT, pd.Series([1, 2]), pd.DataFrame([[0.5, 1]]), pd.DataFrame(), pd.Index([1])),
    *(pd.DataFrame([["x"]]), pd.DataFrame([[1.0]], index=["a"])),
    *(b"ab", bytearray(b"1"), Word("lstm"), Word("a b a"), *STRANGE_TEXTS),
    *([], {}, set(), (), [[]], [None], ["a"], [0, 1], (1, 0), [0.5, 1.5], [True, False], {1: 2}),
    *([["a", "b", "a"]], [[0, 1, 0], [1, 1]], [["a", 1]], {"a": [1]}, {0}, frozenset("ab")),
    *(nested(50), [[[0, 1]]], range(3), range(10**9), slice(1), object, len, Decimal("0.5")),
    *(Fraction(1, 2), Odd(), [Odd()], Nowhere(), threading.Event(), lm.TUTORIAL, lm.Settings()),
    *(lm.Recall(["a"], ["x"], 1), lm.Count(1, 2), {"a": {0: lm.Count(1, 2)}}, [10**5000]),
]
texts = st.sampled_from(STRANGE_TEXTS) | st.text(max_size=12)
anything = st.one_of(
    st.sampled_from(STRANGE),
    st.integers(-3, 12),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.lists(st.integers(-1, 4), max_size=4),
    st.lists(st.text(max_size=2), max_size=4),
)
