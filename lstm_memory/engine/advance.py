"""A call of the engine: some updates of some networks, whose arrays are given by addresses.

This is where machine_code.py begins to compile.
"""

from collections import namedtuple

import numpy as np
from numba import carray, from_dtype, types
from numba.extending import intrinsic

from .arithmetic import F32, I32, ZERO, compiled
from .machine_code import CALL
from .update import (
    DENSE,
    GRU,
    LSTM,
    Matrices,
    Space,
    adam,
    backward,
    clip,
    forward,
    gradients,
    loss,
)

Window = namedtuple("Window", "inputs targets shares lines steps carry")


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


@compiled
def _window(call, row, s):
    """What the table says of the update `row` to network `s`."""
    row = (row - call.table_row) % call.rows
    place = row * call.tables + s % call.tables
    T, B = call.steps, call.batch
    return Window(
        carray(_pointer(call.inputs + 4 * place * T * B, I32), (T, B)),
        carray(_pointer(call.targets + 4 * place * T * B, I32), (T, B)),
        _floats(call.shares + 4 * place * T * B, (T, B)),
        carray(_pointer(call.lines + 4 * place * B, I32), (B,)),
        np.int64(carray(_pointer(call.lengths + 4 * place, I32), (1,))[0]),
        _floats(call.carry + 4 * row, (1,))[0],
    )


@compiled
def _update(call, row, s, w, g, space):
    """Loss and gradient of network `s` in the update `row`; the number of steps it has."""
    seen, U = _window(call, row, s), call.units
    state = _floats(call.state + 8 * s * call.batch * U, (2, call.batch, U))
    losses = call.losses + 4 * s * call.epochs * call.sequences
    losses = _floats(losses, (call.epochs, call.sequences))
    for b in range(call.batch):
        for u in range(U):
            space.h[0, b, u] = state[0, b, u] * seen.carry
            space.c[0, b, u] = state[1, b, u] * seen.carry
    forward(call.cell, w, space, seen.inputs, seen.steps)
    for b in range(call.batch):
        for u in range(U):
            state[0, b, u] = space.h[seen.steps, b, u]
            if call.cell == LSTM:
                state[1, b, u] = space.c[seen.steps, b, u]
        for t in range(seen.steps):
            target, share = seen.targets[t, b], seen.shares[t, b]
            lost = loss(call.output, space.out, space.terms, t, b, target, share)
            if share > ZERO:
                losses[row // call.epoch_rows, seen.lines[b]] += lost
    if seen.steps:
        backward(call.cell, w, space, seen.steps)
        gradients(call.cell, g, space, seen.inputs, seen.steps)
    return seen.steps


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
                    clip(gradient, call.clip)
                adam(weights, m, v, powers, gradient, call.rate)
            if (row + 1) % call.epoch_rows == 0:
                _keep(ends, row + 1, everything, kept)


SIGNATURE = types.void(types.CPointer(from_dtype(CALL)))


def entry(pointer):
    """What the machine code begins with."""
    advance(carray(pointer, (1,))[0])
