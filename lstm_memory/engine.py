"""Training of many networks at once, as one compiled TensorFlow program.

The weights of several networks ("models", one an initialisation) are stacked along a
leading axis, and one program makes updates to all of them: forward, backward, Adam. It is
compiled once for each `Shape` and used again for everything that fits: sizes are rounded
up, and the padding stays zero under Adam, so it changes nothing.

Axes, in this order: models S, time steps T, sequences of a batch B, symbols F, units U.
"""

import ctypes
import sys
import threading
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from .cells import CELLS
from .shapes import pack

OPS = SimpleNamespace(sigmoid=tf.sigmoid, tanh=tf.tanh, split=tf.split)
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7  # Adam, Kingma & Ba 2015, as in Keras

M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_ARENA_MAX = -3, -1, -8  # from malloc.h

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
    columns = {}
    for name, values in rows.items():
        if values.ndim == 4:
            models = max(shape.models if values.shape[1] == 1 else 0, values.shape[1])
            values = np.broadcast_to(values, (len(values), models, *values.shape[2:]))
            full = (shape.rows, shape.models, shape.steps, shape.batch)
        else:
            full = (shape.rows,)
        padding = [(0, size - have) for size, have in zip(full, values.shape, strict=True)]
        columns[name] = tf.constant(np.pad(values, padding))
    return columns


def advance(shape, stack, first, ends, settings, symbols, table):
    """Make the updates of rows `first` to `ends[-1]` - 1 of `table`.

    Returns the new `Stack`, the losses, summed over steps, (rows, S, B), and the weights
    before each row of `ends`.
    """
    stops = np.pad(ends, (0, shape.ends - len(ends)))
    learns = 0.0 if settings.frozen else 1.0  # what the hidden layer makes of its gradient
    longest = settings.clip_norm or 0.0
    numbers = (first, stops, len(ends), settings.learning_rate, learns, longest, symbols)
    numbers = [tf.constant(n, tf.float32 if isinstance(n, float) else tf.int32) for n in numbers]
    arguments = (*stack, *numbers, table)
    *stack, losses, kept = program(shape, arguments)(*arguments)
    return Stack(*stack), losses.numpy()[first : ends[-1]], [k.numpy() for k in kept]


# --- the program -------------------------------------------------------------------------

_PROGRAMS = {}  # compiled programs by shape
_COMPILING = threading.Lock()


def program(shape, arguments):
    """The program for `shape`, compiled at the first call, for arguments like these."""
    with _COMPILING:
        if shape not in _PROGRAMS:
            new = _program(shape).get_concrete_function(*arguments)
            new(*arguments[:7], tf.constant(0), *arguments[8:])  # compiles, and makes 0 parts
            _give_back_memory()
            _PROGRAMS[shape] = new
        return _PROGRAMS[shape]


