"""What the Explorer is about, without any widget: settings, a training at work, its result."""

import importlib
import threading
from time import monotonic
from typing import NamedTuple

from traitlets import Any, Dict, Enum, Float, HasTraits, Unicode, observe

from .captions import number, shorten
from .errors import InputError
from .memory import trace
from .runs import SUCCESS
from .sequences import TUTORIAL, Task
from .settings import Settings
from .training import train

SETTINGS = ("neurons", "epochs", "learning_rate", "bptt_steps", "seed")
NAMES = {name: name.replace("_", " ") for name in ("sequences", *SETTINGS)} | {
    "bptt_steps": "reach"
}
PAUSE = 0.1  # seconds between two reports of progress


class Job(NamedTuple):
    """A training that was asked for; `stop` ends it."""

    task: Task
    settings: Settings
    stop: threading.Event


class Experiment(HasTraits):
    """One network to be trained, again and again, with settings that may change at any time.

    The settings are traits and hold whatever was typed or set. What is wrong with it stands
    in `errors`, {setting: words}, and no training starts before that is empty.
    The other traits are set by the experiment alone: `state` and, in words, `status`;
    `progress` from 0 to 1; `run` and its `trace`, None before the first training.
    With `threaded` False all of it happens in the thread that calls `train`, before it returns.
    """

    sequences = Any("\n".join(" ".join(map(str, line)) for line in TUTORIAL.sequences))
    neurons = Any(Settings.neurons)
    epochs = Any(Settings.epochs)
    learning_rate = Any(Settings.learning_rate)
    bptt_steps = Any(Settings.bptt_steps)
    seed = Any(Settings.seed)

    state = Enum(("idle", "training", "stopped", "failed"), "idle", read_only=True)
    status = Unicode(read_only=True)
    errors = Dict(read_only=True)
    progress = Float(0.0, read_only=True)
    run = Any(None, read_only=True)
    trace = Any(None, read_only=True)

    def __init__(self, *args, threaded=True, **settings):
        self._threaded = threaded
        self._lock = threading.Lock()  # for the next three
        self._job = None  # the one at work
        self._next = None  # the one to take its place
        self._worker = None  # the thread at work
        self._wanted = None  # (task, settings) as they are, None if something is wrong
        self._outcome = ""  # how far the training is, or how the last one ended, in words
        self._reported = 0.0  # when, by the monotonic clock
        for name in set(settings) - set(self.class_trait_names()):
            raise InputError(name, "one of the settings " + ", ".join(NAMES), name)
        super().__init__(*args, **settings)
        self._check()
        if threaded:
            threading.Thread(target=_load_engine, daemon=True).start()

    # --- what a learner does -------------------------------------------------------------

    def train(self, wait=False):
        """Train with the settings as they are, in place of a training that is still at work.

        `wait`: return when the training has ended. If `errors` has something, nothing happens.
        """
        if self._wanted is None:
            return
        with self._lock:
            if self._job:
                self._job.stop.set()
            self._next = Job(*self._wanted, threading.Event())
            starts = self._worker is None
            if starts:
                self._worker = self._new_worker()
            worker = self._worker
        if starts:
            worker.start() if self._threaded else self._work()
        if wait and worker is not threading.current_thread():
            self._wait_for(worker)

    def stop(self):
        """End the training at work, if there is one, and keep what was learnt so far."""
        with self._lock:
            for job in filter(None, (self._job, self._next)):
                job.stop.set()

    # --- the training at work ------------------------------------------------------------

    def _new_worker(self):
        if not self._threaded:
            return threading.current_thread()
        return threading.Thread(target=self._work, name="lstm_memory training", daemon=True)

    def _wait_for(self, worker):
        try:
            worker.join()
        except KeyboardInterrupt:
            self.stop()
            raise

    def _work(self):
        """Train until nothing more is asked for."""
        while self._take():
            try:
                self._train(self._job)
            except Exception as error:  # whatever it is, the learner has to see it
                words = shorten(f"{type(error).__name__}: {error}", 300)
                self._enter("failed", f"Training failed: {words}. {self._what_stays()}")

    def _take(self):
        """Make the next job the one at work; False if there is none, and the work is over."""
        with self._lock:
            self._job, self._next = self._next, None
            if self._job is None:
                self._worker = None
            return self._job is not None

    def _train(self, job):
        self.set_trait("progress", 0.0)
        self._enter("training", "Training: preparing.")
        run = train(job.task, job.settings, self._report, job.stop)
        if self._next is not None:
            return  # that one takes its place
        done, of = len(run.losses), job.settings.epochs
        if run.stopped and not done:
            self._enter("stopped", f"Stopped before the first epoch. {self._what_stays()}")
            return
        self.set_trait("progress", done / of if of else 1.0)
        self.set_trait("trace", trace(run))
        self.set_trait("run", run)
        if run.stopped:
            self._enter("stopped", f"Stopped after {done:,} of {of:,} epochs. {_verdict(run)}")
        else:
            self._enter("idle", f"Trained for {done:,} epochs. {_verdict(run)}")

    def _what_stays(self):
        return "" if self.run is None else "The last result stays."

    def _report(self, done, total):
        if monotonic() - self._reported < PAUSE:
            return
        self._reported = monotonic()
        self.set_trait("progress", done / total)
        self._outcome = f"Training: epoch {done:,} of {total:,}."
        self._tell()

    def _enter(self, state, outcome):
        self._outcome = outcome
        self.set_trait("state", state)
        self._tell()

    # --- settings and words --------------------------------------------------------------

    @observe("sequences", *SETTINGS)
    def _check(self, change=None):
        """Find out what is wrong with the settings, each by itself."""
        values = {name: getattr(self, name) for name in SETTINGS}
        checks = {name: (lambda n=name: Settings(**{n: values[n]})) for name in SETTINGS}
        checks["sequences"] = lambda: Task.parse(self.sequences)
        errors = {}
        for name, check in checks.items():
            try:
                task = check()
            except InputError as error:
                errors[name] = str(error)
        self._wanted = None if errors else (task, Settings(**values))
        self.set_trait("errors", errors)
        self._tell()

    def _tell(self):
        """Bring `status` up to date; of two threads, the last to write sees that it is."""
        while self.status != (words := self._words()):
            self.set_trait("status", words)

    def _words(self):
        return " ".join(filter(None, (self._outcome, self._advice())))

    def _advice(self):
        """What to do next, and whether the result belongs to the settings."""
        wanted, shown, since = self._wanted, None, ""
        if self.state == "training" and self._job is not None:
            shown, since = self._job[:2], "it began"
        elif self.run is not None:
            shown, since = (self.run.task, self.run.settings), "this run"
        changed = f"Settings changed since {since}" if shown not in (None, wanted) else ""
        if wanted is None:
            names = " and ".join(NAMES[name] for name in self.errors)
            stop = f"Training can't start: see the note at {names}."
            return f"{changed}. {stop}" if changed else stop
        if shown is None:
            return "Press Train."
        return f"{changed}: press Train." if changed else ""


def _verdict(run):
    """Whether a network passes the test of 1997, in a sentence."""
    error = f"its largest error, {number(run.max_error, 2)},"
    if run.remembers:
        return f"It remembers: {error} is below {SUCCESS}."
    return f"It does not remember: {error} is not below {SUCCESS}."


def _load_engine():
    """Load TensorFlow. If that fails, so does the first training, and says why."""
    try:
        importlib.import_module("lstm_memory.engine")
    except Exception:
        return
