"""Training of many networks at once, as one compiled TensorFlow program.

The weights of several networks ("models", one an initialisation) are stacked along a
leading axis, and one program makes updates to all of them: gradients (backpropagation.py),
then Adam. It is compiled once for each `Shape` and used again for everything that fits:
sizes are rounded up, and the padding stays zero under Adam, so it changes nothing. How it
works and what each part of it brings: docs/engine.md.

Axes, in this order: models S, time steps T, sequences of a batch B, symbols F, units U.
"""

from itertools import islice
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from .backpropagation import at, gradients_of, nothing_saved, put, sizes
from .cells import CELLS
from .programs import program
from .shapes import pack

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7  # Adam, Kingma & Ba 2015, as in Keras

# --- running the program -----------------------------------------------------------------


class Stack(NamedTuple):
    """A stack of networks in training: what one call hands to the next."""

    weights: list  # packed
    m: list  # Adam's moments
    v: list
    t: tf.Tensor  # updates made to each model, (S,)
    state: tuple  # h, or h and c, each (S, B, U)


def start(weights, shape):
    """The `Stack` of freshly drawn weights."""
    cell = CELLS[shape.cell]
    weights = [tf.constant(w) for w in pack(weights, shape)]
    zeros = [tf.zeros_like(w) for w in weights]
    state = (tf.zeros((shape.models, shape.batch, shape.units)),) * cell.states
    return Stack(weights, zeros, zeros, tf.zeros(shape.models), state)


def table(rows, shape):
    """The rows of a `Schedule` as tensors, padded up to `shape`'s capacities."""
    active = rows["weights"].any(axis=(2, 3)).astype("float32")
    full, columns = (shape.rows, shape.models, shape.steps, shape.batch), {}
    chunks = (shape.rows, shape.models, -1, shape.form.chunk * shape.batch)
    for name, values in (rows | {"active": active}).items():
        place = [slice(size) for size in values.shape]
        if values.shape[1:2] == (1,):  # the same for all models
            place[1] = slice(None)
        padded = np.zeros(full[: values.ndim], values.dtype)
        padded[tuple(place)] = values
        if values.ndim == len(full):
            padded = padded.reshape(chunks).swapaxes(1, 2)  # (rows, chunks, S, chunk*B)
            padded = padded.reshape(-1, *padded.shape[2:])
        columns[name] = tf.constant(padded)
    return columns


def advance(shape, stack, first, ends, settings, symbols, table):
    """Make the updates of rows `first` to `ends[-1]` - 1 of `table`.

    Returns the new `Stack`, the losses, summed over steps, (rows, S, B), and the weights
    before each row of `ends`.
    """
    arguments = _arguments(shape, stack, first, ends, settings, symbols, table)
    results = iter(program(shape, updates_of, arguments)(*tf.nest.flatten(arguments)))
    parts = [list(islice(results, len(part))) for part in (*stack[:3], [stack.t], stack.state)]
    weights, m, v, (t,), state = parts
    losses, *kept = results
    stack = Stack(weights, m, v, t, tuple(state))
    kept = [np.asarray(memoryview(all_)) for all_ in kept]  # no copy: it is mostly empty
    return stack, losses.numpy()[first : ends[-1]], kept


def prepare(shape, stack, settings, symbols, table):
    """Have the program made with which `advance` would begin."""
    program(shape, updates_of, _arguments(shape, stack, 0, [0], settings, symbols, table))


def _arguments(shape, stack, first, ends, settings, symbols, table):
    """Those of `updates`."""
    stops = np.pad(ends, (0, shape.ends - len(ends)))
    learns = 0.0 if settings.frozen else 1.0  # what the hidden layer makes of its gradient
    longest = settings.clip_norm or 0.0
    numbers = (first, stops, len(ends), settings.learning_rate, learns, longest, symbols)
    numbers = [tf.constant(n, tf.float32 if isinstance(n, float) else tf.int32) for n in numbers]
    return *stack, *numbers, table


# --- the program -------------------------------------------------------------------------


def updates_of(form):
    """The function that a program is made of."""

    def updates(weights, m, v, t, state, first, ends, parts, rate, learns, longest, symbols, table):
        """Make the updates of rows `first` to `ends[parts - 1]` - 1 of `table`.

        Returns weights, m, v, t, state, the loss of each row, model and sequence, summed
        over its steps, (rows, S, B), and the weights before each row of `ends`.
        """

        def update(row, weights, m, v, t, state, losses, saved):
            state = tuple(s * at(table["carry"], row) for s in state)
            gradients, state, loss, saved = gradients_of(
                form, weights, state, table, row, symbols, saved
            )
            gradients = [g * learns for g in gradients[:-1]] + gradients[-1:]
            if form.clip:
                gradients = _clipped(gradients, longest)
            active = at(table["active"], row)
            t, weights, m, v = _adam(active, t, weights, m, v, gradients, rate)
            return row + 1, weights, m, v, t, state, put(losses, row, loss), saved

        def part(k, kept, row, *variables):
            row, weights, *rest = tf.while_loop(
                lambda row, *_: row < at(ends, k), update, (row, *variables)
            )
            kept = [put(all_, k, now) for all_, now in zip(kept, weights, strict=True)]
            return k + 1, kept, row, weights, *rest

        losses = tf.zeros((*sizes(table["active"]), sizes(state[0])[1]))
        kept = [tf.zeros((*sizes(ends), *sizes(w))) for w in weights]
        saved = nothing_saved(form, weights, state, table)
        variables = (0, kept, first, weights, m, v, t, state, losses, saved)
        _, kept, _, *rest, saved = tf.while_loop(lambda k, *_: k < parts, part, variables)
        return *rest, kept

    return updates


def _clipped(gradients, longest):
    """Each model's gradients, scaled down where their norm is above `longest`."""
    norm = tf.sqrt(sum(tf.reduce_sum(g * g, axis=(1, 2), keepdims=True) for g in gradients))
    return [g * longest / tf.maximum(norm, longest) for g in gradients]


def _adam(active, t, weights, m, v, gradients, rate):
    """One step of Adam, as Keras computes it, for each model whose `active` is 1, not 0."""
    t = t + active
    alpha = active * rate * tf.sqrt(1 - tf.pow(BETA_2, t)) / (1 - tf.pow(BETA_1, t))
    alpha = tf.where(active > 0, alpha, 0)[:, None, None]  # 0 / 0 before a first update
    share_1, share_2 = ((active * (1 - beta))[:, None, None] for beta in (BETA_1, BETA_2))
    m = [a + (g - a) * share_1 for a, g in zip(m, gradients, strict=True)]
    v = [a + (g * g - a) * share_2 for a, g in zip(v, gradients, strict=True)]
    weights = [
        w - a * alpha / (tf.sqrt(b) + EPSILON) for w, a, b in zip(weights, m, v, strict=True)
    ]
    return t, weights, m, v
