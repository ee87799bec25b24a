"""An `Experiment` as a widget for notebooks: settings on the left, its result on the right."""

from functools import partial

import ipywidgets as widgets

from ..pictures import plots
from .compare import Compare
from .operate import Operate
from .pages import Inside, Many, Pages, Table, Unit
from .panel import Panel
from .parts import button, row, status, to_copy
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
HALF_WIDTH = 380  # width of one of two pictures side by side, in pixels
ONE_PICTURE = {"flex": "1 1 330px", "min_width": "250px", "margin": "0"}
MORE = "More settings \N{BLACK DOWN-POINTING SMALL TRIANGLE}"
FEWER = "Fewer settings \N{BLACK UP-POINTING SMALL TRIANGLE}"
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
        self.loss, self.chances = widgets.HTML(layout=ONE_PICTURE), widgets.HTML(layout=ONE_PICTURE)
        self.loss.value = "The pictures appear here after the first training."
        self.story, self.gone = widgets.HTML(), widgets.HTML()
        self._story_of = None  # the settings, as text, that the story is about
        more = [self.fields[name] for name in MORE_SETTINGS]
        self.more = widgets.VBox(more, layout={"display": "none"})
        self.timeline, unit = Timeline(self), Unit(self)
        self.operate, self.compare = Operate(self), Compare(self)
        self.share = Share(self, unit.unit)
        first, last = [Inside(self), unit, Many(self)], [Table(self), self.share]
        self.pages = Pages([*first, self.operate, self.compare, *last])
        self.tour = Tour(self)
        self._add_buttons()
        self.children = [self._page()]
        self.add_class("lstm-memory-explorer")
        self.observe(self.show_moment, "moment")
        self.observe(self._show_text, "text")
        self._show_text()
        if text:
            self.restore(text)

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
        }
        self.presets = {
            preset.name: button(preset.name, story, partial(self._tell_story, preset))
            for preset in PRESETS
        }

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

    def _page(self):
        main = [field for name, field in self.fields.items() if name not in MORE_SETTINGS]
        names = ("train", "stop", "one epoch", "defaults", "keep")
        actions = row(*(self.buttons[name] for name in names))
        left = widgets.VBox(
            [*main, self.buttons["more"], self.more, actions, self.bar, self.message],
            layout={"flex": "0 0 330px"},
        )
        right = widgets.VBox(
            [row(self.loss, self.chances), self.timeline, self.pages],
            layout={"flex": "1 1 560px", "min_width": "280px"},
        )
        stories = row(*self.presets.values(), self.tour.begin)
        both = row(left, right, grid_gap="16px")
        return widgets.VBox([self.gone, stories, self.tour, self.story, both, Script()])

    def show_moment(self, change=None):
        """Draw the pictures that are always in sight; pages draw theirs themselves."""
        self.loss.value = plots.loss_curve(self.trained, HALF_WIDTH, self.moment.epoch).inline()
        self.chances.value = plots.predictions(self.moment.run, HALF_WIDTH).inline()

    def _show_text(self, change=None):
        if self.text:
            self.gone.value = GONE.format(text=to_copy("Settings to copy", self.text))
        if self.text != self._story_of:
            self.story.value = ""
