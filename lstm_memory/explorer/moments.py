"""The result of a training at any of its epochs: what the pages of the Explorer show."""

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from ..counting import count
from ..engine.layout import number_of_weights
from ..memory import trace
from ..runs import Run, Runs

SNAPSHOTS = 25  # epochs at which weights are noted,
MAX_SNAPSHOT_NUMBERS = 5_000_000  # or fewer, so that they have no more numbers than that: 20 MB
MAX_RESULT_BYTES = 40_000_000  # of the results that are remembered


class Result(NamedTuple):
    """What came of a training.

    `runs`: all networks, with their weights at the epochs of snapshots. `run`: the first of
    them. `counts`: how many had by then learnt what can be known, {epoch: Count}.
    """

    runs: Runs
    run: Run
    counts: dict


def remember(results, wanted, result):
    """Make a `Result` the latest of `results`, {wanted: Result}, which forget the oldest.

    They do where all of them together are too large.
    """
    results.pop(wanted, None)
    results[wanted] = result
    while sum(map(_bytes_of, results.values())) > MAX_RESULT_BYTES:
        del results[next(iter(results))]


def _bytes_of(result):
    runs, snapshots = result.runs, result.runs.kept.values()
    arrays = [runs.losses, runs.outputs, *runs.weights, *chain.from_iterable(snapshots)]
    return sum(array.nbytes for array in arrays)


def result_of(runs):
    """The `Result` of a training that has ended."""
    counts = {epoch: count(runs.at(epoch).learnt) for epoch in runs.kept}
    counts[runs.losses.shape[1]] = count(runs.learnt)
    return Result(runs, runs.run(runs.seeds[0]), dict(sorted(counts.items())))


@dataclass(frozen=True, eq=False)
class Moment:
    """A network as it was after an epoch."""

    epoch: int
    run: Run

    @cached_property
    def trace(self):
        """What it then held, a `Trace`, which takes a pass through the network."""
        return trace(self.run)


def snapshot_epochs(wanted):
    """Evenly spaced epochs from 0 to the last."""
    size = number_of_weights(wanted.settings, wanted.task.sizes) * len(wanted.seeds)
    gaps = min(SNAPSHOTS, max(2, MAX_SNAPSHOT_NUMBERS // size)) - 1
    return sorted({round(k * wanted.settings.epochs / gaps) for k in range(gaps + 1)})


def few_epochs_in_words(runs):
    """Why there are far fewer epochs to show than usual; nothing if there are not."""
    there, epochs, networks = len(epochs_of(runs)), runs.losses.shape[1], len(runs.seeds)
    if 2 * there >= min(SNAPSHOTS, epochs + 1):
        return ""
    return (
        f"{there} of {epochs:,} epochs were kept: {networks:,} networks with"
        f" {runs.settings.neurons} units fill the room that there is. Fewer of either, and there"
        " is more to see."
    )


def epochs_of(run):
    """The epochs at which there is something to show: those of snapshots, and the last."""
    last = run.losses.shape[1] if hasattr(run, "seeds") else len(run.losses)
    return sorted({*run.kept, last})


def moment_at(run, epoch):
    """The `Moment` of one of `epochs_of(run)`."""
    return Moment(epoch, run if epoch == len(run.losses) else run.at(epoch))
