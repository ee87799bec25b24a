"""One update of a network, in plain loops, of which Numba makes machine code.

Forward through the time steps, the loss, back through the steps (back-propagation through
time), the gradient by each matrix, Adam. No size is fixed, so one program serves all settings.
Why it equals Keras, and what makes it fast: docs/engine.md.

Axes, in this order: time steps T, sequences of a batch B, then units U, outputs F, or columns J:
the gates of all units side by side.
"""

from collections import namedtuple

import numpy as np

from .arithmetic import (
    F32,
    ONE,
    TWO,
    ZERO,
    add_product,
    clear,
    compiled,
    exp,
    log,
    outer_products,
    sigmoid,
    tanh,
    transpose,
)
from .layout import Cell, Output

LSTM, GRU, DENSE, SIGMOID = Cell.LSTM, Cell.GRU, Cell.DENSE, Output.SIGMOID
EPSILON = F32(1e-7)  # of Adam, as in Keras

# Room to work in: what the input says, x (T, B, J), the same numbers as gates (T, B, G, U), and
# what the last hidden state says, r, likewise; states h, c (T+1, B, U), the first one from
# before the update, and tanh of c (T, B, U); the output layer (T, B, F), and terms of its loss
# (F,); gradients by the states, dh, dc (1, B, U); two kernels transposed, (J, U), (F, U).
Space = namedtuple("Space", "x gates r r_gates h c tanh_c out terms dh dc recurrent_t out_t")


# --- one time step of each kind of cell, and the way back through it ---------------------


@compiled
def lstm(space, t, b):
    """Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000.

    From x, to which r is added already, to the new state. In place of x come the gates (input
    gate, forget gate, candidate, output gate), which the way back needs.
    """
    x, gates, h, c = space.x, space.gates, space.h, space.c
    for u in range(h.shape[2]):
        gates[t, b, 2, u] *= TWO  # for tanh z = 2 sigmoid(2 z) - 1
    for j in range(x.shape[2]):
        x[t, b, j] = sigmoid(x[t, b, j])
    for u in range(h.shape[2]):
        gates[t, b, 2, u] = TWO * gates[t, b, 2, u] - ONE
        c[t + 1, b, u] = gates[t, b, 1, u] * c[t, b, u] + gates[t, b, 0, u] * gates[t, b, 2, u]
    for u in range(h.shape[2]):
        space.tanh_c[t, b, u] = tanh(c[t + 1, b, u])
        h[t + 1, b, u] = gates[t, b, 3, u] * space.tanh_c[t, b, u]


@compiled
def lstm_back(space, t, b):
    """From the loss's gradient by the new state to that by x, which comes in place of the gates.

    `dc` is then the gradient by the old c, and `dh` that by the old h, but for what goes
    through x: nothing.
    """
    gates, c, tanh_c, dh, dc = space.gates, space.c, space.tanh_c, space.dh, space.dc
    for u in range(dh.shape[2]):
        o, th = gates[t, b, 3, u], tanh_c[t, b, u]
        dc[0, b, u] += dh[0, b, u] * o * (ONE - th * th)
        gates[t, b, 3, u] = dh[0, b, u] * th * o * (ONE - o)
    for u in range(dh.shape[2]):
        i, f, g, d = gates[t, b, 0, u], gates[t, b, 1, u], gates[t, b, 2, u], dc[0, b, u]
        gates[t, b, 0, u] = d * g * i * (ONE - i)
        gates[t, b, 1, u] = d * c[t, b, u] * f * (ONE - f)
        gates[t, b, 2, u] = d * i * (ONE - g * g)
        dc[0, b, u] = d * f
        dh[0, b, u] = ZERO


