"""The tutorial's three functions: symbols become the numbers a network works on.

They take whole numbers from 0; for words, take `Task.indices`.
"""

import pandas as pd

from .errors import InputError, a_list, whole_number


def encode(pattern, n_unique):
    """One-hot encode: each value becomes a list of `n_unique` floats, 1.0 at its own place.

    `pattern`: whole numbers from 0 to `n_unique` - 1. Raises `InputError`.
    """
    n_unique = whole_number("n_unique", n_unique, 1, 100_000)
    pattern = a_list("pattern", pattern, "a list of whole numbers")
    places = [whole_number("pattern", value, 0, n_unique - 1) for value in pattern]
    return [[float(k == place) for k in range(n_unique)] for place in places]


def to_xy_pairs(encoded):
    """Pair each encoded symbol with the one that follows it: inputs X and targets y.

    A sequence of n symbols gives n - 1 pairs. Raises `InputError` for fewer than 2 symbols.
    """
    encoded = list(a_list("encoded", encoded, "a list of encoded symbols"))
    if len(encoded) < 2:
        raise InputError("encoded", "at least 2 symbols, for one pair", len(encoded))
    return encoded[:-1], encoded[1:]


def to_lstm_dataset(sequence, n_unique):
    """Encode, pair and shape one sequence for Keras.

    Returns X, float32 (samples, time steps, features) = (pairs, 1, n_unique),
    and y, float32 (samples, features) = (pairs, n_unique). Raises `InputError`.
    """
    X, y = to_xy_pairs(encode(sequence, n_unique))
    X = pd.DataFrame(X, dtype="float32").values
    y = pd.DataFrame(y, dtype="float32").values
    return X.reshape(len(X), 1, n_unique), y
