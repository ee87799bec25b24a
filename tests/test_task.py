"""Task, encoding and settings: what goes in, and what is refused with which words."""

import re
import subprocess
import sys
from dataclasses import FrozenInstanceError
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstm_memory as lm

ints = st.integers(-(10**6), 10**6)
words = st.text(st.characters(codec="ascii", categories=["L", "P", "S"]), min_size=1, max_size=8)
words = words.filter(lambda w: not set(w) & set(",;|[]()'\"") and not re.match(r"[+-]?\.?\d", w))
words = words.filter(lambda w: w.lower().lstrip("+-") != "nan" and "=" not in w)


def lines_of(symbols):
    return st.lists(st.lists(symbols, min_size=2, max_size=12), min_size=1, max_size=6)


@given(lines_of(ints) | lines_of(words), st.sampled_from([" ", ",", ", ", "\t"]))
def test_what_is_written_is_parsed(lines, between):
    text = "\n".join(between.join(str(s) for s in line) for line in lines)
    assert lm.Task.parse(text) == lm.Task(lines)
    assert lm.Task.parse(f"\n  {text} \r\n\n") == lm.Task(lines)


@given(st.text(max_size=200))
def test_any_text_is_parsed_or_refused_in_words(text):
    words = ""
    try:
        task = lm.Task.parse(text)
    except lm.InputError as error:
        words = str(error)
    if words:
        assert words.startswith("sequences: expected")
        assert len(words) < 220
    else:
        assert all(len(line) >= 2 for line in task.sequences)


@given(lines_of(ints) | lines_of(words))
def test_indices_point_into_the_alphabet(lines):
    task = lm.Task(lines)
    back = [[task.alphabet[k] for k in line] for line in task.indices]
    assert back == lines
    assert len(set(task.alphabet)) == len(task.alphabet)


@given(lines_of(st.integers(0, 3)))
def test_memoryless_loss_is_what_the_best_memoryless_predictor_reaches(lines):
    """By brute force: for each input and output, the best of all probabilities on a grid."""
    task = lm.Task(lines)
    grid = np.linspace(0.0005, 0.9995, 1000)
    n, total = len(task.alphabet), 0.0
    pairs = [pair for line in task.indices for pair in pairwise(line)]
    for x in range(n):
        nexts = np.array([y for a, y in pairs if a == x])
        for k in range(n):
            hits, misses = np.sum(nexts == k), np.sum(nexts != k)
            total += np.min(-hits * np.log(grid) - misses * np.log(1 - grid))
    assert task.memoryless_loss == pytest.approx(total / n / len(pairs), abs=6e-4)
    assert task.memoryless_loss <= total / n / len(pairs)


def test_the_tutorials_task():
    task = lm.Task.parse("3 0 1 2 3\n4 0 1 2 4")
    assert task == lm.TUTORIAL == lm.Task(np.array([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]]))
    assert task.sequences == ((3, 0, 1, 2, 3), (4, 0, 1, 2, 4))
    assert task.alphabet == (0, 1, 2, 3, 4)
    assert task.conflicts == {2: (3, 4)}
    assert task.steps == (4, 4)
    assert task.memoryless_loss == pytest.approx(2 * np.log(2) / 5 / 4, abs=1e-12)
    assert task.lowest_loss("softmax") == pytest.approx(np.log(2) / 4, abs=1e-12)


def test_words_keep_their_order_and_lengths_may_differ():
    task = lm.Task.parse("the cat sat, the\nzebra ran")
    assert task.alphabet == ("the", "cat", "sat", "zebra", "ran")
    assert task.conflicts == {}
    assert task.steps == (3, 1)
    assert lm.Task.parse("1 2 x\n3 4").alphabet == ("1", "2", "x", "3", "4")


