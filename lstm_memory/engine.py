"""The updates of a training, written as plain loops, of which Numba makes machine code.

One update of one network: forward through its time steps, back through them (back-propagation
through time), Adam. No size is fixed, so one program serves all settings; machine_code.py keeps
it on disk. Nothing here calls a library and no sum is reordered, so every processor gives the
same numbers, to the last bit. Why they are Keras's, and what makes it fast: docs/engine.md.

Axes, in this order: time steps T, sequences of a batch B, then units U, symbols F, or columns J:
the gates of all units side by side. A network is a row of numbers in Keras's order: input
kernel (F, J), recurrent kernel (U, J), biases (1, J; GRU: 2, J), output kernel (U, F), output
bias (1, F).
"""

from collections import namedtuple

import numpy as np
from numba import carray, from_dtype, njit, types
from numba.extending import intrinsic

from .machine_code import CALL

LSTM, GRU, SIMPLE_RNN, DENSE = range(4)  # as in settings.CELLS
SIGMOID, SOFTMAX = range(2)  # as in settings.OUTPUTS

F32, I32 = np.float32, np.int32
ZERO, ONE, TWO = F32(0), F32(1), F32(2)  # Numba takes any other number for a double
BETA_1, BETA_2, EPSILON = 0.9, 0.999, F32(1e-7)  # Adam, Kingma & Ba 2015, as in Keras
SHARE_1, SHARE_2 = F32(1 - BETA_1), F32(1 - BETA_2)

Matrices = namedtuple("Matrices", "kernel recurrent bias out_kernel out_bias")
Space = namedtuple("Space", "x gates r r_gates h c tanh_c out terms dh dc recurrent_t out_t")

compiled = njit(error_model="numpy")  # a division by zero is no exception


@intrinsic
def _sqrt(typing, x):
    """The processor's square root, without C's report of a negative argument."""

    def code(context, builder, signature, arguments):
        kind = arguments[0].type
        function = builder.module.declare_intrinsic("llvm.sqrt", [kind])
        return builder.call(function, arguments)

    return x(x), code


# --- functions of one number -------------------------------------------------------------


@compiled
def _exp(x):
    """e to the power x, within 1e-7 of it: 2^n times a polynomial (Cephes, Moshier 1992)."""
    x = min(max(x, F32(-87)), F32(87))
    n = np.floor(x * F32(1.44269504) + F32(0.5))
    r = x - n * F32(0.693359375) + n * F32(2.12194440e-4)  # x - n ln 2
    p = F32(1.9875691500e-4)
    p = p * r + F32(1.3981999507e-3)
    p = p * r + F32(8.3334519073e-3)
    p = p * r + F32(4.1665795894e-2)
    p = p * r + F32(1.6666665459e-1)
    p = p * r + F32(5.0000001201e-1)
    two_to_n = I32((I32(n) + I32(127)) << I32(23)).view(F32)
    return (p * r * r + r + ONE) * two_to_n


@compiled
def _log(x):
    """Natural logarithm of a positive number, within 2e-7: by exponent, and a series."""
    bits = F32(x).view(I32)
    n = F32((bits >> I32(23)) - I32(127))
    m = I32((bits & I32(0x7FFFFF)) | I32(0x3F800000)).view(F32)  # from 1 to 2
    s = (m - ONE) / (m + ONE)
    series = ZERO
    for k in range(15, 0, -2):  # ln m = 2 artanh s = 2 s (1 + s^2/3 + s^4/5 + ...)
        series = series * s * s + ONE / F32(k)
    return n * F32(0.69314718) + TWO * s * series


@compiled
def _sigmoid(x):
    return ONE / (ONE + _exp(-x))


@compiled
def _tanh(x):
    return TWO * _sigmoid(TWO * x) - ONE


# --- one time step of each kind of cell, and the way back through it ---------------------


