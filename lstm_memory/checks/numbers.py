"""Answers that are numbers: one, or several in a stated order."""

import math
import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from ..counting import Count
from .check import Unreadable, in_words

COUNTED = re.compile(r"(\d+) of (\d+) \([^)]*\)")  # as a Count is printed
NUMBER = re.compile(r"[-+]?(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Numbers:
    """Numbers, each with a name, in the order of `names`.

    `decimals` is how many decimals are asked for, one number for all or one for each: an answer
    rounded to so many lies within half of the last one. None: it must be equal. `of` is how many
    networks were counted, where counts are wanted. `within` is another tolerance.
    """

    names: tuple
    decimals: Any = None
    of: int | None = None
    within: float = 0

    def read(self, answer):
        found = list(islice(_flat(answer), len(self.names) + 1))
        if len(found) != len(self.names):
            number = "one number is" if len(self.names) == 1 else f"{self._many()} numbers are"
            came = in_words(len(found)) if len(found) <= len(self.names) else "more"
            raise Unreadable(f"{number} wanted ({', '.join(self.names)}), and {came} came.")
        return [self._number(value) for value in found]

    def _many(self):
        return in_words(len(self.names))

    def _number(self, value):
        if isinstance(value, Count):
            if self.of not in (None, value.trials):
                raise Unreadable("this counts another number of networks than the exercise asks.")
            value = value.successes
        if value is ...:
            raise Unreadable("there are still dots in the answer.")
        if isinstance(value, bool | np.bool_):
            raise Unreadable("yes or no came where a number is wanted.")
        try:
            number = float(value)
        except Exception:  # whatever an unknown object raises
            raise Unreadable("something came that is no number.") from None
        if not math.isfinite(number):
            raise Unreadable("one of the numbers is not a number (nan) or is infinite (inf).")
        return number

    def wrong(self, given, right, mistakes):
        """What is wrong, in words, or None."""
        right = list(np.ravel(right))
        off = [k for k in range(len(right)) if not self.same(given[k], right[k], k)]
        if not off:
            return None
        return self._known(given, off, mistakes) or self._seen(given, right, off)

    def same(self, a, b, place):
        decimals = self.decimals[place] if isinstance(self.decimals, tuple) else self.decimals
        half = 0 if decimals is None else 0.5 * 10**-decimals
        return abs(a - b) <= max(half, self.within) + 1e-9 * max(abs(a), abs(b))

    def _known(self, given, off, mistakes):
        """The words for a mistake that has been foreseen, in the whole answer or one place."""
        for mistake, words in mistakes.items():
            if isinstance(mistake, tuple):
                if all(self.same(a, b, k) for k, (a, b) in enumerate(zip(given, mistake))):  # noqa: B905
                    return words
            else:
                places = [k for k in off if self.same(given[k], mistake, k)]
                if places:
                    return f"{self.names[places[0]]}: {words}" if len(self.names) > 1 else words
        return None

    def _seen(self, given, right, off):
        """What can be seen in any wrong numbers."""
        if self.of is not None and any(not 0 <= n <= self.of for n in given):
            return "a count cannot be below zero or above the number of networks."
        if self.of is not None and any(n != round(n) for n in given):
            return "a count is a whole number: so many networks, not a share of them."
        in_order = np.allclose(given, right, rtol=1e-3)
        if not in_order and np.allclose(sorted(given), sorted(right), rtol=1e-3):
            return (
                f"these are the right numbers in a wrong order; wanted are {', '.join(self.names)}."
            )
        if all(right[k] and self.same(-given[k], right[k], k) for k in off):
            return "the sign is the wrong one."
        if all(right[k] and math.isclose(given[k], 100 * right[k], rel_tol=0.01) for k in off):
            return "this is in percent, and a share between 0 and 1 is wanted."
        places = [f"{self.names[k]} is too {_side(given[k], right[k])}" for k in off]
        near = self.of is not None and all(abs(given[k] - right[k]) <= 3 for k in off)
        settings = " They are near: are seeds and settings those of the exercise?" if near else ""
        return f"{', '.join(places)}.{settings}"


def number(name, decimals=None, **more):
    """One number."""
    return Numbers((name,), decimals, **more)


def several(*names, decimals=None):
    """Numbers in the order of their names."""
    return Numbers(names, decimals)


def counts(*names, of):
    """How many of `of` networks, for each name."""
    return Numbers(names, of=of)


def _side(given, right):
    return "large" if given > right else "small"


def _flat(answer, depth=0):
    """The single values in an answer: of a list, an array, a dict, a text, lists of lists."""
    if isinstance(answer, str):
        yield from _in_text(answer)
    elif isinstance(answer, bytes | Count) or not hasattr(answer, "__iter__"):
        yield answer
    elif getattr(answer, "ndim", 1) == 0:
        yield answer.item()
    elif depth > 3 or hasattr(answer, "columns"):
        raise Unreadable("a table came where numbers are wanted.")
    else:
        for part in answer.values() if isinstance(answer, dict) else answer:
            yield from _flat(part, depth + 1)


def _in_text(text):
    text = COUNTED.sub(r"\1", text[:1000].replace(MINUS, "-"))
    found = NUMBER.findall(text)
    if not found:
        raise Unreadable("there is no number in this text.")
    if re.search(r"\b0,\d", text):
        raise Unreadable("write a decimal point, not a comma, and a space after each comma.")
    return [float(word.replace(",", "")) for word in found]
