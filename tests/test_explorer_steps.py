"""What the Explorer opens with, and walking through the steps, without a browser."""

import re

import numpy as np
import pytest

import lstm_memory as lm
from lstm_memory.explorer import trainer
from lstm_memory.explorer.form import DEFAULTS
from lstm_memory.explorer.opening import RECIPES
from lstm_memory.explorer.presets import REMEMBER
from lstm_memory.explorer.timeline import choices
from lstm_memory.pictures.network import telling

from .explorer_tools import LONG, WIDE, finish, in_sight, pictures_in, tags_in, wait_until


@pytest.fixture
def opened():
    explorer = lm.Explorer(threaded=False)
    explorer._repr_mimebundle_()
    return explorer


def words_in(widget):
    return re.sub("<[^>]*>", "", widget.value)


# --- the opening -----------------------------------------------------------------------------


def test_it_opens_with_a_network_that_remembers():
    """As soon as it is shown, in the thread of trainings; nothing is blank."""
    explorer = lm.Explorer()
    assert explorer.run is None
    bundle = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    finish(explorer)
    expected = lm.train(lm.TUTORIAL, lm.REMEMBERING)
    np.testing.assert_allclose(explorer.run.losses, expected.losses, atol=1e-5)
    assert explorer.run.remembers
    assert {name: getattr(explorer, name) for name in DEFAULTS} == DEFAULTS | REMEMBER
    assert len(pictures_in(explorer)) == 3
    assert "Settings changed" not in explorer.status


def test_it_opens_once(opened):
    last = opened.run
    opened.neurons = 5
    opened._repr_mimebundle_()
    assert opened.run is last


def test_settings_that_were_given_are_trained_instead():
    explorer = lm.Explorer(threaded=False, seed=6, epochs=20)
    explorer._repr_mimebundle_()
    assert explorer.run.settings == lm.Settings(seed=6, epochs=20)
    explorer = lm.Explorer(threaded=False)
    explorer.restore("neurons=7&epochs=9")  # as a link does
    explorer._repr_mimebundle_()
    assert explorer.run.settings == lm.Settings(neurons=7, epochs=9)


def test_settings_that_are_wrong_are_not_trained():
    explorer = lm.Explorer(threaded=False, neurons="many")
    explorer._repr_mimebundle_()
    assert (explorer.run, explorer.state) == (None, "idle")


def test_it_asks_and_answers(opened):
    opening = opened.opening
    assert "The network reads 4 0 1 2. What comes next?" in words_in(opening.question)
    assert words_in(opening.feedback) == ""
    names = [answer.description for answer in opening.answers.children]
    assert names == ["0", "1", "2", "3", "4"]
    assert (opened.sequence, opened.step) == (1, 0)  # the answer is not in sight
    opened.step = 3
    opening.answers.children[3].click()
    told = words_in(opening.feedback)
    assert told.startswith("✗ You say 3; 4 is right. The network says 4 (0.99).")
    assert "It reads 2 in both sequences at that step: see what it holds." in told
    assert (opened.sequence, opened.step) == (1, 0)
    assert opened.steps.film.playing
    opening.answers.children[4].click()
    assert words_in(opening.feedback).startswith("✓ You say 4; 4 is right.")
    opening.recipes["Untrained"].click()  # what was said of a network is not said of another one
    assert words_in(opening.feedback) == ""
    assert words_in(opening.recipe) == RECIPES[0].words
    opened.presets["Remembering"].click()
    assert words_in(opening.recipe) == ""


def test_it_does_not_ask_while_the_tour_does(opened):
    opened.tour.begin.click()
    assert opened.opening.layout.display == "none"
    opened.tour.leave.click()
    assert opened.opening.layout.display == ""


def test_it_says_so_where_the_pictures_are_not_of_the_settings(opened):
    assert opened.of_before.value == ""
    opened.tour.begin.click()  # which sets the tutorial's settings and trains nothing yet
    assert "The pictures are of the network before" in opened.of_before.value
    opened.train()
    assert opened.of_before.value == ""


