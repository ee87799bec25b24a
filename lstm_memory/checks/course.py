"""The checks of the course: `check_04_2` judges exercise 2 of notebook 04."""

import numpy as np

from ..tasks import TUTORIAL, Task
from .check import Check
from .judges import fits_both, one_hot_pairs, passes_fairly, without_conflict
from .numbers import counts, number, several
from .words import YES_OR_NO, one_of, some_of, words_for

# Notebook 01

check_01_1 = Check(
    some_of("abc"),
    right="ab",
    why="in these tasks each symbol has one successor only.",
    mistakes={"c": "in one of the tasks named here a symbol has two different successors."},
)
check_01_2 = Check(
    YES_OR_NO,
    right="no",
    why="a loss above the floor can occur with memory and without it.",
    mistakes={"yes": "on which side of the floor is 0.08, and what does a floor forbid?"},
)
check_01_3 = Check(
    without_conflict,
    right=None,
    why="one symbol is changed, and each symbol now has one successor.",
)
check_01_4 = Check(
    number("floor", 4),
    right=Task([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4], [5, 0, 1, 2, 5]]).memoryless_loss,
    why="three outputs pay for one third each, in a mean over six outputs and four steps.",
    mistakes={
        TUTORIAL.memoryless_loss: "this is the floor of two sequences, without the third.",
        3
        * 0.636514
        / 5
        / 4: "the mean was taken over five outputs. How many symbols are there now?",
        0.636514 / 6 / 4: "only one output pays here. How many are unsure after the 2?",
        3 * 0.636514 / 6: "this is the cost of the last step, not yet the mean over the steps.",
    },
)
check_01_5 = Check(
    number("floor", 4),
    right=2 * np.log(2) / 12 / 11,
    why="it is lower, since the same cost is shared by more outputs and more steps.",
    mistakes={
        TUTORIAL.memoryless_loss: "this is the floor of the tutorial's task, with five symbols.",
        2 * np.log(2) / 12 / 12: "a sequence has one step fewer than symbols.",
        2 * np.log(2) / 5 / 11: "there are more than five symbols here, and an output for each.",
        2 * np.log(2) / 12 / 4: "there are more than four steps here.",
    },
)
check_01_6 = Check(
    several("window 4", "window 3", "window 2", "window 1", decimals=3),
    right=[0, 0.0693, 0.0693, 0.0693],
    why="only the window that still holds the first symbol goes below the floor.",
    hint="Is there one row for each different view, and were there enough small changes?",
)

# Notebook 02

check_02_1 = Check(
    several("first", "second", "third", "fourth symbol"),
    right=[2, 1, 0, 3],
    why="the symbol is the place of the 1 in its row.",
    mistakes={(3, 2, 1, 4): "the places were counted from one. Python begins with zero."},
)
check_02_2 = Check(
    several("samples of X", "time steps of X", "features of X", "samples of y", "features of y"),
    right=[7, 1, 6, 7, 6],
    why="so many pairs, each of one time step, and a switch for each different symbol.",
    mistakes={
        8: "the last symbol has no next one, and an array has a switch for each different symbol.",
    },
)
check_02_3 = Check(
    number("symbol"),
    right=4,
    why="four switches have the places 0 to 3, so this symbol of the second sequence has none.",
    mistakes={
        3: "the places of the switches begin with 0. Which is the last that four of them have?",
        5: "this symbol is in neither of the sequences.",
    },
)
check_02_4 = Check(
    some_of("0123"),
    right="0",
    why="the other rows of X are the same, since a network sees switches and no names.",
    mistakes={
        "3": "the last symbol is a target only, so it has no row in X.",
        "1": "is every row named here different? Rows are counted from 0.",
        "2": "is every row named here different? Both tunes have the same middle.",
    },
)
check_02_5 = Check(
    one_hot_pairs,
    right=None,
    why="two samples of four time steps, and a target for each step.",
)
check_02_6 = Check(
    several("with switches", "with plain numbers", decimals=2),
    right=[1, 0.29],
    why="a plain number can only raise or lower an output all the way.",
    mistakes={0.99: "this is the answer at another step than the one after the 1."},
    hint="Asked is the probability of the 2, at the third step.",
)

