"""Loss and gradient of one update of a stack of networks, as TensorFlow operations.

Back-propagation through time, written once for all cells: forward through the time steps,
then back, with only the derivative of a single step left to TensorFlow. No size is fixed
here but that of a chunk, so that one graph serves all; XLA compiles it for each `Shape`. Axes,
in this order: models S, time steps T, sequences of a batch B, symbols F, units U.
"""

from types import SimpleNamespace

import tensorflow as tf

from .cells import CELLS

COLUMNS = ("inputs", "targets", "weights")  # of a table, (rows*chunks, S, chunk*B)
OPS = SimpleNamespace(sigmoid=tf.sigmoid, tanh=tf.tanh, split=tf.split)


def gradients_of(form, weights, state, table, row, symbols, saved):
    """Loss and gradient of the update `row`, by back-propagation through its time steps.

    The steps are taken in chunks, so that a capacity of many steps costs nothing where there
    are few. What the way back needs of each chunk is put into `saved`, whose old content is of
    no use. Returns the gradients, the state after the last step, the loss (S, B) and `saved`.
    """
    cell, chunk, large = CELLS[form.cell], form.chunk, form.large
    steps = at(table["steps"], row)
    chunks = (steps + chunk - 1) // chunk
    capacity = _capacity(table)
    recurrent = weights[1] if cell.recurrent else None

    def forward(k, state, loss, saved):
        now, x = read(k)
        r, before, state, hidden = _forward(form, x, recurrent, state, now["steps"])
        hidden = _models_first(hidden)
        logits = _product_and_bias(hidden, weights[-1], large.output)
        losses, d_logits = _loss(form.output, logits, now, symbols)
        losses = tf.reduce_sum(tf.reshape(losses, (sizes(losses)[0], chunk, -1)), axis=1)
        new = [r, _with_one(hidden), d_logits, *before]
        if form.many:
            new = [put(all_, k, one) for all_, one in zip(saved, new, strict=True)]
        return k + 1, state, loss + losses, new

    def backward(k, d_state, gradients):
        now, x = read(k - 1)
        r, hidden, d_logits, *before = (at(all_, k - 1) for all_ in saved) if form.many else saved
        d_hidden = tf.matmul(d_logits, weights[-1][:, :-1], transpose_b=True)
        d_hidden = _time_first(d_hidden, chunk)
        d_state, dx, dr = _backward(form, x, r, before, recurrent, d_hidden, d_state, now["steps"])
        new = [_add_sums_at(gradients[0], now["inputs"], _models_first(dx), large.input)]
        if cell.recurrent:
            h = _models_first(before[0])
            h = _with_one(h) if cell.recurrent_bias else h
            new.append(gradients[1] + _t_product(h, _models_first(dr), large.recurrent))
        new.append(gradients[-1] + _t_product(hidden, d_logits, large.output))
        return k - 1, d_state, new

    def read(k):
        """What the table says of chunk `k`, and what its inputs say to the units."""
        now = {name: at(table[name], row * capacity + k) for name in COLUMNS}
        now["steps"] = tf.minimum(steps - k * chunk, chunk)
        return now, _time_first(_rows_at(now["inputs"], weights[0]), chunk)

    variables = (0, state, tf.zeros_like(state[0][..., 0]), saved)
    _, state, loss, saved = _repeat(form.many, lambda k: k < chunks, forward, variables)
    last = chunks if form.many else 1  # not an XLA constant, for which it would compile anew
    variables = (last, [tf.zeros_like(s) for s in state], [tf.zeros_like(w) for w in weights])
    _, _, gradients = _repeat(form.many, lambda k: k > 0, backward, variables)
    return gradients, state, loss, saved if form.many else []


def _repeat(many, condition, body, variables):
    """A loop where there can be more than one chunk, else its body once."""
    if not many:
        return body(*variables)
    return tf.while_loop(lambda k, *_: condition(k), body, variables)


def nothing_saved(form, weights, state, table):
    """Room for what the way back needs of each chunk: r, h with a 1, d_logits, states."""
    if not form.many:
        return []
    (S, B, U), F = sizes(state[0]), sizes(weights[-1])[2]
    chunks, gates = _capacity(table), CELLS[form.cell].gates
    step, row = (chunks, form.chunk, S, B), (chunks, S, form.chunk * B)
    states = [(*step, U)] * len(state)
    return [tf.zeros(size) for size in ((*step, gates * U), (*row, U + 1), (*row, F), *states)]


def _capacity(table):
    """For how many chunks a row of `table` has room."""
    return sizes(table["inputs"])[0] // sizes(table["steps"])[0]


def sizes(array):
    """The length of each axis, which XLA knows when it compiles."""
    return tf.unstack(tf.shape(array))


def _recurrence(form, h, recurrent):
    """What the last hidden state says, (S, B, gates*U)."""
    cell = CELLS[form.cell]
    if not cell.recurrent:
        return tf.tile(tf.zeros_like(h), (1, 1, cell.gates))
    multiply = _product_and_bias if cell.recurrent_bias else _product
    return multiply(h, recurrent, form.large.step)


