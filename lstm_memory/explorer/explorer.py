"""An `Experiment` as a widget for notebooks: a network to look at, then settings to train with."""

from functools import partial

import ipywidgets as widgets

from ..pictures import plots
from .compare import Compare
from .form import DEFAULTS
from .kept import keep
from .opening import Opening
from .operate import Operate
from .pages import Inside, Many, Network, Pages, Table, Unit
from .panel import Panel
from .parts import HTML, button, picture, row, status, style, to_copy
from .presets import PRESETS, REMEMBER
from .script import Script
from .share import Share
from .steps import Steps
from .still import EXPLORER, OWN_SETTINGS
from .timeline import Timeline
from .tour import TEXT_STYLE, Tour

MORE_SETTINGS = (  # out of sight at first
    "initialisations",
    "seed",
    "cell",
    "forget_bias",
    "output",
    "batch_size",
    "shuffle",
    "last_weight",
    "clip_norm",
)
HALF_WIDTH = 380  # width of one of two pictures side by side, in pixels
ONE_PICTURE = {"flex": "1 1 330px", "min_width": "250px"}
MORE = "More settings \N{BLACK DOWN-POINTING SMALL TRIANGLE}"
YOURSELF = "<b>Train it yourself:</b>"
OF_BEFORE = (
    "<b>The pictures are of the network before:</b> the settings have changed since, and none has"
    " been trained with them yet."
)
FEWER = "Fewer settings \N{BLACK UP-POINTING SMALL TRIANGLE}"
GONE = """<div class="lstm-memory-gone" role="alert"><b>This Explorer no longer reacts: its kernel
was restarted or has ended.</b> Run the cell again for a new one. Your settings are in this text;
copy it, then paste and restore it on the new page "Share and save".{text}</div>"""
LARGE, TOURING = "lstm-memory-projector", "lstm-memory-touring"  # classes, see style.css
PROJECTOR = ("Projector", "Large letters, the whole screen, and the settings folded away.")
AT_A_DESK = ("Leave projector", "Letters as before, and the settings beside the pictures.")


