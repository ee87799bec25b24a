"""The whole listing of notebook 03: a program that needs Keras and pandas, and not our package."""

import re
import subprocess
import sys

import pytest

from .notebook_tools import ROOT, is_listing, read

LOSS = re.compile(r"(?<=loss: )[\d.]+")


@pytest.mark.long
def test_the_listing_runs_alone_and_prints_what_the_notebook_shows(tmp_path):
    """Its losses may differ in the third decimal: alone, TensorFlow takes the kernels that suit
    the processor best, and 2,000 updates let their last digits grow."""
    notebook = read(ROOT / "notebooks" / "03_learning_with_an_lstm.ipynb")
    (cell,) = filter(is_listing, notebook.cells)
    assert "lstm_memory" not in cell.source
    program = tmp_path / "listing.py"
    program.write_text(cell.source, encoding="utf-8")
    command = [sys.executable, "-I", program]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    shown = "".join(output.text for output in cell.outputs)
    assert LOSS.sub("", done.stdout) == LOSS.sub("", shown)
    losses, expected = ([float(loss) for loss in LOSS.findall(t)] for t in (done.stdout, shown))
    assert losses == pytest.approx(expected, abs=1e-3)