def test_another_task_is_another_question(opened):
    opened.opening.answers.children[0].click()
    opened.set_all({"sequences": "go tick tick stop", "epochs": 1})
    opened.train()
    assert "To be learnt: go tick tick stop. The network reads go tick tick." in words_in(
        opened.opening.question
    )
    assert [a.description for a in opened.opening.answers.children] == ["go", "tick", "stop"]
    assert words_in(opened.opening.feedback) == ""
    many = " ".join(map(str, range(40)))
    opened.set_all({"sequences": f"{many} 7\n1 {many}\n5 5\n6 6", "epochs": 1})
    opened.train()
    assert "To be learnt: 4 sequences. The network reads 6." in words_in(opened.opening.question)
    assert "6" in [answer.description for answer in opened.opening.answers.children]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_three_networks_are_a_click_away_and_their_words_are_true(opened, recipe):
    opened.step = 3
    opened.pages.turn_to("Numbers")
    opened.opening.recipes[recipe.name].click()
    assert opened.pages.titles[opened.pages.selected_index] == "The network"
    assert recipe.words in opened.opening.recipe.value
    assert opened.step == 3  # where one was
    outputs, h = opened.run.outputs, opened.trace.h
    apart = np.abs(h[1, 3] - h[0, 3]).max()
    if recipe.name == "Untrained":
        assert np.abs(outputs - 0.5).max() < 0.1
        assert apart > 0
    elif recipe.name == "One that remembers":
        assert apart > 1
        assert opened.run.remembers
    else:
        assert 0 < apart < 0.1
        assert np.abs(outputs[:, 3, 3] - outputs[:, 3, 4]).max() < 0.1


# --- the steps -------------------------------------------------------------------------------


def test_every_view_follows_the_step(opened):
    steps, titles = opened.steps, ["The network", "States and gates", "One unit", "Numbers"]
    for title in titles:
        opened.pages.turn_to(title)
        seen = [shown(opened)]
        for _ in range(3):
            steps.on.click()
            seen.append(shown(opened))
        assert len(set(seen)) == 4, title
        steps.first.click()
        assert shown(opened) == seen[0]
    assert "Step 0" in opened.pages.page("The network").picture.value


def shown(explorer):
    page = explorer.pages.children[explorer.pages.selected_index]
    return page.picture.value + explorer.chances.value


def test_the_buttons_and_the_slider_go_through_the_steps(opened):
    steps = opened.steps
    steps.back.click()
    assert opened.step == 0
    for step in (1, 2, 3, 3):
        steps.on.click()
        assert (opened.step, steps.slider.value, steps.film.value) == (step, step, step)
    steps.slider.value = 1
    assert opened.step == 1
    steps.play.click()
    assert (steps.film.playing, steps.play.description) == (True, "Hold")
    steps.film.value = 2  # as the browser does
    assert opened.step == 2
    steps.back.click()
    assert (steps.film.playing, opened.step) == (False, 1)
    opened.step = 3
    steps.play.click()  # from the beginning again
    assert opened.step == 0


def test_the_place_stays_within_what_there_is(opened):
    opened.step, opened.unit = 3, 19
    opened.step = 99
    assert opened.step == 3
    opened.sequence = -5
    assert opened.sequence == 0
    opened.sequences, opened.neurons = "a b c\na b\nd c", 4
    opened.epochs = 1
    opened.train()
    assert (opened.sequence, opened.unit) == (2, 3)
    assert opened.step == 0
    opened.sequence, opened.step = 0, 1
    opened.sequence = 1
    assert opened.step == 0
    assert opened.steps.slider.max == 0


