"""Answers that are words or letters out of a few that the exercise names."""

import re
from dataclasses import dataclass
from itertools import islice

import numpy as np

from .check import Unreadable, in_words

OTHERS = 4  # words around the names that are let pass, such as "the gate"
DENIALS = {"not", "no", "none", "never", "neither", "nor", "isn't", "don't"}


@dataclass(frozen=True)
class Words:
    """Some of `options`, a dict from each name to other ways of writing it.

    `places`: names of places, each of which wants one option, in this order. Without them the
    order does not count, and `one` says that a single option is wanted.
    """

    options: dict
    places: tuple = ()
    one: bool = False

    def read(self, answer):
        text = _text(answer)
        found = self._letters(text) or self._found(text)
        if not self.places:
            found = sorted(set(found), key=list(self.options).index)
        wanted = 1 if self.one else len(self.places)
        if not found or (wanted and len(found) != wanted):
            few = in_words(wanted) if wanted else "some"
            raise Unreadable(f"wanted: {few} of these: {', '.join(self.options)}.")
        return found

    def _letters(self, text):
        """The options in a text like "abc", if they are single letters."""
        letters = re.sub(r"\band\b|\W", "", text)
        return list(letters) if letters and set(letters) <= set(self.options) else []

    def _found(self, text):
        """The options that a text names, as often as it does, and nothing if it is a sentence."""
        names = {
            way.casefold(): name for name, ways in self.options.items() for way in (name, *ways)
        }
        longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        pattern = re.compile(rf"(?<![\w.])(?:{longest_first})(?!\w)")
        others = re.findall(r"[\w']+", pattern.sub(" ", text))
        if len(others) > OTHERS or DENIALS & set(others):
            raise Unreadable(f"only names are wanted, out of these: {', '.join(self.options)}.")
        return [names[found] for found in pattern.findall(text)]

    def wrong(self, given, right, mistakes):
        """What is wrong, in words, or None."""
        right = self.read(right)
        if given == right:
            return None
        if self.places:
            off = [k for k in range(len(right)) if given[k] != right[k]]
            named = [given[k] for k in off]
            general = f"not right: {', '.join(self.places[k] for k in off)}."
        else:
            named = [name for name in given if name not in right]
            general = _too_many_or_few(named, [name for name in right if name not in given])
        return next((told for name, told in mistakes.items() if name in named), general)


def one_of(*options, **ways):
    """One word out of `options`, which may also be written in the `ways` of each."""
    return Words({option: ways.get(option, ()) for option in options}, one=True)


def words_for(*places, **options):
    """A word for each place, out of options that have other ways of writing them."""
    return Words(options, places)


def some_of(options):
    """Some letters, or some names: how many is a part of the question."""
    return Words(options if isinstance(options, dict) else dict.fromkeys(options, ()))


YES_OR_NO = one_of("yes", "no", yes=("true", "y"), no=("false", "n"))


def _too_many_or_few(wrong, missing):
    if wrong and missing:
        return "something here is wrong, and something else is missing."
    return (
        "something here does not belong."
        if wrong
        else "what is here is right, but something is missing."
    )


def _text(answer):
    if hasattr(answer, "columns"):
        raise Unreadable("a table came where a word or a letter is wanted.")
    if hasattr(answer, "__iter__") and not isinstance(answer, str | bytes | dict):
        parts = list(islice(answer, 50))
        return ", ".join(_text(part) for part in parts)
    if not isinstance(answer, str | bool | int | np.bool_ | np.integer | np.str_):
        raise Unreadable("a word or a letter is wanted here, as a text in quotes.")
    return " ".join(str(answer)[:1000].casefold().split())
