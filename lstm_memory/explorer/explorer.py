"""An `Experiment` as a widget for notebooks: settings on the left, its result on the right."""

import ipywidgets as widgets

from ..pictures import plots
from .compare import Compare
from .downloads import to_copy
from .operate import Operate
from .pages import Inside, Many, Pages, Table, Unit
from .panel import Panel, button
from .parts import status
from .presets import PRESETS
from .script import Script
from .share import Share
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
HALF = 380  # width of one of two pictures side by side, in pixels
ONE_PICTURE = {"flex": "1 1 330px", "min_width": "250px", "margin": "0"}
WRAPPED = {"flex_flow": "row wrap", "align_items": "center"}
DOWN, UP = "\N{BLACK DOWN-POINTING SMALL TRIANGLE}", "\N{BLACK UP-POINTING SMALL TRIANGLE}"
# Tabs go on in a second row where there is no room. ipywidgets marks a widget whose kernel is
# gone; then, and only then, what stands here can be seen.
GONE = """<style>
.lstm-memory-explorer .jupyter-widget-tab > .lm-TabBar .lm-TabBar-content {{ flex-wrap: wrap; }}
.lstm-memory-explorer .jupyter-widget-tab > .lm-TabBar .lm-TabBar-tab {{
  flex: 0 0 auto; color: #222; }}
.lstm-memory-explorer a {{ text-decoration: underline; }}
.lstm-memory-gone {{ display: none; border-left: 4px solid; padding: 4px 12px; }}
.jupyter-widgets-disconnected .lstm-memory-gone {{ display: block; }}
.lstm-memory-explorer .jupyter-widgets-disconnected::before {{ content: none; }}
</style><div class="lstm-memory-gone" role="alert"><b>This Explorer no longer reacts: its kernel
was restarted or has ended.</b> Run the cell again for a new one. Your settings are in this text;
copy it, then paste and restore it on the new page "Share and save".{text}</div>"""


class Explorer(Panel):
    """An LSTM to play with: change a setting, press Train, see what it learnt and holds.

    Its traits are the settings and results of an `Experiment`: `explorer.neurons = 8`,
    `explorer.train(wait=True)`, `explorer.run`. `text` are settings copied from another
    Explorer. `threaded=False` is for places that show nothing while a thread is at work, such
    as Colab: there the page waits for each training.
    """

    def __init__(self, text="", *, threaded=True, **settings):
        super().__init__(threaded=threaded, **settings)
        self._add_buttons()
        more = [self.fields[name] for name in MORE_SETTINGS]
        self.more = widgets.VBox(more, layout={"display": "none"})
        self.loss, self.chances = widgets.HTML(layout=ONE_PICTURE), widgets.HTML(layout=ONE_PICTURE)
        self.loss.value = "The pictures appear here after the first training."
        self.timeline, unit = Timeline(self), Unit(self)
        self.operate, self.compare = Operate(self), Compare(self)
        self.share = Share(self, unit.unit)
        first, last = [Inside(self), unit, Many(self)], [Table(self), self.share]
        self.pages = Pages([*first, self.operate, self.compare, *last])
        self.tour = Tour(self, self.pages.turn_to, self.operate.do)
        self.story, self.gone = widgets.HTML(), widgets.HTML()
        self._story_of = None  # the settings, as text, that the story is about
        self.children = [self._page()]
        self.add_class("lstm-memory-explorer")
        self.observe(self.show_moment, "moment")
        self.observe(self._show_text, "text")
        self._show_text()
        if text:
            self.restore(text)

    def _add_buttons(self):
        self.buttons |= {
            "one epoch": button("One epoch", "Train one epoch further.", self.one_epoch),
            "defaults": button(
                "Defaults", "Set everything back to the tutorial's settings.", self._defaults
            ),
            "keep": button(
                "Keep to compare", "Keep this result beside others (up to four).", self._keep
            ),
            "more": button(f"More settings {DOWN}", "Show or hide the others.", self._toggle_more),
        }
        self.presets = {
            preset.name: button(
                preset.name, "Set the controls for this story and train.", self._teller(preset)
            )
            for preset in PRESETS
        }

    def _teller(self, preset):
        """What the button of a story does."""

        def tell():
            many = "initialisations" in preset.values
            self.pages.turn_to(Many.title if many else Inside.title)
            self.set_all(preset.values)
            self._story_of = self.text
            self.story.value = status(preset.words, TEXT_STYLE)
            self.train()

        return tell

    def _defaults(self):
        self.set_all({})

    def _keep(self):
        self.pages.turn_to(Compare.title)
        self.compare.keep()

    def _toggle_more(self):
        hidden = self.more.layout.display == "none"
        self.more.layout.display = "" if hidden else "none"
        self.buttons["more"].description = (
            f"Fewer settings {UP}" if hidden else f"More settings {DOWN}"
        )

    def _page(self):
        stories = widgets.HBox([*self.presets.values(), self.tour.begin], layout=WRAPPED)
        main = [field for name, field in self.fields.items() if name not in MORE_SETTINGS]
        names = ("train", "stop", "one epoch", "defaults", "keep")
        actions = widgets.HBox([self.buttons[name] for name in names], layout=WRAPPED)
        left = widgets.VBox(
            [*main, self.buttons["more"], self.more, actions, self.bar, self.message],
            layout={"flex": "0 0 330px"},
        )
        pictures = widgets.Box([self.loss, self.chances], layout={"flex_flow": "row wrap"})
        right = widgets.VBox(
            [pictures, self.timeline, self.pages],
            layout={"flex": "1 1 560px", "min_width": "280px"},
        )
        both = widgets.Box([left, right], layout={"flex_flow": "row wrap", "grid_gap": "16px"})
        return widgets.VBox([self.gone, stories, self.tour, self.story, both, Script()])

    def show_moment(self, change=None):
        """Draw the pictures that are always in sight; pages draw theirs themselves."""
        moment = self.moment
        trained = self.runs if len(self.runs.seeds) > 1 else self.run
        self.loss.value = plots.loss_curve(trained, HALF, moment.epoch).inline()
        self.chances.value = plots.predictions(moment.run, HALF).inline()

    def _show_text(self, change=None):
        if self.text:
            self.gone.value = GONE.format(text=to_copy("Settings to copy", self.text))
        if self.text != self._story_of:
            self.story.value = ""
