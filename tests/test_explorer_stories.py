"""The stories and the tour of the Explorer: what their words say is what happens."""

import re

import pytest

import lstm_memory as lm
from lstm_memory.explorer.form import DEFAULTS, check
from lstm_memory.explorer.presets import PRESETS, TASKS
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
        ("Too few neurons", 100, 0, 0, "none of the 100 networks does"),
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


def test_the_tour_from_end_to_end():
    explorer = lm.Explorer(threaded=False)
    guide = explorer.tour
    assert guide.guide.layout.display == "none"
    guide.begin.click()
    answers = ["0.51, is not below", "is not below", "0 of 100", "100 of 100", "0 of 100", ""]
    for step, now in enumerate(TOUR_STEPS):
        assert (guide.step, guide.answer.value) == (step, "")
        assert f"step {step + 1} of 7: {now.title}" in guide.question.value
        assert now.question in guide.question.value
        page = explorer.pages.children[explorer.pages.selected_index]
        assert page.title == now.page
        guide.reveal.click()
        assert now.answer in guide.answer.value
        assert "Settings changed" not in explorer.status
        assert [*answers, "0 of 100"][step] in explorer.status
        guide.next.click()
    assert guide.next.disabled
    guide.back.click()
    guide.reveal.click()
    chances = re.findall(r"(\d\.\d\d) before, (\d\.\d\d) after", explorer.operate.message.value)
    assert float(chances[0][0]) > 0.9
    assert float(chances[0][1]) < 0.1


def test_the_loss_of_the_second_step_stays_above_the_line():
    explorer = lm.Explorer(threaded=False)
    explorer.tour.go_to(1)
    assert explorer.run is None  # nothing before the guess
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
    assert guide.begin.description == "Go on with the tour (step 3 of 7)"
    guide.begin.click()
    assert "step 3 of 7" in guide.question.value
    assert (explorer.neurons, explorer.initialisations) == (20, 100)
