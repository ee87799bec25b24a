"""An `Experiment` as a widget for notebooks: settings on the left, its result on the right."""

import html
import threading

import ipywidgets as widgets

from . import views
from .controls import fields
from .experiment import Experiment

_drawing = threading.Lock()  # matplotlib is not made for two threads at once


class Explorer(Experiment, widgets.VBox):
    """An LSTM to play with: change a setting, press Train, see what it learnt and holds.

    Its traits are the settings and results of an `Experiment`: `explorer.neurons = 8`,
    `explorer.train(wait=True)`, `explorer.run`. `threaded=False` is for places that show
    nothing while a thread is at work, such as Colab: there the page waits for each training.
    """

    def __init__(self, *, threaded=True, **settings):
        super().__init__(threaded=threaded, **settings)
        self.fields = fields(self)
        self.buttons = self._make_buttons()
        self.bar = widgets.FloatProgress(min=0, max=1, layout={"width": "auto"})
        self.words = widgets.HTML()
        self.views = {
            draw: widgets.HTML(layout={"flex": "1 1 360px", "min_width": "260px", "margin": "0"})
            for draw in (views.loss, views.chances, views.hidden_state, views.cell_state)
        }
        self.views[views.loss].value = "The pictures appear here after the first training."
        self.table = widgets.HTML()
        self.children = [self._page()]
        self.add_class("lstm-memory-explorer")
        self.observe(self._show_progress, "progress")
        self.observe(self._show_status, "status")
        self.observe(self._show_run, "run")
        self._show_status()

    def _make_buttons(self):
        train = widgets.Button(
            description="Train", icon="play", tooltip="Train a new network with these settings."
        )
        stop = widgets.Button(
            description="Stop", icon="stop", tooltip="End the training and keep what was learnt."
        )
        train.on_click(lambda button: self.train())
        stop.on_click(lambda button: self.stop())
        for button in (train, stop):
            button.layout.flex = "1 1 auto"
        train.style.font_weight = "bold"
        return {"train": train, "stop": stop}

    def _page(self):
        controls = [*self.fields.values(), widgets.HBox(list(self.buttons.values()))]
        left = widgets.VBox(
            [*controls, self.bar, self.words, self.table],
            layout={"flex": "0 0 330px"},
        )
        right = widgets.Box(
            list(self.views.values()),
            layout={"flex": "1 1 480px", "flex_flow": "row wrap", "align_content": "flex-start"},
        )
        return widgets.Box([left, right], layout={"flex_flow": "row wrap", "grid_gap": "12px"})

    def _show_progress(self, change=None):
        self.bar.value = self.progress

    def _show_status(self, change=None):
        words = html.escape(self.status)
        self.words.value = f'<div role="status" style="line-height: 1.4">{words}</div>'

    def _show_run(self, change=None):
        with _drawing:
            for draw, view in self.views.items():
                view.value = draw(self)
        self.table.value = views.predictions(self)

    def close(self):
        """End the training at work and take the widget off the page."""
        self.stop()
        super().close()

    def __repr__(self):
        return "Explorer()"