def test_a_unit_that_was_chosen_stays_in_sight(opened):
    page = opened.pages.page("The network")
    assert page.cell.value == ""
    opened.script._hear(None, {"unit": 13, "step": None}, [])
    for step in (0, 1):
        opened.step = step
        c = f"{opened.trace.c[1, step, 13]:.2f}"
        assert re.search(rf">unit 13: c = f c \+ i g = [^;<]*= {c}; h", page.picture.value)
        assert f"Unit 13 at step {step}" in page.cell.value
    opened.pages.turn_to("One unit")
    assert "Unit 13" in opened.pages.page("One unit").picture.value
    opened.pages.page("One unit").unit.value = 4
    assert opened.unit == 4
    opened.pages.turn_to("The network")
    page.let_go.click()
    assert (opened.unit, page.cell.value) == (None, "")


def test_a_unit_in_a_map_is_a_click_away_from_its_lines(opened):
    opened.pages.turn_to("States and gates")
    opened.script._hear(None, {"unit": 7, "step": 2}, [])
    assert opened.pages.titles[opened.pages.selected_index] == "One unit"
    assert "Unit 7" in opened.pages.page("One unit").picture.value
    assert opened.step == 2


def test_keys_on_the_network(opened):
    def press(*keys):
        for key in keys:
            opened.script._hear(None, {"key": key}, [])

    press("ArrowRight", "ArrowRight", "ArrowLeft")
    assert opened.step == 1
    press("End")
    assert opened.step == 3
    press("Home")
    assert opened.step == 0
    press(" ")
    assert opened.steps.film.playing
    press(" ", "ArrowDown", "ArrowDown")
    assert not opened.steps.film.playing
    assert opened.unit == telling(opened.run, 1)[1]
    press("ArrowUp")
    assert opened.unit == telling(opened.run, 1)[0]
    press("Escape", "q", "")
    assert opened.unit is None


@pytest.mark.parametrize(
    "content", [{}, {"unit": "x"}, {"unit": 1e9, "step": None}, {"step": True}, {"key": 5}]
)
def test_whatever_the_browser_sends_is_harmless(opened, content):
    opened.script._hear(None, content, [])
    assert (opened.unit, opened.step) == (None, 0)


def test_keys_before_there_is_a_network():
    explorer = lm.Explorer(threaded=False)
    for key in ("ArrowLeft", "ArrowRight", "Home", "End", " ", "ArrowUp", "ArrowDown", "Escape"):
        explorer.script._hear(None, {"key": key}, [])
    assert explorer.run is None


def test_boxes_show_weights_and_all_units(opened):
    page = opened.pages.page("The network")
    assert "12 shown" in page.picture.value
    page.all.value = page.weights.value = True
    assert "12 shown" not in page.picture.value
    assert "unit 0: weight to 4" in page.picture.value


def test_in_the_film_units_stay_in_their_places(opened):
    def units():
        written = re.findall(r">([^<>]*)</text>", opened.pages.page("The network").picture.value)
        return written[written.index("unit") + 1 :][:12]

    last = units()
    assert last == [str(unit) for unit in telling(opened.run, 1)[:12]]
    opened.epoch = 21
    assert units() == last != [str(unit) for unit in telling(opened.moment.run, 1)[:12]]


def test_the_caption_is_read_out(opened):
    opened.step = 3
    caption = opened.pages.page("The network").caption
    assert 'role="status"' in caption.value
    assert "The input is 2 in both; only what the layer holds differs" in caption.value
    assert ("div", {"role": "status", "style": "line-height: 1.4"}) in tags_in(in_sight(opened))


# --- several networks, and the film ----------------------------------------------------------


def test_another_network_can_be_chosen():
    explorer = lm.Explorer(threaded=False, **REMEMBER | {"neurons": 6, "initialisations": 20})
    explorer.train()
    runs, network = explorer.runs, explorer.timeline.network
    assert network.layout.display == ""
    offered = choices(runs)
    assert 0 < runs.remembers.sum() < 20
    for name, expected in [("one that fails", False), ("one that remembers", True)]:
        (words,) = [words for words in offered if words.startswith(name)]
        network.label = words
        assert explorer.run.remembers == expected
        assert explorer.moment.run is explorer.run
    median = next(seed for words, seed in offered.items() if words.startswith("median"))
    assert runs.max_errors[median] == np.sort(runs.max_errors)[10]
    explorer.network = 7
    assert network.value == 7
    np.testing.assert_array_equal(explorer.run.weights[0], runs.run(7).weights[0])
    explorer.epoch = 0  # the film is that of this network
    np.testing.assert_array_equal(explorer.moment.run.weights[0], runs.run(7).at(0).weights[0])
    explorer.network = 99  # there is none
    assert explorer.network == 7
    explorer.seed = 3
    explorer.train()
    assert (explorer.network, explorer.run.settings.seed) == (3, 3)


