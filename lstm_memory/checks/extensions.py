"""The checks of the extensions: `check_tuning_2` judges exercise 2 of the extension on tuning."""

import numpy as np

from .check import Check
from .numbers import Numbers, counts, number, several
from .words import one_of, some_of

# Extension 1, tuning

check_tuning_1 = Check(
    one_of("too low", "right", "too high", **{"too high": ("high",), "too low": ("low",)}),
    right="too high",
    why="the best of many is the best partly by luck, and other seeds do not have this luck.",
    mistakes={
        "too low": "what do luck and the choice of the largest count do together?",
        "right": "each count has some luck in it. Which of the 44 is then the largest?",
    },
)
check_tuning_2 = Check(
    several("20 units", "40 units"),
    right=[50, 30],
    why="the network with the fewest parts is not the one that learns soonest.",
    mistakes={
        40: "at epoch 40 it is 90 of 100 with 20 units, not yet enough; 40 units are sooner.",
        60: "look at the counts again: 95 were reached before the end.",
        20: "at epoch 20 it is 91 of 100 with 40 units, not yet enough; 20 units are later.",
    },
)
check_tuning_3 = Check(
    some_of(
        {
            "GRU": (),
            "LSTM": (),
            "RNN": (),
            "frozen": (),
            "reach 1": (),
            "reach 2": (),
            "softmax": (),
        }
    ),
    right=["LSTM", "frozen", "softmax"],
    why="in these no network that passed at some look failed at the last.",
    mistakes={
        "reach 1": "in one kind named here some networks lose what they had.",
        "reach 2": "in one kind named here many networks lose what they had.",
        "RNN": "in one kind named here a few networks lose what they had.",
        "GRU": "in one kind named here a few networks lose what they had.",
    },
)
check_tuning_4 = Check(
    counts("frozen, softmax", of=100),
    right=97,
    why="as many as when the hidden layer learns, so this network owes it nothing that we can see.",
    mistakes={96: "this is the count when the hidden layer learns."},
    hint="Take the seeds 2,000 to 2,099, and 4 units.",
)
check_tuning_5 = Check(
    counts("1, lag 3", "1, lag 8", "1, lag 12", "3, lag 3", "3, lag 8", "3, lag 12", of=50),
    right=[50, 18, 0, 50, 50, 50],
    why="a layer with open forget gates holds what comes in, whether it has learnt to or not.",
    hint="Three counts with a forget bias of 1 come first, then three with 3.",
)
check_tuning_6 = Check(
    number("networks that remember", within=2),
    right=3,
    why="rarely, but it happens: one number can be enough of a memory.",
    hint="Take softmax, one unit, the whole sequence, and the seeds 0 to 199.",
)

# Extension 2, arbitrary alphabets

check_arbitrary_alphabets_1 = Check(
    several("numbers", "weights"),
    right=[200, 2990],
    why="four inputs of 50 numbers each, and most weights belong to the gates.",
    mistakes={
        250: "the last symbol is a target only, and no input.",
        4: "these are the ones among the numbers. The zeros count as well.",
        2440: "these are the gates. The output layer has weights, too.",
        1160: "there are four sets of weights in an LSTM.",
    },
)
check_arbitrary_alphabets_2 = Check(
    number("bias", 2),
    right=-np.log(99),
    why="the sigmoid of it is one hundredth.",
    mistakes={
        0.01: "this is the output. Asked is the bias that leads to it.",
        -2: "this is a logarithm to the base 10. Take the natural one.",
        -np.log(100): "this leads to 1/101. How is e to the power of -b related to the output?",
    },
)
check_arbitrary_alphabets_3 = Check(
    counts("0", "-1", "-2", "-3.4", "-6", of=40),
    right=[2, 15, 36, 40, 30],
    why="it is a matter of degree, and beyond the base rate it gets worse again.",
    hint="Train 100 epochs with 30 symbols, as in the settings of lm.REMEMBERING.",
)
check_arbitrary_alphabets_4 = Check(
    counts("at 300", "at any look", "at the end", of=40),
    right=[6, 24, 24],
    why="how many, after how long, and judged when: without these a number is no result.",
    hint="A look after every 20th of 1,000 epochs.",
)
check_arbitrary_alphabets_5 = Check(
    counts("bias 0", "base rate", of=20),
    right=[20, 20],
    why="a layer that cannot change cannot be pulled away by silent outputs.",
    hint="Freeze the hidden layer, and give it 64 units and 300 epochs.",
)