# Notebook 03

check_03_1 = Check(
    words_for(
        "(a)", "(b)", "(c)", input=("i",), forget=("f",), output=("o",), candidate=("g", "c~")
    ),
    right=["forget", "output", "input"],
    why="one gate keeps, one lets the others hear, and one takes in.",
    mistakes={
        "candidate": "this is what may be written. Which gate decides how much of it is?",
    },
    hint="Ask of each: is something lost, unheard, or not taken in?",
)
check_03_2 = Check(
    several("number of weights", "share of the output layer", decimals=(None, 2)),
    right=[493, 45 / 493],
    why="448 weights of the LSTM and 45 of the output layer.",
    mistakes={
        448: "these are the weights of the LSTM. The output layer has some too.",
        45: "these are the weights of the output layer alone.",
        2185: "this is the network with 20 neurons.",
        456: "the biases are missing: four in each unit, and one in each output.",
        0.1: "this is the output layer's weights in shares of the LSTM's, not of all.",
    },
)
check_03_3 = Check(
    several("gate", "bias", decimals=(4, 2)),
    right=[0.5**0.01, 4.97],
    why="the hundredth power of the gate is one half, and its bias is ln (f / (1 - f)).",
    mistakes={
        0.5: "this keeps one half after a single step.",
        0.995: "what is kept is multiplied at each step; it does not go down by equal amounts.",
        0.99: "with this gate 37 % is left after 100 steps.",
        4.6: "this bias leaves 1/e after 100 steps, and one half is wanted.",
    },
)
check_03_4 = Check(
    passes_fairly,
    right=None,
    why="your function looks at every output of every step. The network of this notebook fails.",
)
check_03_5 = Check(
    several("probability of 3", "networks that pass", decimals=(1, None)),
    right=[0.5, 0],
    why="about one half for each of the two, so the kind of output was not the reason.",
    mistakes={20: "that is how many were trained. How many of them pass?"},
    hint="Asked are the output for 3 after the 2 of 3 0 1 2 3, and the count of the 20.",
)
check_03_6 = Check(
    several("LSTM", "dense layer", decimals=3),
    right=[0.070, 0.070],
    why="both lie near the floor: without memory the median loss is the same to three decimals.",
    mistakes={
        0.0693: "this is the floor, and not the loss that was measured.",
        0.5: "this is an error of an output. Asked is the loss.",
    },
    hint="Take the median of the last mean losses of 20 networks, after 1,000 epochs.",
)

# Notebook 04

check_04_1 = Check(
    one_of("write", "read", write=("writing", "writes"), read=("reading", "reads")),
    right="write",
    why="they work at step 0, and the gradient of step 3 does not reach back so far.",
    mistakes={
        "read": "those work at the deciding step itself, and its gradient does reach them.",
    },
)
check_04_2 = Check(
    counts("reach 4", "reach 5", of=100),
    right=[0, 97],
    why="with reach 4 the last step is alone in its window, and it is the one that matters.",
    hint="Into which windows does the reach cut five steps?",
)
check_04_3 = Check(
    counts("as_published below 0.45", "mended below 0.05", of=100),
    right=[0, 100],
    why="even these two limits give the same verdict.",
    mistakes={
        (
            0,
            0,
        ): "does `mended` hold networks of lm.REMEMBERING, and is it asked about its own errors?",
    },
)
check_04_4 = Check(
    fits_both,
    right=None,
    why="every output is within 0.25 of its target.",
)
check_04_5 = Check(
    several("rate 0.003", "rate 0.01", "rate 0.03", "highest count with reach 1"),
    right=[240, 105, 60, 1],
    why="a higher rate makes it quicker, if each update sees the whole sequence.",
    mistakes={
        48: "this is the place in the list of looks, and not the epoch.",
        21: "this is the place in the list of looks, and not the epoch.",
        12: "this is the place in the list of looks, and not the epoch.",
    },
    hint="Count at every fifth epoch until 300; with reach 1 at every hundredth until 1,000.",
)
check_04_6 = Check(
    counts("after 50 epochs", "after 100 epochs", of=100),
    right=[0, 96],
    why="without all three it is slow and a little less sure, and still possible.",
    mistakes={
        (68, 99): "this is the rate and the bias together, without the batch.",
        (0, 100): "this is the rate and the batch together, without the bias.",
        (92, 100): "this is the bias and the batch together, without the rate.",
    },
)

