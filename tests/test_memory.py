"""Looking inside: the trace against plain NumPy and against Keras; interventions."""

import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory.memory import forward, outputs_after

RAGGED = lm.Task([list("axyza"), list("bxb"), list("cyxzyxc")])
WHOLE = lm.Settings(bptt_steps=None, learning_rate=0.01)


@pytest.fixture(scope="module")
def remembering():
    return lm.train_many(lm.TUTORIAL, WHOLE, 20)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def plain_lstm(weights, line, symbols):
    """An LSTM in ten lines of NumPy: h, c and the output after each step of one sequence."""
    W, U, b, V, d = (w.astype("float64") for w in weights)
    n = len(U)
    h, c, seen = np.zeros(n), np.zeros(n), []
    for x in np.eye(symbols)[line[:-1]]:
        z = x @ W + h @ U + b
        i, f, o = sigmoid(z[:n]), sigmoid(z[n : 2 * n]), sigmoid(z[3 * n :])
        c = f * c + i * np.tanh(z[2 * n : 3 * n])
        h = o * np.tanh(c)
        seen.append((h, c, i, f, np.tanh(z[2 * n : 3 * n]), o, sigmoid(h @ V + d)))
    return [np.array(values) for values in zip(*seen, strict=True)]


@pytest.mark.parametrize("task", [lm.TUTORIAL, RAGGED])
def test_trace_equals_a_plain_lstm(task):
    run = lm.train(task, lm.Settings(epochs=40, learning_rate=0.01, neurons=7))
    trace = lm.trace(run)
    assert trace.h.shape == (len(task.steps), max(task.steps), 7)
    for k, line in enumerate(task.indices):
        plain = plain_lstm(run.weights, line, len(task.alphabet))
        for name, expected in zip("hcifgo", plain[:-1], strict=True):
            seen = getattr(trace, name)[k]
            np.testing.assert_allclose(seen[: task.steps[k]], expected, atol=1e-6)
            assert np.isnan(seen[task.steps[k] :]).all()
        np.testing.assert_allclose(trace.outputs[k][: task.steps[k]], plain[-1], atol=1e-6)


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn", "dense"])
def test_trace_equals_keras_and_leaves_its_state_alone(cell, output):
    settings = lm.Settings(cell=cell, output=output, epochs=40, learning_rate=0.01, neurons=6)
    run = lm.train(RAGGED, settings)
    model, n = run.model, len(RAGGED.alphabet)
    trace = lm.trace(run)
    for k, line in enumerate(RAGGED.indices):
        if cell != "dense":
            model.layers[0].reset_state()
        for step, symbol in enumerate(line[:-1]):
            X = np.eye(n, dtype="float32")[symbol].reshape(1, 1, n)
            np.testing.assert_allclose(model(X)[0], trace.outputs[k, step], atol=1e-6)
            lm.trace(run)
            if cell != "dense":
                np.testing.assert_allclose(
                    model.layers[0].states[0][0], trace.h[k, step], atol=1e-6
                )
            if cell == "lstm":
                np.testing.assert_allclose(
                    model.layers[0].states[1][0], trace.c[k, step], atol=1e-6
                )
    assert (trace.c is None) == (cell != "lstm")
    assert (trace.z is None) == (cell != "gru")


def test_predictions_are_what_the_model_predicts(remembering):
    run = remembering.run(3)
    table = run.predictions
    assert list(table.columns) == [
        "sequence",
        "step",
        "input",
        "target",
        "predicted",
        "probability",
    ]
    assert table[["input", "target"]].to_numpy().tolist() == [
        [3, 0],
        [0, 1],
        [1, 2],
        [2, 3],
        [4, 0],
        [0, 1],
        [1, 2],
        [2, 4],
    ]
    X, _ = lm.to_lstm_dataset([3, 0, 1, 2, 3], 5)
    outputs = run.model.predict(X, batch_size=1, verbose=0)
    np.testing.assert_allclose(table.probability[:4], outputs[range(4), [0, 1, 2, 3]], atol=1e-6)
    assert table.predicted[:4].tolist() == outputs.argmax(axis=1).tolist()
    one_hot = np.eye(5)[[0, 1, 2, 3]]
    assert np.abs(outputs - one_hot).max() <= run.max_error + 1e-6
    assert remembering.predictions.query("seed == 3").probability.tolist() == list(
        table.probability
    )


def test_max_error_and_remembers():
    run = lm.train(lm.TUTORIAL)
    errors = [
        np.abs(run.outputs[k] - np.eye(5)[line[1:]]) for k, line in enumerate(RAGGED.indices[:0])
    ]
    errors = [
        np.abs(run.outputs[k] - np.eye(5)[list(line[1:])])
        for k, line in enumerate(lm.TUTORIAL.sequences)
    ]
    assert run.max_error == pytest.approx(np.max(errors))
    assert not run.remembers
    assert lm.train(lm.TUTORIAL, WHOLE).max_error < 0.25


