"""The checks of the exercises: right answers in any form, mistakes, and anything else."""

import math
import re
from itertools import count as endless
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import lstm_memory as lm
from lstm_memory import checks
from lstm_memory.checks.check import MISSING, UNREADABLE
from lstm_memory.checks.numbers import Numbers
from lstm_memory.checks.words import Words

from .notebook_tools import COURSE, EXTENSIONS, exercises, read

CHECKS = {name: getattr(checks, name) for name in checks.__all__ if name.startswith("check_")}
NUMBERS = [name for name, check in CHECKS.items() if isinstance(check.kind, Numbers)]
WORDS = [name for name, check in CHECKS.items() if isinstance(check.kind, Words)]
EXERCISES = {
    exercise.check: exercise
    for path in COURSE + EXTENSIONS
    for exercise in exercises(read(path))
    if exercise.check
}
DIGITS = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


class Awkward:
    """An object that raises whatever it is asked."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __float__(self):
        raise RuntimeError("float")

    def __iter__(self):
        raise RuntimeError("iter")

    def __eq__(self, other):
        raise RuntimeError("eq")

    __hash__ = None


ITSELF = []
ITSELF.append(ITSELF)
ANYTHING = {
    "None": None,
    "nan": math.nan,
    "infinite": math.inf,
    "huge number": 10**400,
    "no text": "",
    "nonsense": "banana",
    "sentence": "I think that it is not this and not that, or what do you say?",
    "long text": "0.5 " * 10**6,
    "table": pd.DataFrame({"a": [1, 2], "b": [3, 4]}),
    "long list": list(range(10**6)),
    "endless": endless(),
    "list of itself": ITSELF,
    "empty": [],
    "dict": {},
    "some dots": [..., 1],
    "bytes": b"\x00\xff",
    "array": np.full((3, 3, 3), np.nan),
    "texts": np.array(["x", "y"], dtype=object),
    "complex": 1j,
    "module": np,
    "class": Awkward,
    "awkward": Awkward(),
    "function": lambda *_: 1 / 0,
}


def numbers_in(text):
    return {float(number.replace(",", "")) for number in DIGITS.findall(text)}


def is_a_sentence(words):
    return 10 < len(words) < 400 and words[0].isupper() and words[-1] in ".?)"


def test_every_check_belongs_to_an_exercise():
    assert set(CHECKS) == set(EXERCISES)
    assert len(CHECKS) == 97


def test_every_exercise_but_one_has_a_check():
    all_of_them = [e for path in COURSE + EXTENSIONS for e in exercises(read(path))]
    assert [e.title for e in all_of_them if not e.check] == ["A claim of your own."]


@pytest.mark.parametrize("name", CHECKS)
def test_dots_are_an_answer_that_is_missing(name):
    for dots in (..., [..., ...], (...,)):
        verdict = CHECKS[name](dots)
        assert not verdict
        assert repr(verdict) == MISSING


@pytest.mark.parametrize("what", ANYTHING)
def test_anything_gets_a_sentence(what):
    for name, check in CHECKS.items():
        verdict = check(ANYTHING[what])
        assert not verdict, name
        assert verdict.words.startswith("Not yet: "), name
        assert is_a_sentence(verdict.words), (name, verdict.words)


@pytest.mark.parametrize("name", NUMBERS)
def test_right_numbers_in_any_form(name):
    check = CHECKS[name]
    right = [float(value) for value in np.ravel(check.right)]
    forms = [right, tuple(right), np.array(right), pd.Series(right), np.array(right).reshape(1, -1)]
    forms += [
        str(right),
        " ".join(map(repr, right)),
        dict(enumerate(right)),
        map(np.float64, right),
    ]
    if len(right) == 1:
        forms += [right[0], np.float64(right[0]), np.array(right[0]), repr(right[0])]
    if all(value == int(value) for value in right):
        forms += [[int(value) for value in right], np.array(right, int)]
    for form in forms:
        assert check(form), (form, check(form))
    assert is_a_sentence(check(right).words)


def at_each_place(mistake, right):
    """The right answer with a mistake in its place, for each of its places in turn."""
    return [[*right[:k], mistake, *right[k + 1 :]] for k in range(len(right))]


@pytest.mark.parametrize("name", NUMBERS)
def test_wrong_numbers(name):
    """Each is a little wrong in one place, or too many, and the words do not say the right one."""
    check = CHECKS[name]
    right = [float(value) for value in np.ravel(check.right)]
    wrong = [[*right, 1.0], right[:-1], [value + 3 for value in right], [-9] * len(right)]
    wrong += [[*right[:k], 1.5 * right[k] + 7, *right[k + 1 :]] for k in range(len(right))]
    wrong += [answer for mistake in check.mistakes if not isinstance(mistake, tuple)
              for k, answer in enumerate(at_each_place(mistake, right))
              if not check.kind.same(mistake, right[k], k)]  # fmt: skip
    wrong += [mistake for mistake in check.mistakes if isinstance(mistake, tuple)]
    for answer in wrong:
        verdict = check(answer)
        assert not verdict, answer
        assert is_a_sentence(verdict.words), verdict
        told = numbers_in(verdict.words.removeprefix("Not yet: "))
        assert not set(right) <= told - numbers_in(", ".join(check.kind.names)), (answer, verdict)


@pytest.mark.parametrize("name", NUMBERS + WORDS)
def test_each_mistake_has_its_own_words(name):
    check = CHECKS[name]
    for mistake, words in check.mistakes.items():
        answers = [mistake]
        if isinstance(check.kind, Numbers) and not isinstance(mistake, tuple):
            answers = at_each_place(mistake, list(np.ravel(check.right)))
        if isinstance(check.kind, Words) and check.kind.places:
            answers = at_each_place(mistake, check.kind.read(check.right))
        assert any(words in check(answer).words for answer in answers), mistake


@pytest.mark.parametrize("name", WORDS)
def test_right_words_in_any_form(name):
    check = CHECKS[name]
    right = check.kind.read(check.right)
    forms = [
        right,
        tuple(right),
        ", ".join(right),
        " and ".join(right).upper(),
        f" {', '.join(right)}.",
    ]
    for form in forms:
        assert check(form), (form, check(form))
    assert is_a_sentence(check(right).words)


@pytest.mark.parametrize("name", WORDS)
def test_wrong_words(name):
    check = CHECKS[name]
    right = check.kind.read(check.right)
    options = list(check.kind.options)
    wrong = [[option] for option in options if [option] != right]
    if not check.kind.one:
        wrong += [right[:-1], options, right[::-1] if check.kind.places else options[:-1]]
    for answer in wrong:
        if answer == right:
            continue
        verdict = check(answer)
        assert not verdict, answer
        assert is_a_sentence(verdict.words), verdict
        told = [option for option in options if re.search(rf"\b{option}\b", verdict.words)]
        if len(options) > 2 and all(len(option) > 1 for option in options):
            assert told == options or not set(right) <= set(told), (answer, verdict)


def test_a_count_is_read_as_it_is_and_as_it_is_printed():
    found = [lm.count([False] * 100), lm.count([True] * 97 + [False] * 3)]
    assert checks.check_04_2(found)
    assert checks.check_04_2([str(count) for count in found])
    assert checks.check_04_2(f"{found[0]}, {found[1]}")
    of_twenty = checks.check_04_2([lm.count([False] * 20), lm.count([True] * 20)])
    assert "another number of networks" in of_twenty.words


def test_numbers_say_what_is_wrong_with_them():
    def said(check, answer):
        return check(answer).words.removeprefix("Not yet: ")

    assert said(checks.check_04_2, [97, 0]).startswith(
        "these are the right numbers in a wrong order"
    )
    assert said(checks.check_07_3, [2035, 462]) == "8 units, p = 50 is too large."
    assert said(checks.check_04_2, [0, 0.97]).startswith("a count is a whole number")
    assert said(checks.check_04_2, [0, 120]).startswith("a count cannot be")
    assert "They are near" in said(checks.check_04_2, [0, 96])
    assert said(checks.check_arbitrary_alphabets_2, 4.595) == "the sign is the wrong one."
    assert said(checks.check_03_2, [493, 9.13]).startswith("this is in percent")
    assert said(checks.check_04a_1, "0,00098").startswith("write a decimal point")
    assert said(checks.check_05a_1, [500, 500, 2000, 200, 200, 800]).startswith("updates: this is")
    assert said(checks.check_04_2, 97) == "two numbers are wanted (reach 4, reach 5), and one came."
    assert said(checks.check_02_1, [True] * 4) == "yes or no came where a number is wanted."
    assert said(checks.check_02_1, [2, ..., 0, 3]) == "there are still dots in the answer."


def test_a_rounded_number_is_right_and_the_next_is_not():
    assert checks.check_01_4(0.0796)
    assert checks.check_01_4(0.07958)
    assert not checks.check_01_4(0.0797)
    assert not checks.check_01_4(0.0795)


def test_one_changed_symbol():
    check = checks.check_01_3
    lists = [[3, 0, 1, 2, 4], [4, 0, 1, 2, 4]]
    for right in ("3 0 1 2 3\n4 0 1 2 3", lists, lm.Task(lists), np.array(lists)):
        assert check(right), check(right)
    wrong = {
        "3 0 1 2 3\n4 0 1 2 4": "exactly one symbol",
        "3 0 1 2 3\n4 0 1 5 4": "still a symbol with two successors: 1",
        "3 0 1 2 3\n4 0 1 5 3": "exactly one symbol",
        "3 0 1 2 3": "two sequences",
        "": "no two sequences",
    }
    for answer, words in wrong.items():
        assert words in check(answer).words


def test_two_arrays():
    check = checks.check_02_5
    pairs = [lm.to_lstm_dataset(line, 5) for line in lm.TUTORIAL.sequences]
    X, y = np.stack([X[:, 0] for X, _ in pairs]), np.stack([y for _, y in pairs])
    assert check([X, y])
    assert check((X.tolist(), y.tolist()))
    wrong = {
        "eight samples": [np.concatenate([X for X, _ in pairs]), y],
        "an axis too many": [np.stack([X for X, _ in pairs]), y],
        "samples, then time steps": [X.transpose(1, 0, 2), y],
        "y has the shape": [X, y.reshape(8, 5)],
        "something else in it": [y, X],
        "two arrays": X,
    }
    for words, answer in wrong.items():
        assert words in check(answer).words


def test_a_function():
    check = checks.check_03_4
    targets = np.stack([lm.to_lstm_dataset(line, 5)[1] for line in lm.TUTORIAL.sequences])

    def errors(run):
        return np.abs(run.outputs - targets)

    assert check(lambda run: errors(run).max() < 0.25)
    wrong = {
        "at the last step passes": lambda run: (run.outputs.argmax(2) == targets.argmax(2)).all(),
        "before the last": lambda run: errors(run)[:, -1].max() < 0.25,
        "for a wrong symbol": lambda run: (errors(run) * targets).max() < 0.25,
        "without any error": lambda run: False,
        "below the limit": lambda run: errors(run).max() < 0.1,
        "stopped with AttributeError": lambda run: run.max_error < 0.25,
    }
    for words, answer in wrong.items():
        assert words in check(answer).words, words
    assert "a function is wanted" in check(0.25).words
    assert "stopped with TypeError" in check(lambda: True).words


def test_outputs_of_a_network():
    check = checks.check_04_4
    task = lm.Task([[4, 0, 1, 2, 3, 4], [5, 0, 1, 2, 3, 5]])
    right = np.eye(6)[[line[1:] for line in task.indices]]
    assert check(np.abs(right - 0.2))
    undecided = right.copy()
    undecided[:, 4, 4:] = 0.5
    assert "largest error is 0.50, at step 4" in check(undecided).words
    assert "samples of a single step" in check(right.reshape(10, 1, 6)).words
    assert "one output for each symbol" in check(right[:, -1]).words
    assert "an output for each symbol" in check(right[:, :4]).words
    assert "no numbers" in check(right * np.nan).words


def test_what_cannot_be_read_is_said_so():
    assert checks.check_04_1(SimpleNamespace()).words.startswith("Not yet: a word or a letter")
    assert UNREADABLE in checks.check_04_1(map(lambda n: 1 / n, [0])).words