@compiled
def _step(cell, space, t, b):
    """From x and r to the new state; in place of x come the gates, which the way back needs."""
    x, gates, r, h, c = space.x, space.gates, space.r_gates, space.h, space.c
    J, U = x.shape[2], h.shape[2]
    if cell == LSTM:  # input gate, forget gate, candidate, output gate
        for u in range(U):
            gates[t, b, 2, u] *= TWO  # for tanh z = 2 sigmoid(2 z) - 1
        for j in range(J):
            x[t, b, j] = _sigmoid(x[t, b, j])
        for u in range(U):
            gates[t, b, 2, u] = TWO * gates[t, b, 2, u] - ONE
            c[t + 1, b, u] = gates[t, b, 1, u] * c[t, b, u] + gates[t, b, 0, u] * gates[t, b, 2, u]
        for u in range(U):
            space.tanh_c[t, b, u] = _tanh(c[t + 1, b, u])
            h[t + 1, b, u] = gates[t, b, 3, u] * space.tanh_c[t, b, u]
    elif cell == GRU:  # update gate, reset gate, candidate
        for u in range(U):
            z = _sigmoid(gates[t, b, 0, u] + r[t, b, 0, u])
            reset = _sigmoid(gates[t, b, 1, u] + r[t, b, 1, u])
            g = _tanh(gates[t, b, 2, u] + reset * r[t, b, 2, u])
            gates[t, b, 0, u], gates[t, b, 1, u], gates[t, b, 2, u] = z, reset, g
            h[t + 1, b, u] = z * h[t, b, u] + (ONE - z) * g
    else:
        for u in range(U):
            h[t + 1, b, u] = _tanh(x[t, b, u])


@compiled
def _step_back(cell, space, t, b):
    """From the loss's gradient by the new state to that by x and r, which comes in their place.

    `dc` is then the gradient by the old c, and `dh` that by the old h, but for what goes
    through r.
    """
    x, gates, r, h, c = space.x, space.gates, space.r_gates, space.h, space.c
    dh, dc, tanh_c, U = space.dh, space.dc, space.tanh_c, space.h.shape[2]
    if cell == LSTM:
        for u in range(U):
            o, th = gates[t, b, 3, u], tanh_c[t, b, u]
            dc[0, b, u] += dh[0, b, u] * o * (ONE - th * th)
            gates[t, b, 3, u] = dh[0, b, u] * th * o * (ONE - o)
        for u in range(U):
            i, f, g, d = gates[t, b, 0, u], gates[t, b, 1, u], gates[t, b, 2, u], dc[0, b, u]
            gates[t, b, 0, u] = d * g * i * (ONE - i)
            gates[t, b, 1, u] = d * c[t, b, u] * f * (ONE - f)
            gates[t, b, 2, u] = d * i * (ONE - g * g)
            dc[0, b, u] = d * f
            dh[0, b, u] = ZERO
    elif cell == GRU:
        for u in range(U):
            z, reset, g, d = gates[t, b, 0, u], gates[t, b, 1, u], gates[t, b, 2, u], dh[0, b, u]
            d_z = d * (h[t, b, u] - g) * z * (ONE - z)
            d_g = d * (ONE - z) * (ONE - g * g)
            d_reset = d_g * r[t, b, 2, u] * reset * (ONE - reset)
            gates[t, b, 0, u], gates[t, b, 1, u], gates[t, b, 2, u] = d_z, d_reset, d_g
            r[t, b, 0, u], r[t, b, 1, u], r[t, b, 2, u] = d_z, d_reset, d_g * reset
            dh[0, b, u] = d * z
    else:
        for u in range(U):
            x[t, b, u] = dh[0, b, u] * (ONE - h[t + 1, b, u] * h[t + 1, b, u])
            dh[0, b, u] = ZERO


# --- one update --------------------------------------------------------------------------


@compiled
def _forward(cell, w, space, inputs, steps):
    """Go through the time steps: the states, and what the output layer says, as logits."""
    x, h, out = space.x, space.h, space.out
    r = space.r if cell == GRU else x  # elsewhere what h says is added to what the input says
    for t in range(steps):
        for b in range(x.shape[1]):
            symbol = inputs[t, b]
            for j in range(x.shape[2]):
                x[t, b, j] = w.bias[0, j] + w.kernel[symbol, j]
            if cell == GRU:
                for j in range(x.shape[2]):
                    r[t, b, j] = w.bias[1, j]
            for k in range(out.shape[2]):
                out[t, b, k] = w.out_bias[0, k]
        _add_product(r, t, h, t, w.recurrent)
        for b in range(x.shape[1]):
            _step(cell, space, t, b)
        _add_product(out, t, h, t + 1, w.out_kernel)