# Notebook 04a

check_04a_1 = Check(
    number("what is left", 4),
    right=0.5**10,
    why="ten halves multiplied are about a thousandth.",
    mistakes={
        0.05: "the halves are to be multiplied, not divided by the number of steps.",
        0.5: "this is left after a single step.",
        0.5**9: "one step is missing.",
        0.5**11: "one step is too many.",
    },
)
check_04a_2 = Check(
    number("bias", 1),
    right=7.27,
    why="the thousandth power of its sigmoid is one half.",
    mistakes={
        6.9: "this bias leaves 1/e, and one half is wanted.",
        5: "this is the bias for 100 steps.",
        0.99931: "this is the gate. Asked is the bias, the number whose sigmoid is the gate.",
    },
)
check_04a_3 = Check(
    several("lag 3", "lag 10", "lag 30", "lag 100", "times as much", decimals=(3, 3, 3, 3, 1)),
    right=[1 / 4, 1 / 11, 1 / 31, 1 / 101, 50.5],
    why="a sequence has one step more than its lag, and each step weighs the same.",
    mistakes={
        1 / 3: "at how many steps is something predicted? It is not the lag itself.",
        50: "at how many steps is something predicted? It is not the lag itself.",
        0.25 * 0.5: "take the plain mean first, in which every step counts the same.",
    },
)
check_04a_4 = Check(
    counts("bias 0", "bias 1", "bias 2", "bias 3", "bias 5", "bias 7", of=18),
    right=[0, 7, 18, 18, 18, 18],
    why="the trace may be weak, but there must be one that the gradient can find.",
    hint="Take lag 30, 400 updates and the seeds 0 to 17.",
)
check_04a_5 = Check(
    counts("simple RNN", "GRU", of=18),
    right=[13, 0],
    why="no rate of these helps the GRU within 400 updates.",
    mistakes={11: "this is not the best rate of the five."},
    hint="Asked is the highest count over the five rates.",
)
check_04a_6 = Check(
    counts("softmax", "last step's weight", "clipping", "both in one update", of=18),
    right=[0, 0, 17, 18],
    why="at lag 30 the networks can do without two of the four helps.",
    hint="Take away one at a time, from the recipe with forget bias 3 and 400 epochs.",
)

# Notebook 04b

