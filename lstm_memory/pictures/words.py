"""Data in words: names for labels, and sentences for the alternative texts of pictures.

Numbers are rounded, so that their last digits, which depend on the CPU, do not show.
"""

import unicodedata
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from ..counting import count
from ..runs import SUCCESS
from ..typed import look

NOBODY = "Here no network can know what comes next."
ONLY_LAST = "Only the last step of each sequence is asked."
SHOWN = 4  # sequences in one picture
LABEL = 12  # characters of a symbol that are written
LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"
JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"  # of emoji, and of Persian letters


def label(symbol, width=LABEL):
    """A symbol as text of at most `width` characters that leaves what follows in its place."""
    return unturned(shorten(printable(str(symbol)), width))


@lru_cache(maxsize=32)
def labels(alphabet):
    """The label of each symbol, {symbol: label}, no two of which look the same.

    Where two would, as after a cut, their places in the alphabet are added.
    """
    shown = {symbol: label(symbol) for symbol in alphabet}
    times = Counter(map(look, shown.values()))
    for place, symbol in enumerate(alphabet):
        if times[look(shown[symbol])] > 1:
            shown[symbol] = label(symbol, LABEL - 4) + f"#{place}"
    if len(set(map(look, shown.values()))) < len(shown):
        shown = {symbol: f"#{place}" for place, symbol in enumerate(alphabet)}
    return shown


def sequence_name(task, k):
    """A sequence's number and its symbols, these in at most 44 characters."""
    shown = labels(task.alphabet)
    symbols = " ".join(shown[symbol] for symbol in task.sequences[k][:44])
    return f"sequence {k} ({unturned(shorten(symbols, 44))})"


def printable(text):
    """`text` with the Unicode number in place of each character that has no look of its own.

    Those are control characters, halves of characters, and marks that would turn a text around;
    XML forbids most of them.
    """
    if text.isprintable():
        return text
    allowed = LEFT_TO_RIGHT + JOINERS
    return "".join(c if c.isprintable() or c in allowed else f"U+{ord(c):04X}" for c in text)


def unturned(text):
    """`text`, and a mark after letters that run from right to left: what follows does not."""
    leftward = any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)
    return text.removesuffix(LEFT_TO_RIGHT) + LEFT_TO_RIGHT if leftward else text


def shorten(text, width):
    """`text`, cut to `width` characters."""
    return text if len(text) <= width else text[: width - 1] + "…"


def number(value, decimals=3):
    """A number with `decimals` decimals and never as -0.000."""
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def left_out(task):
    """Which sequences a picture shows, if not all."""
    count = len(task.steps)
    return f"the first {SHOWN} of {count} sequences" if count > SHOWN else ""


def picture_in_words(task, *sentences):
    """The alternative text made of `sentences`, and what was left out."""
    rest = f"Shown: {left_out(task)}." if left_out(task) else ""
    return " ".join(filter(None, [*sentences, rest]))


class Passing(NamedTuple):
    """What is said of one network that passes the test, of one that fails, and of several."""

    one: str
    none: str
    several: str
    share: str  # of several that pass
    passes: str  # the first two, in short
    fails: str


REMEMBERS = Passing(
    "It remembers",
    "It does not remember",
    "remember",
    "share that remembers",
    "remembers",
    "does not remember",
)
HAS_LEARNT = Passing(
    "It has learnt the task, which needs no memory",
    "It has not learnt the task, which needs no memory",
    "have learnt the task, which needs no memory",
    "share that has learnt it",
    "has learnt it",
    "has not learnt it",
)


def passing(runs):
    """What passing the test shows about networks: a memory only where a step needs one.

    `runs`: what has a `task` and `settings`, such as `Runs`, a `Run` or a `Wanted`.
    """
    needed = runs.task.under(runs.settings).needs_memory
    return REMEMBERS if needed.any() else HAS_LEARNT


def verdict(runs):
    """What `Runs` have learnt, in a sentence or two.

    Every place that says so says it by this function. It goes by `learnt`, the test of 1997 at
    the steps that can be known, and says "remember" only where memory is needed.
    """
    if (runs.known_errors < 0).all():
        return NOBODY
    said = passing(runs)
    if len(runs.seeds) > 1:
        told = f"{count(runs.learnt)} {said.several}."
    else:
        error = f"its largest error, {number(runs.known_errors[0], 2)},"
        is_below = f"is below {SUCCESS}" if runs.learnt[0] else f"is not below {SUCCESS}"
        told = f"{said.one if runs.learnt[0] else said.none}: {error} {is_below}."
    return f"{told} {not_asked(runs)}".rstrip()


def not_asked(runs):
    """Which steps are left out of the test, in a sentence, if there are any; as for `passing`."""
    task = runs.task.under(runs.settings)
    if task.renewed is not None or runs.settings.last_weight == 1:
        return ONLY_LAST if max(task.steps) > 1 else ""
    if not task.unknowable.any():
        return ""
    k, step = next(zip(*task.unknowable.nonzero(), strict=True))
    shown = labels(task.alphabet)
    read = " ".join(shown[symbol] for symbol in task.sequences[k][: step + 1][-8:])
    return f"What follows {read} nobody can know, so that is not asked."
