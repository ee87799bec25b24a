"""Questions to check oneself by: each has a few answers, and words for each of them."""

import html

import ipywidgets as widgets

from .errors import InputError

__all__ = ["Question", "Quiz"]


class Question(widgets.VBox):
    """A question with answers to choose from, which says at once what to think of the choice.

    `answers`: {answer: words on it}, at least two; `right`: the one that is right. `number`
    stands in front of the question. The arrow keys choose. Nothing is told by colour alone.
    Raises `InputError`.
    """

    def __init__(self, question, answers, right, number=1):
        if not isinstance(answers, dict) or len(answers) < 2:
            raise InputError("answers", "at least two, {answer: words on it}", answers)
        if right not in answers:
            raise InputError("right", f"one of {list(answers)}", right)
        self.answers, self.right = answers, right
        self.choice = widgets.RadioButtons(
            options=list(answers),
            value=None,
            tooltip=question,
            layout={"width": "auto", "max_width": "100%"},
        )
        self.feedback = widgets.HTML(_status(""))
        self.choice.observe(self._tell, "value")
        words = html.escape(f"{number}. {question}")
        super().__init__([widgets.HTML(f"<b>{words}</b>"), self.choice, self.feedback])

    @property
    def is_right(self):
        """Whether the answer chosen is the right one."""
        return self.choice.value == self.right

    def _tell(self, change=None):
        answer = self.choice.value
        words = "" if answer is None else f"{self._verdict()} {self.answers[answer]}"
        self.feedback.value = _status(words)

    def _verdict(self):
        return "✓ Right." if self.is_right else "✗ Not quite."


class Quiz(widgets.VBox):
    """Several questions below each other, and how many of them are answered rightly.

    `questions`: a list of (question, {answer: words on it}, right answer).
    """

    def __init__(self, questions):
        numbered = enumerate(questions, start=1)
        self.questions = [Question(*parts, number=number) for number, parts in numbered]
        self.words = widgets.HTML()
        for question in self.questions:
            question.choice.observe(self._count, "value")
        self._count()
        super().__init__([*self.questions, self.words])

    def _count(self, change=None):
        answered = sum(question.choice.value is not None for question in self.questions)
        right = sum(question.is_right for question in self.questions)
        words = f"{answered} of {len(self.questions)} answered, {right} of them right."
        self.words.value = _status(words)

    def __repr__(self):
        return f"Quiz({len(self.questions)} questions)"


def _status(words):
    """Words that a screen reader reads out when they change."""
    style = "line-height: 1.4; max-width: 46em"
    return f'<div role="status" style="{style}">{html.escape(words)}</div>'
