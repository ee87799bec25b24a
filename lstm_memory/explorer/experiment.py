"""What the Explorer is about, without any widget: settings, what they lead to, and words on it."""

import threading
from time import monotonic

from traitlets import Any, Dict, Enum, Float, HasTraits, Int, Unicode, observe, validate

from ..engine import loading
from ..errors import InputError
from ..pictures.words import shorten, verdict
from ..progress import duration
from .form import DEFAULTS, Wanted, check, from_text, name_in_words, to_link, to_text
from .moments import Moment, epochs_of, moment_at
from .trainer import Trainer

PREPARING = (
    "Training: the engine is being loaded. Where it is used for the first time, it is compiled,"
    " which takes about half a minute."
)

INSTEAD = "It took the place of a training that was not over, of which nothing is kept."

Typed = type("Typed", (HasTraits,), {name: Any(value) for name, value in DEFAULTS.items()})


class WholeNumber(Int):
    """A whole number; `InputError` for anything else."""

    def error(self, obj, value, error=None, info=None):
        raise InputError(self.name, "a whole number", value)


class Experiment(Typed):
    """Networks to be trained, again and again, with settings that may change at any time.

    The settings are traits, named as in `DEFAULTS`, and hold whatever was typed or set. What is
    wrong with it stands in `errors`, {setting: words}, and no training starts before that is
    empty. Settings that are right are the training `wanted`, else None, and a `text` for
    `restore`. Of `initialisations` networks, with seeds from `seed` on, the first is shown.

    The other traits are results: `state` and, in words, `status`; `progress` from 0 to 1;
    `runs`, all networks as they are in the end; `run`, one of them, at first the first;
    `counts`, how many have learnt what can be known, {epoch: Count}. They are None before the
    first training.

    What is looked at may be set, and is brought within what there is: `network`, the seed of
    `run`; `epoch`, of which `moment` is that network; `sequence` and `step`; `unit`, one that
    was chosen, or None. `shown` is `moment`, but while a training is at work its first network.

    The trainings are the business of `trainer`; with `threaded` False they happen in the thread
    that calls `train`, before it returns.
    """

    state = Enum(("idle", "training", "stopped", "failed"), "idle", read_only=True)
    status = Unicode(read_only=True)
    errors = Dict(read_only=True)
    text = Unicode(read_only=True)
    progress = Float(0.0, read_only=True)
    runs = Any(None, read_only=True)
    run = Any(None, read_only=True)
    counts = Any(None, read_only=True)
    moment = Any(None, read_only=True)
    shown = Any(None, read_only=True)
    network, epoch, sequence, step = (WholeNumber(0) for _ in range(4))
    unit = WholeNumber(None, allow_none=True)

    def __init__(self, *args, threaded=True, **settings):
        self.trainer = Trainer(self._hear, self._accept, threaded, self._see)
        self.showing = threading.RLock()  # held while `moment` changes and is drawn
        self.wanted, self.is_settling = None, False
        self._began = None  # the training at work: when its first epochs were done, and how many
        self._outcome = ""  # how far the training is, or how the last one ended, in words
        self._is_changing = True  # several settings at once, which are checked in the end
        for name in set(settings) - set(self.class_trait_names()):
            raise InputError(name, "one of the settings " + ", ".join(DEFAULTS), name)
        super().__init__(*args, **settings)
        self._is_changing = False
        self._check()
        if threaded:
            loading.load_ahead()

    @property
    def trace(self):
        """What the first network held at the epoch that is shown, a `Trace`."""
        return self.moment and self.moment.trace

    @property
    def trained(self):
        """What the loss is drawn of: the network, or all of them where there are several."""
        return self.runs if len(self.runs.seeds) > 1 else self.run

    # --- what a learner does -------------------------------------------------------------

    def train(self, wait=False):
        """Train with the settings as they are, in place of a training that is still at work.

        `wait`: return when the training has ended. If `errors` has something, nothing happens.
        """
        if self.wanted is not None:
            self.trainer.train(self.wanted, wait)

    def stop(self):
        """End the training at work, if there is one, and keep what was learnt so far."""
        self.trainer.stop()

    def one_epoch(self):
        """Train one epoch further than the result, or one epoch if there is none like it."""
        wanted, runs, done = self.wanted, self.runs, 0
        if wanted is None:
            return
        if runs is not None and Wanted.of(runs).but_epochs == wanted.but_epochs:
            done = runs.losses.shape[1]
        self.epochs = done + 1
        self.train()

    def restore(self, text):
        """Set all settings to those of a `text` or a link, and train if the link says so.

        Raises `InputError` and changes nothing otherwise.
        """
        values, wanted, trains = from_text(text)
        self._set(values, (wanted, {}))
        if trains:
            self.train()

    @property
    def link(self):
        """What follows the ? of a link to this page as it is; nothing if a setting is wrong."""
        if self.wanted is None:
            return ""
        there = self.trainer.wanted or (self.runs and Wanted.of(self.runs))
        return to_link(self.wanted, there == self.wanted)

    def set_all(self, values):
        """Set settings, {name: value}; those that are not named go back to their defaults."""
        self._set(DEFAULTS | values)

    def _set(self, values, checked=None):
        """Set many settings with one check, or none if they were `checked`."""
        self._is_changing = True
        try:
            for name, value in values.items():
                setattr(self, name, value)
        finally:
            self._is_changing = False
            self._check(checked=checked)

    # --- what comes of it ----------------------------------------------------------------

    def _hear(self, report):
        """Bring `progress`, `state` and `status` up to date."""
        if report.state != "failed":  # then it stays where it was
            share = report.done / max(1, report.wanted.settings.epochs)
            self.set_trait("progress", 1.0 if report.state == "idle" else share)
        stays = report.result is None and report.state != "training" and self.run is not None
        if report.state != "training":
            self._show_moment()
        self._outcome = in_words(report, self._time_left(report))
        self._outcome += " The last result stays." if stays else ""
        self.set_trait("state", report.state)
        self._tell()

    def _time_left(self, report):
        """How long a training will still take, in words, or nothing where that is not known.

        It goes by the time since the first epochs were reported, for before them networks are made.
        """
        if not report.done or self._began is None:
            self._began = (monotonic(), report.done) if report.done else None
            return ""
        began, before = self._began
        rest = report.wanted.settings.epochs - report.done
        seconds = (monotonic() - began) * rest / max(1, report.done - before)
        return f", about {duration(seconds)} left" if seconds >= 1 else ""

    def _accept(self, result):
        """Make it the result; `moment` is set last, so who observes it finds all the rest."""
        done = result.runs.losses.shape[1]
        with self.showing:
            for name, value in result._asdict().items():
                self.set_trait(name, value)
            self.network = result.run.settings.seed
            self.set_trait("moment", moment_at(result.run, done))
            self.epoch = done

    def _see(self, run):
        """Show a network in the middle of its training."""
        with self.showing:
            self.set_trait("shown", Moment(len(run.losses), run))

    @observe("moment")
    def _show_moment(self, change=None):
        with self.showing:
            self.set_trait("shown", self.moment)

    @observe("network")
    def _choose_network(self, change):
        """Show the network with that seed, if there is one."""
        with self.showing:
            if self.run is None or self.network == self.run.settings.seed:
                return
            if self.network not in self.runs.seeds:
                self.network = self.run.settings.seed
                return
            self.set_trait("run", self.runs.run(self.network))
            self.set_trait("moment", moment_at(self.run, self.moment.epoch))

    @validate("sequence", "step", "unit")
    def _bring_within(self, proposal):
        """What there is of the network that is shown; anything before there is one."""
        if self.shown is None or proposal.value is None:
            return proposal.value
        run, name = self.shown.run, proposal.trait.name
        steps = run.task.steps
        ends = {"sequence": len(steps), "unit": run.settings.neurons}
        most = ends.get(name) or steps[min(self.sequence, len(steps) - 1)]
        return min(max(0, proposal.value), most - 1)

    @observe("shown", "sequence")
    def _stay_within(self, change):
        """Bring the place within what there now is; `is_settling` until all of it is."""
        with self.showing:
            self.is_settling = True
            for name in ("sequence", "step", "unit"):
                setattr(self, name, getattr(self, name))
            self.is_settling = False

    @observe("epoch")
    def _look_back(self, change):
        """Show the epoch that was set, or the one next to it that there is."""
        with self.showing:
            if self.run is None:
                return
            epoch = min(epochs_of(self.run), key=lambda there: abs(there - self.epoch))
            if epoch != self.moment.epoch:
                self.set_trait("moment", moment_at(self.run, epoch))
            self.epoch = epoch

    # --- settings and words --------------------------------------------------------------

    @observe(*DEFAULTS)
    def _check(self, change=None, checked=None):
        """Note what the settings ask for, or what is wrong with them, if it is not `checked`."""
        if self._is_changing:
            return
        values = {name: getattr(self, name) for name in DEFAULTS}
        self.wanted, errors = checked or check(values)
        self.set_trait("errors", errors)
        self.set_trait("text", to_text(self.wanted) if self.wanted else "")
        self._tell()

    def _tell(self):
        """Bring `status` up to date; of two threads, the last to write sees that it is."""
        while self.status != (words := " ".join(filter(None, (self._outcome, self._advice())))):
            self.set_trait("status", words)

    def _advice(self):
        """What to do next, and whether the result belongs to the settings."""
        wanted, trained, since, at_work = self.wanted, None, "", self.trainer.wanted
        if self.state == "training" and at_work is not None:
            trained, since = at_work, "it began"
        elif self.runs is not None:
            trained, since = Wanted.of(self.runs), "this run"
        changed = f"Settings changed since {since}" if trained not in (None, wanted) else ""
        if wanted is None:
            names = " and ".join(name_in_words(name) for name in self.errors)
            stop = f"Training can't start: see the note at {names}."
            return f"{changed}. {stop}" if changed else stop
        if trained is None:
            return "Press Train."
        return f"{changed}: press Train." if changed else ""


def in_words(report, left=""):
    """What a `Report` of the trainer says, in a sentence or two; `left`: how long it will take."""
    done, epochs = f"{report.done:,}", f"{report.wanted.settings.epochs:,}"
    if report.state == "training":
        told = "Training: preparing." if loading.is_ready() else PREPARING
        told = f"Training: epoch {done} of {epochs}{left}." if report.done else told
        return f"{told} {INSTEAD}" if report.instead else told
    if report.state == "failed":
        error = shorten(f"{type(report.error).__name__}: {report.error}", 300)
        return f"Training failed: {error}."
    if report.result is None:
        return "Stopped before the first epoch."
    if report.state == "stopped":
        told = f"Stopped after {done} of {epochs} epochs."
    elif report.is_known:
        told = f"Trained before, for {epochs} epochs."
    else:
        told = f"Trained for {epochs} epochs."
    return f"{told} {verdict(report.result.runs)}"
