"""Every public function under anything at all: an `InputError`, or a right answer."""

import ast
import contextlib
import io
import itertools
import math
import tempfile
import warnings
import zipfile
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from traitlets import TraitError

import lstm_memory as lm
from app.server import welcome
from lstm_memory import hochreiter1997 as paper
from lstm_memory import notebook, sweeps
from lstm_memory.explorer import form, operate
from lstm_memory.keras_files import ABOUT, KEPT, WEIGHTS
from lstm_memory.pictures.drawing import Drawing
from lstm_memory.settings import NUMBERS

from .anything import (
    REFUSED,
    answer,
    anything,
    changed,
    check_words,
    fewer_cases,
    is_costly,
    many_cases,
    texts,
)

pytestmark = [
    pytest.mark.filterwarnings("error"),
    # of Keras and NumPy, where a model is saved
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
letters = st.sampled_from("abc")
sequences = st.lists(st.lists(letters, min_size=2, max_size=5), min_size=1, max_size=3)
sequences |= st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=5), min_size=1, max_size=3)


def test_every_public_name_is_tried():
    """But for constants, what takes nothing, and `catch_up`, which gives it to `notebook.find`."""
    others = {"REMEMBERING", "TUTORIAL", "Trial", "catch_up", "warm_up"}
    tried = set()
    for path in (Path(__file__), Path(__file__).with_name("test_explorer_anything.py")):
        parts = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        tried |= {part.attr for part in parts if isinstance(part, ast.Attribute)}
    assert {*lm.__all__, *paper.__all__} - tried <= others


# --- encoding ------------------------------------------------------------------------------


@many_cases
@given(st.lists(st.integers(-1, 5), max_size=5) | anything, st.integers(1, 6) | anything)
def test_encoding(pattern, n_unique):
    encoded = answer(lm.encode, pattern, n_unique)
    pairs = answer(lm.to_xy_pairs, pattern)
    if pairs is not REFUSED:
        assert list(map(len, pairs)) == [len(list(pattern)) - 1] * 2
        assert [id(v) for v in pairs[0][1:]] == [id(v) for v in pairs[1][:-1]]
    if encoded is REFUSED:
        assert answer(lm.to_lstm_dataset, pattern, n_unique) is REFUSED
        return
    places = [int(value) for value in pattern]
    assert [row.index(1.0) for row in encoded] == places
    assert all(len(row) == n_unique and sum(row) == 1 for row in encoded)
    dataset = answer(lm.to_lstm_dataset, pattern, n_unique)
    assert (dataset is REFUSED) == (len(places) < 2)
    if dataset is not REFUSED:
        X, y = dataset
        assert (X.dtype, X.shape) == ("float32", (len(places) - 1, 1, n_unique))
        assert (y.dtype, y.shape) == ("float32", (len(places) - 1, n_unique))
        assert [*X[:, 0].argmax(axis=1), y[-1].argmax()] == places
        assert (X[1:, 0] == y[:-1]).all()


# --- tasks ---------------------------------------------------------------------------------


def check_task(task):
    """What is true of every task, each by a plain way to find it out."""
    pairs = [pair for line in task.sequences for pair in itertools.pairwise(line)]
    asked = [(x, y) for x, y in pairs if y in task.outputs]
    follow = {}
    for x, y in asked:
        follow.setdefault(x, []).append(y)
    assert {x: set(ys) for x, ys in task.conflicts.items()} == {
        x: set(ys) for x, ys in follow.items() if len(set(ys)) > 1
    }
    entropies = [
        -q * math.log(q) - (1 - q) * math.log(1 - q)
        for x, _ in asked
        for q in (follow[x].count(y) / len(follow[x]) for y in task.outputs)
        if 0 < q < 1
    ]
    lowest = sum(entropies) / len(asked) / len(task.outputs)
    assert task.memoryless_loss == pytest.approx(lowest, abs=1e-9)
    assert task.lowest_loss("sigmoid", memory=True) <= lowest + 1e-9
    for line, indices in zip(task.sequences, task.indices, strict=True):
        assert tuple(task.alphabet[k] for k in indices) == line
    if task.renewed is None:
        after = {}
        beginnings = [(line[:n], line[n]) for line in task.sequences for n in range(1, len(line))]
        for beginning, symbol in beginnings:
            if symbol in task.outputs:
                after.setdefault(beginning, set()).add(symbol)
        for k, line in enumerate(task.sequences):
            for step in range(len(line) - 1):
                unknowable = line[step + 1] in task.outputs and len(after[line[: step + 1]]) > 1
                assert task.unknowable[k, step] == unknowable
    last = task.under(lm.Settings(last_weight=1.0))
    assert all(not steps[:-1].any() for steps in last.asked)