check_04b_1 = Check(
    some_of("abc"),
    right="bc",
    why="in these the state at the beginning does not tell which sequence comes.",
    mistakes={"a": "in one test named here the empty state still tells which sequence comes."},
    hint="What can the network know before it reads the first symbol?",
)
check_04b_2 = Check(
    counts("3", "4", "4, 3", "3, 4", of=100),
    right=[44, 100, 100, 1],
    why="what held for the 3 holds for the 4: it was the place in the order that mattered.",
    hint="Reset after each epoch, and let the 4 come first in the training.",
)
check_04b_3 = Check(
    number("length"),
    right=2,
    why="in most networks one sequence before it brings the state to where it used to be.",
    mistakes={
        1: "with this length hardly any pass.",
        3: "most pass already with a shorter row. Most means more than half.",
        4: "most pass already with a shorter row. Most means more than half.",
        5: "most pass already with a shorter row. Most means more than half.",
    },
)
check_04b_4 = Check(
    counts("bias 1", "bias 3", "bias 5", of=100),
    right=[100, 95, 42],
    why="the more open the gate begins, the fewer networks learn to forget in time.",
    mistakes={
        97: "this is the count on another row. Asked is 3, 4, 3, 4.",
        91: "this is the count on another row. Asked is 3, 4, 3, 4.",
        35: "this is the count on another row. Asked is 3, 4, 3, 4.",
    },
)
check_04b_5 = Check(
    counts("simple RNN", "GRU", of=100),
    right=[52, 71],
    why="on the hardest row about half of the simple RNNs pass, with no gate, and 71 of the GRUs.",
    mistakes={
        98: "this is the highest of its five counts. Asked is the lowest.",
        97: "this is the highest of its five counts. Asked is the lowest.",
    },
)
check_04b_6 = Check(
    counts("epoch, 3, 4", "epoch, 3, 4, 3, 4", "never, 3, 4", "never, 3, 4, 3, 4", of=100),
    right=[2, 7, 0, 0],
    why="the leak does not rescue the recipe.",
    hint="Take lm.Settings with 1,000 epochs, and its own learning rate.",
)

# Notebook 05

check_05_1 = Check(
    several("c with f = 1 and i = 0", "c with f = 0 and i = 1", "h with o = 0", decimals=2),
    right=[0.8, -0.5, 0],
    why="the first keeps, the second replaces, and the third hides what is still in c.",
    mistakes={
        0.3: "this adds the two as if both gates stood at 1.",
        0.66: "this is tanh(0.8), what is heard if o = 1.",
        (-0.5, 0.8, 0): "the forget gate belongs to the old c, the input gate to the candidate.",
    },
)
check_05_2 = Check(
    several("c", "h", decimals=2),
    right=[-2.452, -0.984],
    why="this is what the layer itself computed.",
    hint="c = f · c_before + i · g, with c_before at step 2, and h = o · tanh(c).",
)
check_05_3 = Check(
    counts("both leads below -0.5", of=100),
    right=100,
    why="after a single step the whole difference is in the state.",
    mistakes={0: "is it the lead of the network's own symbol over its rival that you count?"},
)
check_05_4 = Check(
    counts("c alone carried", "h alone carried", of=100),
    right=[0, 9],
    why="in most of these networks neither of the two ways is enough by itself.",
    hint="To set h to zero before every step leaves c alone. Both leads must be above 0.5.",
)
check_05_5 = Check(
    counts("pass", "still know it", of=100),
    right=[100, 81],
    why="at lag 3 a bias of 1 is enough, and for a long wait 3 did a little better.",
    mistakes={91: "this is the count for the recipe's own bias of 3."},
)
check_05_6 = Check(
    counts("pass", "hold it for 1,002 steps", of=100),
    right=[86, 33],
    why="what a recipe does at one lag says little about another.",
    hint="Of all 100 networks, how many pass, and how many still know it after the wait?",
)

# Notebook 05a