@pytest.mark.parametrize(
    ("sequences", "words"),
    [
        ([], "expected 1 to 50 sequences, got 0$"),
        ([[1, 2]] * 51, "expected 1 to 50 sequences, got 51$"),
        ([[1]], "expected 2 to 10,000 symbols in sequence 0, got 1$"),
        ([[1, 2], [0] * 10_001], "in sequence 1, got 10001$"),
        ([[1, 2.5]], "symbols, which are names; cut a numeric series into bins .*, got 2.5"),
        ([[True, False]], "got True"),
        ([[1, "a"]], "expected only whole numbers or only words, got .1, 'a'.$"),
        ([["a", ""]], "a word of 1 to 50 characters, got ''"),
        ([["a", "b" * 51]], "a word of 1 to 50 characters"),
        ("3 0 1 2 3", "expected a list of sequences, got '3 0 1 2 3'"),
        (["3 0 1"], "each sequence to be a list of symbols, .*, got '3 0 1'"),
        (7, "expected a list of sequences, got 7"),
    ],
)
def test_wrong_sequences(sequences, words):
    with pytest.raises(lm.InputError, match="^sequences: .*" + words) as caught:
        lm.Task(sequences)
    assert caught.value.argument == "sequences"
    assert isinstance(caught.value, ValueError)


# --- which steps need memory ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "needed", "nobody"),
    [
        ("3 0 1 2 3\n4 0 1 2 4", ["0001", "0001"], ["0000", "0000"]),
        ("1 2 3 4", ["000"], ["000"]),
        ("3 3", ["0"], ["0"]),
        ("A B\nA C", ["0", "0"], ["1", "1"]),
        ("3 0 1 2 3\n3 0 1 2 4", ["0000", "0000"], ["0001", "0001"]),
        ("go tick tick tick stop", ["0111"], ["0000"]),
        ("D A B\nA B\nA C", ["01", "00", "00"], ["00", "10", "10"]),
        ("A X A\nB X Y B", ["010", "010"], ["000", "000"]),
    ],
)
def test_a_task_tells_which_steps_need_memory_and_which_nobody_can_know(text, needed, nobody):
    task = lm.Task.parse(text)
    for seen, expected in ((task.needs_memory, needed), (task.unknowable, nobody)):
        assert ["".join(map(str, row)) for row in seen.astype(int)] == expected


@given(lines_of(st.integers(0, 3)))
def test_memory_is_needed_where_the_input_does_not_decide_and_the_past_does(lines):
    """By brute force: whatever has been read, and whatever has been read last."""
    task, steps = lm.Task(lines), [(line, t) for line in lines for t in range(len(line) - 1)]
    for k, line in enumerate(lines):
        for t in range(len(line) - 1):
            alike = {other[u + 1] for other, u in steps if other[: u + 1] == line[: t + 1]}
            same_input = {other[u + 1] for other, u in steps if other[u] == line[t]}
            assert task.unknowable[k, t] == (len(alike) > 1)
            assert task.needs_memory[k, t] == (len(same_input) > 1 and len(alike) == 1)
        assert not task.unknowable[k, len(line) - 1 :].any()
        assert not task.needs_memory[k, len(line) - 1 :].any()
    with_memory = task.lowest_loss("softmax", memory=True)
    assert (with_memory > 0) == task.unknowable.any()
    assert with_memory <= task.lowest_loss("softmax") + 1e-12


def test_the_floor_of_all_is_the_entropy_of_what_nobody_can_know():
    task = lm.Task.parse("3 0 1 2 3\n3 0 1 2 4")
    assert task.lowest_loss("sigmoid", memory=True) == task.memoryless_loss
    assert task.lowest_loss("softmax", memory=True) == pytest.approx(np.log(2) / 4)
    assert lm.TUTORIAL.lowest_loss("sigmoid", memory=True) == 0


def test_steps_that_are_not_asked_are_neither():
    task = lm.Task([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]], outputs=[3, 4])
    assert not task.unknowable.any()
    assert task.needs_memory.astype(int).tolist() == [[0, 0, 0, 1]] * 2
    task = lm.Task([[3, 0, 1], [3, 0, 2]], outputs=[0])
    assert not task.unknowable.any() | task.needs_memory.any()


def test_of_sequences_that_are_drawn_anew_the_last_step_is_asked():
    form = lm.Recall(["A", "B"], ["x", "y"], (2, 4))
    task = form.task(3, renewed=True)
    for k, steps in enumerate(task.steps):
        assert task.unknowable[k, :steps].tolist() == [True] * (steps - 1) + [False]
        assert task.needs_memory[k, :steps].tolist() == [False] * (steps - 1) + [True]


