"""The result of a training at any of its epochs: what the views of the Explorer show."""

from typing import NamedTuple

from .captions import number
from .counting import count
from .memory import Trace, trace
from .runs import SUCCESS, Run
from .wanted import number_of_weights

SNAPSHOTS = 25  # epochs whose weights are kept,
MAX_KEPT = 5_000_000  # or fewer, so that they have no more numbers than that: 20 MB


class Moment(NamedTuple):
    """The first network as it was after an epoch, and what it then held."""

    epoch: int
    run: Run
    trace: Trace


def epochs_to_keep(wanted):
    """Evenly spaced epochs from 0 to the last."""
    size = number_of_weights(wanted.task, wanted.settings) * len(wanted.seeds)
    gaps = min(SNAPSHOTS, max(2, MAX_KEPT // size)) - 1
    return sorted({round(k * wanted.settings.epochs / gaps) for k in range(gaps + 1)})


def epochs_of(runs):
    """The epochs at which there is something to show: those kept, and the last."""
    return sorted({*runs.kept, runs.losses.shape[1]})


def moment_at(runs, epoch):
    """The `Moment` of one of `epochs_of(runs)`."""
    then = runs if epoch == runs.losses.shape[1] else runs.at(epoch)
    run = then.run(runs.seeds[0])
    return Moment(epoch, run, trace(run))


def counts_of(runs):
    """How many networks remember at each epoch, {epoch: Count}."""
    kept = {epoch: runs.at(epoch) for epoch in runs.kept} | {runs.losses.shape[1]: runs}
    return {epoch: count(kept[epoch].remembers) for epoch in sorted(kept)}


def verdict(runs):
    """How many networks pass the test of 1997, in a sentence."""
    if len(runs.seeds) > 1:
        return f"{count(runs.remembers)} remember."
    error = f"its largest error, {number(runs.max_errors[0], 2)},"
    if runs.remembers[0]:
        return f"It remembers: {error} is below {SUCCESS}."
    return f"It does not remember: {error} is not below {SUCCESS}."
