"""Functions of one number and products of matrices, for the engine, as Numba compiles them.

No library is called and no sum is reordered, so every processor gives the same numbers, to
the last bit. Arrays are called by what they hold: `total[t, b]` is the row of time step t and
sequence b.
"""

import numpy as np
from numba import njit

F32, I32 = np.float32, np.int32
ZERO, ONE, TWO = F32(0), F32(1), F32(2)  # Numba takes any other number for a double

compiled = njit(error_model="numpy", forceinline=True)  # a division by zero is no exception


@compiled
def exp(x):
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
def log(x):
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
def sigmoid(x):
    return ONE / (ONE + exp(-x))


@compiled
def tanh(x):
    return TWO * sigmoid(TWO * x) - ONE


# --- products of matrices ----------------------------------------------------------------


@compiled
def add_product(total, t, values, s, matrix):
    """Add to `total[t, b]`, for each b, the row `values[s, b]` times `matrix`."""
    rows, columns = matrix.shape
    fours = rows - rows % 4  # four rows at once, since reading and writing `total` takes time
    for i in range(0, fours, 4):
        for b in range(total.shape[1]):
            a0, a1 = values[s, b, i], values[s, b, i + 1]
            a2, a3 = values[s, b, i + 2], values[s, b, i + 3]
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
def outer_products(total, left, shift, right, steps):
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
def clear(matrix):
    for i in range(matrix.shape[0]):
        for j in range(matrix.shape[1]):
            matrix[i, j] = ZERO


@compiled
def transpose(matrix, into):
    rows, columns = matrix.shape
    fours = rows - rows % 4  # four rows at once, since they end up side by side
    for i in range(0, fours, 4):
        for j in range(columns):
            into[j, i], into[j, i + 1] = matrix[i, j], matrix[i + 1, j]
            into[j, i + 2], into[j, i + 3] = matrix[i + 2, j], matrix[i + 3, j]
    for i in range(fours, rows):
        for j in range(columns):
            into[j, i] = matrix[i, j]
