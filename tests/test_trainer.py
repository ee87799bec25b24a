"""The trainer by itself, without the settings and words of an experiment and without widgets."""

import threading

import pytest

import lstm_memory as lm
from lstm_memory.explorer import trainer as module
from lstm_memory.explorer.form import Wanted
from lstm_memory.explorer.trainer import Report, Trainer

from .explorer_tools import LONG, WIDE, finish, training_threads, wait_until


def wanted(epochs=3, seed=0, **settings):
    return Wanted(
        lm.TUTORIAL, lm.Settings(epochs=epochs, seed=seed, **settings), range(seed, seed + 1)
    )


class Told:
    """A trainer and what it told: its reports and results, and the threads that told them."""

    def __init__(self, threaded=True):
        self.reports, self.results, self.threads = [], [], set()
        self.trainer = Trainer(self.report, self.show, threaded)

    def report(self, report):
        self.reports.append(report)

    def show(self, result):
        self.results.append(result)
        self.threads.add(threading.current_thread())


@pytest.fixture
def told():
    told = Told()
    yield told
    told.trainer.stop()
    finish(told)


def test_a_training_is_reported_and_its_result_shown(told):
    told.trainer.train(wanted(), wait=True)
    (result,) = told.results
    assert told.reports[0] == Report("training", wanted())
    assert told.reports[-1] == Report("idle", wanted(), 3, result)
    assert result.run.losses.equals(lm.train(lm.TUTORIAL, lm.Settings(epochs=3)).losses)
    assert told.threads.isdisjoint({threading.current_thread()})
    assert (told.trainer.wanted, training_threads()) == (None, [])


def test_what_was_trained_before_is_not_trained_again(told, monkeypatch):
    told.trainer.train(wanted(), wait=True)
    monkeypatch.setattr(module, "train_many", lambda *arguments: 1 / 0)
    told.trainer.train(wanted(), wait=True)
    first, again = told.results
    assert again is first
    assert told.reports[-1] == Report("idle", wanted(), 3, first, is_known=True)


def test_it_stops_with_what_was_learnt(told):
    long = wanted(LONG, neurons=WIDE)
    told.trainer.train(long)
    wait_until(lambda: told.reports[-1].done > 0)
    assert told.trainer.wanted == long
    told.trainer.stop()
    finish(told)
    state, of, done, result, *_ = told.reports[-1]
    assert (state, of) == ("stopped", long)
    assert 0 < done == len(result.run.losses) < LONG
    assert told.reports[-2].state == "training"
    dones = [report.done for report in told.reports[:-1]]
    assert dones == sorted(dones)


@pytest.fixture
def slow(monkeypatch):
    """A training begins, and waits until it may end: these two events."""
    began, may_end = threading.Event(), threading.Event()

    def train_many(*arguments):
        began.set()
        may_end.wait(60)
        return lm.train_many(*arguments)

    monkeypatch.setattr(module, "train_many", train_many)
    return began, may_end


def test_what_is_wanted_is_what_was_asked_for_last(told, slow):
    """Although what was asked for before is still at work."""
    began, may_end = slow
    for seed in (1, 2):
        told.trainer.train(wanted(seed=seed))
        began.wait(60)
        assert told.trainer.wanted == wanted(seed=seed)
    may_end.set()
    finish(told)
    assert told.trainer.wanted is None


def test_stopped_before_the_first_epoch_it_says_so_at_once(told, slow):
    began, may_end = slow
    told.trainer.train(wanted(LONG))
    began.wait(60)
    told.trainer.stop()
    assert told.reports[-1] == Report("stopped", wanted(LONG))  # although it is still at work
    assert told.trainer.wanted == wanted(LONG)
    may_end.set()
    finish(told)
    assert told.reports[-1] == Report("stopped", wanted(LONG))
    assert told.results == []


def test_the_latest_takes_the_place_of_all_others(told):
    told.trainer.train(wanted(LONG, neurons=WIDE))
    for seed in range(1, 5):
        told.trainer.train(wanted(seed=seed))
    told.trainer.train(wanted(seed=9), wait=True)
    assert told.results[-1].runs.seeds == (9,)
    ends = [report for report in told.reports if report.state != "training"]
    assert [report.wanted for report in ends] == [wanted(seed=9)]
    assert LONG not in [result.run.settings.epochs for result in told.results]


@pytest.mark.parametrize("where", ["training", "showing"])
def test_any_error_ends_in_a_report(told, monkeypatch, where):
    def fails(*arguments):
        raise MemoryError("no room")

    with monkeypatch.context() as patch:
        if where == "training":
            patch.setattr(module, "train_many", fails)
        else:
            patch.setattr(told.trainer, "_show", fails)
        told.trainer.train(wanted(), wait=True)
    last = told.reports[-1]
    assert (last.state, last.result, str(last.error)) == ("failed", None, "no room")
    told.trainer.train(wanted(), wait=True)
    assert told.reports[-1].state == "idle"


def test_without_threads_all_is_done_when_it_returns():
    told = Told(threaded=False)
    told.trainer.train(wanted())
    assert told.threads == {threading.current_thread()}
    assert told.reports[-1].state == "idle"
    told.trainer.stop()
    assert told.reports[-1].state == "idle"  # there was nothing to stop


def test_who_is_shown_a_result_may_ask_for_another_training():
    told = Told(threaded=False)

    def once_more(result):
        if len(result.run.losses) == 3:
            told.trainer.train(wanted(4), wait=True)

    told.trainer._show = once_more
    told.trainer.train(wanted(3))
    ends = [report for report in told.reports if report.state != "training"]
    assert [report.wanted for report in ends] == [wanted(4)]
