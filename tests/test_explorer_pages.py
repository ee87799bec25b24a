"""The Explorer's pages: epochs to look back at, operations, comparison, sharing and saving."""

import base64
import io
import re
import xml.etree.ElementTree as ET

import ipywidgets as widgets
import numpy as np
import pandas as pd
import pytest

import lstm_memory as lm
from lstm_memory.explorer import compare, moments, operate, pages, parts, share
from lstm_memory.explorer.explorer import Compare
from lstm_memory.explorer.form import DEFAULTS
from lstm_memory.explorer.moments import epochs_of
from lstm_memory.memory import outputs_after
from lstm_memory.pictures import curves, insides, plots

from .explorer_tools import Tags, everything_in, pictures_in

REMEMBERING = {"bptt_steps": None, "learning_rate": 0.03, "forget_bias": 3.0, "epochs": 100}


@pytest.fixture
def trained():
    explorer = lm.Explorer(threaded=False, **REMEMBERING)
    explorer.train()
    return explorer


# --- epochs --------------------------------------------------------------------------------


def test_the_slider_moves_every_view(trained):
    for page in range(3):
        trained.pages.selected_index = page
        before = pictures_in(trained)
        trained.timeline.slider.value = 0
        assert len(set(before) & set(pictures_in(trained))) == 0
        trained.timeline.slider.value = 100
        assert pictures_in(trained) == before


def test_looking_back_shows_the_network_as_it_was(trained):
    trained.epoch = 42  # the next one there is
    epochs = epochs_of(trained.run)
    assert len(epochs) == 25
    assert trained.timeline.slider.value == trained.moment.epoch == 42
    expected = lm.train(trained.run.task, lm.Settings(**REMEMBERING | {"epochs": 42}))
    np.testing.assert_allclose(trained.moment.run.outputs, expected.outputs, atol=1e-4)
    assert trained.run.remembers  # the result is still there
    assert "Epoch shown: 42." in trained.loss.value


def test_the_buttons_go_one_epoch_back_and_on(trained):
    timeline = trained.timeline
    timeline.on.click()
    assert trained.moment.epoch == 100
    timeline.back.click()
    timeline.back.click()
    timeline.on.click()
    assert trained.moment.epoch == 96


def test_the_film_goes_through_the_epochs(trained):
    timeline = trained.timeline
    timeline.play.click()
    assert (timeline.film.playing, timeline.play.description) == (True, "Pause")
    timeline.film.value = 0  # as the browser does
    assert trained.moment.epoch == 0
    timeline.film.value = 3
    assert (trained.moment.epoch, timeline.slider.value) == (12, 12)
    timeline.play.click()
    assert (timeline.film.playing, timeline.play.description) == (False, "Play")


def test_few_epochs_are_all_kept_and_many_networks_fewer():
    explorer = lm.Explorer(threaded=False, epochs=5)
    explorer.train()
    assert epochs_of(explorer.run) == [0, 1, 2, 3, 4, 5]
    explorer.set_all({"epochs": 20, "neurons": 64, "initialisations": 100})
    explorer.train()
    assert 2 <= len(epochs_of(explorer.run)) < 6


def test_one_epoch_goes_on_where_the_result_ends():
    explorer = lm.Explorer(threaded=False)
    for done in (1, 2, 3):
        explorer.buttons["one epoch"].click()
        assert (len(explorer.run.losses), explorer.epochs) == (done, done)
    explorer.seed = 1  # another network begins anew
    explorer.one_epoch()
    assert len(explorer.run.losses) == 1
    explorer.seed = "x"
    explorer.one_epoch()
    assert len(explorer.run.losses) == 1


# --- pages out of sight --------------------------------------------------------------------

WORK = [  # what a page does to be up to date: (module, function, title of the page)
    (pages, "network", "The network"),
    (pages, "cell", "The network"),
    (insides, "heatmaps", "States and gates"),
    (insides, "differences", "States and gates"),
    (insides, "unit_lines", "One unit"),
    (curves, "success", "Success rate"),
    (operate, "intervene", "Operate"),
    (operate, "outputs_after", "Operate"),
    (plots, "said", "Operate"),
    (plots, "before_after", "Operate"),
    (compare, "picture", "Compare"),
    (compare, "table", "Compare"),
    (parts, "predictions", "Numbers"),
    (share, "to_copy", "Share and save"),
    (share, "files", "Share and save"),
    (share, "keras_code", "Share and save"),
]


