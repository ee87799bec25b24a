"""Data in words: names for labels, and sentences for the alternative texts of pictures.

Numbers are rounded, so that their last digits, which depend on the CPU, do not show.
"""

from functools import cache

import numpy as np

FONT = "DejaVu Sans"  # comes with matplotlib, so a picture looks the same everywhere
SHOWN = 4  # sequences in one picture


def label(symbol, width=8):
    """A symbol as text of at most `width` characters that the font can draw."""
    return shorten("".join(_drawable(character) for character in str(symbol)), width)


def sequence_name(task, k, width=22):
    """A sequence's number and its symbols, these in at most `width` characters."""
    symbols = " ".join(label(symbol) for symbol in task.sequences[k][:width])
    return f"sequence {k} ({shorten(symbols, width)})"


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


def losses_in_words(name, losses):
    """Where a loss curve (epochs,) starts, ends and is lowest."""
    ends = f"from {number(losses[0])} to {number(losses[-1])}"
    return f"{name}: {ends}, lowest {number(losses.min())}."


def chances_in_words(name, pairs, chances):
    """The probability of each of the first steps, and of the last."""
    few = [f"{pair} {number(p, 2)}" for pair, p in zip(pairs[:8], chances, strict=False)]
    if len(pairs) > 8:
        few += ["…", f"{pairs[-1]} {number(chances[-1], 2)}"]
    return f"{name}: {', '.join(few)}."


def held_in_words(name, held):
    """The range of what units held, (units, steps), and its mean size at both ends."""
    size = np.abs(held).mean(axis=0)
    return (
        f"{name}: values from {number(held.min(), 2)} to {number(held.max(), 2)}, mean size"
        f" {number(size[0], 2)} at the first step and {number(size[-1], 2)} at the last."
    )


def rows_in_words(names, matrix):
    """The first rows of a one-hot matrix, each with its name."""
    few = [f"{name} is {_row(row)}" for name, row in zip(names[:8], matrix, strict=False)]
    return ", ".join([*few, "…"] if len(names) > 8 else few) + "."


def _row(row):
    return " ".join([f"{value:g}" for value in row[:10]] + ["…"] * (len(row) > 10))


@cache
def _drawable(character):
    """`character`, or its Unicode number where the font has no glyph for it."""
    if character.isascii() and character.isprintable():
        return character
    from matplotlib.font_manager import findfont, get_font

    code = ord(character)
    if character.isprintable() and get_font(findfont(FONT)).get_char_index(code):
        return character
    return f"U+{code:04X}"
