"""A guided tour of seven steps, each with a question: guess first, then look."""

from typing import NamedTuple

import ipywidgets as widgets

from .parts import button, row, status
from .presets import HUNDRED, REMEMBER, SHORT, lag

TEXT_STYLE = "line-height: 1.5; max-width: 80em"


class TourStep(NamedTuple):
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


TOUR_STEPS = (
    TourStep(
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
    TourStep(
        "A line to get below",
        {"epochs": 1000},
        "States and gates",
        "The dotted line in the picture of the loss is the lowest loss that any network without"
        " memory can reach. Will the curve cross it if the training goes on for 1,000 epochs?",
        "It comes down to the line and stays there. This network does what can be done without"
        " memory, and no more. Move the slider, or press Play, to see it getting there.",
    ),
    TourStep(
        "One network is no proof",
        HUNDRED,
        "Success rate",
        "The tutorial's settings again, but 100 networks that begin with different weights. How"
        " many of them will remember, so that every answer is within 0.25 of the right one?",
        "None of the 100. It was not bad luck. The interval says how sure that is: a true rate"
        " of more than 4 % is unlikely.",
    ),
    TourStep(
        "How far the gradient reaches",
        REMEMBER | HUNDRED,
        "Success rate",
        "Now each update sees the whole sequence, so that the error at the last step can reach"
        " back to the first symbol; the learning rate is 0.03, and the forget gates start open"
        " (forget bias 3). How many of 100 remember after 100 epochs?",
        "All 100. The loss goes through the dotted line: only a network with a memory can do that.",
    ),
    TourStep(
        "What made the difference",
        SHORT,
        "Success rate",
        "We take one thing away again: the gradient reaches 1 step, and all else stays as it was."
        " How many of 100 remember?",
        "None. The higher learning rate and the open gates alone do nothing. What was missing is"
        " the way back from the error to the symbol that has to be remembered.",
    ),
    TourStep(
        "Operate on the memory",
        REMEMBER,
        "Operate",
        "This network remembers. It is to read sequence 0, but before the last step it gets the"
        " memory of sequence 1 in place of its own. Will it say 3, as it has read, or 4?",
        "It says 4: the probability of 3 falls to nearly 0. What it has read is the same; what it"
        " remembers decides. Try Wipe instead: then it no longer knows.",
        "transplant",
    ),
    TourStep(
        "A longer wait",
        REMEMBER | HUNDRED | {"sequences": lag(10)},
        "Success rate",
        "Ten other symbols now lie between the first symbol and the answer, and the settings are"
        " those that served so well. How many of 100 will remember?",
        "None. A longer wait needs more than that: see what the story Lag 10, above, sets"
        " differently. Change one thing at a time and find out which of them matter.",
    ),
)


class Tour(widgets.VBox):
    """The tour on the page: a button to `begin` it, then a question and buttons to go on.

    A learner is at `step`, has begun or left, and has seen the answer or not.
    """

    def __init__(self, explorer):
        self._explorer, self.step = explorer, 0
        self.question, self.answer = widgets.HTML(), widgets.HTML()
        again, back, on = (lambda by=by: self.go_to(self.step + by) for by in (0, -1, 1))
        leave = "You can take it up again where you left."
        self.begin = button("", "Seven steps, each with a question.", again, "map-signs")
        self.reveal = button("Show the answer", "First guess, then look.", self._reveal)
        self.back = button("Back", "The step before.", back)
        self.next = button("Next", "The next step.", on)
        self.leave = button("Leave the tour", leave, lambda: self._open(False))
        buttons = row(self.reveal, self.back, self.next, self.leave)
        self.guide = widgets.VBox(
            [self.question, self.answer, buttons],
            layout={"border": "1px solid #777", "padding": "8px 12px"},
        )
        super().__init__([self.guide])
        self._ask()
        self._open(False)

    def _open(self, is_open):
        """Show the guide, or else the button that begins the tour or takes it up again."""
        self.guide.layout.display = "" if is_open else "none"
        self.begin.layout.display = "none" if is_open else ""

    def go_to(self, step):
        """Set the controls as a step of the tour wants them, and ask its question."""
        self.step = min(max(step, 0), len(TOUR_STEPS) - 1)
        now = TOUR_STEPS[self.step]
        self._ask()
        self._open(True)
        self._explorer.pages.turn_to(now.page)
        self._explorer.set_all(now.values)
        if now.operation:
            self._explorer.train()
            self._explorer.operate.do("nothing")

    def _ask(self):
        """Show the question of a step, without the answer."""
        now, last = TOUR_STEPS[self.step], len(TOUR_STEPS) - 1
        where = f"step {self.step + 1} of {last + 1}"
        self.begin.description = f"Go on with the tour ({where})" if self.step else "Guided tour"
        self.question.value = status(now.question, TEXT_STYLE, f"Tour, {where}: {now.title}.")
        self.answer.value = ""
        self.back.disabled, self.next.disabled = self.step == 0, self.step == last

    def _reveal(self):
        """Show the answer, and the network that gives it."""
        now = TOUR_STEPS[self.step]
        self.answer.value = status(now.answer, TEXT_STYLE, "Answer.")
        if now.operation:
            self._explorer.operate.do(now.operation)
        else:
            self._explorer.train()