@many_cases
@given(
    sequences | sequences | sequences | anything,
    st.none() | st.permutations("abc") | anything,
    st.none() | st.lists(letters, min_size=1, max_size=3, unique=True) | anything,
    st.none() | st.none() | st.none() | anything,
)
def test_tasks(lines, alphabet, outputs, renewed):
    task = answer(lm.Task, lines, alphabet, renewed, outputs)
    if task is not REFUSED and max(map(len, task.sequences)) < 100:
        check_task(task)
        assert lm.Task(task.sequences, task.alphabet, task.renewed, task.outputs) == task
        if alphabet is None:
            assert lm.Task.parse(str(task)).sequences == task.sequences


@many_cases
@given(st.data())
def test_forms(data):
    small = st.lists(letters, min_size=1, max_size=2)
    parts = [
        small,
        small,
        st.integers(0, 3) | st.tuples(st.integers(0, 2), st.integers(1, 3)),
        small,
    ]
    wrong = data.draw(st.integers(0, 8))
    parts = [anything if k == wrong else part for k, part in enumerate(parts)]
    form = answer(lm.Recall, *map(data.draw, parts))
    number, seed = data.draw(anything if wrong == 4 else st.integers(1, 3)), 0
    seed = data.draw(anything) if wrong == 5 else 0
    if form is REFUSED or form.longest > 100:
        return
    few, most = form.length
    assert 0 <= few <= most == form.longest - 2 - len(form.mark)
    task = answer(form.task, number, seed)
    if task is not REFUSED:
        assert len(task.sequences) == number
        assert task == form.task(number, seed)
        for first, *middle, last in task.sequences:
            middle = middle[: len(middle) - len(form.mark)] if form.mark else middle
            assert first == last
            assert first in form.firsts
            assert set(middle) <= set(form.middle)
            assert few <= len(middle) <= most


# --- settings, counts ------------------------------------------------------------------------

USUAL = {
    "cell": ["lstm", "gru", "simple_rnn", "dense"],
    "output": ["sigmoid", "softmax"],
    "reset": ["sequence", "epoch", "never"],
    "shuffle": [True, False],
    "frozen": [True, False],
}


@many_cases
@given(st.dictionaries(st.sampled_from([*NUMBERS, *USUAL]), anything | st.floats(0, 1), max_size=4))
@example({"seed": 10**5000})
@example({"learning_rate": bytearray(b"1")})
@example({"reset": "epoch", "batch_size": np.array([1, 2])})
def test_settings(values):
    settings = answer(lm.Settings, **values)
    if settings is REFUSED:
        return
    for name, value in values.items():
        kept = getattr(settings, name)
        assert kept == value
        if name in USUAL:
            assert kept in USUAL[name]
        elif kept is not None:
            _, low, high, *_ = NUMBERS[name]
            assert type(kept) is type(getattr(lm.Settings(), name) or kept)
            assert low <= kept <= high
    assert settings.reset == "sequence" or (settings.batch_size, settings.shuffle) == (1, False)
    assert hash(settings) == hash(lm.Settings(**values))


