"""Moving through the epochs of a training: a slider, one step at a time, or as a film."""

import ipywidgets as widgets

from ..pictures.words import passing
from .moments import epochs_of, few_epochs_in_words
from .parts import HTML, WHOLE, button, control, row, status

SPEEDS = {"10 pictures a second": 100, "5 a second": 200, "2 a second": 500}  # milliseconds


class Timeline(widgets.VBox):
    """A slider over the epochs that can be shown, buttons that move it, and which network it is.

    The film is run by the browser (`widgets.Play`, out of sight, for its buttons have no
    names): no thread is needed here.
    """

    def __init__(self, experiment):
        self._experiment, self._moving = experiment, False
        move = "Move every picture to an epoch of the training."
        self.slider = control(widgets.SelectionSlider, "epoch shown", move, label=92, options=[0])
        self.slider.layout.flex = "1 1 260px"
        pace = min(SPEEDS.values())
        self.film = widgets.Play(min=0, max=0, interval=pace, layout={"display": "none"})
        fast = "How fast the film of the training runs."
        self.speed = control(widgets.Dropdown, "speed", fast, label=40, options=SPEEDS)
        self.play = button("Play", "Play or pause the film of the training.", self._play)
        self.back = button("Epoch back", "Show the epoch before.", lambda: self._step(-1))
        self.on = button("Epoch on", "Show the epoch after.", lambda: self._step(1))
        which = "Which of the networks that were trained is drawn."
        self.network = control(widgets.Dropdown, "network", which, label=55, width="330px")
        self.network.layout.max_width = WHOLE
        self.note = HTML()
        parts = [self.back, self.on, self.play, self.slider, self.speed, self.network, self.film]
        super().__init__([row(*parts, align_items="center"), self.note])
        self.add_class("lstm-memory-timeline")
        self.slider.observe(self._slid, "value")
        self.film.observe(lambda change: self._go_to(self.film.value), "value")
        self.film.observe(self._show_playing, "playing")
        self.speed.observe(self._set_speed, "value")
        self.network.observe(self._choose, "value")
        self.network.layout.display = "none"
        experiment.observe(self._offer_networks, "runs")
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
        self.network.value = self._experiment.network
        self._moving = False

    def _offer_networks(self, change):
        """Offer the networks that were trained; say which epochs there are, if few."""
        runs, self._moving = self._experiment.runs, True
        self.network.options = choices(runs)
        self.network.layout.display = "none" if len(runs.seeds) == 1 else ""
        words = few_epochs_in_words(runs)
        self.note.value = words and status(words)
        self._moving = False

    def _choose(self, change):
        if not self._moving:
            self._experiment.network = self.network.value

    def _set_speed(self, change):
        self.film.interval = self.speed.value

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
        """Play the film from here, from the first epoch if this is the last; or pause it."""
        if self._experiment.runs is None:
            return
        if not self.film.playing and self.film.value == self.film.max:
            self._go_to(0)
        self.film.playing = not self.film.playing

    def _show_playing(self, change):
        self.play.description = "Pause" if self.film.playing else "Play"


def choices(runs):
    """The networks by their names, {words: seed}: the first, telling ones, and then all."""
    errors, learnt, seeds = runs.known_errors, runs.learnt, runs.seeds
    said = passing(runs)
    order = errors.argsort(kind="stable")
    told = {
        k: f"seed {seed}, {said.passes if learnt[k] else said.fails}"
        for k, seed in enumerate(seeds)
    }
    picks = {"first": 0, "median": order[len(order) // 2], "best": order[0], "worst": order[-1]}
    if learnt.any() and not learnt.all():
        picks |= {f"one that {said.passes}": learnt.argmax(), "one that fails": learnt.argmin()}
    named = {f"{name}: {told[int(k)]}": seeds[int(k)] for name, k in picks.items()}
    return named | {f"{told[k]}, {k + 1} of {len(seeds)}": seed for k, seed in enumerate(seeds)}
