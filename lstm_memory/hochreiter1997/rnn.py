"""The rivals of 1997: a network with one self-recurrent hidden unit, by RTRL or by BPTT.

All units are logistic, there are no biases, and each layer sees all layers below. Real-time
recurrent learning (Williams & Zipser 1989) carries the derivatives of the hidden unit along and
changes the weights after each step; back-propagation through time goes back at the end of the
sequence. For fixed weights both are the same gradient.

Axes: symbols M, outputs K, time steps T.
"""

from collections import namedtuple

import numpy as np

from ..engine.advance import entry
from ..engine.arithmetic import F32, ONE, ZERO, compiled, sigmoid
from ..errors import one_of, real_number
from .network import MADE_OF, Network, fill_errors, largest_error

# Weights of the hidden unit: of the symbols (M,), of itself (1,); of the output layer (K, 1 + M).
Weights = namedtuple("Weights", "hidden itself output")


@compiled
def answer(w, x, h, answers):
    """The output layer."""
    for k in range(len(answers)):
        answers[k] = sigmoid(w.output[k, 0] * h + w.output[k, 1 + x])


@compiled
def learn_outputs(w, x, h, errors, rate):
    """Change the output layer; returns the error that arrives at the hidden unit."""
    arriving = ZERO
    for k in range(len(errors)):
        arriving += w.output[k, 0] * errors[k]
        w.output[k, 0] += rate * errors[k] * h
        w.output[k, 1 + x] += rate * errors[k]
    return arriving


@entry
def present_rtrl(w, lines, steps, targets, rate, seen, made_of=MADE_OF):
    """Show sequences and learn after each step; the arguments are those of lstm.present."""
    answers, errors = np.empty(len(w.output), F32), np.empty(len(w.output), F32)
    by_hidden = np.empty(len(w.hidden), F32)  # derivatives of the hidden unit by its weights
    for n in range(len(lines)):
        h, by_itself, total, asked = ZERO, ZERO, 0.0, 0
        by_hidden[:] = ZERO
        for t in range(steps[n]):
            x, before = lines[n, t], h
            h = sigmoid(w.hidden[x] + w.itself[0] * before)
            slope = h * (ONE - h)
            by_itself = slope * (before + w.itself[0] * by_itself)
            for m in range(len(by_hidden)):
                by_hidden[m] *= slope * w.itself[0]
            by_hidden[x] += slope
            if targets[n, t] >= 0:
                answer(w, x, h, answers)
                total += fill_errors(answers, errors, targets[n, t], False)
                asked += 1
                arriving = learn_outputs(w, x, h, errors, rate)
                w.itself[0] += rate * arriving * by_itself
                for m in range(len(by_hidden)):
                    w.hidden[m] += rate * arriving * by_hidden[m]
        seen[n] = total / asked


@entry
def present_bptt(w, lines, steps, targets, rate, seen, made_of=MADE_OF):
    """Show sequences and learn after each, going back through its steps."""
    K, T = len(w.output), lines.shape[1]
    answers, errors = np.empty(K, F32), np.empty((T, K), F32)
    h = np.zeros(T + 1, F32)  # before the first step, and after each
    for n in range(len(lines)):
        total, asked = 0.0, 0
        for t in range(steps[n]):
            x = lines[n, t]
            h[t + 1] = sigmoid(w.hidden[x] + w.itself[0] * h[t])
            errors[t, :] = ZERO
            if targets[n, t] >= 0:
                answer(w, x, h[t + 1], answers)
                total += fill_errors(answers, errors[t], targets[n, t], False)
                asked += 1
        back, itself = ZERO, w.itself[0]
        output = w.output[:, 0].copy()
        for t in range(steps[n] - 1, -1, -1):
            x, at_h = lines[n, t], itself * back
            for k in range(K):
                at_h += output[k] * errors[t, k]
            learn_outputs(w, x, h[t + 1], errors[t], rate)
            back = at_h * h[t + 1] * (ONE - h[t + 1])
            w.itself[0] += rate * back * h[t]
            w.hidden[x] += rate * back
        seen[n] = total / asked


@entry
def judge(w, lines, steps, targets, limit, worst, made_of=MADE_OF):
    """Fill `worst`, (sequences,), with the largest error over all outputs of the steps asked.

    It ends with the first sequence whose error is not below `limit`.
    """
    answers = np.empty(len(w.output), F32)
    for n in range(len(lines)):
        h = worst[n] = ZERO
        for t in range(steps[n]):
            h = sigmoid(w.hidden[lines[n, t]] + w.itself[0] * h)
            if targets[n, t] >= 0:
                answer(w, lines[n, t], h, answers)
                worst[n] = largest_error(answers, targets[n, t], worst[n])
        if worst[n] >= limit:
            return


class RNN(Network):
    """A simple recurrent network of 1997 for Experiment 2a or 2b.

    `form`: the task. `seed`: of its weights, and of what it is shown. `learning`: "rtrl" or
    "bptt". `rate`: the learning rate; the paper tried 1.0 to 10.0. Raises `InputError`.
    """

    def __init__(self, form, seed=0, learning="rtrl", rate=1.0):
        super().__init__(form, seed)
        one_of("learning", learning, ("rtrl", "bptt"))
        self.present = present_rtrl if learning == "rtrl" else present_bptt
        self.rate, M = real_number("rate", rate, 1e-6, 100), len(form.alphabet)
        self.weights = Weights(*self.small_weights((M,), (1,), (M, 1 + M)))

    def learn(self, lines, steps, targets, seen):
        """Present sequences, in this order; fills `seen` with the mean error of each."""
        self.present(self.weights, lines, steps, targets, np.float32(self.rate), seen)

    def errors(self, lines, steps, targets, limit=np.inf):
        """The largest error of each sequence over all outputs of the steps asked.

        It ends with the first that is not below `limit`, and leaves those after it at 0.
        """
        worst = np.zeros(len(lines), "float32")
        judge(self.weights, lines, steps, targets, np.float32(limit), worst)
        return worst
