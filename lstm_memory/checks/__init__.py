"""Checks of the exercises, one for each: `check_04_2(answer)` judges exercise 2 of notebook 04.

A check says what is wrong with an answer, in words, and does not say the right one. It takes any
answer without an error, so that it can stand in a notebook in which nothing is answered yet. What
it gives is true if the answer is right, and so `assert check_04_2(answer)` grades it.

The right answers stand in `course.py` and `extensions.py`. Those that take a training are written
down there, and the notebooks in docs/solutions compute them.
"""

from .check import Check, Verdict
from .course import *  # noqa: F403
from .extensions import *  # noqa: F403

__all__ = ["Check", "Verdict"] + [name for name in dir() if name.startswith("check_")]
