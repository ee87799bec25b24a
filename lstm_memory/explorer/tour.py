"""A guided tour, each step with a question: guess first, then look."""

from functools import partial
from typing import NamedTuple

import ipywidgets as widgets

from ..tasks import TUTORIAL
from .parts import HTML, button, picture, row, status
from .presets import HUNDRED, PATIENT, REMEMBER, SHORT, lag
from .quiz import CHOSEN, NOT_CHOSEN

TEXT_STYLE = "line-height: 1.5; max-width: 80em"
LAST = TUTORIAL.steps[0] - 1  # the step that needs memory
HOW_MANY = ("none", "about half", "all, or nearly all")
LONGER = HUNDRED | {"sequences": lag(10)}
REPAIR = PATIENT | LONGER | {"epochs": 200}


class TourStep(NamedTuple):
    """A step of the tour: the settings it sets, the page it opens, a question, the answer.

    `guesses` are the possible ones, of which `right` is one. Nothing is trained before the
    learner has guessed; only where there is an `operation` to be done to the network, the
    network is trained at once, and operated on afterwards. A step `of_loss` has the picture of
    the loss beside it.
    """

    title: str
    values: dict
    page: str
    question: str
    guesses: tuple
    right: str
    answer: str
    operation: str = ""
    of_loss: bool = False


TOUR_STEPS = (
    TourStep(
        "Two sequences and one conflict",
        {},
        "Numbers",
        "A network reads 3 0 1 2 and 4 0 1 2, and is to say at each step what comes next. It will"
        " be trained with the tutorial's settings. At which steps can it be sure without"
        " remembering anything?",
        ("at all of them", "at all but the last", "at none"),
        "at all but the last",
        "After 3, 4, 0 and 1 there is only one next symbol, and its probability is near 1. After 2"
        " comes 3 in one sequence and 4 in the other: there the probabilities are near 0.5. This"
        " network did not learn to remember.",
    ),
    TourStep(
        "A line to get below",
        {"epochs": 1000},
        "Numbers",
        "The line 'best without memory' in the picture of the loss is the lowest that any network"
        " without memory can reach. Will the curve cross it if the training goes on for 1,000"
        " epochs?",
        ("it will cross it", "it will stay above"),
        "it will stay above",
        "It comes down to the line and stays there. This network does what can be done without"
        " memory, and no more. Move the slider, or press Play, to see it getting there.",
        of_loss=True,
    ),
    TourStep(
        "One network is no proof",
        HUNDRED,
        "Success rate",
        "The tutorial's settings again, but 100 networks that begin with different weights. How"
        " many of them will remember, so that every answer is within 0.25 of the right one?",
        HOW_MANY,
        "none",
        "It was not bad luck. The interval says how sure that is: a true rate of more than 4 % is"
        " unlikely.",
    ),
    TourStep(
        "How far the gradient reaches",
        REMEMBER | HUNDRED,
        "Success rate",
        "Now each update sees the whole sequence, so that the error at the last step can reach"
        " back to the first symbol; the learning rate is 0.03, and the forget gates start open"
        " (forget bias 3). How many of 100 remember after 100 epochs?",
        HOW_MANY,
        "all, or nearly all",
        "The loss goes through the line of the best without memory: only a memory can do that.",
        of_loss=True,
    ),
    TourStep(
        "What made the difference",
        SHORT,
        "Success rate",
        "We take one thing away again: the gradient reaches 1 step, and all else stays as it was."
        " How many of 100 remember?",
        HOW_MANY,
        "none",
        "The higher learning rate and the open gates alone do nothing. What was missing is the way"
        " back from the error to the symbol that has to be remembered.",
    ),
    TourStep(
        "Where it is kept: the cell state",
        REMEMBER,
        "States and gates",
        "A network that remembers. At the last step it reads 2 in both sequences, and has read 0"
        " and 1 before. Will the two maps of its cell state c differ in the last column?",
        ("no, the input is the same", "yes, clearly"),
        "yes, clearly",
        "What differs there can only come from the first symbol, three steps before: this is the"
        " memory. In fact the difference grows from step to step. The cell state is a row of"
        " numbers, one for each unit, that the layer carries along; the gates decide what is"
        " kept, written and shown.",
    ),
    TourStep(
        "Operate on the memory",
        REMEMBER,
        "Operate",
        "This network remembers. It is to read sequence 0, but before the last step it gets the"
        " memory of sequence 1 in place of its own. Will it say 3, as it has read, or 4?",
        ("3", "4", "neither"),
        "4",
        "The probability of 3 falls to nearly 0. What it has read is the same; what it remembers"
        " decides.",
        "transplant",
    ),
    TourStep(
        "A memory that is all zeros",
        REMEMBER,
        "Operate",
        "The same network reads sequence 0. Before the last step we set its whole memory to zero,"
        " and then it reads the 2. What will it say?",
        ("3 or 4, one half each", "0", "nothing: all outputs are near 0"),
        "0",
        "Zeros are no silence: they are the memory with which every sequence begins, and at a"
        " beginning the right answer is 0. It has lost the first symbol and also its place in the"
        " sequence. Go back to step 1, above, and it is wiped there: now the answer is right in one"
        " sequence and wrong in the other. It does not know, but it does not say so.",
        "wipe",
    ),
    TourStep(
        "A longer wait",
        REMEMBER | LONGER,
        "Success rate",
        "Ten other symbols now lie between the first symbol and the answer, and the settings are"
        " those that served so well. How many of 100 will remember?",
        HOW_MANY,
        "none",
        "A longer wait needs more. The next two steps mend it.",
    ),
    TourStep(
        "The forget gate",
        REPAIR | {"forget_bias": -4.0},
        "Success rate",
        "Other settings for the longer wait: half of the loss on the last answer, softmax, smaller"
        " steps. At each step the forget gate multiplies the cell state: near 1 it keeps it, near"
        " 0 it drops it. Here the gates start almost shut (forget bias -4). How many of 100"
        " remember?",
        HOW_MANY,
        "none",
        "At the start a gate of 0.02 leaves nothing of the first symbol after two steps, and so"
        " nothing for the gradient to come back on.",
    ),
    TourStep(
        "The repair",
        REPAIR,
        "Success rate",
        "The same settings, but the forget gates start wide open (forget bias 5). How many of 100"
        " remember over ten symbols?",
        HOW_MANY,
        "all, or nearly all",
        "With the gates open, c is carried from the first symbol to the last, and the error comes"
        " back the same way. Now it is your turn: the story Lag 100, above, waits ten times as"
        " long. Change one thing at a time and find out which of them matter.",
    ),
)