# Extension 3, long sequences

check_long_sequences_1 = Check(
    number("bias", 2),
    right=4.97,
    why="the hundredth power of its sigmoid is one half.",
    mistakes={
        4.6: "this keeps 1/e, and one half is wanted.",
        4.605: "this keeps 1/e, and one half is wanted.",
        0.9931: "this is the gate. Asked is the bias.",
        0: "this keeps half over one step only.",
    },
)
check_long_sequences_2 = Check(
    number("what is left after 10 steps", 3),
    right=0.044,
    why="only a trace, and training has to open a gate to keep more.",
    mistakes={
        0.731: "this is left after a single step.",
        7.31: "what is left is multiplied at each step, and not added up.",
        0.073: "what is left is multiplied at each step, and not divided by the steps.",
    },
)
check_long_sequences_3 = Check(
    counts("0", "-1", "-2", "-3", "-4.6", of=8),
    right=[0, 0, 6, 8, 8],
    why="a gate that is a quarter open is still wide open for a hundred distractors.",
    hint="300 presentations each, and all of 200 new sequences must be right.",
)
check_long_sequences_4 = Check(
    counts("at any look", "at the end", of=40),
    right=[27, 15],
    why="with a cut gradient many networks lose what they had, so the rule must be told.",
    mistakes={(15, 15): "the first asks for a pass at any look, not only at the last."},
    hint="Reach 6 at lag 10, a look after every 20th of 400 epochs.",
)
check_long_sequences_5 = Check(
    counts("lag 5", "lag 20", "lag 1,000", of=18),
    right=[0, 7, 9],
    why="two waiting times can be learnt by heart.",
    hint="Train on both lags in one task, with `fitted(30)`.",
)

# Extension 4, random sequences

check_random_sequences_1 = Check(
    several("different sequences", "left"),
    right=[128, 88],
    why="four first symbols, and two choices at each of five places.",
    mistakes={
        40: "each of the five places has two choices of its own, and these multiply.",
        100: "each of the five places has two choices, so it is a power of two.",
        32: "the first symbols are missing.",
        960: "start from how many different ones there are, not from 1,000.",
    },
)
check_random_sequences_2 = Check(
    counts("right on all new sequences", of=10),
    right=10,
    why="the first symbol does not stand out by its kind, and the rule is still found.",
    hint="Draw new sequences in each epoch: `same.task(20, renewed=True)`.",
)
check_random_sequences_3 = Check(
    counts("length 8", "lengths 2 to 14", of=6),
    right=[6, 0],
    why="at one length the place announces the end, and otherwise nobody can know it.",
    hint="Test both on the form with 8 symbols and without the mark.",
)
check_random_sequences_4 = Check(
    counts("0.25", "0.5", "0.9", "0.99", "1", of=10),
    right=[0, 0, 10, 10, 10],
    why="with half of the loss or more in the middle, the networks learn the middle by heart.",
    mistakes={(7, 10, 10, 10, 10): "this is after 100 updates. Asked is after 400."},
)
check_random_sequences_5 = Check(
    counts("rule fires", "pass then", "pass at the end", of=20),
    right=[20, 2, 0],
    why="ten sequences are a small test, which most pass while they are still wrong elsewhere.",
    hint="Who passes is right on all of 500 unseen sequences.",
)

# Extension 5, batch learning

