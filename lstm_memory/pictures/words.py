"""Data in words: names for labels, and sentences for the alternative texts of pictures.

Numbers are rounded, so that their last digits, which depend on the CPU, do not show.
"""

import unicodedata

SHOWN = 4  # sequences in one picture
LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"
JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"  # of emoji, and of Persian letters


def label(symbol, width=8):
    """A symbol as text of at most `width` characters that leaves what follows in its place."""
    return unturned(shorten(printable(str(symbol)), width))


def sequence_name(task, k):
    """A sequence's number and its symbols, these in at most 22 characters."""
    symbols = " ".join(label(symbol) for symbol in task.sequences[k][:22])
    return f"sequence {k} ({unturned(shorten(symbols, 22))})"


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
