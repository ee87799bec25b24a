"""An `Experiment` as a widget for notebooks: settings on the left, its result on the right."""

import ipywidgets as widgets

from . import views
from .controls import MORE
from .epochs import Epochs
from .pages import Inside, Many, Pages, Table, Unit
from .panel import Panel, button

ONE_PICTURE = {"flex": "1 1 330px", "min_width": "250px", "margin": "0"}


class Explorer(Panel):
    """An LSTM to play with: change a setting, press Train, see what it learnt and holds.

    Its traits are the settings and results of an `Experiment`: `explorer.neurons = 8`,
    `explorer.train(wait=True)`, `explorer.run`. `text` are settings copied from another
    Explorer. `threaded=False` is for places that show nothing while a thread is at work, such
    as Colab: there the page waits for each training.
    """

    def __init__(self, text="", *, threaded=True, **settings):
        super().__init__(threaded=threaded, **settings)
        if text:
            self.restore(text)
        self._add_buttons()
        self.more = widgets.VBox([self.fields[name] for name in MORE], layout={"display": "none"})
        self.loss, self.chances = widgets.HTML(layout=ONE_PICTURE), widgets.HTML(layout=ONE_PICTURE)
        self.loss.value = "The pictures appear here after the first training."
        self.timeline = Epochs(self)
        self.pages = Pages(self, [Inside(self), Unit(self), Many(self), Table(self)])
        self.children = [self._page()]
        self.add_class("lstm-memory-explorer")
        self.observe(self._show_moment, "moment")

    def _add_buttons(self):
        self.buttons |= {
            "one epoch": button("One epoch", "Train one epoch further.", self.one_epoch),
            "defaults": button(
                "Defaults", "Set everything back to the tutorial's settings.", self._defaults
            ),
            "more": button(
                "More settings \N{BLACK DOWN-POINTING SMALL TRIANGLE}",
                "Show or hide the other settings.",
                self._toggle_more,
            ),
        }

    def _defaults(self):
        self.set_all({})

    def _toggle_more(self):
        hidden = self.more.layout.display == "none"
        self.more.layout.display = "" if hidden else "none"
        words = ("Fewer settings", "\N{BLACK UP-POINTING SMALL TRIANGLE}")
        if not hidden:
            words = ("More settings", "\N{BLACK DOWN-POINTING SMALL TRIANGLE}")
        self.buttons["more"].description = " ".join(words)

    def _page(self):
        main = [field for name, field in self.fields.items() if name not in MORE]
        names = ("train", "stop", "one epoch", "defaults")
        actions = widgets.HBox(
            [self.buttons[name] for name in names], layout={"flex_flow": "row wrap"}
        )
        left = widgets.VBox(
            [*main, self.buttons["more"], self.more, actions, self.bar, self.words],
            layout={"flex": "0 0 330px"},
        )
        pictures = widgets.Box([self.loss, self.chances], layout={"flex_flow": "row wrap"})
        right = widgets.VBox(
            [pictures, self.timeline, self.pages],
            layout={"flex": "1 1 560px", "min_width": "280px"},
        )
        return widgets.Box([left, right], layout={"flex_flow": "row wrap", "grid_gap": "16px"})

    def _show_moment(self, change=None):
        moment = self.moment
        self.loss.value = views.loss(self.runs, self.run, moment.epoch).html()
        self.chances.value = views.chances(moment.run).html()
        self.pages.draw()