def test_typed_nonsense():
    for text in ("", " \n ,, \n", "9" * 5000, 3, None, "1"):
        with pytest.raises(lm.InputError, match=r"^sequences: "):
            lm.Task.parse(text)
    assert lm.Task.parse("<b>& \U0001f9e0").alphabet == ("<b>&", "\U0001f9e0")


def test_a_task_does_not_change():
    with pytest.raises(FrozenInstanceError):
        lm.TUTORIAL.sequences = ()
    assert len({lm.TUTORIAL, lm.Task(lm.TUTORIAL.sequences)}) == 1


# --- encoding ------------------------------------------------------------------------------


def test_the_tutorials_encoding():
    assert lm.encode([3, 0, 1], 5) == [
        [0.0, 0.0, 0.0, 1.0, 0.0],
        [1.0, 0.0, 0.0, 0.0, 0.0],
        [0.0, 1.0, 0.0, 0.0, 0.0],
    ]
    X, y = lm.to_lstm_dataset([3, 0, 1, 2, 3], 5)
    assert (X.shape, y.shape) == ((4, 1, 5), (4, 5))
    assert X.dtype == y.dtype == np.float32


@given(st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.integers(0, n - 1)))))
def test_encoding_can_be_undone(case):
    n, pattern = case
    encoded = np.array(lm.encode(pattern, n)).reshape(-1, n)
    assert encoded.argmax(axis=1).tolist() == pattern
    assert encoded.sum() == len(pattern)
    if len(pattern) > 1:
        X, y = lm.to_xy_pairs(lm.encode(pattern, n))
        assert X[1:] == y[:-1]
        assert [len(X), len(y)] == [len(pattern) - 1] * 2
        X, y = lm.to_lstm_dataset(pattern, n)
        np.testing.assert_array_equal(X[:, 0], encoded[:-1])
        np.testing.assert_array_equal(y, encoded[1:])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: lm.encode([5], 5), "pattern: expected a whole number from 0 to 4, got 5"),
        (lambda: lm.encode([-1], 5), "pattern: expected a whole number from 0 to 4, got -1"),
        (lambda: lm.encode(["a"], 5), "pattern: expected a whole number from 0 to 4, got 'a'"),
        (lambda: lm.encode("12", 5), "pattern: expected a list of whole numbers, got '12'"),
        (lambda: lm.encode([1], 0), "n_unique: expected a whole number from 1"),
        (lambda: lm.encode([1], 2.0), "n_unique: expected a whole number .*, got 2.0"),
        (lambda: lm.to_xy_pairs([[1.0]]), "encoded: expected at least 2 symbols"),
        (lambda: lm.to_lstm_dataset([], 3), "encoded: expected at least 2 symbols"),
    ],
)
def test_wrong_encoding(call, words):
    with pytest.raises(lm.InputError, match=words):
        call()


# --- settings ------------------------------------------------------------------------------


