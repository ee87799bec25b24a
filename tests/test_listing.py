"""The whole listing of notebook 03: a program that needs Keras and pandas, and not our package."""

import re
import subprocess
import sys

import pytest

from .notebook_tools import ROOT, is_listing, read

LOSS = re.compile(r"Epoch (\d+)/\d+\n.*loss: ([\d.]+)")


def losses_of(text):
    """The losses that a listing prints, by epoch."""
    return {int(epoch): float(loss) for epoch, loss in LOSS.findall(text)}


@pytest.mark.long
def test_the_listing_runs_alone_and_trains_as_in_the_notebook(tmp_path):
    """As far as epoch 50 of 250: nbval runs the whole cell, in the notebook.

    Its losses may differ in the third decimal: alone, TensorFlow takes the kernels that suit the
    processor best, and hundreds of updates let their last digits grow."""
    notebook = read(ROOT / "notebooks" / "03_learning_with_an_lstm.ipynb")
    (cell,) = filter(is_listing, notebook.cells)
    assert "lstm_memory" not in cell.source
    assert cell.source.count("epochs = 250") == 1
    program = tmp_path / "listing.py"
    program.write_text(cell.source.replace("epochs = 250", "epochs = 50"), encoding="utf-8")
    command = [sys.executable, "-I", program]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    losses = losses_of(done.stdout)
    shown = losses_of("".join(output.text for output in cell.outputs))
    assert {25, 50} <= losses.keys()
    for epoch in (25, 50):
        assert losses[epoch] == pytest.approx(shown[epoch], abs=1e-3)
    assert len(re.findall("^X=.* yhat=", done.stdout, re.MULTILINE)) == 8