def test_one_network_is_not_offered(opened):
    assert opened.timeline.network.layout.display == "none"


def test_few_epochs_are_explained(opened):
    assert opened.timeline.note.value == ""
    opened.set_all({"neurons": 64, "initialisations": 100})
    opened.train()
    assert "2 of 250 epochs were kept: 100 networks with 64 units" in opened.timeline.note.value
    opened.set_all({"epochs": 5})
    opened.train()
    assert opened.timeline.note.value == ""  # all of them are there


def test_the_film_shows_ten_pictures_a_second_or_fewer(opened):
    timeline = opened.timeline
    assert timeline.film.interval == 100
    timeline.speed.label = "2 a second"
    assert timeline.film.interval == 500
    timeline.play.click()  # from the first epoch, since the last is shown
    assert opened.epoch == 0


# --- while a training is at work -------------------------------------------------------------


def test_the_pictures_move_with_the_training(explorer):
    explorer.epochs, explorer.neurons = LONG, WIDE
    seen = []
    explorer.observe(lambda change: seen.append(explorer.network_page.picture.value), "shown")
    explorer.train()
    wait_until(lambda: len(set(seen)) > 3)
    assert explorer.state == "training"
    assert explorer.moment is None  # there is no result yet
    losses = explorer.loss.value
    assert f"Loss at epochs 1 to {explorer.shown.epoch}." in losses or seen
    explorer.stop()
    finish(explorer)
    assert explorer.shown is explorer.moment


def test_a_training_that_comes_to_nothing_leaves_the_last_picture(explorer, monkeypatch):
    explorer.train(wait=True)
    last = explorer.network_page.picture.value

    def fails(*arguments):
        arguments[-1](lambda: lm.train(lm.TUTORIAL, lm.Settings(epochs=1, seed=9)))
        raise MemoryError

    monkeypatch.setattr(trainer, "train_many", fails)
    monkeypatch.setattr(trainer, "LOOK_INTERVAL", 0)
    seen = []
    explorer.observe(lambda change: seen.append(explorer.shown.run.settings.seed), "shown")
    explorer.seed = 1
    explorer.train(wait=True)
    assert (explorer.state, seen) == ("failed", [9, 0])
    assert explorer.network_page.picture.value == last


def test_a_training_in_the_place_of_another_says_so(explorer):
    explorer.epochs, explorer.neurons = LONG, WIDE
    explorer.train()
    assert "took the place" not in explorer.status
    explorer.epochs = LONG - 1
    explorer.train()
    assert "It took the place of a training that was not over" in explorer.status
    wait_until(lambda: "Training: epoch" in explorer.status)
    assert "It took the place of a training that was not over" in explorer.status
    explorer.stop()
    finish(explorer)
    assert "took the place" not in explorer.status


def test_looks_take_a_small_part_of_the_time(monkeypatch):
    clock, looks = [0.0], []
    monkeypatch.setattr(trainer, "monotonic", lambda: clock[0])

    def look(run):
        looks.append(clock[0])
        clock[0] += 0.5  # drawing is slow

    def train(*arguments):
        for _ in range(100):
            clock[0] += 0.1
            arguments[-1](lambda: None)
        return lm.train_many(*arguments[:-1])

    monkeypatch.setattr(trainer, "train_many", train)
    made = trainer.Trainer(lambda report: None, lambda result: None, False, look)
    made.train(lm.Explorer(threaded=False, epochs=1).wanted)
    assert 0.1 < len(looks) * 0.5 / clock[0] <= 0.22