@compiled
def gru(space, t, b):
    """Cho et al. 2014, in Keras's form that resets after the matrix product.

    The gates, in place of x: update gate, reset gate, candidate.
    """
    gates, r, h = space.gates, space.r_gates, space.h
    for u in range(h.shape[2]):
        z = sigmoid(gates[t, b, 0, u] + r[t, b, 0, u])
        reset = sigmoid(gates[t, b, 1, u] + r[t, b, 1, u])
        g = tanh(gates[t, b, 2, u] + reset * r[t, b, 2, u])
        gates[t, b, 0, u], gates[t, b, 1, u], gates[t, b, 2, u] = z, reset, g
        h[t + 1, b, u] = z * h[t, b, u] + (ONE - z) * g


@compiled
def gru_back(space, t, b):
    """As `lstm_back`; the gradient by r comes in place of r."""
    gates, r, h, dh = space.gates, space.r_gates, space.h, space.dh
    for u in range(dh.shape[2]):
        z, reset, g, d = gates[t, b, 0, u], gates[t, b, 1, u], gates[t, b, 2, u], dh[0, b, u]
        d_z = d * (h[t, b, u] - g) * z * (ONE - z)
        d_g = d * (ONE - z) * (ONE - g * g)
        d_reset = d_g * r[t, b, 2, u] * reset * (ONE - reset)
        gates[t, b, 0, u], gates[t, b, 1, u], gates[t, b, 2, u] = d_z, d_reset, d_g
        r[t, b, 0, u], r[t, b, 1, u], r[t, b, 2, u] = d_z, d_reset, d_g * reset
        dh[0, b, u] = d * z


@compiled
def simple(space, t, b):
    """Elman 1990; and the layer without memory, to whose x no r is added. No gates."""
    for u in range(space.h.shape[2]):
        space.h[t + 1, b, u] = tanh(space.x[t, b, u])


@compiled
def simple_back(space, t, b):
    """As `lstm_back`."""
    for u in range(space.h.shape[2]):
        h = space.h[t + 1, b, u]
        space.x[t, b, u] = space.dh[0, b, u] * (ONE - h * h)
        space.dh[0, b, u] = ZERO


# --- one update --------------------------------------------------------------------------


@compiled
def forward(cell, w, space, inputs, steps):
    """Go through the time steps: the states."""
    x, h = space.x, space.h
    r = space.r if cell == GRU else x  # elsewhere what h says is added to what the input says
    for t in range(steps):
        for b in range(x.shape[1]):
            symbol = inputs[t, b]
            for j in range(x.shape[2]):
                x[t, b, j] = w.bias[0, j] + w.kernel[symbol, j]
            if cell == GRU:
                for j in range(x.shape[2]):
                    r[t, b, j] = w.bias[1, j]
        add_product(r, t, h, t, w.recurrent)
        for b in range(x.shape[1]):
            if cell == LSTM:
                lstm(space, t, b)
            elif cell == GRU:
                gru(space, t, b)
            else:
                simple(space, t, b)


@compiled
def answer(w, space, first, steps):
    """What the output layer says, as logits, from the step `first` on."""
    out = space.out
    for t in range(first, steps):
        for b in range(out.shape[1]):
            for k in range(out.shape[2]):
                out[t, b, k] = w.out_bias[0, k]
        add_product(out, t, space.h, t + 1, w.out_kernel)


@compiled
def activate(output, out, t, b):
    """The output layer's activation, in place of its logits."""
    F, highest, powers = out.shape[2], out[t, b, 0], ZERO
    if output == SIGMOID:
        for k in range(F):
            out[t, b, k] = sigmoid(out[t, b, k])
        return
    for k in range(F):
        highest = max(highest, out[t, b, k])
    for k in range(F):
        out[t, b, k] = exp(out[t, b, k] - highest)
    for k in range(F):
        powers += out[t, b, k]
    for k in range(F):
        out[t, b, k] /= powers


