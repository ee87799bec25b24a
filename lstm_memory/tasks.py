"""What is to be learnt: sequences of symbols, each to be predicted from those before it."""

import itertools
import math
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from . import typed
from .errors import InputError, a_list, a_seed, instance, is_whole, true_or_false, whole_number
from .settings import Settings

MAX_SEQUENCES = 50
MAX_LENGTH = 10_000  # symbols in one sequence


@dataclass(frozen=True)
class Task:
    """One to 50 sequences of symbols; at each step the next symbol is to be predicted.

    `sequences`: an iterable of sequences, each of 2 to 10,000 symbols, or a table with a sequence
    in each row; a symbol is a whole number or a word, and a task has only one of the two kinds.
    `alphabet`: the different symbols, a symbol's place being its one-hot index; unless given,
    those that appear, sorted if they are ints, else in order of appearance. `renewed`: what
    draws other sequences in their place at every epoch of a training, a `Form`; those given
    are then examples. `outputs`: the symbols that a network can answer, one output each; unless
    given, all of the alphabet. A step that is followed by another symbol is not asked: it costs
    no loss.
    Raises `InputError`.
    """

    sequences: tuple
    alphabet: tuple | None = None
    renewed: "Form | None" = None
    outputs: tuple | None = None

    def __post_init__(self):
        object.__setattr__(self, "sequences", _checked(self.sequences))
        instance("renewed", self.renewed, Form | None, "a Form that draws sequences, or None")
        alphabet = symbols = _different(itertools.chain(*self.sequences))
        if self.alphabet is not None:
            alphabet = symbols_in("alphabet", self.alphabet)
            unknown = [symbol for symbol in symbols if symbol not in alphabet]
            if unknown or len(set(alphabet)) < len(alphabet):
                raise InputError("alphabet", "every symbol once", unknown or list(alphabet))
        object.__setattr__(self, "alphabet", alphabet)
        outputs = alphabet if self.outputs is None else symbols_in("outputs", self.outputs)
        if not outputs or len(set(outputs) & set(alphabet)) < len(outputs):
            raise InputError("outputs", "symbols of the alphabet, each once", list(outputs))
        object.__setattr__(self, "outputs", outputs)
        if not any(asked.any() for asked in self.asked):
            raise InputError("outputs", "a symbol that is to be predicted", list(outputs))

    @classmethod
    def parse(cls, text):
        """Make a task of typed text: one sequence a line, symbols split by spaces or commas.

        Pasted lists of Python are read as well, see `typed.read`. When every symbol is a whole
        number, the symbols become ints, otherwise all stay words. Raises `InputError`.
        """
        return cls(typed.read(text))

    def __str__(self):
        """The sequences as a text that `parse` reads."""
        return typed.write(self.sequences)

    @cached_property
    def indices(self):
        """The sequences as one-hot indices: a tuple of int arrays, each (symbols,)."""
        place = {symbol: k for k, symbol in enumerate(self.alphabet)}
        return tuple(np.array([place[s] for s in line]) for line in self.sequences)

    @property
    def sizes(self):
        """How many symbols a network reads, and how many outputs it has."""
        return len(self.alphabet), len(self.outputs)

    @cached_property
    def output_of(self):
        """The output that belongs to each symbol of the alphabet, int (symbols,); -1 for none."""
        place = {symbol: k for k, symbol in enumerate(self.outputs)}
        return np.array([place.get(symbol, -1) for symbol in self.alphabet])

    @cached_property
    def asked(self):
        """Whether each step's next symbol has an output: bool arrays, each (steps,)."""
        return tuple(self.output_of[line[1:]] >= 0 for line in self.indices)

    def under(self, settings):
        """The task as a training with these `Settings` asks it.

        Where the loss weighs last steps alone, nothing is learnt of the others, and they are not
        asked.
        """
        instance("settings", settings, Settings, "Settings")
        return self._last_steps if settings.last_weight == 1 else self

    @cached_property
    def _last_steps(self):
        """The same task, of which last steps alone are asked."""
        task = replace(self)
        last = (np.arange(steps) == steps - 1 for steps in self.steps)
        task.__dict__["asked"] = tuple(map(np.logical_and, self.asked, last))
        return task

    @cached_property
    def steps(self):
        """How many predictions each sequence asks for: one fewer than it has symbols."""
        return tuple(len(line) - 1 for line in self.sequences)

    @cached_property
    def conflicts(self):
        """What memory is needed for: {input: its next symbols}, where there are several."""
        followers = self._followers(memory=False)
        return {x: tuple(nexts) for x, nexts in followers.items() if len(nexts) > 1}

    @cached_property
    def unknowable(self):
        """Which of the steps that are asked nobody can know, bool (sequences, steps).

        Sequences that began alike, up to this step, go on differently. (Each is read with an
        empty memory at its start.) Where sequences are drawn anew, only their last step counts
        as one that can be known, as in Experiments 2b and 2c of Hochreiter & Schmidhuber (1997).
        """
        if self.renewed is not None:
            return self._where(lambda k, step: step < self.steps[k] - 1)
        known, followers = list(self._known(memory=True)), self._followers(memory=True)
        return self._where(lambda k, step: len(followers[known[k][step]]) > 1)

    @cached_property
    def needs_memory(self):
        """Which of the steps that are asked need memory, bool (sequences, steps).

        What came before decides them, and the input alone does not. Where sequences are drawn
        anew, it is the last step of each.
        """
        if self.renewed is not None:
            return self._where(lambda k, step: step == self.steps[k] - 1)
        conflicts = self.conflicts
        return self._where(lambda k, step: self.sequences[k][step] in conflicts) & ~self.unknowable

    def _where(self, holds):
        """Where `holds(sequence, step)` of the steps that are asked, bool (sequences, steps)."""
        found = np.zeros((len(self.steps), max(self.steps)), bool)
        for k, asked in enumerate(self.asked):
            for step in np.flatnonzero(asked):
                found[k, step] = holds(k, step)
        return found

    @cached_property
    def memoryless_loss(self):
        """Lowest mean loss that a model which sees only the current symbol can reach.

        It is binary cross-entropy, the mean over all predictions and all outputs. Without
        memory the best output for next symbol k after input x is the share q of k among what
        follows x; it costs the entropy -q ln q - (1-q) ln(1-q). For the tutorial's task:
        one step of four is undecided (q = 1/2 for two of five outputs), 2 ln 2 / 5 / 4 = 0.0693.
        """
        return self.lowest_loss("sigmoid")

    def lowest_loss(self, output, memory=False):
        """`memoryless_loss` for the loss that goes with `output`, "sigmoid" or "softmax".

        Softmax goes with categorical cross-entropy: the entropy -sum q ln q of each step. With
        `memory` it is the lowest loss that any model can reach, one that has forgotten nothing:
        it is 0 unless some steps are `unknowable`.
        """
        total = 0.0
        for nexts in self._followers(memory).values():
            count = sum(nexts.values())
            q = np.array(list(nexts.values())) / count
            total -= count * np.sum(q * np.log(q))
            if output == "sigmoid" and len(nexts) > 1:
                total -= count * np.sum((1 - q) * np.log(1 - q))
        outputs = len(self.outputs) if output == "sigmoid" else 1
        return float(abs(total) / sum(map(np.sum, self.asked)) / outputs)

    def _known(self, memory):
        """What is known at each step of each sequence: the input, or with `memory`, a number
        that stands for all that was read."""
        beginnings = {}
        for line in self.sequences:
            known = []
            for symbol in line[:-1]:
                longer = (known[-1] if known else 0, symbol)
                number = beginnings.setdefault(longer, len(beginnings) + 1)
                known.append(number)
            yield known if memory else line[:-1]

    def _followers(self, memory):
        """How often each symbol follows, {what is known: Counter}."""
        followers = {}
        for line, known, asked in zip(self.sequences, self._known(memory), self.asked, strict=True):
            for context, symbol in itertools.compress(zip(known, line[1:], strict=True), asked):
                followers.setdefault(context, Counter())[symbol] += 1
        return followers