class Tour(widgets.VBox):
    """The tour on the page: a button to `begin` it, then questions, guesses, and answers.

    A learner is at `step`, has begun or left. `guessed` are the guesses so far, {step: guess};
    the answer of a step can be seen only after its guess.
    """

    def __init__(self, explorer):
        self._explorer, self.step, self.guessed = explorer, 0, {}
        self.question, self.answer, self.guesses = HTML(), HTML(), row()
        again, back, on = (lambda by=by: self.go_to(self.step + by) for by in (0, -1, 1))
        leave = "You can take it up again where you left."
        steps = f"{len(TOUR_STEPS)} steps, each with a question."
        self.begin = button("", steps, again, "map-signs", layout={"width": "auto"})
        self.reveal = button("Show the answer", "Guess first: then look.", self._reveal)
        self.back = button("Back", "The step before.", back)
        self.next = button("Next", "The next step.", on)
        self.leave = button("Leave the tour", leave, lambda: self._open(False))
        buttons = row(self.reveal, self.back, self.next, self.leave)
        parts = [self.question, row(self.guesses, buttons, grid_gap="0 16px"), self.answer]
        words = widgets.VBox(parts, layout={"flex": "1 1 400px", "min_width": "0"})
        self.loss = picture(flex="0 1 342px")
        look = {"border": "1px solid #777", "padding": "8px 12px"}
        self.guide = row(words, self.loss, **look)
        self.guide.add_class("lstm-memory-tour")
        explorer.loss.observe(self._show_loss, "value")
        super().__init__([self.guide])
        self._ask()
        self._open(False)

    @property
    def now(self):
        """The `TourStep` that the learner is at."""
        return TOUR_STEPS[self.step]

    def _open(self, is_open):
        """Show the guide, or else the button that begins the tour or takes it up again."""
        self.guide.layout.display = "" if is_open else "none"
        self.begin.layout.display = "none" if is_open else ""

    def go_to(self, step):
        """Set the controls as a step of the tour wants them, and ask its question."""
        self.step = min(max(step, 0), len(TOUR_STEPS) - 1)
        now = self.now
        self._ask()
        self._open(True)
        self._explorer.pages.turn_to(now.page)
        self._explorer.sequence, self._explorer.step = 0, LAST
        self._explorer.set_all(now.values)
        if now.operation:
            self._explorer.train()
            self._explorer.operate.do("nothing")

    def _ask(self):
        """Show the question of a step and the possible guesses, without the answer."""
        now, last = self.now, len(TOUR_STEPS) - 1
        where = f"step {self.step + 1} of {last + 1}"
        self.begin.description = f"Go on with the tour ({where})" if self.step else "Guided tour"
        self.question.value = status(now.question, TEXT_STYLE, f"Tour, {where}: {now.title}.")
        self.answer.value = ""
        self.guesses.children = [
            button(guess, "This is my guess.", partial(self._guess, guess)) for guess in now.guesses
        ]
        self.back.disabled, self.next.disabled = self.step == 0, self.step == last
        self._mark()
        self._show_loss()

    def _show_loss(self, change=None):
        """Show the picture of the loss beside a step that speaks of it."""
        now = self.now
        self.loss.layout.display = "" if now.of_loss else "none"
        self.loss.value = self._explorer.loss.value if now.of_loss else ""

    def _guess(self, guess):
        """Note the guess; from now on the answer may be seen."""
        self.guessed[self.step] = guess
        self._mark()

    def _mark(self):
        """Mark the guess, if there is one."""
        guess = self.guessed.get(self.step)
        for choice in self.guesses.children:
            choice.icon = CHOSEN if choice.description == guess else NOT_CHOSEN
        self.reveal.disabled = guess is None

    def _reveal(self):
        """Show the answer, and the network that gives it."""
        if self.reveal.disabled:
            return
        now, guess = self.now, self.guessed[self.step]
        verdict = "as you guessed" if guess == now.right else f"you guessed: {guess}"
        self.answer.value = status(now.answer, TEXT_STYLE, f"Answer: {now.right} ({verdict}).")
        if now.operation:
            self._explorer.operate.do(now.operation)
        else:
            self._explorer.train()