@pytest.fixture
def work(monkeypatch):
    """The functions of `WORK` that were called, in their order."""
    calls = []

    def note(name, function):
        return lambda *arguments, **named: calls.append(name) or function(*arguments, **named)

    for module, name, _ in WORK:
        monkeypatch.setattr(module, name, note(name, getattr(module, name)))
    monkeypatch.setattr(moments, "trace", note("trace", lm.trace))
    return calls


def test_a_page_out_of_sight_computes_nothing(work):
    explorer = lm.Explorer(threaded=False, **REMEMBERING | {"initialisations": 2})
    explorer.train()
    explorer.buttons["keep"].click()
    explorer.pages.turn_to("Operate")
    explorer.operate.do("wipe")
    for title in [page.title for page in explorer.pages.children]:
        explorer.pages.turn_to(title)
        work.clear()
        for epoch in (0, 42, 100):
            explorer.epoch = epoch
        explorer.unit = 7
        for step in (0, 3):
            explorer.step = step
        explorer.neurons, explorer.neurons = 5, 20  # other settings, and the same again
        of_others = {name for _, name, there in WORK if there != title}
        assert of_others.isdisjoint(work), title
        assert ("trace" in work) == (title in ("The network", "States and gates", "One unit"))


def test_a_page_is_up_to_date_when_it_comes_into_sight(trained, work):
    titles = [page.title for page in trained.pages.children]
    for title in titles[1:]:
        trained.pages.turn_to(title)
    trained.sequence, trained.step = 0, 3
    trained.operate.do("wipe")
    trained.buttons["keep"].click()
    trained.pages.turn_to("Numbers")
    hidden = {page.title: contents(page) for page in trained.pages.children}
    trained.epoch, trained.seed = 0, 7
    assert {page.title: contents(page) for page in trained.pages.children} == hidden | {
        "Numbers": contents(trained.pages.page("Numbers"))
    }
    for title in ("The network", "States and gates", "One unit", "Operate", "Share and save"):
        trained.pages.turn_to(title)
        assert contents(trained.pages.page(title)) != hidden[title]
    rows = lm.intervene(trained.moment.run, 0, 3, reset=True)
    pd.testing.assert_frame_equal(trained.operate.after, rows)
    assert "seed=7" in trained.share.text.value
    work.clear()
    for title in titles:
        trained.pages.turn_to(title)
    assert work == []  # nothing has changed since


def contents(page):
    """The HTML of a page."""
    return [w.value for w in everything_in(page) if isinstance(w, widgets.HTML)]


# --- several networks ----------------------------------------------------------------------


def test_several_networks_give_a_success_rate(trained):
    many = trained.pages.page("Success rate")
    trained.pages.turn_to("Success rate")
    assert "initialisations" in many.picture.value
    trained.initialisations = 10
    trained.train()
    expected = lm.count(trained.runs.remembers)
    assert expected.trials == 10
    assert trained.status == f"Trained for 100 epochs. {expected} remember."
    assert f"epoch 100: {expected}" in many.picture.value
    assert "median of 10 seeds" in trained.loss.value
    first = lm.train(trained.run.task, lm.Settings(**REMEMBERING))
    np.testing.assert_allclose(trained.run.losses, first.losses, atol=1e-4)


def test_more_networks_than_memory_allows_are_refused():
    explorer = lm.Explorer(threaded=False, initialisations=200, neurons=512)
    assert explorer.errors == {
        "initialisations": "initialisations: expected at most 4 with these settings, got 200"
    }
    explorer.set_all({"sequences": "a b " * 2500, "neurons": 512})
    assert (
        "sequences: expected at most 4,882 steps with 512 neurons" in explorer.errors["sequences"]
    )
    explorer.set_all({"seed": 2**32 - 2, "initialisations": 3})
    assert "initialisations" in explorer.errors


# --- operations ----------------------------------------------------------------------------