class Form:
    """What draws sequences: it has an `alphabet`, `outputs`, the `longest` length, and `draw`.

    `outputs`: as for a `Task`; None for the whole alphabet.
    """

    outputs = None

    def draw(self, number, generator):
        """Draw sequences as one-hot indices.

        `generator`: one of NumPy's. Returns (number, symbols), padded with 0 at the end, and how
        many predictions each asks for, (number,): one fewer than it has symbols.
        """
        raise NotImplementedError

    def task(self, number, seed=0, renewed=False):
        """A `Task` of so many sequences of this form, drawn with `seed`.

        `renewed`: whether every epoch of a training draws others in their place.
        """
        number = whole_number("number", number, 1, MAX_SEQUENCES)
        lines, steps = self.draw(number, np.random.default_rng(a_seed("seed", seed)))
        lines = [line[: n + 1] for line, n in zip(lines, steps, strict=True)]
        sequences = [[self.alphabet[k] for k in line] for line in lines]
        renewed = self if true_or_false("renewed", renewed) else None
        return Task(sequences, self.alphabet, renewed, self.outputs)


@dataclass(frozen=True)
class Recall(Form):
    """A form of sequences: a symbol, a random middle, perhaps a mark, and the symbol again.

    firsts  symbols, each of which begins (and so ends) a sequence with the same probability
    middle  symbols from which those in between are drawn, with replacement
    length  how many are drawn: a whole number from 0 to 9,000, or the fewest and the most,
            between which every number has the same probability
    mark    symbols that follow them and announce the end; none of them in Hochreiter &
            Schmidhuber's Experiment 2b (1997), one in 2c

    Raises `InputError`.
    """

    firsts: tuple
    middle: tuple
    length: tuple
    mark: tuple = ()

    def __post_init__(self):
        for name, fewest in (("firsts", 1), ("middle", 1), ("mark", 0)):
            # A text is refused here: it could be one symbol, or one for each letter.
            symbols = a_list(name, getattr(self, name), "a list of symbols")
            symbols = symbols_in(name, symbols)
            if not fewest <= len(symbols) <= MAX_LENGTH // 10:
                expected = f"{fewest} to {MAX_LENGTH // 10} symbols"
                raise InputError(name, expected, len(symbols))
            object.__setattr__(self, name, symbols)
        kinds = {type(symbol) for symbol in (*self.firsts, *self.middle, *self.mark)}
        if len(kinds) > 1:
            raise InputError("middle", "symbols of the same kind as in firsts", self.middle[0])
        length = self.length if isinstance(self.length, tuple | list) else (self.length,) * 2
        if len(length) != 2:
            raise InputError("length", "one number or two", self.length)
        few, most = length
        few = whole_number("length", few, 0, MAX_LENGTH - 1_000)
        most = whole_number("length", most, few, MAX_LENGTH - 1_000)
        object.__setattr__(self, "length", (few, most))

    @cached_property
    def alphabet(self):
        """The different symbols, in the order that a `Task` gives them."""
        return _different((*self.firsts, *self.middle, *self.mark))

    @property
    def longest(self):
        """How many symbols a sequence has at most."""
        return self.length[1] + len(self.mark) + 2

    def draw(self, number, generator):
        place = {symbol: k for k, symbol in enumerate(self.alphabet)}
        firsts, middle, mark = (
            np.array([place[s] for s in part], "int16")
            for part in (self.firsts, self.middle, self.mark)
        )
        few, most = self.length
        steps = generator.integers(few, most + 1, number) + len(mark) + 1
        first = firsts[generator.integers(len(firsts), size=number)]
        lines = middle[generator.integers(len(middle), size=(number, self.longest))]
        lines[np.arange(self.longest) > steps[:, None]] = 0
        lines[:, 0] = first
        for back, symbol in enumerate((first, *reversed(mark))):
            lines[np.arange(number), steps - back] = symbol
        return lines, steps


