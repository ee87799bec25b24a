"""Questions to check oneself by, answered from Python."""

import html
import json
import re

import pytest

import lstm_memory as lm
from lstm_memory.explorer import quiz as quiz_file
from lstm_memory.explorer.quiz import CHOSEN, FOLDER, Question, Quiz, questions_of

from .notebook_tools import COURSE, EXTENSIONS, QUIZ, read
from .notebook_tools import quiz as quiz_of

NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
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


def test_a_page_folds_the_answers(quiz):
    page = quiz.as_page()
    shown = re.sub("<details>.*?</details>", "", page)
    assert "It is" not in shown
    assert page.count("<li><b>✓ yes</b>: It is &lt;b&gt;so&lt;/b&gt;.</li>") == 1
    assert page.count("<li><b>✗ no</b>: Think again.</li>") == 1


def test_only_what_is_there_is_asked():
    assert len(lm.Quiz().questions) == len(questions_of("08")) == 12
    with pytest.raises(lm.InputError, match=r"^questions: expected one of 00, .*, got '../01'$"):
        lm.Quiz("../01")


def test_a_question_needs_one_right_answer(tmp_path, monkeypatch):
    """A teacher may change the files: what is missing is named."""
    monkeypatch.setattr(quiz_file, "FOLDER", tmp_path)
    answers = [f'[[question.answer]]\nsays = "{word}"\nfeedback = "So."' for word in ("no", "yes")]
    text = "\n".join(['[[question]]\nasks = "Is it?"', *answers])
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(lm.InputError, match=r"^Is it\?: expected one answer with right = true"):
        lm.Quiz("mine")
    (tmp_path / "mine.toml").write_text(text + "\nright = true")
    assert lm.Quiz("mine").questions[0].right == "yes"


@pytest.mark.parametrize("name", NAMES)
def test_the_questions_of_a_notebook(name):
    """No place and no length gives the right answer away, and each answer has its own words."""
    questions = questions_of(name)
    assert len({question for question, _, _ in questions}) == len(questions) >= 3
    places = [list(answers).index(right) for _, answers, right in questions]
    assert max(places.count(place) for place in range(3)) <= len(questions) / 2
    longest = [max(answers, key=len) == right for _, answers, right in questions]
    assert sum(longest) <= len(questions) / 2
    for _, answers, _ in questions:
        assert len(set(answers.values())) == len(answers) == 3


def test_every_file_of_questions_is_asked_in_its_notebook():
    asked = {path.name.split("_")[0]: quiz_of(read(path)) for path in COURSE + EXTENSIONS}
    assert {name: asked[name] for name in NAMES} == {name: name for name in NAMES}


def test_a_notebook_does_not_give_its_answers_away():
    """Not in the text or in the output of its cell, and not in the text just above."""
    for path in COURSE + EXTENSIONS:
        cells = read(path).cells
        at = next((k for k, cell in enumerate(cells) if QUIZ.search(cell.source)), None)
        if at is None:
            continue
        near = html.unescape(json.dumps(cells[max(at - 2, 0) : at + 1], ensure_ascii=False))
        for _, answers, _ in questions_of(quiz_of(read(path))):
            told = [json.dumps(words, ensure_ascii=False)[1:-1] for words in answers.values()]
            assert not [words for words in told if words in near], path.name
