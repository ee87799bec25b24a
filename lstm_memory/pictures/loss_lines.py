"""The lines of a loss curve, whoever draws them, and the curve in words."""

from typing import NamedTuple

import numpy as np

from .drawing import LOOKS, Look
from .words import losses_in_words, number, picture_in_words, sequence_name

MEAN = Look("#999", thick=4, mark="circle")  # wide, under the others
MEDIAN = Look("#000", mark="circle")


class Line(NamedTuple):
    """A line of the loss curve: its name, losses (epochs,) and look."""

    name: str
    losses: np.ndarray
    look: Look


def lines_of(run):
    """A `Run` gives a line for each of the first sequences, and the mean of all steps.

    `Runs` give the median over the seeds of that mean.
    """
    if hasattr(run, "seeds"):
        median = np.median(means(run.losses, run.task), axis=0)
        name = f"median of {len(run.seeds)} seeds (grey: range)"
        return [Line(name, median, MEDIAN)]
    losses = run.losses.to_numpy()
    lines = [
        Line(sequence_name(run.task, k), values, look)
        for k, (values, look) in enumerate(zip(losses.T, LOOKS, strict=False))
    ]
    mean = Line("mean of all steps", means(losses[None], run.task)[0], MEAN)
    return [mean, *lines] if losses.shape[1] > 1 else lines


def means(losses, task):
    """Losses (seeds, epochs, sequences) as means over all steps, (seeds, epochs)."""
    return np.average(losses, axis=2, weights=task.steps)


def top(lines, floor):
    """Where the axis of the losses is to end."""
    losses = np.concatenate([line.losses for line in lines])
    return 1.08 * max([2 * floor, 0.02, *losses[np.isfinite(losses)]])


def in_words(task, lines, floor):
    """The alternative text of the picture."""
    epochs = len(lines[0].losses)
    return picture_in_words(
        task,
        f"Loss at epochs 1 to {epochs}." if epochs else "No epoch has been trained.",
        *[losses_in_words(line.name, line.losses) for line in lines if epochs],
        f"A model without memory reaches {number(floor)} at best.",
    )