@many_cases
@given(
    st.integers(0, 300) | anything,
    st.integers(0, 300) | anything,
    st.lists(st.booleans()) | anything,
)
@example(242, 242, [])
@example(0, 1, range(10**9))
def test_counts(successes, trials, flags):
    made = answer(lm.Count, successes, trials)
    if made is not REFUSED:
        low, high = made.interval
        assert 0 <= low <= successes / trials <= high <= 1
        other = lm.Count(trials - successes, trials).interval
        assert (1 - high, 1 - low) == pytest.approx(other, abs=1e-9)
        assert str(made).startswith(f"{successes} of {trials} (")
    counted = answer(lm.count, flags)
    if counted is not REFUSED:
        values = np.ravel(flags)
        assert counted == lm.Count(int((values == 1).sum()), len(values))


# --- training, and the inside ------------------------------------------------------------------


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def plain(settings, weights, line, symbols):
    """What a network says and holds (h) over a sequence of indices, in plain NumPy."""
    *hidden, kernel, bias = (np.asarray(w, float) for w in weights)
    N, said, held = settings.neurons, [], []
    h = c = np.zeros(N)
    for x in line[:-1]:
        if settings.cell == "dense":
            h = np.tanh(hidden[0][x] + hidden[1])
        elif settings.cell == "simple_rnn":
            h = np.tanh(hidden[0][x] + h @ hidden[1] + hidden[2])
        elif settings.cell == "lstm":
            i, f, g, o = np.split(hidden[0][x] + h @ hidden[1] + hidden[2], 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
        else:
            xz, xr, xg = np.split(hidden[0][x] + hidden[2][0], 3)
            hz, hr, hg = np.split(h @ hidden[1] + hidden[2][1], 3)
            z, r = sigmoid(xz + hz), sigmoid(xr + hr)
            h = z * h + (1 - z) * np.tanh(xg + r * hg)
        sums = h @ kernel + bias
        powers = np.exp(sums - sums.max())
        said.append(sigmoid(sums) if settings.output == "sigmoid" else powers / powers.sum())
        held.append(h)
    return np.array(said), np.array(held)


small_settings = st.fixed_dictionaries(
    {
        "cell": st.sampled_from(USUAL["cell"]),
        "output": st.sampled_from(USUAL["output"]),
        "neurons": st.integers(1, 3),
        "epochs": st.integers(0, 2),
        "seed": st.integers(0, 2**32 - 1),
    },
    optional={
        "learning_rate": st.floats(1e-6, 10),
        "bptt_steps": st.none() | st.integers(1, 4),
        "batch_size": st.none() | st.integers(1, 3),
        "shuffle": st.booleans(),
        "frozen": st.booleans(),
        "last_weight": st.floats(0.001, 1),
        "clip_norm": st.floats(0.001, 1_000),
        "forget_bias": st.floats(-20, 20),
        "beta_1": st.floats(0, 0.9999),
        "reset": st.sampled_from(USUAL["reset"]),
    },
)


@fewer_cases
@given(sequences, small_settings)
def test_trainings(lines, values):
    settings = answer(lm.Settings, **values)
    if settings is REFUSED:
        return
    task = lm.Task(lines)
    run = lm.train(task, settings)
    losses = run.losses.to_numpy()
    assert losses.shape == (settings.epochs, len(lines))
    assert np.isfinite(losses).all()
    assert (losses >= 0).all()
    held = lm.trace(run)
    largest = []
    for k, line in enumerate(task.indices):
        said, h = plain(settings, run.weights, line, task.sizes[0])
        steps = len(said)
        # float32 and saturated gates: 1e-4 is a thousand roundings
        assert held.outputs[k, :steps] == pytest.approx(said, abs=1e-4)
        assert held.h[k, :steps] == pytest.approx(h, abs=1e-4)
        assert np.isnan(held.h[k, steps:]).all()
        right = np.eye(len(task.alphabet))[line[1:]]
        largest.append(np.abs(said - right).max())
    assert run.max_error == pytest.approx(max(largest), abs=1e-4)
    assert run.remembers == (run.max_error < 0.25)
    other = (settings.seed + 1) % 2**32
    many = lm.train_many(task, settings, [other, settings.seed])
    for one, both in zip(run.weights, many.weights, strict=True):
        assert both[1] == pytest.approx(one, abs=1e-5)
    check_operations(run)


def check_operations(run):
    """What follows from an operation, where that is known without it."""
    if run.settings.cell == "dense":
        assert answer(lm.intervene, run) is REFUSED
        return
    steps = run.task.steps[0]
    untouched = run.stack.probabilities[0][0, :steps]
    step = run.settings.seed % steps
    for nothing in ({}, {"step": 0, "reset": True}, {"step": step, "transplant": 0}):
        assert lm.intervene(run, **nothing).probability.to_numpy() == pytest.approx(
            untouched, abs=1e-5
        )


# --- every argument of every function that works on networks ----------------------------------

TASK = lm.Task([["a", "b", "a"], ["b", "b"]])
TINY = lm.Settings(neurons=3, epochs=1)
SPACE = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "g", "title", "text", "path", "rect", "image", "circle"}


