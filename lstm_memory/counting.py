"""How often something succeeded, and how sure that makes us."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from .errors import InputError, a_list, whole_number

FLAGS = "True or False for each trial, such as runs.remembers"
Z = 1.959964  # 95 % of a normal distribution lie within so many standard deviations


@dataclass(frozen=True)
class Count:
    """So many successes in so many trials; prints as "97 of 100 (92 to 99 %)".

    At least one trial, and no more successes than trials; raises `InputError`.
    """

    successes: int
    trials: int

    def __post_init__(self):
        whole_number("trials", self.trials, 1, 10**12)
        whole_number("successes", self.successes, 0, self.trials)

    @property
    def interval(self):
        """The 95 % interval of the true rate, low and high, each 0 to 1.

        Wilson (1927), Journal of the American Statistical Association 22: it stays within
        0 and 1 and is honest about 0 of n and n of n, where the simple formula is not.
        """
        n, rate = self.trials, self.successes / self.trials
        middle = rate + Z**2 / (2 * n)
        spread = Z * sqrt(rate * (1 - rate) / n + Z**2 / (4 * n**2))
        low, high = ((middle + sign * spread) / (1 + Z**2 / n) for sign in (-1, 1))
        return min(rate, max(0.0, low)), max(rate, min(1.0, high))  # whatever was rounded

    def __str__(self):
        low, high = map(_percent, self.interval)
        return f"{self.successes} of {self.trials} ({low} to {high} %)"


def _percent(rate):
    """A rate in percent, without decimals unless it would read 0 or 100 and is neither."""
    rate = round(rate, 6)
    texts = (f"{100 * rate:.{decimals}f}" for decimals in range(5))
    return next(text for text in texts if rate in (0, 1) or float(text) not in (0, 100))


def count(flags):
    """Count the true ones among `flags`, a bool for each trial, as a `Count`.

    `flags` may hold 0 and 1 as well, as a table that was read from a file does. Raises
    `InputError` for anything else, and for no trial at all.
    """
    try:
        values = np.asarray(a_list("flags", flags, FLAGS))
    except InputError:
        raise
    except Exception:  # lists of several lengths, or an object that NumPy can't read
        values = np.asarray(None)
    if not values.size:
        raise InputError("flags", "at least one trial", flags)
    if values.dtype == "O":  # such as a column of a DataFrame
        are_flags = all(isinstance(value, bool | np.bool_) for value in values.flat)
    else:
        are_flags = values.dtype.kind in "biu" and np.isin(values, (0, 1)).all()
    if not are_flags:
        raise InputError("flags", FLAGS, flags)
    return Count(int(values.sum()), values.size)