def test_the_defaults_are_the_tutorials():
    assert vars(lm.Settings()) == {
        "cell": "lstm",
        "neurons": 20,
        "epochs": 250,
        "learning_rate": 0.001,
        "bptt_steps": 1,
        "batch_size": 1,
        "shuffle": False,
        "forget_bias": 1.0,
        "output": "sigmoid",
        "seed": 0,
        "reset": "sequence",
        "frozen": False,
        "last_weight": None,
        "clip_norm": None,
        "input_bias": 0.0,
        "beta_1": 0.9,
        "beta_2": 0.999,
        "output_bias": 0.0,
    }
    with pytest.raises(FrozenInstanceError):
        lm.Settings().neurons = 3


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("cell", "LSTM", "expected one of lstm, gru, simple_rnn, dense, got 'LSTM'"),
        ("cell", None, "expected one of lstm"),
        ("neurons", 0, "expected a whole number from 1 to 512, got 0"),
        ("neurons", 10**9, "expected a whole number from 1 to 512, got 1000000000"),
        ("neurons", 2.5, "expected a whole number from 1 to 512, got 2.5"),
        ("neurons", True, "expected a whole number from 1 to 512, got True"),
        ("epochs", -1, "expected a whole number from 0 to 100,000, got -1"),
        ("epochs", "many", "expected a whole number from 0 to 100,000, got 'many'"),
        ("learning_rate", 0, "expected a number from 1e-06 to 10, got 0"),
        ("learning_rate", float("nan"), "expected a number from 1e-06 to 10, got nan"),
        ("learning_rate", float("inf"), "got inf"),
        ("learning_rate", "0.1", "got '0.1'"),
        ("learning_rate", None, "got None"),
        ("bptt_steps", 0, "number from 1 to 10,000, or None: whole sequence, got 0"),
        ("batch_size", 51, "from 1 to 50, or None: all sequences, got 51"),
        ("shuffle", 1, "expected True or False, got 1"),
        ("forget_bias", 21, "expected a number from -20 to 20, got 21"),
        ("output_bias", 21, "expected a number from -20 to 20, got 21"),
        ("output", "linear", "expected one of sigmoid, softmax, got 'linear'"),
        ("reset", "always", "expected one of sequence, epoch, never, got 'always'"),
        ("frozen", "yes", "expected True or False, got 'yes'"),
        ("last_weight", 1.1, "a number from 0.001 to 1, or None: as the others, got 1.1"),
        ("clip_norm", 0, "expected a number from 0.001 to 1000, or None: no limit, got 0"),
        ("seed", -1, "expected a whole number from 0 to 4,294,967,295, got -1"),
        ("seed", "x" * 1000, "got 'x+…$"),
    ],
)
def test_wrong_settings(field, value, words):
    with pytest.raises(lm.InputError, match=f"^{field}: .*{words}") as caught:
        lm.Settings(**{field: value})
    assert caught.value.argument == field


@pytest.mark.parametrize("changes", [{"shuffle": True}, {"batch_size": 2}, {"batch_size": None}])
def test_a_state_that_is_carried_on_needs_one_sequence_after_another(changes):
    with pytest.raises(lm.InputError, match=r"^reset: expected .*batch_size is 1"):
        lm.Settings(reset="never", **changes)


def test_numpy_numbers_are_numbers():
    settings = lm.Settings(neurons=np.int64(3), learning_rate=np.float32(0.5))
    assert (type(settings.neurons), type(settings.learning_rate)) == (int, float)


# --- import --------------------------------------------------------------------------------


def test_importing_loads_neither_tensorflow_nor_keras_nor_matplotlib():
    code = (
        "import sys, lstm_memory as lm; task = lm.Task.parse('1 2'); lm.Settings();"
        "lm.to_lstm_dataset([0, 1], 2);"
        "heavy = {'tensorflow', 'keras', 'matplotlib', 'ipywidgets'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_all_names_are_there_and_no_others():
    assert set(lm.__all__) <= set(dir(lm))
    for name in set(lm.__all__):
        assert getattr(lm, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        lm.nothing  # noqa: B018


def test_outputs_are_symbols_of_the_alphabet_and_one_is_asked_for():
    task = lm.Task([list("bxzzx"), list("byzzy")], outputs=("x", "y"))
    assert task.sizes == (4, 2)
    assert [asked.tolist() for asked in task.asked] == [[True, False, False, True]] * 2
    assert task.memoryless_loss == pytest.approx(np.log(2))  # both steps, two outputs each
    assert lm.TUTORIAL.outputs == lm.TUTORIAL.alphabet
    for outputs, got in ((["q"], "q"), (["x", "x"], "x"), ([], r"\[\]"), (["b"], "b")):
        with pytest.raises(lm.InputError, match=f"^outputs: .*{got}"):
            lm.Task([list("bxzzx")], outputs=outputs)


def test_an_alphabet_may_be_a_text_of_letters():
    lines = ["AxA", "ByB"]
    task = lm.Task([list(line) for line in lines], "ABxyz")
    assert task == lm.Task([list(line) for line in lines], ["A", "B", "x", "y", "z"])