@pytest.fixture(scope="module", autouse=True)
def in_a_folder_of_its_own(tmp_path_factory):
    """Since a path may be any text."""
    with contextlib.chdir(tmp_path_factory.mktemp("anything")):
        yield


@cache
def networks():
    return lm.train_many(TASK, TINY, 2, keep=[0, 1])


@cache
def functions_of_networks():
    """Each of them with arguments that are right."""
    runs = networks()
    run = runs.run(0)
    once = {"task": TASK, "settings": TINY, "progress": None, "stop": None, "keep": ()}
    whole = {"run": run, "sequence": 0, "step": 1, "reset": True, "transplant": None}
    return [
        (lm.train, once),
        (lm.train_many, once | {"seeds": 1, "look": None}),
        (lm.trace, {"run": run}),
        (lm.intervene, whole | {"silence": (), "donor": None}),
        (runs.run, {"seed": 1}),
        (runs.at, {"epoch": 1}),
        (run.at, {"epoch": 1}),
        (runs.on, {"task": TASK, "reset": True}),
        (run.on, {"task": TASK, "reset": True}),
        (runs.new_errors, {"recall": lm.Recall(["a"], ["b"], 1), "number": 3, "seed": 0}),
        (TASK.under, {"settings": TINY}),
        (run.save, {"path": "gone/a.keras"}),
        (lm.load, {"path": "gone.keras"}),
        (lm.ProgressBar("epochs"), {"done": 1, "total": 2}),
        (partial(notebook.find, titles=["", "1. One", "2. Two"]), {"section": 1}),
    ]


@cache
def functions_of_pictures():
    """The same of those that draw."""
    runs, plots, insides, curves = networks(), lm.plots, lm.insides, lm.curves
    run, wide = runs.run(0), {"width": 500}
    held = {"held": lm.trace(run), "task": TASK, **wide}
    trace = {"trace": lm.trace(run), "task": TASK, **wide}
    table = pd.DataFrame([[0.5, 1.0]], columns=["a", "b"], index=[1])
    curve = {0: lm.Count(1, 2), 3: lm.Count(2, 2)}
    place = {"run": run, "sequence": 0, "step": 0}
    few = {"unit": 1, "shown": 2, "weights": False, "held": None, "order": None}
    bars = {"values": [0.5, 0.2], "edges": [0, 1], "title": "t", "below": "b"}
    return [
        (plots.loss_curve, {"run": run, "epoch": 1, "limits": (0, 1), **wide}),
        (plots.predictions, {"run": run, "step": 0, **wide}),
        (plots.states, {"which": "h", **trace}),
        (plots.difference, {"which": "h", **trace}),
        (plots.table, {"numbers": table, "title": "t", "decimals": 2, **wide}),
        (plots.one_hot, {"matrix": [[1, 0], [0, 1]], "symbols": "ab"}),
        (plots.lines, {"table": table, "title": "t", "beside": "b", "log": False, **wide}),
        (plots.cell, {"sequence": 0, "step": 1, "unit": 0, **trace}),
        (plots.unrolled, {"run": run, "sequence": 0}),
        (plots.network, place | few),
        (insides.heatmaps, {"step": 0, **held}),
        (insides.differences, {**place, "held": None, **wide}),
        (insides.unit_lines, {"unit": 0, "step": 0, **held}),
        (insides.moment, {"run": run, **wide}),
        (insides.pairs, {"left": np.eye(3), "title": "t", **wide}),
        (curves.counts, {"runs": runs}),
        (curves.success, {"curves": {"a": curve}, "title": "t", "share": "s", **wide}),
        (curves.heatmap, {"table": pd.DataFrame([[lm.Count(1, 2)]]), "title": "t", **wide}),
        (curves.histogram, bars | wide),
        (curves.leads, {"moments": {"a": [[0.5, 0.2]]}, **wide}),
    ]


