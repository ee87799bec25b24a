"""The one error for wrong input, and the checks that raise it."""

import copyreg
import math
import operator


class InputError(ValueError):
    """Wrong input from a learner: names the argument, what was expected and what came."""

    def __init__(self, argument, expected, got):
        self.argument = argument
        super().__init__(f"{argument}: expected {expected}, got {short_repr(got)}")

    def __reduce__(self):
        """How it comes back from another process."""
        return copyreg.__newobj__, (type(self), str(self)), vars(self)


def short_repr(value, width=60):
    """Show `value` in at most `width` characters, however large it is."""
    text = repr(value)
    return text if len(text) <= width else text[: width - 1] + "…"


def whole_number(argument, value, low, high, more=""):
    """Return `value` as an int if it is a whole number from `low` to `high`.

    `more`: what else is possible there, for the words of the error.
    """
    expected = f"a whole number from {low:,} to {high:,}{more}"
    return _number(operator.index, argument, value, low, high, expected)


def real_number(argument, value, low, high, more=""):
    """As `whole_number`, for any finite number, as a float."""
    expected = f"a number from {low:g} to {high:g}{more}"
    return _number(float, argument, value, low, high, expected)


def _number(convert, argument, value, low, high, expected):
    try:
        number = math.nan if isinstance(value, bool | str | bytes) else convert(value)
    except (TypeError, ValueError, OverflowError):
        raise InputError(argument, expected, value) from None
    if not low <= number <= high:
        raise InputError(argument, expected, value)
    return number


def a_list(argument, values, expected):
    """Return `values` if they are a list or the like."""
    if isinstance(values, str | bytes | dict) or not hasattr(values, "__iter__"):
        raise InputError(argument, expected, values)
    return values


def one_of(argument, value, choices):
    """Return `value` if it is one of `choices`."""
    if not isinstance(value, str) or value not in choices:
        raise InputError(argument, "one of " + ", ".join(choices), value)
    return value
