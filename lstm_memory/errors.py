"""The one error for wrong input, and the checks that raise it."""

import contextlib
import copyreg
import functools
import inspect
import math
import operator
from collections.abc import Callable

import numpy as np

INTERRUPTED = "It was interrupted, and nothing of it is kept. What earlier cells made is as it was."
STOP = (
    " To keep what was learnt until then, give it stop=, a threading.Event, and set that instead."
)
NO_ROOM = (
    "There is not enough memory for this. Fewer networks, neurons, kept epochs or symbols need"
    " less. What earlier cells made is as it was."
)
MOST = 1_000_000  # entries of a list


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
    try:
        text = repr(value)
    except Exception:  # a whole number of over 4,300 digits, or an object that can't tell
        text = f"<{type(value).__name__}>"
    return text if len(text) <= width else text[: width - 1] + "…"


def is_whole(value):
    """Whether `value` is a whole number, and not True or False."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


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
        is_one = not isinstance(value, bool | np.bool_ | str | bytes | bytearray)
        number = convert(value) if is_one and not getattr(value, "ndim", 0) else math.nan
    except Exception:  # whatever an object answers that is no number
        raise InputError(argument, expected, value) from None
    if not low <= number <= high:
        raise InputError(argument, expected, value)
    return number


@contextlib.contextmanager
def told(more=""):
    """Say what an interruption, or a lack of memory, leaves; serves as a decorator.

    `more`: what else there is to say of an interruption.
    """
    try:
        yield
    except KeyboardInterrupt as interrupt:
        words = interrupt.args[0] if interrupt.args else INTERRUPTED + more
        raise KeyboardInterrupt(words) from None
    except MemoryError as error:
        if type(error) is MemoryError and error.args:  # in our own words, see free_memory
            raise
        raise MemoryError(NO_ROOM) from error


def checked(function, checks, together=lambda **given: None):
    """`function`, but that its arguments are checked first by `checks`, {name: check}.

    A check takes the name and the value, and returns the value that is meant. None is not
    checked where it is the default. `together` is then called with all of them.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def door(*arguments, **named):
        given = signature.bind(*arguments, **named).arguments
        for name, value in given.items():
            may_be_none = signature.parameters[name].default is None
            if name in checks and not (value is None and may_be_none):
                given[name] = checks[name](name, value)
        together(**given)
        return function(**given)

    return door


def true_or_false(argument, value):
    """Return `value` as a bool if it is True or False."""
    return bool(instance(argument, value, bool | np.bool_, "True or False"))


def instance(argument, value, kinds, expected):
    """Return `value` if it is an object of these `kinds`."""
    if not isinstance(value, kinds):
        raise InputError(argument, expected, value)
    return value


a_function = functools.partial(instance, kinds=Callable | None, expected="a function, or None")


def a_seed(argument, value):
    """Return `value`, whole numbers from 0, one or a list, if a generator of NumPy takes it."""
    if isinstance(value, list | tuple):
        return [whole_number(argument, part, 0, 2**63) for part in value]
    return whole_number(argument, value, 0, 2**63)


def a_list(argument, values, expected):
    """Return `values` if they are a list or the like, and one that memory has room for."""
    try:
        iter(None if isinstance(values, str | bytes | bytearray | dict) else values)
        is_long = hasattr(values, "__len__") and len(values) > MOST
    except Exception:  # whatever an object answers that is no list
        raise InputError(argument, expected, values) from None
    if is_long:
        raise InputError(argument, f"{expected}, with at most {MOST:,} entries", values)
    return values


def one_of(argument, value, choices):
    """Return `value` if it is one of `choices`."""
    if not isinstance(value, str) or value not in choices:
        raise InputError(argument, "one of " + ", ".join(choices), value)
    return value
