"""How an answer to an exercise is read, compared with the right one, and spoken about."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MISSING = "The answer is still missing. Put it in the place of the dots, and run this cell again."
WIDTH = 88  # of a line, since JupyterLab breaks longer ones within a word
UNREADABLE = "this cannot be read as an answer. The comment beside the dots says what is wanted."


class Unreadable(ValueError):
    """An answer that is not of the kind that is wanted; its text says why."""


@dataclass(frozen=True)
class Verdict:
    """What a check says about an answer: true if it is right, and shown as its words."""

    right: bool
    words: str

    def __bool__(self):
        return self.right

    def __repr__(self):
        return textwrap.fill(self.words, WIDTH)


@dataclass(frozen=True)
class Check:
    """Judges any answer to one exercise, whatever it is, and gives a `Verdict`.

    `kind` reads an answer and compares it, see `numbers.py` and `words.py`. `right` is the right
    answer, `why` the sentence that confirms it. `mistakes` has the words for what is typically
    wrong, and `hint` is what helps with any other wrong answer.
    """

    kind: Any
    right: Any
    why: str
    mistakes: dict = field(default_factory=dict)
    hint: str = ""

    def __call__(self, answer=...):
        if is_missing(answer):
            return Verdict(False, MISSING)
        try:
            given = self.kind.read(answer)
            wrong = self.kind.wrong(given, self.right, self.mistakes)
        except Unreadable as error:
            return Verdict(False, f"Not yet: {error}")
        except Exception:  # an answer may be anything, such as an object that raises when asked
            return Verdict(False, f"Not yet: {UNREADABLE}")
        if wrong is None:
            return Verdict(True, f"Right: {self.why}")
        return Verdict(False, f"Not yet: {wrong} {self.hint}".strip())


@dataclass(frozen=True)
class Judged:
    """An answer of any kind, such as a function. `judge` says what is wrong with it, or None."""

    judge: Callable

    def read(self, answer):
        return answer

    def wrong(self, given, right, mistakes):
        return self.judge(given)


def is_missing(answer):
    """Whether there is nothing yet but the dots."""
    if isinstance(answer, list | tuple):
        return bool(answer) and all(part is ... for part in answer)
    return answer is ...


def in_words(n):
    """A small number as a word, so that it is not taken for a part of an answer."""
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
    return small[n] if n < len(small) else "more"
