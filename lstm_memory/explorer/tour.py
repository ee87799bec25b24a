"""A guided tour of seven steps, each with a question: guess first, then look."""

from typing import NamedTuple

import ipywidgets as widgets
from traitlets import Bool, HasTraits, Int

from .panel import button
from .presets import HUNDRED, REMEMBER, SHORT, lag

TEXT = "line-height: 1.5; max-width: 80em"


class Stop(NamedTuple):
    """A step of the tour: the settings it sets, the page it opens, a question, the answer.

    Nothing is trained before the learner has guessed; only where there is an `operation` to
    be done to the network, the network is trained at once, and operated on afterwards.
    """

    title: str
    values: dict
    page: str
    question: str
    answer: str
    operation: str = ""


STOPS = (
    Stop(
        "Two sequences and one conflict",
        {},
        "Numbers",
        "A network reads 3 0 1 2 and 4 0 1 2, and is to say at each step what comes next. It will"
        " be trained with the tutorial's settings. At which steps can it be sure without"
        " remembering anything?",
        "At all but the last. After 3, 4, 0 and 1 there is only one next symbol, and its"
        " probability is near 1. After 2 comes 3 in one sequence and 4 in the other: there the"
        " probabilities are near 0.5. This network did not learn to remember.",
    ),
    Stop(
        "A line to get below",
        {"epochs": 1000},
        "States and gates",
        "The dotted line in the picture of the loss is the lowest loss that any network without"
        " memory can reach. Will the curve cross it if the training goes on for 1,000 epochs?",
        "It comes down to the line and stays there. This network does what can be done without"
        " memory, and no more. Move the slider, or press Play, to see it getting there.",
    ),
    Stop(
        "One network is no proof",
        HUNDRED,
        "Success rate",
        "The tutorial's settings again, but 100 networks that begin with different weights. How"
        " many of them will remember, so that every answer is within 0.25 of the right one?",
        "None of the 100. It was not bad luck. The interval says how sure that is: a true rate"
        " of more than 4 % is unlikely.",
    ),
    Stop(
        "How far the gradient reaches",
        REMEMBER | HUNDRED,
        "Success rate",
        "Now each update sees the whole sequence, so that the error at the last step can reach"
        " back to the first symbol; the learning rate is 0.03, and the forget gates start open"
        " (forget bias 3). How many of 100 remember after 100 epochs?",
        "All 100. The loss goes through the dotted line: only a network with a memory can do that.",
    ),
    Stop(
        "What made the difference",
        SHORT,
        "Success rate",
        "We take one thing away again: the gradient reaches 1 step, and all else stays as it was."
        " How many of 100 remember?",
        "None. The higher learning rate and the open gates alone do nothing. What was missing is"
        " the way back from the error to the symbol that has to be remembered.",
    ),
    Stop(
        "Operate on the memory",
        REMEMBER,
        "Operate",
        "This network remembers. It is to read sequence 0, but before the last step it gets the"
        " memory of sequence 1 in place of its own. Will it say 3, as it has read, or 4?",
        "It says 4: the probability of 3 falls to nearly 0. What it has read is the same; what it"
        " remembers decides. Try Wipe instead: then it no longer knows.",
        "transplant",
    ),
    Stop(
        "A longer wait",
        REMEMBER | HUNDRED | {"sequences": lag(10)},
        "Success rate",
        "Ten other symbols now lie between the first symbol and the answer, and the settings are"
        " those that served so well. How many of 100 will remember?",
        "None. A longer wait needs more than that: see what the story Lag 10, above, sets"
        " differently. Change one thing at a time and find out which of them matter.",
    ),
)


class Tour(HasTraits):
    """Where a learner is in the tour: at `step`, `running` or left, the answer `shown` or not."""

    step = Int(0)
    running = Bool(False)
    shown = Bool(False)

    def __init__(self, experiment, open_page, operate):
        """`open_page(title)` brings a page to the front, `operate(kind)` does an operation."""
        super().__init__()
        self._experiment, self._open_page, self._operate = experiment, open_page, operate

    def go_to(self, step):
        """Set the controls as a step of the tour wants them."""
        self.step, self.shown, self.running = min(max(step, 0), len(STOPS) - 1), False, True
        stop = STOPS[self.step]
        self._open_page(stop.page)
        self._experiment.set_all(stop.values)
        if stop.operation:
            self._experiment.train()
            self._operate("nothing")

    def reveal(self):
        """Show the answer, and the network that gives it."""
        stop, self.shown = STOPS[self.step], True
        if stop.operation:
            self._operate(stop.operation)
        else:
            self._experiment.train()

    def leave(self):
        """Leave it; `go_to(tour.step)` takes it up again."""
        self.running = False


class TourGuide(widgets.VBox):
    """The tour on the page: a button to begin it, then a question and buttons to go on."""

    def __init__(self, tour):
        self.tour, self.words, self.answer = tour, widgets.HTML(), widgets.HTML()
        self.begin = button(
            "Guided tour",
            "Seven steps, each with a question.",
            lambda: tour.go_to(tour.step),
            "map-signs",
        )
        self.reveal = button("Show the answer", "First guess, then look.", tour.reveal)
        self.back = button("Back", "The step before.", lambda: tour.go_to(tour.step - 1))
        self.next = button("Next", "The next step.", lambda: tour.go_to(tour.step + 1))
        self.leave = button(
            "Leave the tour", "You can take it up again where you left.", tour.leave
        )
        row = [self.reveal, self.back, self.next, self.leave]
        self.guide = widgets.VBox(
            [self.words, self.answer, widgets.HBox(row, layout={"flex_flow": "row wrap"})],
            layout={"border": "1px solid #777", "padding": "8px 12px"},
        )
        super().__init__([self.guide])
        tour.observe(self._show)
        self._show()

    def _show(self, change=None):
        tour, stop = self.tour, STOPS[self.tour.step]
        self.guide.layout.display = "" if tour.running else "none"
        where = f"step {tour.step + 1} of {len(STOPS)}"
        self.begin.description = f"Go on with the tour ({where})" if tour.step else "Guided tour"
        self.begin.layout.display = "none" if tour.running else ""
        self.words.value = (
            f'<div role="status" style="{TEXT}"><b>Tour, {where}: {stop.title}.</b>'
            f" {stop.question}</div>"
        )
        answer = f'<div role="status" style="{TEXT}"><b>Answer.</b> {stop.answer}</div>'
        self.answer.value = answer if tour.shown else ""
        self.back.disabled, self.next.disabled = tour.step == 0, tour.step == len(STOPS) - 1
