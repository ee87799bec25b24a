"""Questions to check oneself by, answered from Python."""

import re

import pytest

import lstm_memory as lm
from lstm_memory.explorer.questions import QUESTIONS
from lstm_memory.explorer.quiz import CHOSEN, Question, Quiz

ANSWERS = {"yes": "It is <b>so</b>.", "no": "Think again.", "perhaps": "Not even that."}


@pytest.fixture
def quiz():
    return Quiz([("Is it?", ANSWERS, "yes"), ("Is it not?", ANSWERS, "no")])


def text_of(widget):
    return re.sub("<[^>]*>", "", widget.value)


def test_nothing_is_chosen_or_said_at_first(quiz):
    assert [question.answer for question in quiz.questions] == [None, None]
    assert [text_of(question.feedback) for question in quiz.questions] == ["", ""]
    assert text_of(quiz.message) == "0 of 2 answered, 0 of them right."
    assert repr(quiz) == "Quiz(2 questions)"


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_has_its_own_words(quiz, answer):
    question = quiz.questions[0]
    chosen = list(ANSWERS).index(answer)
    question.buttons[chosen].click()
    assert question.answer == answer
    assert [b.icon == CHOSEN for b in question.buttons] == [k == chosen for k in range(3)]
    verdict = "✓ Right." if answer == "yes" else "✗ Not quite."
    expected = f"{verdict} {ANSWERS[answer]}".replace("<", "&lt;").replace(">", "&gt;")
    assert text_of(question.feedback) == expected
    assert question.is_right == (answer == "yes")


def test_the_right_ones_are_counted_and_a_change_of_mind_counts(quiz):
    first, second = quiz.questions
    first.answer, second.answer = "yes", "yes"
    assert text_of(quiz.message) == "2 of 2 answered, 1 of them right."
    second.answer = "no"
    assert text_of(quiz.message) == "2 of 2 answered, 2 of them right."
    first.answer = None
    assert text_of(quiz.message) == "1 of 2 answered, 1 of them right."
    assert text_of(first.feedback) == ""


def test_words_are_read_out_and_questions_have_numbers(quiz):
    for question in quiz.questions:
        assert 'role="status"' in question.feedback.value
    assert 'role="status"' in quiz.message.value
    assert [text_of(q.children[0]) for q in quiz.questions] == ["1. Is it?", "2. Is it not?"]
    assert [b.description for b in quiz.questions[0].buttons] == list(ANSWERS)
    assert text_of(Question("<i>?", ANSWERS, "no").children[0]) == "1. &lt;i&gt;?"


def test_wrong_questions():
    with pytest.raises(lm.InputError, match=r"^right: expected one of"):
        Question("Is it?", ANSWERS, "never")
    for answers in ({"yes": "So."}, ["yes", "no"]):
        with pytest.raises(lm.InputError, match=r"^answers: expected at least two"):
            Question("Is it?", answers, "yes")


def test_the_questions_of_the_course():
    quiz = lm.Quiz()
    assert len(quiz.questions) == len(QUESTIONS) == 12
    assert len({question for question, _, _ in QUESTIONS}) == 12
    places = [list(answers).index(right) for _, answers, right in QUESTIONS]
    assert max(places.count(place) for place in range(3)) <= 6  # no place gives it away
    for _, answers, _ in QUESTIONS:
        assert all(len(answer) <= 50 for answer in answers)  # a button has to hold it
