"""Trainings one after another, in a thread of their own, which report how far they are."""

import threading
from functools import partial
from time import monotonic
from typing import NamedTuple

from ..training import train_many
from .form import Wanted
from .moments import Result, remember, result_of, snapshot_epochs

REPORT_INTERVAL = 0.1  # seconds between two reports of progress
LOOK_INTERVAL = 0.2  # seconds, or more, between two looks at the network in training
LOOK_SHARE = 0.2  # of the time, at most, for these looks


class Report(NamedTuple):
    """How far a training is: `state` is "training", or how it ended, "idle", "stopped" or "failed".

    `done`: epochs. `result` is there if anything was learnt; with `is_known`, it was there before.
    `instead`: whether it took the place of a training that was not over.
    """

    state: str
    wanted: Wanted
    done: int = 0
    result: Result | None = None
    is_known: bool = False
    error: Exception | None = None
    instead: bool = False


class Job(NamedTuple):
    """A training that was asked for; `stop` ends it. `instead`: as in `Report`."""

    wanted: Wanted
    stop: threading.Event
    instead: bool


class Trainer:
    """Does one training at a time; the latest that is asked for takes the place of all others.

    What was trained before, and not stopped, is not trained again: its `Result` is there at
    once, as long as it is one of the latest.
    """

    def __init__(self, report, show, threaded=True, look=None):
        """`report(Report)` tells what is going on, `show(Result)` what came of it.

        `look(run)` shows the first network in the middle of its training. All are called by the
        thread at work, a report also by that which asks or stops. An error in `show` or `look`
        is reported as one of the training. With `threaded` False the thread at work is the one
        that calls `train`.
        """
        self._report, self._show, self._look, self._threaded = report, show, look, threaded
        self._lock = threading.RLock()  # held while the next four change, and while they are told
        self._job = None  # the one at work
        self._next = None  # the one to take its place
        self._worker = None  # the thread at work
        self._done = 0  # epochs that were reported
        self._reported = 0.0  # when, by the monotonic clock
        self._next_look = 0.0  # when, by the same clock
        self._results = {}  # of earlier trainings, the latest last

    @property
    def wanted(self):
        """The training that was asked for last and is not over, a `Wanted`, or None."""
        job = self._next or self._job
        return job and job.wanted

    def train(self, wanted, wait=False):
        """Train what is `wanted`; `wait`: return when no training is at work any more."""
        with self._lock:
            instead = self._job is not None or self._next is not None
            if self._job:
                self._job.stop.set()
            self._next, self._done = Job(wanted, threading.Event(), instead), 0
            starts = self._worker is None
            if starts:
                new = threading.Thread(target=self._work, name="lstm_memory training", daemon=True)
                self._worker = new if self._threaded else threading.current_thread()
            worker = self._worker
            self._report(Report("training", wanted, instead=instead))
        if starts:
            worker.start() if self._threaded else self._work()
        if wait and worker is not threading.current_thread():
            try:
                worker.join()
            except KeyboardInterrupt:
                self.stop()
                raise

    def stop(self):
        """End the training at work, if there is one, with what was learnt so far."""
        with self._lock:
            jobs = [job for job in (self._job, self._next) if job]
            for job in jobs:
                job.stop.set()
            if jobs and not self._done:  # it may be compiling, which can't be interrupted
                self._report(Report("stopped", jobs[-1].wanted))

    def _work(self):
        """Train until nothing more is asked for."""
        while self._take():
            try:
                report = self._do(self._job)
            except Exception as error:  # whatever it is, the learner has to see it
                report = Report("failed", self._job.wanted, error=error)
            with self._lock:
                self._job = None
                if self._next is None:
                    self._report(report)

    def _take(self):
        """Make the next job the one at work; False if there is none, and the work is over."""
        with self._lock:
            self._job, self._next = self._next, None
            if self._job is None:
                self._worker = None
            return self._job is not None

    def _do(self, job):
        """Do the job and show what came of it; return the `Report` of its end."""
        wanted, known = job.wanted, self._results.get(job.wanted)
        if known is not None:
            remember(self._results, wanted, known)
            self._show(known)
            return Report("idle", wanted, wanted.settings.epochs, known, is_known=True)
        progress, look = partial(self._progress, job), partial(self._see, job)
        self._next_look = monotonic() + LOOK_INTERVAL
        runs = train_many(*wanted, progress, job.stop, snapshot_epochs(wanted), look)
        done = runs.losses.shape[1]
        if self._next is not None or (runs.stopped and not done):
            return Report("stopped", wanted)
        self._done, result = done, result_of(runs)
        self._show(result)
        if runs.stopped:
            return Report("stopped", wanted, done, result)
        remember(self._results, wanted, result)
        return Report("idle", wanted, done, result)

    def _progress(self, job, done, total):
        """Report now and then how many epochs are done."""
        if job.stop.is_set() or monotonic() - self._reported < REPORT_INTERVAL:
            return
        self._reported = monotonic()
        with self._lock:
            if self._next is None and not job.stop.is_set():
                self._done = done
                self._report(Report("training", job.wanted, done, instead=job.instead))

    def _see(self, job, make):
        """Show the network as it is now, unless that would take too much of the time."""
        began = monotonic()
        if self._look is None or job.stop.is_set() or began < self._next_look:
            return
        self._look(make())
        ended = monotonic()
        self._next_look = ended + max(LOOK_INTERVAL, (ended - began) * (1 / LOOK_SHARE - 1))