check_05a_1 = Check(
    several(
        "updates", "presentations", "steps",
        "updates of REMEMBERING", "its presentations", "its steps",
    ),
    right=[2000, 500, 2000, 200, 200, 800],
    why="an update after each step in one recipe, after each sequence in the other.",
    mistakes={
        250: "this is the number of epochs.",
        100: "this is the number of epochs.",
        500: "this is the number of presentations, two in each epoch.",
        1000: "there are two sequences of four steps in an epoch.",
        400: "there are two sequences of four steps in an epoch.",
        2500: "a sequence of five symbols has one step fewer.",
    },
)  # fmt: skip
check_05a_2 = Check(
    number("weights"),
    right=4 * 64 * (100 + 64 + 1) + 100 * (64 + 1),
    why="most of them belong to the inputs, and grow with the alphabet.",
    mistakes={
        4 * 64 * 165: "these are the weights of the LSTM, without the output layer.",
        64 * 165
        + 6500: "this is one calculation. A unit makes four: three gates and the candidate.",
        4 * 64 * 164 + 6400: "the biases are missing.",
        2185: "this is the tutorial's network.",
    },
)
check_05a_3 = Check(
    several("numbers", "times the weights", decimals=(None, 1)),
    right=[24240, 11.1],
    why="the way back needs what every step of both sequences held.",
    mistakes={
        12120: "this is one sequence, and both are in one update.",
        24000: "a sequence of lag 100 has one step more.",
        77568: "this is with 64 units. Does the name network still mean the network of section 2?",
        5.5: "this is one sequence, and both are in one update.",
    },
)
check_05a_4 = Check(
    counts(
        "LSTM at lag 3", "simple RNN at lag 3", "LSTM at lag 10", "simple RNN at lag 10", of=100
    ),
    right=[100, 100, 0, 0],
    why="with this recipe the gates bought nothing that these counts could show.",
)
check_05a_5 = Check(
    several("20 units", "40 units"),
    right=[30, 15],
    why="twice the units need half the epochs, and have more than three times the weights.",
    mistakes={
        4: "this is a place in the list of looks, and not an epoch.",
        100: "look earlier: `keep` gives you a look at every fifth epoch.",
    },
)
check_05a_6 = Check(
    several("correlation", "what is left", decimals=2),
    right=[0.97, 0.15],
    why="in log-odds the effects of single units nearly add up.",
    hint="Take the median over the networks of each of the two.",
)

# Notebook 06

check_06_1 = Check(
    words_for(
        "count", "memory", "settings",
        **{
            "Success rate": (), "Operate": (), "Share and save": ("share",), "Compare": (),
            "The network": (),
            "States and gates": (), "One unit": (), "Numbers": (),
        },
    ),
    right=["Success rate", "Operate", "Share and save"],
    why="these are the pages.",
    hint="Turn the pages of the Explorer, and read their titles.",
)  # fmt: skip
check_06_2 = Check(
    one_of("go", "tick", "stop"),
    right="tick",
    why="after it comes another one, or the end. So a network must count.",
    mistakes={
        "stop": "this is the last symbol, and never an input.",
        "go": "it has one successor.",
    },
)
check_06_3 = Check(
    counts("LSTM", "simple RNN", "GRU", "dense", of=100),
    right=[100, 100, 93, 0],
    why="a layer without memory fails, and among the others little is decided at lag 3.",
    hint="Change nothing but the cell, and take the seeds 0 to 99.",
)
check_06_4 = Check(
    some_of(
        {
            "bptt_steps": ("reach", "whole sequence"), "learning_rate": ("learning rate", "rate"),
            "forget_bias": ("forget bias",), "batch_size": ("batch", "batch size"),
            "output": ("softmax",), "last_weight": ("last step", "last weight"),
            "clip_norm": ("limit", "clipping", "clip norm"),
        }
    ),
    right=["bptt_steps", "learning_rate", "output"],
    why="if one of these is taken back, none of the 50 remembers at this lag.",
    mistakes={
        "forget_bias": "one of those named can be spared at lag 10.",
        "batch_size": "one of those named can be spared at lag 10.",
        "last_weight": "one of those named can be spared at lag 10.",
        "clip_norm": "one of those named can be spared at lag 10.",
    },
)  # fmt: skip
check_06_5 = Check(
    some_of("4568"),
    right="68",
    why="at lag 5 it is just half, and from then on fewer.",
    mistakes={
        "5": "exactly half is not fewer than half.",
        "4": "at one of those named nearly all remember.",
    },
)

# Notebook 07