check_batch_learning_1 = Check(
    number("batch size"),
    right=5,
    why="so many steps make as many updates as sequences, and only the cut differs.",
    mistakes={
        1: "then it makes an update after each step of each sequence.",
        20: "then it makes fewer updates than the whole sequence with a batch of 1.",
        2: "count the updates of an epoch, with the five steps of each sequence.",
        4: "count the steps again: the sequences of section 2 have six symbols.",
    },
)
check_batch_learning_2 = Check(
    counts("batch of 1", "all in one update", of=50),
    right=[32, 50],
    why="the batch is better with as many updates, and not with as many sequences.",
    hint="Asked are the counts after 100 updates of each.",
)
check_batch_learning_3 = Check(
    counts("reach 1", "whole sequence", of=100),
    right=[8, 100],
    why="the same networks look hopeless or only slow: it depends on when one stops.",
    mistakes={
        23: "this is after 1,000 presentations.",
        73: "this is after 2,000 presentations.",
        97: "this is after 4,000 presentations.",
    },
)
check_batch_learning_4 = Check(
    counts("batch 1", "batch 2", "batch 5", "batch 20", of=20),
    right=[5, 18, 19, 18],
    why="a batch averages the pulls of its sequences, and one sequence alone pulls far.",
    mistakes={
        14: "this many passed at some look. Asked is the last.",
        20: "this many passed at some look. Asked is the last.",
    },
)
check_batch_learning_5 = Check(
    counts("reach 1", "reach 2", "reach 3", "reach 4", "whole", of=20),
    right=[5, 6, 19, 6, 20],
    why="what counts is how far back the gradient of the last step can go.",
    hint="A batch of 1, learning rate 0.01, 60 epochs, and a pass at some look.",
)
check_batch_learning_6 = Check(
    number("rates that change"),
    right=7,
    why="all of these become smaller, and the new ones need new counts.",
    mistakes={
        8: "not all of them change: compare each with the old one, the smaller among equals.",
        3: "among equals the smaller rate is chosen.",
    },
)

# Extension 6, shuffled epochs

check_shuffled_epochs_1 = Check(
    one_of("first pass", "best checkpoint", "fixed number",
        **{"best checkpoint": ("checkpoint", "best"), "fixed number": ("fixed",)}),
    right="best checkpoint",
    why="it is chosen by unseen sequences, so it must be reported by others.",
    mistakes={
        "first pass": "this rule looks only at the sequences that are trained on.",
        "fixed number": "this rule looks at no sequence at all before it stops.",
    },
)  # fmt: skip
check_shuffled_epochs_2 = Check(
    several("first pass", "best checkpoint", "after 1,000", "after 2,000", decimals=1),
    right=[-1.2, 1.1, 1.7, 2.2],
    why="the sets of 10 have room for differences, but the intervals are wide.",
    mistakes={
        (-0.2, 0.1, 1.3, 1.2): "these are the sets of 20. Asked are the sets of 10.",
        (1.2, -1.1, -1.7, -2.2): "this is in turn minus random, the other way round.",
    },
)
check_shuffled_epochs_3 = Check(
    Numbers(("sets of 10", "sets of 20"), 1, within=0.07),  # also from shares that are rounded
    right=[0.999, 0.237],
    why="that is as much as the differences between orders.",
    mistakes={
        95.8: "this is what the choosing ones say. How much higher is it than what the others say?",
        0.01: "give it in percentage points.",
        0.003: "give it in percentage points.",
    },
)
check_shuffled_epochs_4 = Check(
    several("blocks of 1", "blocks of 2", "blocks of 5", "blocks of 10", decimals=1),
    right=[5, 5.5, 8.5, 11],
    why="the longer the blocks, the longer it takes.",
    mistakes={
        (
            4,
            4.5,
            7.5,
            10,
        ): "the first epoch has the number one, and a place in an array begins with zero.",
        20: "this is how many networks pass. Asked is after how many epochs.",
    },
)
check_shuffled_epochs_5 = Check(
    several("in turn", "blocks", "random", decimals=1),
    right=[31.5, 31.5, 31.5],
    why="if one update sees all sequences, there is no order.",
    mistakes={
        30.5: "the first epoch has the number one, and a place in an array begins with zero.",
        92: "this is the share of unseen sequences. Asked are the epochs.",
    },
)
check_shuffled_epochs_6 = Check(
    several("in turn", "at random", decimals=1),
    right=[98.8, 98.5],
    why="a quarter of all sequences is enough to tell nearly all of the others.",
    mistakes={0.988: "give it in percent.", 0.985: "give it in percent."},
    hint="Ask the sequences that are not among the 40.",
)

__all__ = [name for name in dir() if name.startswith("check_")]