def test_another_task_for_the_same_network(remembering):
    longer = lm.Task([[4, 0, 1, 1, 1, 2, 4], [3, 0]])
    run = remembering.on(longer).run(2)
    assert run.task.alphabet == (0, 1, 2, 3, 4)
    first = remembering.run(2).predictions
    assert run.predictions.probability[[0, 1, 6]].tolist() == first.probability[[4, 5, 0]].tolist()
    assert run.on(lm.TUTORIAL).predictions.equals(first)
    assert remembering.on(longer).remembers.shape == (20,)
    with pytest.raises(lm.InputError, match=r"task: expected only symbols .*, got 7"):
        run.on(lm.Task([[7, 0]]))
    with pytest.raises(lm.InputError, match="task: expected a Task"):
        run.on([[3, 0]])


def test_without_reset_the_state_runs_on_as_in_keras():
    run = lm.train(RAGGED, lm.Settings(epochs=40, learning_rate=0.01, neurons=6))
    stream = run.on(RAGGED, reset=False)
    n, trace = len(RAGGED.alphabet), lm.trace(stream)
    for k, line in enumerate(RAGGED.indices):
        X = np.eye(n, dtype="float32")[line[:-1]].reshape(-1, 1, n)
        outputs = run.model.predict(X, batch_size=1, verbose=0)  # the state lives on
        np.testing.assert_allclose(stream.outputs[k, : len(X)], outputs, atol=1e-6)
        np.testing.assert_allclose(
            run.model.layers[0].states[0][0], trace.h[k, len(X) - 1], atol=1e-6
        )
        assert np.isnan(stream.outputs[k, len(X) :]).all()
    np.testing.assert_array_equal(stream.outputs[0], run.outputs[0])


# --- interventions -------------------------------------------------------------------------


def last(table):
    return table.groupby("seed").probability.last().to_numpy()


def test_wiping_the_memory_takes_the_answer_away(remembering):
    """With nothing left of the first symbol, both sequences are told the same."""
    wiped = [lm.intervene(remembering, sequence=k, step=3, reset=True) for k in (0, 1)]
    assert (last(remembering.predictions) > 0.75).all()
    assert (last(wiped[0]) + last(wiped[1]) < 1.5).all()
    after = forward(remembering.settings, remembering.weights, [np.array([2, 3])])[
        "outputs"
    ]  # a network that starts with the last step
    np.testing.assert_array_equal(last(wiped[0]), after[:, 0, 0, 3])
    np.testing.assert_array_equal(last(wiped[1]), after[:, 0, 0, 4])


def test_wiping_before_the_first_step_changes_nothing(remembering):
    table = lm.intervene(remembering, sequence=1, step=0, reset=True)
    expected = remembering.predictions.query("sequence == 1").reset_index(drop=True)
    assert table.equals(expected)


def test_a_transplanted_memory_gives_the_other_answer(remembering):
    run = remembering.run(0)
    table = lm.intervene(run, sequence=0, step=3, transplant=1)
    assert list(table.columns) == list(run.predictions.columns)
    assert table.sequence.tolist() == [0, 0, 0, 0]
    assert table.predicted.tolist() == [0, 1, 2, 4]
    # from here on the network cannot tell in which sequence it is
    assert 1 - table.probability.iloc[-1] > 0.75
    own = lm.intervene(run, sequence=0, step=3, transplant=0)
    assert own.equals(run.predictions.query("sequence == 0").reset_index(drop=True))


def test_a_transplant_may_come_from_the_end_of_a_shorter_sequence():
    run = lm.train(RAGGED, lm.Settings(epochs=3))
    table = lm.intervene(run, sequence=0, step=2, transplant=1)
    assert len(table) == 4
    with pytest.raises(lm.InputError, match="step: expected a step that sequence 1 reaches"):
        lm.intervene(run, sequence=0, step=3, transplant=1)


def test_a_memory_from_another_network(remembering):
    """A network reads its own memory in another network's code only by accident."""
    run, other = remembering.run(0), remembering.run(1)
    table = lm.intervene(run, sequence=0, step=3, transplant=0, donor=other)
    state = lm.trace(other)
    W, U, b, V, d = run.weights
    z = W[2] + state.h[0, 2] @ U + b
    c = sigmoid(z[20:40]) * state.c[0, 2] + sigmoid(z[:20]) * np.tanh(z[40:60])
    h = sigmoid(z[60:]) * np.tanh(c)
    assert table.probability.iloc[-1] == pytest.approx(sigmoid(h @ V + d)[3], abs=1e-5)
    same = lm.intervene(run, sequence=0, step=3, transplant=1, donor=run)
    assert same.equals(lm.intervene(run, sequence=0, step=3, transplant=1))


