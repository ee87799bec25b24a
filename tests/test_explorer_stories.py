"""The stories and the tour of the Explorer: what their words say is what happens."""

import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory.explorer.form import DEFAULTS, check
from lstm_memory.explorer.presets import PRESETS, TASKS
from lstm_memory.explorer.quiz import CHOSEN, NOT_CHOSEN
from lstm_memory.explorer.tour import TOUR_STEPS

from .explorer_tools import finish

STORIES = {preset.name: preset for preset in PRESETS}


def successes(values, networks):
    """How many of so many networks remember with these settings."""
    wanted, errors = check(DEFAULTS | values | {"initialisations": networks})
    assert errors == {}
    return int(lm.train_many(wanted.task, wanted.settings, wanted.seeds).remembers.sum())


# The counts of 100 that the words give; for the long lags a part of the 100 is trained here.
@pytest.mark.parametrize(
    ("name", "networks", "least", "most", "words"),
    [
        ("The tutorial", 100, 0, 0, "none of the networks remembers"),
        ("Remembering", 100, 100, 100, "all of the 100 networks remember"),
        ("Too few neurons", 100, 0, 0, "none of the 100 finds how"),
        ("Too short a reach", 100, 0, 0, "none of the 100 does"),
        ("Lag 10", 24, 24, 24, "100 of 100"),
        ("Lag 30", 16, 16, 16, "100 of 100"),
        ("Lag 100", 8, 6, 8, "about 95 of 100"),
    ],
)
def test_a_story_is_true(name, networks, least, most, words):
    assert words in STORIES[name].words
    assert least <= successes(STORIES[name].values, networks) <= most


@pytest.mark.parametrize("name", ["Lag 10", "Lag 30", "Lag 100"])
def test_the_network_that_a_long_lag_shows_remembers(name):
    assert successes(STORIES[name].values, 1) == 1


def test_a_story_is_one_click(explorer):
    explorer.presets["Too few neurons"].click()
    finish(explorer)
    assert (explorer.neurons, explorer.bptt_steps, explorer.initialisations) == (2, None, 100)
    assert "0 of 100 (0 to 4 %) remember." in explorer.status
    assert STORIES["Too few neurons"].words in explorer.story.value
    assert "0 of 100 (0 to 4 %)" in explorer.pages.page("Success rate").picture.value
    explorer.neurons = 3  # another story
    assert explorer.story.value == ""
    explorer.buttons["defaults"].click()
    assert {name: getattr(explorer, name) for name in DEFAULTS} == DEFAULTS


def test_ready_tasks_can_be_learnt_and_are_named_where_they_are_typed(explorer):
    ready = explorer.fields["sequences"].ready
    for name, text in TASKS.items():
        assert lm.Task.parse(text)
        explorer.sequences = text
        assert ready.label == name
    explorer.sequences = "a b c"
    assert ready.label == "as typed below"
    ready.label = "lag 10"
    assert explorer.sequences == TASKS["lag 10"]


# --- the tour ------------------------------------------------------------------------------


def guess(guide, words):
    next(choice for choice in guide.guesses.children if choice.description == words).click()


def test_the_tour_from_end_to_end():
    """Every answer is what comes out: in the status, or in the words of the operation."""
    explorer = lm.Explorer(threaded=False)
    guide = explorer.tour
    assert guide.guide.layout.display == "none"
    guide.begin.click()
    counts = {"none": "0 of 100 (", "all, or nearly all": "100 of 100 ("}
    for step, now in enumerate(TOUR_STEPS):
        assert (guide.step, guide.answer.value) == (step, "")
        assert f"step {step + 1} of {len(TOUR_STEPS)}: {now.title}" in guide.question.value
        assert now.question in guide.question.value
        page = explorer.pages.children[explorer.pages.selected_index]
        assert page.title == now.page
        guess(guide, now.right)
        guide.reveal.click()
        assert now.answer in guide.answer.value
        assert f"Answer: {now.right} (as you guessed)." in guide.answer.value
        assert "Settings changed" not in explorer.status
        if now.right in counts:
            assert f" {counts[now.right]}" in explorer.status
        elif now.operation:
            assert f"it now says {now.right} (0." in explorer.operate.message.value
        guide.next.click()
    assert guide.next.disabled
    assert now.title == "The repair"
    assert guide.guessed == {step: now.right for step, now in enumerate(TOUR_STEPS)}


def test_a_guess_is_recorded_before_the_answer_can_be_seen():
    explorer = lm.Explorer(threaded=False)
    guide = explorer.tour
    guide.begin.click()
    for _ in range(2):
        assert guide.reveal.disabled
        guide.reveal.click()  # as a script might
        assert guide.answer.value == ""
        assert explorer.run is None
        guide.next.click()
    guide.back.click()
    guess(guide, "it will cross it")
    assert [choice.icon for choice in guide.guesses.children] == [CHOSEN, NOT_CHOSEN]
    guide.reveal.click()
    assert "it will stay above (you guessed: it will cross it)" in guide.answer.value
    guide.next.click()
    assert guide.reveal.disabled
    guide.back.click()
    assert not guide.reveal.disabled
    assert guide.answer.value == ""
    assert guide.guessed == {1: "it will cross it"}


def test_every_step_has_a_right_guess_and_a_wrong_one():
    for now in TOUR_STEPS:
        assert now.right in now.guesses
        assert len(now.guesses) >= 2


def test_what_the_tour_says_of_the_cell_state():
    """It differs between the sequences at every step, and more from step to step."""
    (step,) = (step for step in TOUR_STEPS if "cell state" in step.title)
    wanted, _ = check(DEFAULTS | step.values)
    c = lm.trace(lm.train(wanted.task, wanted.settings)).c
    apart = np.linalg.norm(c[0] - c[1], axis=1)
    assert (np.diff(apart) > 0).all()
    assert apart[-1] > 2


def test_what_the_tour_says_of_a_wipe():
    """Before step 1 it leaves the right answer in one sequence and a wrong one in the other."""
    step = next(step for step in TOUR_STEPS if step.operation == "wipe")
    wanted, _ = check(DEFAULTS | step.values)
    run = lm.train(wanted.task, wanted.settings)
    chances = [lm.intervene(run, k, 1, reset=True).probability.iloc[-1] for k in (0, 1)]
    assert max(chances) > 0.9
    assert min(chances) < 0.1


def test_the_loss_of_the_second_step_stays_above_the_line():
    explorer = lm.Explorer(threaded=False)
    explorer.tour.go_to(1)
    guess(explorer.tour, "it will cross it")
    assert explorer.run is None  # nothing before the answer
    explorer.tour.reveal.click()
    assert explorer.run.losses.mean(axis=1).min() > explorer.run.task.memoryless_loss


def test_the_tour_can_be_left_and_taken_up_again():
    explorer = lm.Explorer(threaded=False)
    guide = explorer.tour
    guide.begin.click()
    guide.next.click()
    guide.next.click()
    guide.leave.click()
    assert guide.guide.layout.display == "none"
    explorer.neurons = 5
    assert guide.begin.description == "Go on with the tour (step 3 of 11)"
    guide.begin.click()
    assert "step 3 of 11" in guide.question.value
    assert (explorer.neurons, explorer.initialisations) == (20, 100)