@cache
def functions_of_1997():
    """The same of Experiment 2."""
    form = paper.Experiment2a(2)
    job = {"form": form, "network": "1997", "seed": 0, "most": 0, "options": {}}
    reading = asdict(paper.Reading())
    rival = paper.RNN(form)
    return [
        (paper.Experiment2a, {"p": 2}),
        (paper.Experiment2b, {"p": 2}),
        (paper.Experiment2c, {"q": 2, "p": 2}),
        (form.task, {"number": 1, "seed": 0, "renewed": False}),
        (paper.LSTM1997, {"form": form, "seed": 0, "reading": None}),
        (paper.RNN, {"form": form, "seed": 0, "learning": "rtrl", "rate": 1.0}),
        (paper.Guess, {"form": form, "seed": 0, "reading": None}),
        (paper.Modern, {"form": form, "seed": 0, "settings": None}),
        (paper.recipe, {"form": form}),
        (paper.Reading, reading),
        (lambda **given: paper.Job(**given).make(), job),
        (paper.passes, {"network": rival, "number": 3}),
        (paper.first_pass, {"network": rival, "most": 0, "stop": None}),
        (paper.first_passes, {"networks": [], "most": 0, "progress": None}),
        (paper.trial, {"network": rival, "most": 0, "stop": None}),
        (lambda **given: list(paper.trials(**given)), {"jobs": [], "folder": None}),
        (paper.RNN(form).go_to, {"presented": 0}),
        (paper.Guess(form).go_to, {"presented": 0}),
    ]


def try_each(functions, value, which):
    """Call each of the functions with the value in place of one of its arguments."""
    for function, right in functions:
        if not is_costly(value):
            check_answer(answer(function, **changed(right, which, value)))


@many_cases
@given(value=anything, which=st.integers(0, 6))
@example(".keras", 0)
def test_functions_of_networks(value, which):
    try_each(functions_of_networks(), value, which)


@many_cases
@given(value=anything, which=st.integers(0, 7))
def test_pictures(value, which):
    try_each(functions_of_pictures(), value, which)


@many_cases
@given(value=anything, which=st.integers(0, 11))
def test_functions_of_1997(value, which):
    try_each(functions_of_1997(), value, which)


def check_answer(found):
    """What is true of every answer of its kind."""
    if isinstance(found, lm.Run | lm.Runs):
        assert np.isfinite(found.stack.probabilities[:, 0, 0]).all()
        assert found.stack.remembers.dtype == bool
    elif isinstance(found, lm.Trace):
        assert found.h.shape[2] == TINY.neurons
    elif isinstance(found, np.ndarray):
        assert ((found >= 0) & (found <= 1)).all()
    elif isinstance(found, Drawing):
        assert found.alt
        tree = ElementTree.fromstring(found.svg())
        assert {part.tag.removeprefix(SPACE) for part in tree.iter()} <= TAGS
        for part in tree.iter():
            assert "nan" not in "".join(part.attrib.get(name, "") for name in ("d", "x", "y"))


# --- files -----------------------------------------------------------------------------------


