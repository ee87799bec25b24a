"""Questions to check oneself by: each has a few answers, and words for each of them."""

import html

import ipywidgets as widgets
from traitlets import Unicode, observe

from ..errors import InputError
from .parts import status
from .questions import QUESTIONS
from .still import QUIZ, bundle

LOOK = "line-height: 1.4; max-width: 46em"
CHOSEN, NOT_CHOSEN = "dot-circle-o", "circle-o"  # icons of Font Awesome


class Question(widgets.VBox):
    """A question with answers to choose from, which says at once what to think of the choice.

    `answers`: {answer: words on it}, at least two; `right`: the one that is right. `number`
    stands in front of the question. Each answer is a button, since JupyterLab keeps the arrow
    keys to itself that radio buttons need. The one chosen is the trait `answer`, and bears
    another mark; nothing is told by colour alone. Raises `InputError`.
    """

    answer = Unicode(None, allow_none=True)

    def __init__(self, question, answers, right, number=1):
        if not isinstance(answers, dict) or len(answers) < 2:
            raise InputError("answers", "at least two, {answer: words on it}", answers)
        if right not in answers:
            raise InputError("right", f"one of {list(answers)}", right)
        self.answers, self.right = answers, right
        self.buttons = [
            widgets.Button(description=answer, icon=NOT_CHOSEN, layout={"width": "max-content"})
            for answer in answers
        ]
        for button in self.buttons:
            button.on_click(self._choose)
        self.feedback = widgets.HTML(status("", LOOK))
        self.words = html.escape(f"{number}. {question}")
        super().__init__([widgets.HTML(f"<b>{self.words}</b>"), *self.buttons, self.feedback])

    def as_text(self):
        """The question and its answers, as HTML."""
        answers = "".join(f"<li>{html.escape(answer)}</li>" for answer in self.answers)
        return f"<p><b>{self.words}</b></p><ul>{answers}</ul>"

    @property
    def is_right(self):
        """Whether the answer chosen is the right one."""
        return self.answer == self.right

    def _choose(self, button):
        self.answer = button.description

    @observe("answer")
    def _tell(self, change):
        for button in self.buttons:
            button.icon = CHOSEN if button.description == self.answer else NOT_CHOSEN
        verdict = "✓ Right." if self.is_right else "✗ Not quite."
        words = "" if self.answer is None else f"{verdict} {self.answers[self.answer]}"
        self.feedback.value = status(words, LOOK)


class Quiz(widgets.VBox):
    """Several questions below each other, and how many of them are answered rightly.

    `questions`: a list of (question, {answer: words on it}, right answer); if there are none,
    those with which the course ends.
    """

    def __init__(self, questions=QUESTIONS):
        numbered = enumerate(questions, start=1)
        self.questions = [Question(*parts, number=number) for number, parts in numbered]
        self.message = widgets.HTML()
        for question in self.questions:
            question.observe(self._count, "answer")
        self._count()
        super().__init__([*self.questions, self.message])

    def _count(self, change=None):
        answered = sum(question.answer is not None for question in self.questions)
        right = sum(question.is_right for question in self.questions)
        words = f"{answered} of {len(self.questions)} answered, {right} of them right."
        self.message.value = status(words, LOOK)

    def _repr_mimebundle_(self, **kwargs):
        """With the questions as text, for readers of the notebook's file without a kernel."""
        texts = "".join(question.as_text() for question in self.questions)
        return super()._repr_mimebundle_(**kwargs) | bundle(QUIZ + texts)

    def __repr__(self):
        return f"Quiz({len(self.questions)} questions)"