def _libc():
    """The C library where it is the one of Linux, which keeps freed memory unless told not to."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None


def _give_back_memory():
    """Return what compiling no longer needs, some 10 MB a program."""
    if libc := _libc():
        libc.malloc_trim(0)


def _give_back_large_arrays():
    """Have large arrays returned as soon as they are freed: notebook 04 takes 300 MB less."""
    if libc := _libc():
        for option, value in (
            (M_MMAP_THRESHOLD, 2**18),
            (M_TRIM_THRESHOLD, 2**20),
            (M_ARENA_MAX, 2),
        ):
            libc.mallopt(option, value)


def _program(shape):
    @tf.function(jit_compile=True, autograph=False)
    def updates(weights, m, v, t, state, first, ends, parts, rate, learns, longest, symbols, table):
        """Make the updates of rows `first` to `ends[parts - 1]` - 1 of `table`.

        Returns weights, m, v, t, state, the loss of each row, model and sequence, summed
        over its steps, (rows, S, B), and the weights before each row of `ends`.
        """

        def update(row, weights, m, v, t, state, losses):
            state = tuple(s * table["carry"][row] for s in state)
            batch = {name: column[row] for name, column in table.items()}
            gradients, state, loss = _gradients(shape, weights, state, batch, symbols)
            gradients = [g * learns for g in gradients[:-1]] + gradients[-1:]
            if shape.clip:
                gradients = _clipped(gradients, longest)
            active = tf.reduce_max(tf.sign(batch["weights"]), axis=(1, 2))
            t, weights, m, v = _adam(active, t, weights, m, v, gradients, rate)
            return row + 1, weights, m, v, t, state, _put(losses, row, loss)

        def part(k, kept, row, *variables):
            row, weights, *rest = tf.while_loop(
                lambda row, *_: row < ends[k], update, (row, *variables)
            )
            kept = [_put(all_, k, now) for all_, now in zip(kept, weights, strict=True)]
            return k + 1, kept, row, weights, *rest

        losses = tf.zeros((shape.rows, shape.models, shape.batch))
        kept = [tf.zeros((shape.ends, *w.shape)) for w in weights]
        variables = (0, kept, first, weights, m, v, t, state, losses)
        _, kept, _, *rest = tf.while_loop(lambda k, *_: k < parts, part, variables)
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


def _gradients(shape, weights, state, batch, symbols):
    """Loss and gradient of one update, by back-propagation through its time steps.

    Returns the gradients, the state after the last step and the loss (S, B).
    """
    cell = CELLS[shape.cell]
    S, T, B, F, U = shape.models, shape.steps, shape.batch, shape.symbols, shape.units
    one = tf.ones((S, T * B, 1))
    inputs = tf.reshape(batch["inputs"], (S, T * B))
    x = _time_first(_rows_at(inputs, weights[0]), T)
    recurrent = weights[1] if cell.recurrent else None
    r, before, state, hidden = _forward(cell, x, recurrent, state, batch["steps"])

    hidden = tf.concat([_models_first(hidden), one], axis=2)
    logits = _product(hidden, weights[-1])
    losses, d_logits = _loss(shape.output, logits, batch, symbols)
    d_hidden = _time_first(_product_t(d_logits, weights[-1][:, :U]), T)

    dx, dr = _backward(cell, x, r, before, recurrent, d_hidden, batch["steps"])
    gradients = [_sums_at(inputs, _models_first(dx), F)]
    if cell.recurrent:
        h = _models_first(before[0])
        h = tf.concat([h, one], axis=2) if cell.recurrent_bias else h
        gradients.append(_t_product(h, _models_first(dr)))
    gradients.append(_t_product(hidden, d_logits))
    losses = tf.reduce_sum(tf.reshape(losses, (S, T, B)), axis=1)
    return gradients, state, losses


def _recurrence(cell, h, recurrent):
    """What the last hidden state says, (S, B, gates*U)."""
    if not cell.recurrent:
        return tf.zeros((*h.shape[:2], cell.gates * h.shape[2]))
    if cell.recurrent_bias:
        h = tf.concat([h, tf.ones((*h.shape[:2], 1))], axis=2)
    return _product(h, recurrent)


def _forward(cell, x, recurrent, state, steps):
    """Go through the time steps.

    Returns r at each step, the states before each step, the state at the end and h after
    each step; all but the end state with a leading axis T.
    """
    T = x.shape[0]
    if T == 1:
        r = _recurrence(cell, state[0], recurrent)
        new, _ = cell.step(x[0], r, state, OPS)
        return r[None], [s[None] for s in state], new, new[0][None]

    def body(t, state, r_all, before, hidden):
        r = _recurrence(cell, state[0], recurrent)
        new, _ = cell.step(x[t], r, state, OPS)
        before = [_put(b, t, s) for b, s in zip(before, state, strict=True)]
        return t + 1, new, _put(r_all, t, r), before, _put(hidden, t, new[0])

    empty = tf.zeros((T, *state[0].shape))
    start = (0, state, tf.zeros_like(x), [empty] * len(state), empty)
    _, state, r, before, hidden = tf.while_loop(lambda t, *_: t < steps, body, start)
    return r, before, state, hidden


def _backward(cell, x, r, before, recurrent, d_hidden, steps):
    """Go back through the time steps: the gradient of the loss by x and by r, (T, S, B, ..)."""
    T = x.shape[0]

    def back(t, d_state):
        state = [b[t] for b in before]
        inputs = [x[t], r[t], *state]
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            new, _ = cell.step(inputs[0], inputs[1], inputs[2:], OPS)
        d_new = [d_state[0] + d_hidden[t], *d_state[1:]]
        return tape.gradient(list(new), inputs, d_new, unconnected_gradients="zero")

    nothing = [tf.zeros_like(b[0]) for b in before]
    if T == 1:
        dx, dr, *_ = back(0, nothing)
        return dx[None], dr[None]

    def body(t, d_state, dx_all, dr_all):
        dx, dr, *d_state = back(t - 1, d_state)
        if cell.recurrent:
            d_state[0] += _product_t(dr, recurrent[:, : d_state[0].shape[-1]])
        return t - 1, d_state, _put(dx_all, t - 1, dx), _put(dr_all, t - 1, dr)

    start = (steps, nothing, tf.zeros_like(x), tf.zeros_like(x))
    return tf.while_loop(lambda t, *_: t > 0, body, start)[2:]


def _loss(output, logits, batch, symbols):
    """Cross-entropy of each step, (S, T*B), and the gradient of the update's loss by logits."""
    S, N, F = logits.shape
    exists = tf.range(F) < symbols  # the rest is padding
    targets = tf.one_hot(tf.reshape(batch["targets"], (S, N)), F)
    weights = tf.reshape(batch["weights"], (S, N, 1))
    if output == "sigmoid":
        losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=targets, logits=logits)
        losses = tf.where(exists, losses, 0) / tf.cast(symbols, tf.float32)
        d_logits = tf.where(exists, tf.sigmoid(logits) - targets, 0)
        d_logits /= tf.cast(symbols, tf.float32)
    else:
        logits = tf.where(exists, logits, -1e9)
        losses = tf.where(exists, -targets * tf.nn.log_softmax(logits), 0)
        d_logits = tf.nn.softmax(logits) - targets
    losses = tf.where(weights > 0, losses, 0)
    return tf.reduce_sum(losses, axis=2), d_logits * weights