check_07_1 = Check(
    several("s", "h(s)", decimals=2),
    right=[50, 1],
    why="the cell is full, and what it once held makes no difference any more.",
    mistakes={
        100: "the input gate lets only a half of g in.",
        500: "g is 0.1 on average.",
        0.05: "this is what one distractor adds.",
        0: "h goes from -1 to 1, and near which end is it at such an s?",
    },
)
check_07_2 = Check(
    several("mean of k", "mean length", decimals=(2, 0)),
    right=[9, 62.9],
    why="so the length is 4 + q + 9, where the paper prints q + 14.",
    mistakes={
        10: "k begins at 0, not at 1.",
        61.9: "`steps` counts predictions, one fewer than symbols.",
        13: "this is what is added to q, not the mean length.",
    },
)
check_07_3 = Check(
    several("8 units, p = 50", "2 units, p = 50"),
    right=[2034, 462],
    why="the first is more than five times the paper's, the second about a quarter more.",
    mistakes={
        2016: "the output layer is missing.",
        456: "the output layer is missing.",
        364: "this is the paper's network.",
        1906: "how many symbols are there besides the p distractors?",
    },
)
check_07_4 = Check(
    counts("shut gate", "bias 0", of=10),
    right=[10, 0],
    why="within 600 presentations the shut gate makes all the difference.",
    mistakes={6: "this is the gate in between, with a bias of -1."},
)
check_07_5 = Check(
    counts("q = 10", "q = 300", "q = 3,000", of=8),
    right=[3, 7, 8],
    why="most of these eight networks need the wait.",
    hint="Take copies of the first 8 networks, so that each is asked by the form of its q.",
)
check_07_6 = Check(
    several("added at 0", "added at 1,000", "added at 3,000", decimals=0),
    right=[3722, 1966, 3732],
    why="one open sentence moves the mean by a factor of more than two and a half.",
    mistakes={1404: "this is the cell added at 300, as in section 3."},
    hint="Asked is the mean of the presentations over 20 networks.",
)

# Notebook 08

check_08_1 = Check(
    number("distance", 2),
    right=0.25,
    why="at every output of every step, as Hochreiter and Schmidhuber asked in 1997.",
    mistakes={
        0.5: "an output could be at one half then, which is no answer.",
        0.0693: "this is a loss. Asked is the distance of an output from its target.",
        0.75: "this is the lowest output for a target of 1. How far is it from the target?",
    },
)
check_08_2 = Check(
    one_of(
        "first", "second", "neither", first=("18",), second=("95",), neither=("unclear", "both")
    ),
    right="neither",
    why="the intervals overlap widely, so one cannot tell yet.",
    mistakes={
        "first": "how low can its true rate be, from so few networks?",
        "second": "how high can the rate of the other be, and how low this one's?",
    },
)
check_08_3 = Check(
    number("successes"),
    right=381,
    why="so many successes are needed before failures of one in a hundred can be ruled out.",
    mistakes={
        100: "with so many the interval still begins at 96 %.",
        380: "with so many the interval begins a little below 99 %.",
        99: "this is the percentage, and not the number of networks.",
    },
    hint="Ask `lm.count([True] * n).interval` for the low end.",
)
check_08_4 = Check(
    some_of(
        {
            "bptt_steps": ("reach", "whole sequence"),
            "learning_rate": ("learning rate", "rate"),
            "forget_bias": ("forget bias",),
            "epochs": (),
        }
    ),
    right=["forget_bias", "epochs"],
    why="if one of the two is taken back, all 100 still remember at this lag.",
    mistakes={
        "bptt_steps": "without one of those named no network remembers within these 100 epochs.",
        "learning_rate": "without one of those named no network remembers within these 100 epochs.",
    },
)
check_08_5 = Check(
    counts("2 sequences", "3 sequences", "5 sequences", of=100),
    right=[100, 100, 77],
    why="three are as easy as two, and with five the recipe begins to fail.",
)

__all__ = [name for name in dir() if name.startswith("check_")]
