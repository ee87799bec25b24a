"""Experiment 2 of Hochreiter & Schmidhuber (1997): its tasks, its networks, and its trials.

S. Hochreiter and J. Schmidhuber, Long Short-Term Memory, Neural Computation 9(8), 1735-1780,
doi 10.1162/neco.1997.9.8.1735. Numbers of equations in this room are the paper's.
"""

from .guess import Guess
from .lstm import LSTM1997, Reading
from .modern import Modern, recipe
from .rnn import RNN
from .side_by_side import first_passes
from .tasks import Experiment2a, Experiment2b, Experiment2c
from .trials import Job, Trial, first_pass, passes, trial, trials, warm_up

__all__ = [
    "LSTM1997",
    "RNN",
    "Experiment2a",
    "Experiment2b",
    "Experiment2c",
    "Guess",
    "Job",
    "Modern",
    "Reading",
    "Trial",
    "first_pass",
    "first_passes",
    "passes",
    "recipe",
    "trial",
    "trials",
    "warm_up",
]
