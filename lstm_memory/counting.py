"""How often something succeeded, and how sure that makes us."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

Z = 1.959964  # 95 % of a normal distribution lie within so many standard deviations


@dataclass(frozen=True)
class Count:
    """So many successes in so many trials; prints as "97 of 100 (92 to 99 %)"."""

    successes: int
    trials: int

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
        return max(0.0, low), min(1.0, high)

    def __str__(self):
        low, high = map(_percent, self.interval)
        return f"{self.successes} of {self.trials} ({low} to {high} %)"


def _percent(rate):
    """A rate in percent, without decimals unless it would read 0 or 100 and is neither."""
    rate = round(rate, 6)
    texts = (f"{100 * rate:.{decimals}f}" for decimals in range(5))
    return next(text for text in texts if rate in (0, 1) or float(text) not in (0, 100))


def count(flags):
    """Count the true ones among `flags`, an array of one bool a trial, as a `Count`."""
    flags = np.asarray(flags, dtype=bool)
    return Count(int(flags.sum()), flags.size)
