"""The Explorer comes back with the settings of before, after its kernel was lost."""

import os

import pytest

import lstm_memory as lm
from lstm_memory.explorer import kept
from lstm_memory.explorer.opening import BEFORE, UNREADABLE

from .explorer_tools import Tags


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Makes this a kernel of JupyterLab for a notebook of that name."""

    def of(name="lesson"):
        monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / f"{name}.ipynb"))
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
        monkeypatch.delenv("SERVER_SOFTWARE", raising=False)
        return tmp_path / "data" / "lstm_memory"

    return of


def offered(explorer):
    """The button that is offered and the words beside it; None and "" where nothing is."""
    *buttons, words = explorer.opening.before.children or (None,)
    return (buttons[0] if buttons else None), words.value if words else ""


def train(**settings):
    """An Explorer on which that was set and Train was pressed."""
    explorer = lm.Explorer(threaded=False, epochs=3)
    for name, value in settings.items():
        field = explorer.fields[name]
        if value is None:
            field.all.value = True
        else:
            field.control.value = str(value)
    explorer.buttons["train"].click()
    return explorer


def test_the_next_kernel_offers_what_was_trained(kernel):
    kernel()
    assert offered(lm.Explorer(threaded=False)) == (None, "")
    before = train(neurons=7, sequences="A <b> A\nB <b> B", bptt_steps=None)
    explorer = lm.Explorer(threaded=False)
    assert explorer.text != before.text  # it opens as always
    button, words = offered(explorer)
    assert button.description == BEFORE
    for part in ("sequences A &lt;b&gt; A / B &lt;b&gt; B", "neurons 7", "epochs 3", "reach whole"):
        assert part in words
    button.click()
    assert explorer.text == before.text
    assert explorer.run.predictions.equals(before.run.predictions)
    assert offered(explorer) == (None, "")


def test_one_epoch_counts_and_the_last_kernel_wins(kernel):
    folder = kernel()
    train(neurons=7).buttons["one epoch"].click()
    assert "neurons 7, epochs 4" in offered(lm.Explorer(threaded=False))[1]
    train(neurons=8)
    assert "neurons 8, epochs 3" in offered(lm.Explorer(threaded=False))[1]
    assert len(list(folder.iterdir())) == 1


def test_what_cells_and_stories_train_is_not_kept(kernel):
    """They are there without it; nor is what the Explorer opens with, or what is wrong."""
    folder = kernel()
    explorer = lm.Explorer(threaded=False, epochs=2)
    explorer.begin()
    explorer.train(wait=True)
    explorer.opening.recipes["Untrained"].click()
    train(neurons="many")
    assert not folder.exists()


def test_each_notebook_has_its_own_and_old_ones_go(kernel, monkeypatch):
    monkeypatch.setattr(kept, "MOST_FILES", 3)
    for k in range(5):
        folder = kernel(f"lesson {k}")
        kept.keep(f"neurons={k + 1}")
        newest = max(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        os.utime(newest, (k, k))
    assert len(list(folder.iterdir())) == 3
    for k in range(5):
        kernel(f"lesson {k}")
        assert kept.kept() == (f"neurons={k + 1}" if k >= 2 else None)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"neurons=many", b"<script>", b"price=3", b"neurons=1&neurons=2", b"{}"],
)
def test_what_cannot_be_read_is_left_out_with_a_sentence(kernel, content):
    folder = kernel()
    kept.keep("neurons=3")
    (file,) = folder.iterdir()
    file.write_bytes(content)
    explorer = lm.Explorer(threaded=False)
    assert offered(explorer)[0] is None
    assert UNREADABLE in offered(explorer)[1]
    assert Tags(offered(explorer)[1]).tags == [
        ("div", {"role": "status", "style": "line-height: 1.4"})
    ]
    explorer.begin()
    assert explorer.run.remembers


def test_too_much_is_left_out(kernel):
    folder = kernel()
    kept.keep("neurons=3")
    (file,) = folder.iterdir()
    file.write_text("neurons=3&" * 200_000)
    assert UNREADABLE in offered(lm.Explorer(threaded=False))[1]


def test_a_folder_that_cannot_be_written_costs_nothing(kernel, tmp_path):
    kernel()
    (tmp_path / "data").write_text("a file in the place of the folder")
    assert train(neurons=7).run is not None
    assert offered(lm.Explorer(threaded=False)) == (None, "")


@pytest.mark.parametrize("name", [None, "a console", "voila"])
def test_where_no_notebook_is_known_nothing_is_kept(kernel, monkeypatch, name):
    """So it is in nbval, in nbconvert, in the book, and in the app, whose address says it all."""
    folder = kernel()
    if name == "voila":
        monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    elif name is None:
        monkeypatch.delenv("JPY_SESSION_NAME")
    else:
        monkeypatch.setenv("JPY_SESSION_NAME", name)
    train(neurons=7)
    assert not folder.exists()
    assert kept.kept() is None