def test_operations_do_what_intervene_does(trained):
    trained.pages.turn_to("Operate")
    page, run = trained.operate, trained.run
    trained.sequence, trained.step = 1, 3
    page.do("nothing")
    assert "in sequence 1 (4 0 1 2 4), before step 3" in page.message.value
    for kind, arguments in {
        "wipe": {"step": 3, "reset": True},
        "transplant": {"step": 3, "transplant": 0},
        "silence": {"silence": [4, 7]},
    }.items():
        assert page.donor.value == 0  # the other one
        page.units.value = "4, 7"
        page.buttons[kind].click()
        expected = lm.intervene(run, 1, **arguments)
        pd.testing.assert_frame_equal(page.after, expected)
        last = expected.probability.iloc[-1]
        assert f"it now says {expected.predicted.iloc[-1]} (" in page.message.value
        assert f"to {last:.2f}." in page.picture.value
    page.buttons["nothing"].click()
    assert "Nothing done" in page.message.value


def test_all_that_it_says_is_shown_before_and_after(trained):
    """By name: what it said, what it says now; and a wipe is told to be a beginning."""
    trained.pages.turn_to("Operate")
    page, run = trained.operate, trained.run
    trained.sequence, trained.step = 0, 3
    page.do("nothing")
    assert f"At the last step it says 3 ({run.outputs[0, 3, 3]:.2f})." in page.message.value
    page.do("transplant")
    after = outputs_after(run, 0, 3, transplant=1)[0, 0, -1]
    assert f"it said 3 ({run.outputs[0, 3, 3]:.2f}); it now says 4 ({after[4]:.2f})." in (
        page.message.value
    )
    for symbol in range(5):
        name = f"{symbol} (right)" if symbol == 3 else str(symbol)
        pair = f"{name} {run.outputs[0, 3, symbol]:.2f} to {after[symbol]:.2f}"
        assert pair.replace("-0.00", "0.00") in page.picture.value
    page.do("wipe")
    assert "it now says 0 (0." in page.message.value
    assert "so is the memory with which every sequence begins" in page.message.value
    trained.step = 1
    left = [lm.intervene(run, k, 1, reset=True).probability.iloc[-1] for k in (0, 1)]
    for k, name in enumerate(("3 0 1 2 3", "4 0 1 2 4")):
        assert f"{left[k]:.2f} in sequence {k} ({name})" in page.message.value
    trained.step = 0
    for kind in ("wipe", "transplant"):
        page.do(kind)
        assert "Before step 0 every memory is all zeros" in page.message.value


def test_of_a_large_alphabet_the_highest_outputs_are_shown():
    task = lm.Task([list(range(40))])
    before, after = np.zeros((2, 40))
    before[[7, 20]], after[[30, 39]] = (0.9, 0.1), (0.8, 0.7)
    picture = plots.said(before, after, task, 0)
    assert ", 7 0.90 to 0.00, " in picture.alt
    assert ", 20 0.10 to 0.00, 30 0.00 to 0.80, " in picture.alt
    assert picture.alt.count(" to ") == 12
    assert "39 (right) 0.00 to 0.70 …." in picture.alt


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("4 7", [4, 7]),
        ("7,4", [4, 7]),
        ("0-19", list(range(20))),
        ("0 - 3, 5", [0, 1, 2, 3, 5]),
        ("3–1 1", [1, 2, 3]),  # noqa: RUF001
        (" All ", list(range(20))),
    ],
)
def test_units_are_understood(text, units):
    assert operate.units_in(text, 20) == units


def test_an_operation_follows_the_epoch_that_is_shown(trained):
    trained.pages.turn_to("Operate")
    trained.sequence, trained.step = 0, 3
    trained.operate.do("wipe")
    before = trained.operate.message.value
    trained.epoch = 0
    assert trained.operate.message.value != before
    expected = lm.intervene(trained.moment.run, 0, 3, reset=True)
    pd.testing.assert_frame_equal(trained.operate.after, expected)


@pytest.mark.parametrize("units", ["x", "99", "-1", "1.5", "<b>", "", " ", "0-20", "4 -1", "1-"])
def test_units_that_are_not_there_are_answered_and_nothing_else_changes(trained, units):
    trained.pages.turn_to("Operate")
    trained.operate.do("silence")
    picture = trained.operate.picture.value
    trained.operate.units.value = units
    words = "units: expected units from 0 to 19, as in 4 7, or 0-9, or all, got"
    assert words in trained.operate.message.value
    assert trained.operate.picture.value == picture
    assert trained.operate.units.value == units


