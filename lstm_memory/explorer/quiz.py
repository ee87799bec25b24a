"""Questions to check oneself by: each has a few answers, and words for each of them.

Those of a notebook are in the folder `questions`, in a file that is named after it.
"""

import html
import tomllib
from pathlib import Path

import ipywidgets as widgets
from traitlets import Unicode, observe

from ..errors import InputError, a_list, instance, one_of
from .parts import HTML, status, style
from .still import QUIZ, bundle

FOLDER = Path(__file__).parents[1] / "questions"
PARTS = "a list of (question, {answer: words on it}, right answer)"
LOOK = "line-height: 1.4; max-width: 46em"
CHOSEN, NOT_CHOSEN = "dot-circle-o", "circle-o"  # icons of Font Awesome


def questions_of(notebook):
    """The questions of a notebook that is named as its file begins, such as "04a".

    A list of (question, {answer: words on it}, right answer). Raises `InputError`.
    """
    names = sorted(path.stem for path in FOLDER.glob("*.toml"))
    path = FOLDER / f"{one_of('questions', notebook, names)}.toml"
    return [_read(entry) for entry in tomllib.loads(path.read_text("utf-8"))["question"]]


def _read(entry):
    right = [answer["says"] for answer in entry["answer"] if answer.get("right")]
    if len(right) != 1:
        raise InputError(entry["asks"], "one answer with right = true", right)
    return entry["asks"], {a["says"]: a["feedback"] for a in entry["answer"]}, right[0]


class Question(widgets.VBox):
    """A question with answers to choose from, which says at once what to think of the choice.

    `answers`: {answer: words on it}, at least two; `right`: the one that is right. `number`
    stands in front of the question. Each answer is a button, since JupyterLab keeps the arrow
    keys to itself that radio buttons need. The one chosen is the trait `answer`, and bears
    another mark; nothing is told by colour alone. Raises `InputError`.
    """

    answer = Unicode(None, allow_none=True)

    def __init__(self, question, answers, right, number=1):
        instance("question", question, str, "a text")
        if not isinstance(answers, dict) or len(answers) < 2:
            raise InputError("answers", "at least two, {answer: words on it}", answers)
        for words in (*answers, *answers.values()):
            instance("answers", words, str, "texts")
        if not isinstance(right, str) or right not in answers:
            raise InputError("right", f"one of {list(answers)}", right)
        self.answers, self.right = answers, right
        self.buttons = [
            widgets.Button(description=answer, icon=NOT_CHOSEN, layout={"width": "auto"})
            for answer in answers
        ]
        for button in self.buttons:
            button.add_class("lstm-memory-answer")
            button.on_click(self._choose)
        self.feedback = HTML(status("", LOOK))
        self.words = html.escape(f"{number}. {question}")
        asked = HTML(f'<div style="{LOOK}"><b>{self.words}</b></div>')
        super().__init__([asked, *self.buttons, self.feedback])

    def as_text(self):
        """The question and its answers, as HTML."""
        answers = "".join(f"<li>{html.escape(answer)}</li>" for answer in self.answers)
        return f"<p><b>{self.words}</b></p><ul>{answers}</ul>"

    def as_folded_text(self):
        """The same, and folded below it the words on each answer."""
        marks = [f"{'✓' if answer == self.right else '✗'} {answer}" for answer in self.answers]
        words = "".join(
            f"<li><b>{html.escape(mark)}</b>: {html.escape(feedback)}</li>"
            for mark, feedback in zip(marks, self.answers.values(), strict=True)
        )
        return f"{self.as_text()}<details><summary>Answers</summary><ul>{words}</ul></details>"

    @property
    def is_right(self):
        """Whether the answer chosen is the right one."""
        return self.answer == self.right

    def _choose(self, button):
        self.answer = button.description

    @observe("answer")
    def _tell(self, change):
        for button in self.buttons:
            chosen = button.description == self.answer
            button.icon = CHOSEN if chosen else NOT_CHOSEN
            button.tooltip = "chosen" if chosen else ""  # as a screen reader tells it
        verdict = "✓ Right." if self.is_right else "✗ Not quite."
        words = "" if self.answer is None else f"{verdict} {self.answers[self.answer]}"
        self.feedback.value = status(words, LOOK)


class Quiz(widgets.VBox):
    """Several questions below each other, and how many of them are answered rightly.

    `questions`: the name of a notebook as its file begins, such as "04a", or a list of (question,
    {answer: words on it}, right answer). Without any they are those with which the course ends.
    """

    def __init__(self, questions="08"):
        if isinstance(questions, str):
            questions = questions_of(questions)
        questions = a_list("questions", questions, PARTS)
        questions = [tuple(a_list("questions", parts, PARTS)) for parts in questions]
        if wrong := [parts for parts in questions if len(parts) != 3]:
            raise InputError("questions", PARTS, wrong[0])
        numbered = enumerate(questions, start=1)
        self.questions = [Question(*parts, number=number) for number, parts in numbered]
        self.message = HTML()
        for question in self.questions:
            question.observe(self._count, "answer")
        self._count()
        super().__init__([HTML(style()), *self.questions, self.message])

    def _count(self, change=None):
        answered = sum(question.answer is not None for question in self.questions)
        right = sum(question.is_right for question in self.questions)
        words = f"{answered} of {len(self.questions)} answered, {right} of them right."
        self.message.value = status(words, LOOK)

    def _repr_mimebundle_(self, **kwargs):
        """With the questions as text, for readers of the notebook's file without a kernel."""
        texts = "".join(question.as_text() for question in self.questions)
        return super()._repr_mimebundle_(**kwargs) | bundle(QUIZ + texts)

    def as_page(self):
        """The questions as HTML for readers without a kernel, with the answers folded."""
        return "".join(question.as_folded_text() for question in self.questions)

    def __repr__(self):
        return f"Quiz({len(self.questions)} questions)"