@compiled
def _loss(output, out, terms, t, b, target, share):
    """Cross-entropy of one step; in place of its logits comes the update's gradient by them."""
    F, loss = out.shape[2], ZERO
    if share == ZERO:  # the sequence has ended
        for k in range(F):
            out[t, b, k] = ZERO
    elif output == SIGMOID:
        for k in range(F):
            z, y = out[t, b, k], F32(k == target)
            terms[k] = max(z, ZERO) - z * y + _log(ONE + _exp(-abs(z)))
            out[t, b, k] = (_sigmoid(z) - y) / F32(F) * share
        for k in range(F):
            loss += terms[k]
        loss /= F32(F)
    else:
        highest, total = out[t, b, 0], ZERO
        for k in range(F):
            highest = max(highest, out[t, b, k])
        loss = highest - out[t, b, target]
        for k in range(F):
            out[t, b, k] = _exp(out[t, b, k] - highest)
        for k in range(F):
            total += out[t, b, k]
        loss += _log(total)
        for k in range(F):
            out[t, b, k] = (out[t, b, k] / total - F32(k == target)) * share
    return loss


@compiled
def _backward(cell, w, space, steps):
    """Go back through the time steps: x and r are left with the gradient by them."""
    x, dh, dc = space.x, space.dh, space.dc
    r = space.r if cell == GRU else x
    for b in range(x.shape[1]):
        for u in range(dh.shape[2]):
            dh[0, b, u] = ZERO
            dc[0, b, u] = ZERO
    _transpose(w.out_kernel, space.out_t)
    if steps > 1:
        _transpose(w.recurrent, space.recurrent_t)
    for t in range(steps - 1, -1, -1):
        _add_product(dh, 0, space.out, t, space.out_t)
        for b in range(x.shape[1]):
            _step_back(cell, space, t, b)
        if t > 0 and cell != DENSE:
            _add_product(dh, 0, r, t, space.recurrent_t)


@compiled
def _gradients(cell, g, space, inputs, steps):
    """The gradient by each matrix: what went in times the gradient by what came out."""
    x, h, out = space.x, space.h, space.out
    r = space.r if cell == GRU else x
    _clear(g.kernel)
    _clear(g.bias)
    _clear(g.out_bias)
    for t in range(steps):
        for b in range(x.shape[1]):
            symbol = inputs[t, b]
            for j in range(x.shape[2]):
                g.kernel[symbol, j] += x[t, b, j]
                g.bias[0, j] += x[t, b, j]
            if cell == GRU:
                for j in range(x.shape[2]):
                    g.bias[1, j] += r[t, b, j]
            for k in range(out.shape[2]):
                g.out_bias[0, k] += out[t, b, k]
    _outer_products(g.recurrent, h, 0, r, steps)
    _outer_products(g.out_kernel, h, 1, out, steps)


@compiled
def _clip(gradient, longest):
    """Scale the gradient down to the length `longest`, if it is longer."""
    squares = 0.0
    for number in gradient:
        squares += number * number
    factor = F32(longest / max(_sqrt(squares), longest))
    for k in range(gradient.size):
        gradient[k] *= factor


@compiled
def _adam(weights, m, v, powers, gradient, rate):
    """One step of Adam, in Keras's order of operations."""
    powers[0] *= BETA_1
    powers[1] *= BETA_2
    alpha = F32(rate * _sqrt(1 - powers[1]) / (1 - powers[0]))
    for k in range(weights.size):
        m[k] += (gradient[k] - m[k]) * SHARE_1
        v[k] += (gradient[k] * gradient[k] - v[k]) * SHARE_2
        weights[k] -= alpha * m[k] / (_sqrt(v[k]) + EPSILON)


# --- products of matrices ----------------------------------------------------------------


