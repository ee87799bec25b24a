"""What the Explorer opens with: a network that remembers, and a question to answer before looking.

Beside it, at a click each, stand two networks that do not remember, and, after a kernel was lost,
the settings of before.
"""

from functools import partial
from typing import NamedTuple

import ipywidgets as widgets

from ..errors import InputError
from ..pictures.network import Moment as Place
from ..pictures.words import labels, shorten
from .form import DEFAULTS, from_text, name_in_words, value_in_words
from .kept import kept
from .parts import HTML, button, row, status
from .presets import REMEMBER

MOST_ANSWERS = 8  # buttons
BEFORE = "Your settings from before"
UNREADABLE = "Your settings from before are left out: what was kept of them cannot be read."


class Recipe(NamedTuple):
    """A network to look at: settings beside the tutorial's, and words on what to see."""

    name: str
    values: dict
    words: str


RECIPES = (
    Recipe(
        "Untrained",
        REMEMBER | {"epochs": 0},
        "Before the first update. It carries something from step to step, for its weights are"
        " random; but every output is near 0.5, and it says nothing.",
    ),
    Recipe(
        "The tutorial's recipe",
        {},
        "The recipe of the tutorial that this course follows: each update sees one step. At the"
        " last step the difference between the two sequences is there, but faint, and the output"
        " cannot use it: it wavers between 3 and 4.",
    ),
    Recipe(
        "One that remembers",
        REMEMBER,
        "Each update sees the whole sequence. At the last step the difference between the two"
        " sequences is large, and the output tells 3 from 4 by it.",
    ),
)


class Opening(widgets.VBox):
    """A question on the network that is shown, answers to choose from, and three networks.

    The question is about the last step of the last sequence; once it is answered, every view
    goes through that sequence from its first step. Out of sight it moves no view.
    """

    def __init__(self, explorer, walk):
        """`walk`: what begins to play the steps."""
        self._explorer, self._walk, self._asked = explorer, walk, None
        self._recipe_of = None  # the settings, as text, that `recipe` is about
        self.question, self.feedback = HTML(), HTML(status(""))
        self.answers, self.recipe = row(), HTML(status(""))
        look = "Look at this network, on the tutorial's two sequences."
        self.recipes = {
            recipe.name: button(recipe.name, look, partial(self.look_at, recipe))
            for recipe in RECIPES
        }
        self.before, networks = row(grid_gap="0 8px"), HTML("Look at a network:")
        networks = row(networks, *self.recipes.values(), self.recipe)
        question = row(self.question, self.answers, self.feedback, grid_gap="0 8px")
        super().__init__([question, networks, self.before])
        self._offer(kept())
        explorer.observe(self._ask, "shown")
        explorer.observe(self._forget, "run")

    def look_at(self, recipe):
        """Train the network of a `Recipe`, which takes a moment, and say what to see."""
        self._explorer.set_all(recipe.values)
        self._recipe_of = self._explorer.text
        self.recipe.value = status(recipe.words)
        self._explorer.pages.turn_to("The network")
        self._explorer.train()

    def _offer(self, text):
        """Offer the settings that were kept as `text`, if there are any."""
        if text is None:
            return
        try:
            values, _, _ = from_text(text)
        except InputError:
            self.before.children = [HTML(status(UNREADABLE))]
            return
        again = button(BEFORE, "Set these settings again, and train.", partial(self._again, text))
        self.before.children = [again, HTML(status(in_words(values)))]

    def _again(self, text):
        """Train with the settings that were kept; they are offered no more."""
        self._explorer.restore(text)
        self.before.children = []
        self._explorer.train()

    def _forget(self, change):
        """What was said of a network is not said of another one."""
        self.feedback.value = status("")
        if self._explorer.text != self._recipe_of:
            self.recipe.value = status("")

    def _ask(self, change):
        """Ask anew where the task is another one."""
        run = self._explorer.shown and self._explorer.shown.run
        if run is None or run.task == self._asked:
            return
        self._asked, task = run.task, run.task
        if self.layout.display != "none":
            self._explorer.sequence, self._explorer.step = len(task.steps) - 1, 0
        shown = labels(task.alphabet)
        line = [shown[symbol] for symbol in task.sequences[-1]]
        few = task.alphabet[:MOST_ANSWERS]
        few = few if task.sequences[-1][-1] in few else (*few[1:], task.sequences[-1][-1])
        read = " ".join(line[:-1] if len(line) < 12 else ["…", *line[-8:-1]])
        words = f"To be learnt: {_told(task)}. The network reads {read}. What comes next?"
        self.question.value = status(words, "font-weight: bold; line-height: 28px")
        self.answers.children = [
            button(shown[symbol], "Answer, then look.", partial(self.answer, symbol))
            for symbol in few
        ]
        self.feedback.value = status("")

    def answer(self, symbol):
        """Say what to think of an answer, and show the network at work."""
        explorer, task = self._explorer, self._asked
        if explorer.shown is None:
            return
        sequence, right = len(task.steps) - 1, task.sequences[-1][-1]
        place = Place(explorer.shown.run, sequence, task.steps[-1] - 1, explorer.shown.trace)
        mark = "\N{CHECK MARK}" if symbol == right else "\N{BALLOT X}"
        shown = labels(task.alphabet)
        words = f"{mark} You say {shown[symbol]}; {shown[right]} is right."
        words += f" The network {place.answer()}."
        if place.other is not None and place.read_there == place.symbol:
            words += f" It reads {place.symbol} in both sequences at that step: see what it holds."
        self.feedback.value = status(words)
        explorer.pages.turn_to("The network")
        explorer.sequence, explorer.step = sequence, 0
        self._walk()


def in_words(values):
    """What is not as in the tutorial, in words that are not too many."""
    changed = {name: value for name, value in values.items() if value != DEFAULTS[name]}
    told = [f"{name_in_words(name)} {value_in_words(name, changed[name])}" for name in changed]
    return shorten(", ".join(told).replace("\n", " / "), 200) or "those of the tutorial"


def _told(task):
    """The sequences in words, if they are few and short."""
    lines = [" ".join(map(labels(task.alphabet).get, line)) for line in task.sequences]
    if len(lines) > 3 or max(map(len, lines)) > 30:
        return f"{len(lines)} sequence{'s' * (len(lines) > 1)}"
    return " and ".join(lines)
