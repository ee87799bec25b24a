"""A control panel that trains many networks and shows how many of them remember."""

import html

import ipywidgets as widgets

from . import curves
from .controls import fields
from .counting import count
from .experiment import Experiment
from .training import train_many

SHOWN = ("bptt_steps", "learning_rate", "epochs")
POINTS = 20  # of a curve
MOST = 4  # curves in the picture


class SuccessRate(Experiment, widgets.VBox):
    """Set reach, learning rate and epochs; press Train; see how many of the networks remember.

    An `Experiment` whose `run` is the `Runs` of `seeds` networks, all trained at once. The
    picture keeps the last four trainings, so that they can be compared. With `threaded`
    False, for places that show nothing while a thread is at work, the page waits instead.
    """

    def __init__(self, *, seeds=100, threaded=True, **settings):
        self._seeds, self._curves = seeds, {}
        super().__init__(threaded=threaded, **settings)
        self.fields = {name: field for name, field in fields(self).items() if name in SHOWN}
        self.buttons = {
            "train": widgets.Button(description="Train", icon="play"),
            "stop": widgets.Button(description="Stop", icon="stop"),
        }
        self.buttons["train"].on_click(lambda button: self.train())
        self.buttons["stop"].on_click(lambda button: self.stop())
        self.bar = widgets.FloatProgress(min=0, max=1, layout={"width": "auto"})
        self.words = widgets.HTML()
        self.picture = widgets.HTML()
        controls = [self.fields[name] for name in SHOWN]
        left = [*controls, widgets.HBox(list(self.buttons.values())), self.bar, self.words]
        self.children = [
            widgets.Box(
                [widgets.VBox(left, layout={"flex": "0 0 330px"}), self.picture],
                layout={"flex_flow": "row wrap", "grid_gap": "12px"},
            )
        ]
        self.observe(self._show_progress, "progress")
        self.observe(self._show_status, "status")
        self.observe(self._show_run, "run")
        self._show_status()

    def _train(self, job):
        """Train all networks for `job`, in place of the one network of an `Experiment`."""
        self.set_trait("progress", 0.0)
        self._enter("training", f"Training {self._seeds} networks: preparing.")
        epochs = job.settings.epochs
        keep = {round(k * epochs / POINTS) for k in range(POINTS + 1)}
        runs = train_many(job.task, job.settings, self._seeds, self._report, job.stop, keep)
        if self._next is not None:
            return  # that one takes its place
        done = runs.losses.shape[1]
        if runs.stopped and not done:
            self._enter("stopped", f"Stopped before the first epoch. {self._what_stays()}")
            return
        self.set_trait("progress", done / epochs if epochs else 1.0)
        self.set_trait("run", runs)
        verdict = f"{count(runs.remembers)} remember."
        if runs.stopped:
            self._enter("stopped", f"Stopped after {done:,} of {epochs:,} epochs. {verdict}")
        else:
            self._enter("idle", f"Trained for {done:,} epochs. {verdict}")

    def _show_progress(self, change=None):
        self.bar.value = self.progress

    def _show_status(self, change=None):
        words = html.escape(self.status)
        self.words.value = f'<div role="status" style="line-height: 1.4">{words}</div>'

    def _show_run(self, change=None):
        runs = self.run
        reach = runs.settings.bptt_steps or "whole"
        name = f"reach {reach}, rate {runs.settings.learning_rate:g}"
        self._curves.pop(name, None)
        self._curves[name] = curves.counts(runs) | {runs.losses.shape[1]: count(runs.remembers)}
        self._curves = dict(list(self._curves.items())[-MOST:])
        self.picture.value = curves.success(self._curves, width=6).html()

    def close(self):
        """End the training at work and take the widget off the page."""
        self.stop()
        super().close()

    def __repr__(self):
        return "SuccessRate()"
