"""The one error for wrong input, and the checks that raise it."""

import math
import operator


class InputError(ValueError):
    """Wrong input from a learner: names the argument, what was expected and what came."""

    def __init__(self, argument, expected, got):
        self.argument = argument
        super().__init__(f"{argument}: expected {expected}, got {short_repr(got)}")

    def __reduce__(self):
        """How it comes back from another process."""
        return InputError._again, (self.argument, str(self))

    @classmethod
    def _again(cls, argument, words):
        error = cls.__new__(cls, words)
        error.argument = argument
        return error


def short_repr(value, width=60):
    """Show `value` in at most `width` characters, however large it is."""
    text = repr(value)
    return text if len(text) <= width else text[: width - 1] + "…"


def whole_number(argument, value, low, high, more=""):
    """Return `value` as an int if it is a whole number from `low` to `high`.

    `more`: what else is possible there, for the words of the error.
    """
    expected = f"a whole number from {low:,} to {high:,}{more}"
    if isinstance(value, bool):
        raise InputError(argument, expected, value)
    try:
        number = operator.index(value)
    except TypeError:
        raise InputError(argument, expected, value) from None
    if not low <= number <= high:
        raise InputError(argument, expected, value)
    return number


def real_number(argument, value, low, high, more=""):
    """Return `value` as a float if it is a finite number from `low` to `high`.

    `more`: what else is possible there, for the words of the error.
    """
    expected = f"a number from {low:g} to {high:g}{more}"
    try:
        number = float(value) if not isinstance(value, bool | str | bytes) else math.nan
    except (TypeError, ValueError, OverflowError):
        raise InputError(argument, expected, value) from None
    if not low <= number <= high:
        raise InputError(argument, expected, value)
    return number


def one_of(argument, value, choices):
    """Return `value` if it is one of `choices`."""
    if not isinstance(value, str) or value not in choices:
        raise InputError(argument, "one of " + ", ".join(choices), value)
    return value