def padded(lines):
    """Sequences of one-hot indices as one array, int32 (sequences, symbols), 0 past their ends."""
    rows = np.zeros((len(lines), max(map(len, lines))), "int32")
    for row, line in zip(rows, lines, strict=True):
        row[: len(line)] = line
    return rows


def _different(symbols):
    """The different ones among `symbols`, in the order of an alphabet."""
    different = tuple(dict.fromkeys(symbols))
    return tuple(sorted(different)) if isinstance(different[0], int) else different


def _checked(sequences):
    """Return `sequences` as a tuple of tuples, or raise `InputError`."""
    lines = _rows(sequences)
    each = "each sequence to be a list of symbols, as in [[3, 0, 1, 2, 3]]"
    lines = [_plain(line) for line in lines]
    if unordered := [line for line in lines if isinstance(line, set | frozenset)]:
        raise InputError("sequences", each, unordered[0])
    lines = [tuple(a_list("sequences", line, each)) for line in lines]
    if not 1 <= len(lines) <= MAX_SEQUENCES:
        raise InputError("sequences", f"1 to {MAX_SEQUENCES} sequences", len(lines))
    for number, line in enumerate(lines):
        if not 2 <= len(line) <= MAX_LENGTH:
            expected = f"2 to {MAX_LENGTH:,} symbols in sequence {number}"
            raise InputError("sequences", expected, len(line))
    if any(isinstance(s, float) and s != s for line in lines for s in line):
        raise InputError("sequences", typed.MISSING, math.nan)  # a table has made floats of ints
    lines = tuple(tuple(_symbol(s) for s in line) for line in lines)
    kinds = {type(s): s for line in lines for s in line}  # an example of each
    if len(kinds) > 1:
        raise InputError("sequences", "only whole numbers or only words", list(kinds.values()))
    return lines