@cache
def saved():
    """The bytes of a file that holds a network."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Keras and NumPy
        path = Path(folder) / "a.keras"
        networks().run(0).save(path)
        return path.read_bytes()


def harmed(content, data):
    """Bytes, some of which are others, left out or put in."""
    content = bytearray(content)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content)))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    return bytes(content)


@many_cases
@given(data=st.data(), path=anything)
def test_files_from_elsewhere(data, path):
    """Of a file with other bytes in it, what is loaded is a whole network, or nothing."""
    assert answer(lm.load, path) is REFUSED
    Path("a.keras").write_bytes(harmed(saved(), data))
    check_answer(answer(lm.load, "a.keras"))


@many_cases
@given(data=st.data())
def test_members_of_files_from_elsewhere(data):
    """The same of what the zip file holds, whose checksums are then right."""
    with zipfile.ZipFile("a.keras", "w") as file:
        name = data.draw(st.sampled_from(sorted(members())))
        for each, content in members().items():
            file.writestr(each, harmed(content, data) if each == name else content)
    check_answer(answer(lm.load, "a.keras"))


@cache
def members():
    """What there is in a file of a network, {name: bytes}."""
    with zipfile.ZipFile(io.BytesIO(saved())) as file:
        return {name: file.read(name) for name in (ABOUT, KEPT, WEIGHTS)}


# --- sweeps ----------------------------------------------------------------------------------


@many_cases
@given(value=anything, which=st.integers(0, 8))
def test_sweeps(value, which):
    given_ = {"task": TASK, "grid": {"epochs": [0, 1]}, "folder": None, "progress": None}
    given_ |= {"base": TINY, "test": None, "seeds": 1}
    if which == 7:
        table = answer(lm.read_sweep, value)
        assert table is REFUSED or len(table)
    elif which == 8:
        table = answer(lm.sweep, **given_ | {"grid": {"epochs": value}})
        if table is not REFUSED:
            assert table["epochs"].tolist() == list(value)
    elif not is_costly(value):
        table = answer(lm.sweep, **changed(given_, which, value))
        if table is not REFUSED:
            assert set(table["epochs"]) == {0, 1}
            assert ((table["max_error"] < 0.25) == table["remembered"]).all()


@many_cases
@given(data=st.data())
def test_tables_that_were_altered(data):
    """Each row that is read is one that was written."""
    written = table_of_a_sweep()
    Path("sweep.csv").write_bytes(harmed(written, data))
    rows = sweeps._store(".").read()
    assert set(rows.items()) <= set(rows_of(written).items())


@cache
def table_of_a_sweep():
    with tempfile.TemporaryDirectory() as folder:
        lm.sweep(TASK, {"epochs": [0, 1]}, 2, folder, base=TINY)
        return (Path(folder) / "sweep.csv").read_bytes()


@cache
def rows_of(table):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sweep.csv").write_bytes(table)
        return sweeps._store(folder).read()


# --- the Explorer ------------------------------------------------------------------------------

encoded = partial(urlencode, errors="surrogatepass")
READ = {name: about.read for name, about in form.CONTROLS.items() if name != "sequences"}


@many_cases
@given(texts | st.integers().map(str) | st.floats().map(str))
def test_what_is_typed_into_the_fields(text):
    """Every field but the sequences, each with the same text, below the widget."""
    for name, read in READ.items():
        if name == "initialisations":
            wanted, errors = form.check(form.DEFAULTS | {name: read(text)})
            assert (wanted is None) == bool(errors)
            for argument, words in errors.items():
                check_words(words, argument)
        else:  # what the check of a field asks
            settings = answer(lm.Settings, **{name: read(text)})
            if settings is not REFUSED:
                value = getattr(settings, name)
                assert str(value) == text or value == float(text)
    try:
        units = operate.units_in(text, 20)
    except lm.InputError as error:
        check_words(str(error), "units")
    else:
        assert units == sorted(set(units))
        assert set(units) <= set(range(20))


@many_cases
@given(
    texts | st.lists(texts, max_size=4).map(" ".join) | st.text("ab01 ,;|\n[]()'\"#=", max_size=20)
)
@example("\ud800 a")
def test_what_is_typed_as_sequences(text):
    """What is read can be written and read again, and holds no letter that was not typed."""
    wanted, errors = form.check(form.DEFAULTS | {"sequences": text})
    for argument, words in errors.items():
        check_words(words, argument)
    if wanted is not None:
        task = wanted.task
        assert lm.Task.parse(str(task)) == task
        symbols = {str(symbol).lstrip("-") for symbol in task.alphabet}
        assert set("".join(symbols)) <= set(text) | set("0123456789") or "\\" in text
        assert form.from_text(form.to_text(wanted))[1] == wanted
        assert form.from_text("?" + form.to_link(wanted, trains=True))[1:] == (wanted, True)


@many_cases
@given(texts | st.dictionaries(st.sampled_from([*form.CONTROLS, "token", "x"]), texts).map(encoded))
def test_links(link):
    """A pasted text or a link, and what the app's page makes of one in its address."""
    found = answer(form.from_text, link)
    if found is not REFUSED:
        values, wanted, _ = found
        assert form.from_text(form.to_text(wanted))[1] == wanted
        assert set(values) == set(form.CONTROLS)
    cell = SimpleNamespace(source='link = ""')
    request = SimpleNamespace(xsrf_token="", request=SimpleNamespace(query=link))
    welcome(request, SimpleNamespace(cells=[cell]), ".")
    (line,) = ast.parse(cell.source).body  # one assignment of one text, whatever is in it
    assert ast.literal_eval(line.value) in ("&".join(link.split("&")), without_token(link))