def test_another_task_and_a_layer_without_memory(trained):
    trained.pages.turn_to("Operate")
    trained.operate.do("wipe")
    many = lm.train(lm.Task.parse("a b c d e f\nb c\nc d\nd e"), lm.Settings(epochs=0))
    trained.set_trait("shown", moments.Moment(0, many))  # as in the middle of a training
    trained.sequence = 3
    assert (trained.operate.sequence, trained.operate.step) == (1, 0)
    trained.set_trait("shown", trained.moment)
    trained.set_all({"sequences": "a b c", "epochs": 2})
    trained.train()
    assert (trained.operate.kind, trained.operate.donor.value) == ("nothing", 0)
    trained.operate.do("transplant")
    trained.cell = "dense"
    trained.train()
    trained.operate.do("wipe")
    assert "expected a network with a memory" in trained.operate.message.value


# --- folds -----------------------------------------------------------------------------------


def test_an_error_in_a_folded_setting_opens_the_fold():
    explorer = lm.Explorer(threaded=False)
    assert explorer.more.layout.display == "none"
    explorer.neurons = "x"
    assert explorer.more.layout.display == "none"  # it is among the others
    explorer.clip_norm = "x"
    assert explorer.more.layout.display == ""
    assert explorer.buttons["more"].description.startswith("Fewer settings")


def test_for_a_projector_the_settings_are_folded_and_an_error_unfolds_them():
    explorer = lm.Explorer(threaded=False)
    projector = explorer.buttons["projector"]
    projector.click()
    assert explorer.form.layout.display == "none"
    assert "lstm-memory-projector" in explorer._dom_classes
    explorer.neurons = "x"
    assert explorer.form.layout.display == ""
    assert projector.description == "Leave projector"
    projector.click()
    assert explorer.form.layout.display == ""
    assert "lstm-memory-projector" not in explorer._dom_classes


# --- comparison ----------------------------------------------------------------------------


def test_up_to_four_results_are_kept(trained):
    page, keep = trained.compare, trained.buttons["keep"]
    for seed in range(5):
        trained.seed = seed
        trained.epochs = 10 + seed
        trained.train()
        keep.click()
    assert trained.pages.children[trained.pages.selected_index].title == Compare.title
    assert [k.letter for k in page.kept] == list("ABCD")
    assert "4 results are kept: remove one first." in page.message.value
    rows = [text for text in page.table.value.split("<tr>")[2:]]
    row = {text.split("<bdi>")[1].split("<")[0]: text for text in rows}
    assert [f"<bdi>{value}<" in row["seed *"] for value in range(5)] == [1, 1, 1, 1, 0]
    assert "epochs *" in row
    assert "neurons" in row
    assert row["outcome"].count("It does not remember: its largest error, ") == 4
    assert "A model without memory reaches" not in page.picture.value
    assert "Best without memory: 0.069." in page.picture.value
    for letter in "ABCD":
        assert f"{letter}: last loss" in page.picture.value
    page.remove["B"].click()
    assert [k.letter for k in page.kept] == list("ACD")
    assert page.remove["B"].layout.display == "none"
    keep.click()
    assert [k.values["seed"] for k in page.kept] == [0, 4, 2, 3]


def test_what_is_kept_bears_the_name_of_its_story_and_is_seen_whole():
    explorer = lm.Explorer(threaded=False)
    for name in ("Too short a reach", "Too few neurons"):
        explorer.presets[name].click()
        explorer.buttons["keep"].click()
    page = explorer.compare
    heads = re.findall('scope="col"[^>]*>([^<]*)<', page.table.value)
    assert heads == ["", "A: Too short a reach", "B: Too few neurons"]
    assert "max-height" not in page.table.value  # every row can be seen
    assert page.table.value.index("outcome") < page.table.value.index("neurons *")
    assert "A: Too short a reach: last loss 0." in page.picture.value
    explorer.set_all({"sequences": "1 2 3", "epochs": 5})
    explorer.train()
    explorer.buttons["keep"].click()
    assert [k.name for k in page.kept][2] == "C"
    assert "best without memory" not in page.picture.value.lower()  # not the same for all


def test_nothing_to_keep():
    explorer = lm.Explorer(threaded=False)
    explorer.buttons["keep"].click()
    assert "no result yet" in explorer.compare.message.value


# --- sharing -------------------------------------------------------------------------------