def _forward(form, x, recurrent, state, steps):
    """Go through the time steps.

    Returns r at each step, the states before each step, the state at the end and h after
    each step; all but the end state with a leading axis T.
    """
    cell, T = CELLS[form.cell], form.chunk
    if T == 1:
        r = _recurrence(form, state[0], recurrent)
        new, _ = cell.step(x[0], r, state, OPS)
        return r[None], [s[None] for s in state], new, new[0][None]

    def body(t, state, r_all, before, hidden):
        r = _recurrence(form, state[0], recurrent)
        new, _ = cell.step(at(x, t), r, state, OPS)
        before = [put(b, t, s) for b, s in zip(before, state, strict=True)]
        return t + 1, new, put(r_all, t, r), before, put(hidden, t, new[0])

    empty = tf.zeros((T, *sizes(state[0])))
    start = (0, state, tf.zeros_like(x), [empty] * len(state), empty)
    _, state, r, before, hidden = tf.while_loop(lambda t, *_: t < steps, body, start)
    return r, before, state, hidden


def _backward(form, x, r, before, recurrent, d_hidden, d_state, steps):
    """Go back through the time steps.

    Returns the gradient of the loss by the state before the first step, and by x and r,
    (T, S, B, ..).
    """
    cell, T = CELLS[form.cell], form.chunk

    def back(t, d_state):
        state = [at(b, t) for b in before]
        inputs = [at(x, t), at(r, t), *state]
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            new, _ = cell.step(inputs[0], inputs[1], inputs[2:], OPS)
        d_new = [d_state[0] + at(d_hidden, t), *d_state[1:]]
        return tape.gradient(list(new), inputs, d_new, unconnected_gradients="zero")

    if T == 1:
        dx, dr, *d_state = back(0, d_state)
        return d_state, dx[None], dr[None]

    kernel = recurrent[:, :-1] if cell.recurrent_bias else recurrent

    def body(t, d_state, dx_all, dr_all):
        dx, dr, *d_state = back(t - 1, d_state)
        if cell.recurrent:
            d_state[0] += tf.matmul(dr, kernel, transpose_b=True)
        return t - 1, d_state, put(dx_all, t - 1, dx), put(dr_all, t - 1, dr)

    start = (steps, d_state, tf.zeros_like(x), tf.zeros_like(x))
    return tf.while_loop(lambda t, *_: t > 0, body, start)[1:]


def _loss(output, logits, batch, symbols):
    """Cross-entropy of each step, (S, T*B), and the gradient of the update's loss by logits."""
    F = sizes(logits)[2]
    exists = tf.range(F) < symbols  # the rest is padding
    targets = tf.one_hot(batch["targets"], F)
    weights = batch["weights"][..., None]
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


def at(array, place):
    return tf.gather(array, place)


def put(array, place, value):
    places, values = tf.reshape(place, (1, 1)), tf.expand_dims(value, 0)
    return tf.tensor_scatter_nd_update(array, places, values)


def _with_one(array):
    """`array` (S, N, n) and a last column of ones, the input of a bias."""
    return tf.pad(array, [(0, 0), (0, 0), (0, 1)], constant_values=1)


def _time_first(array, steps):
    """(S, T*B, n) to (T, S, B, n)."""
    S, N, n = sizes(array)
    return tf.transpose(tf.reshape(array, (S, steps, N // steps, n)), (1, 0, 2, 3))


def _models_first(array):
    """(T, S, B, n) to (S, T*B, n)."""
    T, S, B, n = sizes(array)
    return tf.reshape(tf.transpose(array, (1, 0, 2, 3)), (S, T * B, n))


# One-hot inputs times a matrix are rows of that matrix, and the gradient is put back there.


def _rows_at(places, matrix):
    """Row `places` (S, N) of `matrix` (S, F+1, J), and its last row, the bias: (S, N, J)."""
    return tf.gather(matrix, places, batch_dims=1) + matrix[:, -1:]


def _add_sums_at(total, places, values, large):
    """Undo `_rows_at` for a gradient: add to `total` (S, F+1, J) the `values` (S, N, J)."""
    (S, N, J), rows = sizes(values), sizes(total)[1]
    if not large:
        one_hot = _with_one(tf.one_hot(places, rows - 1))
        return total + _t_product(one_hot, values, large)
    places = tf.concat([places, tf.fill((S, 1), rows - 1)], axis=1)  # the last for the bias
    values = tf.concat([values, tf.reduce_sum(values, axis=1, keepdims=True)], axis=1)
    places = tf.reshape(places + rows * tf.range(S)[:, None], (S * (N + 1), 1))
    total = tf.reshape(total, (S * rows, J))
    total = tf.tensor_scatter_nd_add(total, places, tf.reshape(values, (S * (N + 1), J)))
    return tf.reshape(total, (S, rows, J))


# Products of small matrices: XLA fuses a product spelt out as multiply-and-sum with what comes
# before and after, which beats a call to a library; a `large` one is called.


def _product(a, b, large):
    """a (S, N, I) times b (S, I, J)."""
    if large:
        return tf.matmul(a, b)
    half = tf.shape(b)[1] // 2  # of more than 32 terms XLA writes each to memory first
    first = tf.reduce_sum(a[:, :, :half, None] * b[:, None, :half], axis=2)
    return first + tf.reduce_sum(a[:, :, half:, None] * b[:, None, half:], axis=2)


def _product_and_bias(a, b, large):
    """a (S, N, I) times b (S, I+1, J), whose last row is a bias."""
    return _product(a, b[:, :-1], large) + b[:, -1:]


def _t_product(a, b, large):
    """The transpose of a (S, N, I) times b (S, N, J)."""
    if large:
        return tf.matmul(a, b, transpose_a=True)
    return tf.reduce_sum(a[..., None] * b[:, :, None], axis=1)
