"""What the Explorer is about, without any widget: settings, a training at work, its result."""

import threading
from dataclasses import replace
from time import monotonic
from typing import NamedTuple

from traitlets import Any, Dict, Enum, Float, HasTraits, Int, Unicode, observe

from ..engine import loading
from ..errors import InputError
from ..pictures.words import shorten
from ..training import train_many
from .form import DEFAULTS, NAMES, Wanted, check, from_text, to_text
from .moments import Results, epochs_of, epochs_to_keep, moment_at, result_of, verdict

PAUSE = 0.1  # seconds between two reports of progress
PREPARING = (
    "Training: the engine is being loaded. Where it is used for the first time, it is compiled,"
    " which takes about half a minute."
)


class Job(NamedTuple):
    """A training that was asked for; `stop` ends it."""

    wanted: Wanted
    stop: threading.Event


class Experiment(HasTraits):
    """Networks to be trained, again and again, with settings that may change at any time.

    The settings are traits and hold whatever was typed or set. What is wrong with it stands
    in `errors`, {setting: words}, and no training starts before that is empty; `text` holds
    settings that are right as a text, for `restore`. Of `initialisations` networks, with seeds
    from `seed` on, the first is the one that is shown.

    The other traits are results: `state` and, in words, `status`; `progress` from 0 to 1;
    `runs`, all networks as they are in the end; `run`, the first; `counts`, how many remember,
    {epoch: Count}. They are None before the first training. `epoch` may be set to look back:
    `moment` is the first network as it was then. What was trained before, and not stopped,
    is not trained again: its result is there at once, as long as it is one of the latest. With
    `threaded` False all of it happens in the thread that calls `train`, before it returns.
    """

    sequences = Any(DEFAULTS["sequences"])
    neurons = Any(DEFAULTS["neurons"])
    epochs = Any(DEFAULTS["epochs"])
    learning_rate = Any(DEFAULTS["learning_rate"])
    bptt_steps = Any(DEFAULTS["bptt_steps"])
    cell = Any(DEFAULTS["cell"])
    batch_size = Any(DEFAULTS["batch_size"])
    shuffle = Any(DEFAULTS["shuffle"])
    forget_bias = Any(DEFAULTS["forget_bias"])
    output = Any(DEFAULTS["output"])
    last_weight = Any(DEFAULTS["last_weight"])
    clip_norm = Any(DEFAULTS["clip_norm"])
    seed = Any(DEFAULTS["seed"])
    initialisations = Any(DEFAULTS["initialisations"])

    state = Enum(("idle", "training", "stopped", "failed"), "idle", read_only=True)
    status = Unicode(read_only=True)
    errors = Dict(read_only=True)
    text = Unicode(read_only=True)
    progress = Float(0.0, read_only=True)
    runs = Any(None, read_only=True)
    run = Any(None, read_only=True)
    counts = Any(None, read_only=True)
    moment = Any(None, read_only=True)
    epoch = Int(0)

    def __init__(self, *args, threaded=True, **settings):
        self._threaded = threaded
        self._lock = threading.RLock()  # for the next three and the state
        self._job = None  # the one at work
        self._next = None  # the one to take its place
        self._worker = None  # the thread at work
        self._results = Results()  # of earlier trainings
        self.showing = threading.RLock()  # held while `moment` changes and is drawn
        self._wanted = None  # the settings as they are, None if something is wrong
        self._outcome = ""  # how far the training is, or how the last one ended, in words
        self._reported = 0.0  # when, by the monotonic clock
        for name in set(settings) - set(self.class_trait_names()):
            raise InputError(name, "one of the settings " + ", ".join(NAMES), name)
        super().__init__(*args, **settings)
        self._check()
        if threaded:
            loading.load_ahead()

    @property
    def wanted(self):
        """The training that the settings ask for, a `Wanted`; None if something is wrong."""
        return self._wanted

    @property
    def trace(self):
        """What the first network held at the epoch that is shown, a `Trace`."""
        return self.moment and self.moment.trace

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
            self._next = Job(self._wanted, threading.Event())
            starts = self._worker is None
            if starts:
                self._worker = self._new_worker()
            worker = self._worker
            self.set_trait("progress", 0.0)
            self._enter("training", "Training: preparing." if loading.is_ready() else PREPARING)
        if starts:
            worker.start() if self._threaded else self._work()
        if wait and worker is not threading.current_thread():
            self._wait_for(worker)

    def stop(self):
        """End the training at work, if there is one, and keep what was learnt so far."""
        with self._lock:
            jobs = [job for job in (self._job, self._next) if job]
            for job in jobs:
                job.stop.set()
            if jobs and not self.progress:  # it may be compiling, which can't be interrupted
                self._enter("stopped", f"Stopped before the first epoch. {self._what_stays()}")

    def one_epoch(self):
        """Train one epoch further than the result, or one epoch if there is none like it."""
        if self._wanted is None:
            return
        done = self.runs.losses.shape[1] if self._goes_on() else 0
        self.epochs = done + 1
        self.train()

    def restore(self, text):
        """Set all settings to those of a `text`; raises `InputError` and changes nothing else."""
        self.set_all(from_text(text))

    def set_all(self, values):
        """Set settings, {name: value}; those that are not named go back to their defaults."""
        for name, value in (DEFAULTS | values).items():
            setattr(self, name, value)

    def _goes_on(self):
        """Whether the result is one of the wanted training, but for the number of epochs."""

        def but_epochs(task, settings, seeds):
            return task, replace(settings, epochs=0), tuple(seeds)

        runs = self.runs
        if runs is None:
            return False
        return but_epochs(*self._wanted) == but_epochs(runs.task, runs.settings, runs.seeds)

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
                state, outcome = self._train(self._job)
            except Exception as error:  # whatever it is, the learner has to see it
                words = shorten(f"{type(error).__name__}: {error}", 300)
                state, outcome = "failed", f"Training failed: {words}. {self._what_stays()}"
            with self._lock:
                self._job = None
                if self._next is None:
                    self._enter(state, outcome)

    def _take(self):
        """Make the next job the one at work; False if there is none, and the work is over."""
        with self._lock:
            self._job, self._next = self._next, None
            if self._job is None:
                self._worker = None
            return self._job is not None

    def _train(self, job):
        """Do the job; return the state it ends in, and words on it."""
        epochs, result = job.wanted.settings.epochs, self._results.get(job.wanted)
        if result is not None:
            self._set_result(result)
            return "idle", f"Trained before, for {epochs:,} epochs. {verdict(result.runs)}"
        report = lambda done, total: self._report(job, done, total)  # noqa: E731
        runs = train_many(*job.wanted, report, job.stop, epochs_to_keep(job.wanted))
        done = runs.losses.shape[1]
        if self._next is not None:
            return self.state, self._outcome  # that one takes its place
        if runs.stopped and not done:
            return "stopped", f"Stopped before the first epoch. {self._what_stays()}"
        result = result_of(runs)
        self._set_result(result)
        if runs.stopped:
            return "stopped", f"Stopped after {done:,} of {epochs:,} epochs. {verdict(result.runs)}"
        self._results.add(job.wanted, result)
        return "idle", f"Trained for {epochs:,} epochs. {verdict(result.runs)}"

    def _set_result(self, result):
        """Make it the result; `moment` is set last, so who observes it finds all the rest."""
        epochs, done = result.runs.settings.epochs, result.runs.losses.shape[1]
        with self.showing:
            for name, value in result._asdict().items():
                self.set_trait(name, value)
            self.set_trait("moment", moment_at(result.run, done))
            self.epoch = done
        self.set_trait("progress", done / epochs if epochs else 1.0)

    @observe("epoch")
    def _look_back(self, change):
        """Show the epoch that was set, or the one next to it that there is."""
        with self.showing:
            if self.run is None:
                return
            epoch = min(epochs_of(self.run), key=lambda there: abs(there - self.epoch))
            if epoch != self.moment.epoch:
                self.set_trait("moment", moment_at(self.run, epoch))

    def _what_stays(self):
        return "" if self.run is None else "The last result stays."

    def _report(self, job, done, total):
        if job.stop.is_set() or monotonic() - self._reported < PAUSE:
            return
        self._reported = monotonic()
        with self._lock:
            if self._next is None and not job.stop.is_set():
                self.set_trait("progress", done / total)
                self._enter("training", f"Training: epoch {done:,} of {total:,}.")

    def _enter(self, state, outcome):
        self._outcome = outcome
        self.set_trait("state", state)
        self._tell()

    # --- settings and words --------------------------------------------------------------

    @observe(*NAMES)
    def _check(self, change=None):
        """Find out what is wrong with the settings, each by itself."""
        self._wanted, errors = check({name: getattr(self, name) for name in NAMES})
        self.set_trait("errors", errors)
        self.set_trait("text", to_text(self._wanted) if self._wanted else "")
        self._tell()

    def _tell(self):
        """Bring `status` up to date; of two threads, the last to write sees that it is."""
        while self.status != (words := self._words()):
            self.set_trait("status", words)

    def _words(self):
        return " ".join(filter(None, (self._outcome, self._advice())))

    def _advice(self):
        """What to do next, and whether the result belongs to the settings."""
        wanted, shown, since, job = self._wanted, None, "", self._job or self._next
        if self.state == "training" and job is not None:
            shown, since = job.wanted, "it began"
        elif (runs := self.runs) is not None:
            first, last = runs.seeds[0], runs.seeds[-1]
            shown, since = Wanted(runs.task, runs.settings, range(first, last + 1)), "this run"
        changed = f"Settings changed since {since}" if shown not in (None, wanted) else ""
        if wanted is None:
            names = " and ".join(NAMES[name] for name in self.errors)
            stop = f"Training can't start: see the note at {names}."
            return f"{changed}. {stop}" if changed else stop
        if shown is None:
            return "Press Train."
        return f"{changed}: press Train." if changed else ""