def test_a_text_restores_the_settings(trained):
    trained.set_all(
        {
            "sequences": "a <b> c\n& 😀 = d",
            "neurons": 7,
            "bptt_steps": None,
            "batch_size": None,
            "shuffle": True,
            "cell": "gru",
            "output": "softmax",
            "learning_rate": 0.02,
            "last_weight": 0.5,
            "clip_norm": 1.5,
            "seed": 9,
            "initialisations": 3,
        }
    )
    text = trained.text
    trained.pages.turn_to("Share and save")
    assert text in trained.share.text.value.replace("&amp;", "&")
    other = lm.Explorer(threaded=False)
    other.share.pasted.value = f" ?{text}\n"
    other.share.restore.click()
    assert other.wanted == trained.wanted
    assert "restored" in other.share.note.value
    assert lm.Explorer(text, threaded=False).wanted == trained.wanted


@pytest.mark.parametrize("place", ["", "?", "http://host:8866/?token=rosetta&", "https://h/a?"])
def test_a_whole_link_is_understood(trained, place):
    trained.seed, trained.sequences = 3, "a ? #\n& = %"
    link = f"{place}{trained.link}#top"
    other = lm.Explorer(threaded=False)
    other.share.pasted.value = link
    other.share.restore.click()
    assert other.wanted == trained.wanted
    assert other.run is None
    trained.train()
    other.restore(f"{place}{trained.link}")
    assert other.run.losses.equals(trained.run.losses)


def test_the_link_says_what_is_shown_and_no_more():
    explorer = lm.Explorer(threaded=False)
    assert explorer.link == ""
    explorer.neurons = 3
    assert explorer.link == "neurons=3"
    explorer.epochs = 2
    explorer.train()
    assert explorer.link == "neurons=3&epochs=2&train=yes"
    explorer.neurons = "x"
    assert explorer.link == ""
    explorer.neurons = 4
    assert explorer.link == "neurons=4&epochs=2"
    other = lm.Explorer(threaded=False)
    other.restore("https://host/")  # no settings: the defaults
    assert other.wanted.values == DEFAULTS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "train=yes&train=maybe",
        "https://host?neurons",
        "neurons",
        "neurons=",
        "neurons=0",
        "neurons=1&neurons=2",
        "foo=1",
        "a=b=c",
        "{}",
        "😀",
        "sequences=a",
        "cell=lstm2",
        "shuffle=maybe",
        "seed=1&" * 50,
        "x" * 2_000_000,
        "initialisations=201",
        "bptt_steps=all",
        "learning_rate=nan",
        "__class__=1",
    ],
    ids=lambda text: text[:12],
)
def test_nonsense_restores_nothing(trained, text):
    before = trained.text
    with pytest.raises(lm.InputError) as error:
        trained.restore(text)
    assert error.value.argument == "text"
    trained.share.pasted.value = text
    trained.share.restore.click()
    assert "Not possible" in trained.share.note.value
    assert trained.text == before
    assert trained.share.pasted.value == text


def test_the_settings_stay_in_sight_when_the_kernel_is_gone(trained):
    trained.neurons = 11
    assert "neurons=11" in trained.gone.value
    trained.neurons = "many"
    assert "neurons=11" in trained.gone.value  # the last that were possible
    assert ".jupyter-widgets-disconnected .lstm-memory-gone { display: block" in trained.gone.value


def links_in(page):
    return {a["download"]: a["href"] for tag, a in Tags(page.value).tags if tag == "a"}


def test_files(trained):
    trained.pages.turn_to("Share and save")
    trained.share.make_files.click()
    links = links_in(trained.share.files)
    data = {name: base64.b64decode(href.partition(",")[2]) for name, href in links.items()}
    losses = pd.read_csv(io.BytesIO(data["losses.csv"]), index_col="epoch")
    np.testing.assert_allclose(losses, trained.run.losses)
    predictions = pd.read_csv(io.BytesIO(data["predictions.csv"]))
    np.testing.assert_allclose(predictions.probability, trained.run.predictions.probability)
    for name in ("loss", "probabilities", "states", "unit_0"):
        assert ET.fromstring(data[f"{name}.svg"]).tag.endswith("svg")
        assert f">{name}.png</button>" in trained.share.files.value  # the browser makes it
    trained.epoch = 0
    assert trained.share.files.value == ""  # they would be of another moment


def test_files_of_several_networks(trained):
    trained.initialisations = 4
    trained.train()
    trained.share.make_files.click()
    links = links_in(trained.share.files)
    data = base64.b64decode(links["networks.csv"].partition(",")[2])
    assert list(pd.read_csv(io.BytesIO(data)).remembers) == list(trained.runs.remembers)
    assert "success_rate.svg" in links
