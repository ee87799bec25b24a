"""A worker's side of the talk with `run.py`: a line of JSON for each question and answer."""

import json
import os
import sys
import time

import numpy as np


def by_clock(train):
    began = time.perf_counter()
    losses = train()
    return time.perf_counter() - began, losses


def serve(prepare, versions, measure=by_clock):
    """Answer on standard output what is asked on standard input.

    `prepare(row, weights)` returns a function without arguments that does the training from
    its beginning and returns the losses, (models, epochs, sequences). `weights`: Keras's
    arrays, each with a leading axis for the models. `versions`: {package: version}.
    `measure` calls such a function and returns its seconds and its losses.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints goes elsewhere

    def answer(**words):
        print(json.dumps(words), file=answers, flush=True)

    answer(versions=versions)
    for line in sys.stdin:
        question = json.loads(line)
        if question["do"] == "prepare":
            with np.load(question["weights"]) as arrays:
                weights = [arrays[name] for name in arrays.files]
            train = prepare(question["row"], weights)
            answer()
        elif question["do"] == "train":
            seconds, losses = measure(train)
            answer(seconds=seconds)
        elif question["do"] == "save losses":
            np.save(question["path"], losses)
            answer()


def per_sequence(losses, row):
    """Losses of the updates in order, (models, updates), as (models, epochs, sequences)."""
    losses = np.asarray(losses)
    shape = (len(losses), row["epochs"], len(row["lines"]), -1)
    return losses.reshape(shape).mean(axis=3)


def windows(row):
    """The updates of one epoch in order: inputs and targets (updates, T), carry (updates,).

    `carry` is 0 where the state is to be reset first, else 1.
    """
    lines = np.array(row["lines"], "int32")
    steps = lines.shape[1] - 1
    T = row["reach"] or steps
    inputs, targets = lines[:, :-1].reshape(-1, T), lines[:, 1:].reshape(-1, T)
    carry = np.arange(len(inputs)) % (steps // T) > 0
    return inputs, targets, carry.astype("float32")
