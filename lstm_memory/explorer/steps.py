"""Moving through the time steps of a sequence: one control, which every view follows."""

import ipywidgets as widgets

from .parts import button, control, offer_sequences, row

PACE = 1000  # milliseconds a step, while it plays
WHOLE_FILM = 20_000  # milliseconds that the steps of a long sequence take together


class Steps(widgets.VBox):
    """Which sequence and which of its steps is looked at, and buttons that move through them.

    As in `Timeline`, the browser plays the film.
    """

    def __init__(self, experiment):
        self._experiment, self._moving = experiment, False
        which = "The sequence that the network reads."
        self.sequence = control(widgets.Dropdown, "reads", which, label=40)
        move = "Move every picture to a step of the sequence."
        self.slider = control(widgets.IntSlider, "time step", move, label=62, max=0)
        self.slider.layout.flex = "1 1 200px"
        self.film = widgets.Play(min=0, max=0, interval=PACE, layout={"display": "none"})
        self.first = button("First", "Show the first step.", lambda: self.go_to(0))
        self.back = button("Step back", "Show the step before.", lambda: self.move(-1))
        self.on = button("Step on", "Show the step after.", lambda: self.move(1))
        self.play = button(
            "Step through", "Play the steps one after another, or hold.", self.start_or_pause
        )
        buttons = [self.first, self.back, self.on, self.play]
        super().__init__([row(self.sequence, *buttons, self.slider, self.film)])
        self.add_class("lstm-memory-steps")
        self.sequence.observe(self._choose, "value")
        self.slider.observe(lambda change: self._set_step(change.new), "value")
        self.film.observe(lambda change: self._set_step(change.new), "value")
        self.film.observe(self._show_playing, "playing")
        experiment.observe(self._show, ["shown", "sequence", "step"])

    def _show(self, change=None):
        """Bring the controls to the place that is looked at."""
        experiment = self._experiment
        if experiment.shown is None:
            return
        task, self._moving = experiment.shown.run.task, True
        offer_sequences(self.sequence, task)
        self.sequence.value = experiment.sequence
        steps = task.steps[experiment.sequence]
        self.slider.max = self.film.max = steps - 1
        self.film.interval = min(PACE, WHOLE_FILM // steps)
        self.slider.value = self.film.value = experiment.step
        self._moving = False

    def _choose(self, change):
        if not self._moving:
            self._experiment.sequence = self.sequence.value

    def _set_step(self, step):
        if not self._moving:
            self._experiment.step = step

    def go_to(self, step):
        """Show a step, or the last before it; a film that plays is paused."""
        self.film.playing = False
        self._experiment.step = step

    def move(self, by):
        """Go some steps on, or back."""
        self.go_to(self._experiment.step + by)

    def start_or_pause(self):
        """Play the steps from here, from the first if this is the last; or pause."""
        if not self.film.playing and self.film.value == self.film.max:
            self._experiment.step = 0
        self.film.playing = not self.film.playing and self.film.max > 0

    def _show_playing(self, change):
        self.play.description = "Hold" if self.film.playing else "Step through"
