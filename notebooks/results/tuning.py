"""Which configuration is the simplest that remembers? Neurons, epochs, learning rate, reach."""

import lstm_memory as lm

EPOCHS = (100, 250, 500, 1_000)
RATES = [0.001, 0.01, 0.03, 0.1]
NEURONS = {"whole": [1, 2, 3, 4, 5, 6, 8, 10, 20, 64], "1": [1, 2, 4, 8, 20, 64]}
NEURONS["2"] = NEURONS["1"]
SEEDS = 50

SETTINGS = {
    "task": lm.TUTORIAL.sequences,
    "cell": "lstm",
    "batch_size": 1,
    "forget_bias": 1.0,
    "output": "sigmoid",
    "epochs": EPOCHS,
}
KEY = ["reach", "neurons", "learning_rate", "seed"]
SAME = ["remembered", *(f"at_{epoch}" for epoch in EPOCHS[:-1])]


def trials(sample=False):
    """Yield a table for each reach. `at_100` and so on: whether a network passed by then."""
    wanted = {"whole": [4, 10]} if sample else NEURONS
    for reach, neurons in wanted.items():
        grid = {
            "bptt_steps": [None if reach == "whole" else int(reach)],
            "neurons": neurons,
            "learning_rate": [0.03] if sample else RATES,
            "epochs": EPOCHS,
        }
        yield wide(lm.sweep(lm.TUTORIAL, grid, seeds=8 if sample else SEEDS), reach)


def wide(table, reach):
    """A row a training, with what it had become after each number of epochs."""
    table.insert(0, "reach", reach)
    last = table["epochs"] == EPOCHS[-1]
    passed = table.pivot(index=KEY, columns="epochs", values="remembered")
    passed = passed[[*EPOCHS[:-1]]].add_prefix("at_").reset_index()
    columns = [*KEY, "remembered", "updates", "presentations", "seconds"]
    return table.loc[last, columns].merge(passed, on=KEY, validate="1:1")