@compiled
def _add_product(total, t, values, s, matrix):
    """Add to `total[t, b]`, for each b, the row `values[s, b]` times `matrix`."""
    rows, columns = matrix.shape
    fours = rows - rows % 4  # four rows at once, since reading and writing `total` takes time
    for i in range(0, fours, 4):
        for b in range(total.shape[1]):
            a0, a1, a2, a3 = (
                values[s, b, i],
                values[s, b, i + 1],
                values[s, b, i + 2],
                values[s, b, i + 3],
            )
            for j in range(columns):
                total[t, b, j] += (a0 * matrix[i, j] + a1 * matrix[i + 1, j]) + (
                    a2 * matrix[i + 2, j] + a3 * matrix[i + 3, j]
                )
    for i in range(fours, rows):
        for b in range(total.shape[1]):
            a0 = values[s, b, i]
            for j in range(columns):
                total[t, b, j] += a0 * matrix[i, j]


@compiled
def _outer_products(total, left, shift, right, steps):
    """Sum over t and b of `left[t + shift, b]` times `right[t, b]`, into the matrix `total`."""
    (rows, columns), B = total.shape, right.shape[1]
    terms = steps * B
    fours = 1 + (terms - 1) // 4 * 4
    for i in range(rows):
        for j in range(columns):
            total[i, j] = left[shift, 0, i] * right[0, 0, j]
        for n in range(1, fours, 4):
            t0, b0, t1, b1 = n // B, n % B, (n + 1) // B, (n + 1) % B
            t2, b2, t3, b3 = (n + 2) // B, (n + 2) % B, (n + 3) // B, (n + 3) % B
            a0, a1 = left[t0 + shift, b0, i], left[t1 + shift, b1, i]
            a2, a3 = left[t2 + shift, b2, i], left[t3 + shift, b3, i]
            for j in range(columns):
                sum_ = total[i, j] + a0 * right[t0, b0, j] + a1 * right[t1, b1, j]
                total[i, j] = sum_ + a2 * right[t2, b2, j] + a3 * right[t3, b3, j]
        for n in range(fours, terms):
            t, b = n // B, n % B
            value = left[t + shift, b, i]
            for j in range(columns):
                total[i, j] += value * right[t, b, j]


@compiled
def _clear(matrix):
    for i in range(matrix.shape[0]):
        for j in range(matrix.shape[1]):
            matrix[i, j] = ZERO


@compiled
def _transpose(matrix, into):
    rows, columns = matrix.shape
    fours = rows - rows % 4  # four rows at once, since they end up side by side
    for i in range(0, fours, 4):
        for j in range(columns):
            into[j, i], into[j, i + 1] = matrix[i, j], matrix[i + 1, j]
            into[j, i + 2], into[j, i + 3] = matrix[i + 2, j], matrix[i + 3, j]
    for i in range(fours, rows):
        for j in range(columns):
            into[j, i] = matrix[i, j]


# --- arrays at addresses -----------------------------------------------------------------


@intrinsic
def _pointer(typing, address, kind):
    """The whole number `address` as a pointer to numbers of the type `kind`."""
    pointer = types.CPointer(kind.instance_type)

    def code(context, builder, signature, arguments):
        return builder.inttoptr(arguments[0], context.get_value_type(pointer))

    return pointer(address, kind), code


@compiled
def _floats(address, shape):
    return carray(_pointer(address, F32), shape)


@compiled
def _matrices(call, at):
    """The numbers of one network, from the address `at` on, as matrices."""
    F, U, J = call.symbols, call.units, call.columns
    kernel = _floats(at, (F, J))
    at += 4 * kernel.size
    recurrent = _floats(at, (0 if call.cell == DENSE else U, J))
    at += 4 * recurrent.size
    bias = _floats(at, (2 if call.cell == GRU else 1, J))
    at += 4 * bias.size
    out_kernel = _floats(at, (U, F))
    at += 4 * out_kernel.size
    return Matrices(kernel, recurrent, bias, out_kernel, _floats(at, (1, F)))