def _put(array, place, value):
    return tf.tensor_scatter_nd_update(array, [[place]], value[None])


def _time_first(array, steps):
    """(S, T*B, n) to (T, S, B, n)."""
    S, N, n = array.shape
    return tf.transpose(tf.reshape(array, (S, steps, N // steps, n)), (1, 0, 2, 3))


def _models_first(array):
    """(T, S, B, n) to (S, T*B, n)."""
    T, S, B, n = array.shape
    return tf.reshape(tf.transpose(array, (1, 0, 2, 3)), (S, T * B, n))


# One-hot inputs times a matrix are rows of that matrix, and the gradient is put back there.


def _rows_at(places, matrix):
    """Row `places` (S, N) of `matrix` (S, F+1, J), and its last row, the bias: (S, N, J)."""
    return tf.gather(matrix, places, batch_dims=1) + matrix[:, -1:]


def _sums_at(places, values, rows):
    """Undo `_rows_at` for a gradient: sums of `values` (S, N, J) by row, (S, rows + 1, J)."""
    S, N, J = values.shape
    if N * rows * J <= SMALL:
        return _t_product(tf.concat([tf.one_hot(places, rows), tf.ones((S, N, 1))], 2), values)
    places = tf.reshape(places + rows * tf.range(S)[:, None], [S * N])
    sums = tf.math.unsorted_segment_sum(tf.reshape(values, (S * N, J)), places, S * rows)
    bias = tf.reduce_sum(values, axis=1, keepdims=True)
    return tf.concat([tf.reshape(sums, (S, rows, J)), bias], axis=1)


# Matrix products of small matrices: XLA fuses a product spelt out as multiply-and-sum with
# what comes before and after, which beats a call to a library; for large ones it is called.
SMALL = 16_384  # multiplications in one model


def _product(a, b):
    """a (S, N, I) times b (S, I, J)."""
    if a.shape[1] * b.shape[1] * b.shape[2] > SMALL:
        return tf.matmul(a, b)
    return tf.reduce_sum(a[..., None] * b[:, None], axis=2)


def _product_t(a, b):
    """a (S, N, J) times the transpose of b (S, I, J)."""
    if a.shape[1] * b.shape[1] * b.shape[2] > SMALL:
        return tf.matmul(a, b, transpose_b=True)
    return tf.reduce_sum(a[:, :, None] * b[:, None], axis=3)


def _t_product(a, b):
    """The transpose of a (S, N, I) times b (S, N, J)."""
    if a.shape[1] * a.shape[2] * b.shape[2] > SMALL:
        return tf.matmul(a, b, transpose_a=True)
    return tf.reduce_sum(a[..., None] * b[:, :, None], axis=1)


_give_back_large_arrays()
