"""Moving through the epochs of a training: a slider, one step at a time, or as a film."""

import ipywidgets as widgets

from .moments import epochs_of
from .parts import button, control, row

PACE = 400  # milliseconds an epoch of the film


class Timeline(widgets.VBox):
    """A slider over the epochs that can be shown, and buttons that move it.

    The film is run by the browser (`widgets.Play`, out of sight, for its buttons have no
    names): no thread is needed here.
    """

    def __init__(self, experiment):
        self._experiment, self._moving = experiment, False
        move = "Move every picture to an epoch of the training."
        self.slider = control(widgets.SelectionSlider, "epoch shown", move, label=100, options=[0])
        self.slider.layout.flex = "1 1 260px"
        self.film = widgets.Play(min=0, max=0, interval=PACE, layout={"display": "none"})
        self.play = button("Play", "Play or pause the film of the training.", self._play)
        self.back = button("Epoch back", "Show the epoch before.", lambda: self._step(-1))
        self.on = button("Epoch on", "Show the epoch after.", lambda: self._step(1))
        parts = [self.slider, self.back, self.on, self.play, self.film]
        super().__init__([row(*parts, align_items="center")])
        self.add_class("lstm-memory-timeline")
        self.slider.observe(self._slid, "value")
        self.film.observe(lambda change: self._go_to(self.film.value), "value")
        self.film.observe(self._show_playing, "playing")
        experiment.observe(self._show, "moment")

    def _show(self, change=None):
        """Bring slider and film to the moment that is shown."""
        epochs = epochs_of(self._experiment.run)
        self._moving = True
        if list(self.slider.options) != epochs:
            self.film.playing = False
            self.slider.options = epochs
            self.film.max = len(epochs) - 1
        self.slider.index = self.film.value = epochs.index(self._experiment.moment.epoch)
        self._moving = False

    def _slid(self, change):
        if not self._moving:
            self._experiment.epoch = self.slider.value

    def _step(self, by):
        self.film.playing = False
        self._go_to(self.slider.index + by)

    def _go_to(self, place):
        """Move the slider, as far as it goes, unless it is at the right place."""
        if not self._moving:
            self.slider.index = min(max(place, 0), len(self.slider.options) - 1)

    def _play(self):
        if self._experiment.runs is not None:
            self.film.playing = not self.film.playing

    def _show_playing(self, change):
        self.play.description = "Pause" if self.film.playing else "Play"