@pytest.mark.parametrize("changes", [{"neurons": 19}, {"cell": "gru"}])
def test_a_memory_that_does_not_fit(remembering, changes):
    other = lm.train(lm.TUTORIAL, lm.Settings(epochs=1, **changes))
    with pytest.raises(
        lm.InputError, match=r"donor: expected 1 network\(s\) with cell 'lstm' and 20"
    ):
        lm.intervene(remembering.run(0), step=1, transplant=1, donor=other)
    with pytest.raises(lm.InputError, match=r"donor: expected 20 network\(s\)"):
        lm.intervene(remembering, step=1, transplant=1, donor=remembering.run(0))


def test_silent_units_say_nothing(remembering):
    run = remembering.run(1)
    every = lm.intervene(run, sequence=0, silence=range(20))
    d = run.weights[-1]
    np.testing.assert_allclose(every.probability, sigmoid(d)[[0, 1, 2, 3]], atol=1e-6)
    W, U, b, V, d = (w.copy() for w in run.weights)
    U[[4, 7]], V[[4, 7]] = 0, 0  # the same, done to the weights that read these units
    expected = plain_lstm([W, U, b, V, d], lm.TUTORIAL.indices[1], 5)[-1][range(4), [0, 1, 2, 4]]
    silenced = lm.intervene(run, sequence=1, silence=[4, 7])
    np.testing.assert_allclose(silenced.probability, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"sequence": 2, "step": 1, "reset": True}, "sequence: expected .* 0 to 1, got 2"),
        ({"step": 4, "reset": True}, "step: expected a whole number from 0 to 3, got 4"),
        ({"step": -1, "reset": True}, "step: expected"),
        ({"reset": True}, "step: expected a whole number from 0 to 3, got None"),
        ({"step": 1}, "step: expected reset=True or transplant="),
        ({"step": 1, "transplant": 5}, "transplant: expected a whole number from 0 to 1, got 5"),
        ({"step": 1, "transplant": 1, "reset": True}, "transplant: expected None"),
        ({"silence": [20]}, "silence: expected a whole number from 0 to 19, got 20"),
        ({"silence": [3, -1]}, "silence: expected a whole number from 0 to 19, got -1"),
        ({"silence": [1.5]}, "silence: expected a whole number from 0 to 19, got 1.5"),
        ({"silence": "4"}, "silence: expected a list of units, got '4'"),
        ({"silence": 4}, "silence: expected a list of units, got 4"),
    ],
)
def test_wrong_interventions(remembering, arguments, words):
    with pytest.raises(lm.InputError, match=words):
        lm.intervene(remembering, **arguments)


def test_a_network_without_memory_cannot_be_operated_on():
    runs = lm.train_many(lm.TUTORIAL, lm.Settings(cell="dense", epochs=1), 2)
    for networks in (runs, runs.run(1)):
        for operation in ({"step": 1, "reset": True}, {"silence": [0]}):
            with pytest.raises(lm.InputError, match="run: expected a network with a memory"):
                lm.intervene(networks, **operation)


def test_a_memory_comes_from_a_sequence_not_from_another_network(remembering):
    """So the sizes of the two always agree."""
    smaller = lm.train(lm.TUTORIAL, lm.Settings(neurons=3, epochs=1))
    with pytest.raises(lm.InputError, match="transplant: expected a whole number from 0 to 1"):
        lm.intervene(remembering, step=1, transplant=smaller)


@pytest.mark.parametrize(
    "operation",
    [{"step": 2, "reset": True}, {"step": 3, "transplant": 0}, {"silence": [4, 7]}, {}],
)
def test_many_networks_are_operated_on_as_each_by_itself(remembering, operation):
    table = lm.intervene(remembering, sequence=1, **operation)
    assert table.columns[0] == "seed"
    for seed in (0, 13):
        own = lm.intervene(remembering.run(seed), sequence=1, **operation)
        rows = table[table.seed == seed].drop(columns="seed").reset_index(drop=True)
        np.testing.assert_allclose(rows.pop("probability"), own.pop("probability"), atol=1e-6)
        assert rows.equals(own)


def test_no_networks_at_all():
    with pytest.raises(lm.InputError, match="seeds: expected 1 to 10,000 seeds, got"):
        lm.train_many(lm.TUTORIAL, lm.REMEMBERING, [])


def test_a_trace_is_of_one_network(remembering):
    for other in (remembering, lm.TUTORIAL, None, remembering.run(0).weights):
        with pytest.raises(lm.InputError, match=r"^run: expected one network, a Run, such as"):
            lm.trace(other)


def test_the_new_symbol_is_named(remembering):
    with pytest.raises(lm.InputError) as error:
        remembering.on(lm.Task([[3, 0, 7]]))
    words = "only symbols the network was trained on (0, 1, 2, 3, 4), got 7"
    assert str(error.value) == f"task: expected {words}"


def test_the_answer_to_a_wipe_is_the_answer_to_a_beginning(remembering):
    """Zeros are the state in which a sequence begins: as if it began at that step."""
    task = lm.Task([[2, 3]])
    begun = remembering.on(task).outputs[:, 0, 0]
    wiped = outputs_after(remembering, 0, 3, reset=True)[:, 0, -1]
    np.testing.assert_array_equal(wiped, begun)