class Explorer(Panel):
    """An LSTM to play with: see what it holds step by step, change a setting, press Train.

    When it is first seen, it trains what its settings ask for, or, where none were set, the
    network that remembers, so that there is something to look at. Its traits are the settings
    and results of an `Experiment`: `explorer.neurons = 8`, `explorer.train(wait=True)`,
    `explorer.run`. `text` are settings copied from another Explorer. `threaded=False` is for
    places that show nothing while a thread is at work, such as Colab: there the page waits for
    each training.
    """

    fallback = EXPLORER

    def __init__(self, text="", *, threaded=True, **settings):
        super().__init__(threaded=threaded, **settings)
        self._has_begun = False
        self.loss, self.chances = picture(**ONE_PICTURE), picture(**ONE_PICTURE)
        self.loss.value = "The pictures appear here after the first training."
        self.story, self.gone, self.of_before = (HTML() for _ in range(3))
        self._story_of = None  # the settings, as text, that the story is about
        more = [self.fields[name] for name in MORE_SETTINGS]
        self.more = widgets.VBox(more, layout={"display": "none"})
        self.steps, self.timeline = Steps(self), Timeline(self)
        self.network_page, unit = Network(self), Unit(self)
        self.operate, self.compare = Operate(self), Compare(self)
        self.share = Share(self, unit.unit)
        first, last = [self.network_page, Inside(self), unit], [Table(self), self.share]
        self.pages = Pages([*first, Many(self), self.operate, self.compare, *last])
        self.opening, self.tour = Opening(self, self.steps.start_or_pause), Tour(self)
        self.script = Script(self._choose, self._press)
        self.script.follow(self)
        self._add_buttons()
        self.children = [self._page()]
        self.add_class("lstm-memory-explorer")
        self.observe(self.show_moment, ["shown", "step"])
        self.observe(self._show_text, "text")
        self.observe(self._unfold, "errors")
        self.observe(self._show_whose, "status")
        self.tour.guide.layout.observe(self._make_room, "display")
        self.tour.question.observe(self._make_room, "value")
        self.pages.observe(self._make_room, "selected_index")
        self._show_text()
        if not isinstance(text, str) or text:
            self.restore(text)

    def begin(self):
        """Train something to look at, unless that was done before."""
        if self._has_begun or self.run is not None or self.state == "training":
            return
        self._has_begun = True
        if {name: getattr(self, name) for name in DEFAULTS} == DEFAULTS:
            self.set_all(REMEMBER)
        else:
            self.fallback = f"{OWN_SETTINGS}</p>"
        self.train()

    def _repr_mimebundle_(self, **kwargs):
        self.begin()
        return super()._repr_mimebundle_(**kwargs)

    def _choose(self, unit=None, step=None):
        """Look at the unit and the step that were clicked on; from a map, at the unit's lines."""
        if step is not None:
            self.steps.go_to(step)
        if unit is not None:
            self.unit = unit
            if self.pages.titles[self.pages.selected_index or 0] == Inside.title:
                self.pages.turn_to(Unit.title)

    def _press(self, key):
        """Do what a key means while the picture of the network has the keyboard."""
        last = self.steps.film.max
        actions = {
            "ArrowLeft": partial(self.steps.move, -1),
            "ArrowRight": partial(self.steps.move, 1),
            "Home": partial(self.steps.go_to, 0),
            "End": partial(self.steps.go_to, last),
            " ": self.steps.start_or_pause,
            "ArrowUp": partial(self.network_page.next_unit, -1),
            "ArrowDown": partial(self.network_page.next_unit, 1),
            "Escape": partial(self.network_page.choose, None),
        }
        actions.get(key, lambda: None)()

    def _add_buttons(self):
        further = "Train one epoch further."
        defaults = "Set everything back to the tutorial's settings."
        keep = "Keep this result beside others (up to four)."
        story = "Set the controls for this story and train."
        self.buttons |= {
            "one epoch": button("One epoch", further, self.one_epoch),
            "defaults": button("Defaults", defaults, lambda: self.set_all({})),
            "keep": button("Keep to compare", keep, self._keep),
            "more": button(MORE, "Show or hide the others.", self._toggle_more),
            "projector": button(*PROJECTOR, self._toggle_projector),
        }
        for name in ("train", "one epoch"):
            self.buttons[name].on_click(self._keep_settings)
        self.buttons["projector"].add_class("lstm-memory-top").add_class("lstm-memory-fill")
        self.presets = {
            preset.name: button(preset.name, story, partial(self._tell_story, preset))
            for preset in PRESETS
        }

    def _keep_settings(self, pressed):
        """Keep what a learner trains for the next kernel; what a cell or a story sets is there."""
        if self.wanted is not None:
            keep(self.text)

    def _tell_story(self, preset):
        many = "initialisations" in preset.values
        self.pages.turn_to(Many.title if many else Inside.title)
        self.set_all(preset.values)
        self._story_of = self.text
        self.story.value = status(preset.words, TEXT_STYLE)
        self.train()

    def _keep(self):
        self.pages.turn_to(Compare.title)
        self.compare.keep()

    def _toggle_more(self):
        is_hidden = self.more.layout.display == "none"
        self.more.layout.display = "" if is_hidden else "none"
        self.buttons["more"].description = FEWER if is_hidden else MORE

    def _toggle_projector(self):
        """Large letters and no settings, or as before."""
        large = LARGE not in self._dom_classes
        (self.add_class if large else self.remove_class)(LARGE)
        self.form.layout.display = "none" if large else ""
        projector = self.buttons["projector"]
        projector.description, projector.tooltip = AT_A_DESK if large else PROJECTOR

    def _unfold(self, change):
        """What is wrong with a setting can be seen: where it is folded away, open the fold."""
        if self.errors and self.form.layout.display == "none":
            self.form.layout.display = ""
        if set(self.errors) & set(MORE_SETTINGS) and self.more.layout.display == "none":
            self._toggle_more()

    def _page(self):
        main = [field for name, field in self.fields.items() if name not in MORE_SETTINGS]
        names = ("train", "stop", "one epoch", "defaults", "keep")
        actions = row(*(self.buttons[name] for name in names))
        self.form = widgets.VBox([*main, self.buttons["more"], self.more])
        left = widgets.VBox(
            [self.form, actions, self.bar, self.message],
            layout={"flex": "0 1 330px", "min_width": "0"},
        )
        pictures = row(self.loss, self.chances, flex="1 1 560px", min_width="280px")
        pictures.layout.align_items = "flex-start"
        look = [self.tour, self.opening, self.of_before, self.steps, self.timeline, self.pages]
        further = (self.tour.begin, self.buttons["projector"])
        stories = row(HTML(YOURSELF), *self.presets.values(), *further)
        stories.add_class("lstm-memory-stories")
        both = row(left, pictures, grid_gap="16px")
        return widgets.VBox([self.gone, *look, stories, self.story, both, self.script])

    def show_moment(self, change=None):
        """Draw the pictures that are always there; pages draw theirs themselves."""
        with self.showing:
            if self.shown is None:
                return
            run, epoch = self.shown.run, self.shown.epoch
            if change is None or change.name == "shown":
                trained = self.trained if self.shown is self.moment else run
                self.loss.value = plots.loss_curve(trained, HALF_WIDTH, epoch).inline()
            self.chances.value = plots.predictions(run, HALF_WIDTH, self.step).inline()

    def _make_room(self, change):
        """While the tour asks its questions, the opening does not ask its own.

        And there are no steps and epochs to choose where the tour does not speak of them.
        """
        touring = self.tour.guide.layout.display == ""
        (self.add_class if touring else self.remove_class)(TOURING)
        many = self.pages.titles[self.pages.selected_index or 0] == Many.title
        hidden = {self.opening: True, self.steps: many, self.timeline: not self.tour.now.of_loss}
        for part, hides in hidden.items():
            part.layout.display = "none" if touring and hides else ""

    def _show_whose(self, change=None):
        """Say so where the pictures are not of the settings: their status may be out of sight."""
        is_of_before = self.state != "training" and "Settings changed" in self.status
        self.of_before.value = OF_BEFORE if is_of_before else ""

    def _show_text(self, change=None):
        if self.text:
            self.gone.value = style() + GONE.format(text=to_copy("Settings to copy", self.text))
        if self.text != self._story_of:
            self.story.value = ""