def _rows(sequences):
    """Sequences as a list or the like; of a table (a DataFrame, an array) its rows."""
    shape, kind = (getattr(sequences, name, None) for name in ("shape", "dtype"))
    if shape is None or getattr(kind, "kind", "") == "O":
        return a_list("sequences", sequences, "a list of sequences")
    if len(shape) != 2:
        got = f"{type(sequences).__name__} of shape {tuple(shape)}"
        raise InputError("sequences", "a table with a sequence in each row", got)
    return _plain(sequences.to_numpy() if hasattr(sequences, "to_numpy") else sequences)


def _plain(values):
    """An array or the like as a list of plain values; anything else as it is."""
    return values.tolist() if hasattr(values, "tolist") else values


def symbols_in(argument, symbols):
    """Return a list of symbols, or a text of letters, as a tuple."""
    symbols = list(symbols) if isinstance(symbols, str) else symbols
    symbols = a_list(argument, symbols, "a list of symbols")
    return tuple(_symbol(symbol, argument) for symbol in symbols)


def _symbol(symbol, argument="sequences"):
    """Return `symbol` as a plain int or str."""
    if is_whole(symbol) and abs(int(symbol)) < 10**typed.MAX_SYMBOL:
        return int(symbol)
    if isinstance(symbol, float | np.floating):
        raise InputError(argument, typed.SERIES, symbol)
    if isinstance(symbol, str) and typed.is_missing(symbol):
        raise InputError(argument, typed.MISSING, symbol)
    if isinstance(symbol, str) and 1 <= len(symbol) <= typed.MAX_SYMBOL:
        return str(symbol)
    words = f"each symbol to be a whole number or a word of 1 to {typed.MAX_SYMBOL} characters"
    raise InputError(argument, words, symbol)


TUTORIAL = Task([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]])