@compiled
def loss(output, out, terms, t, b, target, share):
    """Cross-entropy of one step; in place of its logits comes the update's gradient by them."""
    F, total = out.shape[2], ZERO
    if share == ZERO:  # nothing is asked, or the sequence has ended
        for k in range(F):
            out[t, b, k] = ZERO
    elif output == SIGMOID:
        for k in range(F):
            z, y = out[t, b, k], F32(k == target)
            terms[k] = max(z, ZERO) - z * y + log(ONE + exp(-abs(z)))
            out[t, b, k] = (sigmoid(z) - y) / F32(F) * share
        for k in range(F):
            total += terms[k]
        total /= F32(F)
    else:
        highest, powers = out[t, b, 0], ZERO
        for k in range(F):
            highest = max(highest, out[t, b, k])
        total = highest - out[t, b, target]
        for k in range(F):
            out[t, b, k] = exp(out[t, b, k] - highest)
        for k in range(F):
            powers += out[t, b, k]
        total += log(powers)
        for k in range(F):
            out[t, b, k] = (out[t, b, k] / powers - F32(k == target)) * share
    return total


@compiled
def backward(cell, w, space, first, steps):
    """Go back through the time steps: x and r are left with the gradient by them.

    `first`: the first step with a loss, before which nothing comes from the output layer.
    """
    x, dh, dc = space.x, space.dh, space.dc
    r = space.r if cell == GRU else x
    for b in range(x.shape[1]):
        for u in range(dh.shape[2]):
            dh[0, b, u] = ZERO
            dc[0, b, u] = ZERO
    transpose(w.out_kernel, space.out_t)
    if steps > 1:
        transpose(w.recurrent, space.recurrent_t)
    for t in range(steps - 1, -1, -1):
        if t >= first:
            add_product(dh, 0, space.out, t, space.out_t)
        for b in range(x.shape[1]):
            if cell == LSTM:
                lstm_back(space, t, b)
            elif cell == GRU:
                gru_back(space, t, b)
            else:
                simple_back(space, t, b)
        if t > 0 and cell != DENSE:
            add_product(dh, 0, r, t, space.recurrent_t)


@compiled
def gradients(cell, g, space, inputs, first, steps):
    """The gradient by each matrix: what went in times the gradient by what came out."""
    x, h, out = space.x, space.h, space.out
    r = space.r if cell == GRU else x
    clear(g.kernel)
    clear(g.bias)
    clear(g.out_bias)
    for t in range(steps):
        for b in range(x.shape[1]):
            symbol = inputs[t, b]
            for j in range(x.shape[2]):
                g.kernel[symbol, j] += x[t, b, j]
                g.bias[0, j] += x[t, b, j]
            if cell == GRU:
                for j in range(x.shape[2]):
                    g.bias[1, j] += r[t, b, j]
            if t >= first:
                for k in range(out.shape[2]):
                    g.out_bias[0, k] += out[t, b, k]
    outer_products(g.recurrent, h, 0, r, steps)
    outer_products(g.out_kernel, h[first:], 1, out[first:], steps - first)


@compiled
def clip(gradient, longest):
    """Scale the gradient down to the length `longest`, if it is longer."""
    squares = 0.0
    for number in gradient:
        squares += number * number
    factor = F32(longest / max(np.sqrt(squares), longest))
    for k in range(gradient.size):
        gradient[k] *= factor


@compiled
def adam(weights, m, v, powers, gradient, rate, betas):
    """One step of Adam (Kingma & Ba 2015), in Keras's order of operations."""
    share_1, share_2 = F32(1 - betas[0]), F32(1 - betas[1])
    powers[0] *= betas[0]
    powers[1] *= betas[1]
    alpha = F32(rate * np.sqrt(1 - powers[1]) / (1 - powers[0]))
    for k in range(weights.size):
        m[k] += (gradient[k] - m[k]) * share_1
        v[k] += (gradient[k] * gradient[k] - v[k]) * share_2
        weights[k] -= alpha * m[k] / (np.sqrt(v[k]) + EPSILON)