def without_token(link):
    return "&".join(part for part in link.split("&") if not part.startswith("token="))


@many_cases
@given(st.dictionaries(st.sampled_from(list(form.DEFAULTS)), anything, min_size=1, max_size=2))
def test_traits(values):
    """Settings of an Explorer that a program sets, below the widget."""
    wanted, errors = form.check(form.DEFAULTS | values)
    assert set(errors) <= {*values, "initialisations", "neurons", "sequences", "reset"}
    for argument, words in errors.items():
        check_words(words, argument)
    if wanted is not None:
        assert form.from_text(form.to_text(wanted))[1] == wanted


@cache
def explorer():
    made = lm.Explorer(threaded=False, epochs=1, neurons=2)
    made.train()
    return made


@many_cases
@given(texts, st.sampled_from([*form.CONTROLS, "units", "pasted"]))
def test_the_fields_themselves(text, name):
    """The widgets: what was typed stays, and what is wrong stands beside it."""
    page = explorer()
    if name == "units":
        field = page.operate.units
        page.operate.do("silence")
    else:
        field = page.share.pasted if name == "pasted" else page.fields[name].control
    try:
        field.value = text
    except TraitError:  # of a list to choose from
        assert form.CONTROLS[name].options or name == "shuffle"
        return
    if name == "pasted":
        page.share.restore.click()
        assert page.share.note.value
    elif name != "units":
        assert bool(page.fields[name].note.value) == (name in page.errors)
    assert field.value == text
    page.set_all({"epochs": 1, "neurons": 2})


@many_cases
@given(anything, st.sampled_from(["text", "trait", "place", "quiz", "shown", "choices", "bar"]))
@example(10**5000, "trait")
@example(np.array([]), "trait")
@example(pd.NA, "trait")
def test_widgets_that_a_program_makes(value, what):
    page = explorer()
    if what == "trait":
        page.set_all({"epochs": 1, "neurons": 2} | {"seed": value})
        assert page.seed is value
        assert ("seed" in page.errors) == (page.wanted is None)
    elif what == "place":
        run, (units, epochs) = page.run, (page.run.settings.neurons, page.run.settings.epochs)
        sizes = {"network": 1, "sequence": len(run.task.steps), "step": max(run.task.steps)}
        for name, size in {**sizes, "epoch": epochs + 1, "unit": units}.items():
            if answer(setattr, page, name, value) is not REFUSED:
                assert getattr(page, name) in (None, *range(size))
    elif what == "quiz":
        answer(lm.Quiz, [("q", {"a": "b", "c": value}, "a")])
        answer(lm.Quiz, value)
    elif what == "choices":
        answer(lm.TryOut, lambda a: "x", a=value)
        answer(lm.TryOut, "x" if callable(value) else value)
    elif what == "bar":
        answer(lm.ProgressBar, value)
    elif not isinstance(value, str | list):  # which may be right and take long
        answer(lm.Explorer if what == "text" else lm.SuccessRate, value, threaded=False)