@compiled
def _space(call):
    """Room to work in, from the address `call.space` on, and the address of the rest of it."""
    F, U, J, T, B = call.symbols, call.units, call.columns, call.steps, call.batch
    at = call.space
    x, gates = _floats(at, (T, B, J)), _floats(at, (T, B, J // U, U))  # of the same numbers
    at += 4 * x.size
    r, r_gates = _floats(at, (T, B, J)), _floats(at, (T, B, J // U, U))
    at += 4 * r.size
    h, c = _floats(at, (T + 1, B, U)), _floats(at + 4 * (T + 1) * B * U, (T + 1, B, U))
    at += 8 * h.size
    tanh_c, out = _floats(at, (T, B, U)), _floats(at + 4 * T * B * U, (T, B, F))
    at += 4 * tanh_c.size + 4 * out.size
    dh, dc = _floats(at, (1, B, U)), _floats(at + 4 * B * U, (1, B, U))
    at += 8 * dh.size
    terms = _floats(at, (F,))
    at += 4 * F
    recurrent_t, out_t = _floats(at, (J, U)), _floats(at + 4 * J * U, (F, U))
    at += 4 * recurrent_t.size + 4 * out_t.size
    return (
        Space(x, gates, r, r_gates, h, c, tanh_c, out, terms, dh, dc, recurrent_t, out_t),
        at,
    )


# --- a call ------------------------------------------------------------------------------


@compiled
def _update(call, row, s, w, g, space):
    """Loss and gradient of network `s` in the update `row`; the number of steps it has."""
    T, B, epoch = call.steps, call.batch, row // call.epoch_rows
    row = (row - call.table_row) % call.rows
    place = row * call.tables + s % call.tables
    window = 4 * place * T * B
    inputs = carray(_pointer(call.inputs + window, I32), (T, B))
    targets = carray(_pointer(call.targets + window, I32), (T, B))
    shares = _floats(call.shares + window, (T, B))
    lines = carray(_pointer(call.lines + 4 * place * B, I32), (B,))
    steps = carray(_pointer(call.lengths + 4 * place, I32), (1,))[0]
    carry = _floats(call.carry + 4 * row, (1,))[0]
    state = _floats(call.state + 8 * s * B * call.units, (2, B, call.units))
    losses = _floats(
        call.losses + 4 * s * call.epochs * call.sequences, (call.epochs, call.sequences)
    )
    for b in range(B):
        for u in range(call.units):
            space.h[0, b, u] = state[0, b, u] * carry
            space.c[0, b, u] = state[1, b, u] * carry
    _forward(call.cell, w, space, inputs, steps)
    for b in range(B):
        for u in range(call.units):
            state[0, b, u] = space.h[steps, b, u]
            if call.cell == LSTM:
                state[1, b, u] = space.c[steps, b, u]
        for t in range(steps):
            loss = _loss(call.output, space.out, space.terms, t, b, targets[t, b], shares[t, b])
            if shares[t, b] > ZERO:
                losses[epoch, lines[b]] += loss
    if steps:
        _backward(call.cell, w, space, steps)
        _gradients(call.cell, g, space, inputs, steps)
    return steps


@compiled
def _keep(ends, row, weights, kept):
    """Copy the weights where `row` is one of the rows to keep them before."""
    for k in range(ends.size):
        if ends[k] == row:
            for n in range(weights.size):
                kept[k, n] = weights[n]


@compiled
def advance(call):
    """Make the updates `first` to `last` - 1 to each network of a call; see `CALL`."""
    P, (space, at_gradient) = call.numbers, _space(call)
    g = _matrices(call, at_gradient)
    skip, learning = 4 * call.frozen, (P - call.frozen,)  # what does not learn comes first
    gradient = _floats(at_gradient + skip, learning)
    ends = carray(_pointer(call.keep, np.int64), (call.keeps,))
    for s in range(call.models):
        at = 4 * s * P
        w, everything = _matrices(call, call.weights + at), _floats(call.weights + at, (P,))
        weights = _floats(call.weights + at + skip, learning)
        m, v = _floats(call.m + at + skip, learning), _floats(call.v + at + skip, learning)
        powers = carray(_pointer(call.powers + 16 * s, np.float64), (2,))
        kept = _floats(call.kept + at * call.keeps, (call.keeps, P))
        for row in range(call.first, call.last):
            if _update(call, row, s, w, g, space):
                if call.clip > 0:
                    _clip(gradient, call.clip)
                _adam(weights, m, v, powers, gradient, call.rate)
            if (row + 1) % call.epoch_rows == 0:
                _keep(ends, row + 1, everything, kept)


SIGNATURE = types.void(types.CPointer(from_dtype(CALL)))


def entry(pointer):
    """What the machine code begins with."""
    advance(carray(pointer, (1,))[0])
