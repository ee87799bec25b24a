"""How long a training takes: the LSTM at three reaches, and with the whole sequence at six sizes.

Each network is trained alone on the tutorial's task, `TIMES` times over. There is one look, at the
end of its training: the test of 1997 at every step. `seconds`: how long the
processor worked in the shortest of these, so that other work on the machine counts little.
"""

from time import process_time

import lstm_memory as lm

SEEDS, TIMES = range(10), 5
REACHES = {"1": 1, "2": 2, "whole": None}
UNITS = (1, 2, 5, 10, 20, 64)
SHAPES = [("1", 20), ("2", 20), *(("whole", units) for units in UNITS)]
EPOCHS = 1_000
SETTINGS = {"epochs": EPOCHS, "shapes": SHAPES, "times": TIMES}
KEY = ["reach", "neurons", "seed"]
SAME = ["passed", "remembered", "updates", "presentations"]


def trials(sample=False):
    """Yield a list of rows for each reach and number of units."""
    for reach, units in SHAPES[2:3] if sample else SHAPES:
        yield [row(reach, units, seed) for seed in SEEDS]


def row(reach, units, seed):
    settings = lm.Settings(bptt_steps=REACHES[reach], neurons=units, epochs=EPOCHS, seed=seed)
    seconds = []
    for _ in range(TIMES):
        began = process_time()
        run = lm.train(lm.TUTORIAL, settings)
        seconds.append(process_time() - began)
    return {
        "reach": reach,
        "neurons": units,
        "seed": seed,
        "passed": run.remembers,
        "remembered": run.remembers,
        "updates": {"1": 8, "2": 4, "whole": 2}[reach] * EPOCHS,
        "presentations": 2 * EPOCHS,
        "seconds": min(seconds),
    }
