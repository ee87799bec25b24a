"""A baseline: random weights, tried one set after another, and nothing learnt."""

import numpy as np

from .lstm import LSTM1997
from .network import presentations

RANGE = 100.0  # weights lie between minus this and this: Hochreiter & Schmidhuber 1996
EVERY = 10  # presentations for which one guess counts: what a learner gets between two tests


class Guess(LSTM1997):
    """The LSTM of 1997 with new random weights for every ten presentations."""

    def go_to(self, presented):
        """Be the guess that so many presentations stand for."""
        self.presented = presentations("presented", presented)
        generator = np.random.default_rng([self.seed, self.presented // EVERY, 1996])
        for weights in self.weights:
            weights[:] = generator.uniform(-RANGE, RANGE, weights.shape)
