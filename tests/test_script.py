"""The part of the Explorer that runs in the browser, from outside; see test_browser_pages.py."""

import subprocess
import sys
import zipfile
from pathlib import Path

import lstm_memory as lm
from lstm_memory.explorer.script import Script

from .browser import ROOT
from .explorer_tools import everything_in


def run(code):
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_every_explorer_has_one():
    scripts = [w for w in everything_in(lm.Explorer(threaded=False)) if isinstance(w, Script)]
    assert len(scripts) == 1
    assert "export default { render }" in scripts[0]._esm


def test_importing_the_package_does_not_load_what_it_needs():
    done = run("import sys, lstm_memory; sys.exit('anywidget' in sys.modules)")
    assert (done.stdout, done.stderr) == (b"", b"")


def test_nothing_watches_its_source(monkeypatch):
    """Not even where somebody else's widgets are told to reload theirs."""
    monkeypatch.setenv("ANYWIDGET_HMR", "1")
    done = run(
        "import threading, lstm_memory as lm\n"
        "lm.Explorer(threaded=False)\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
    )
    assert (done.stdout, done.stderr) == (b"", b"")


def test_an_installed_package_has_it(tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", tmp_path, ROOT], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        for name in ("script.js", "style.css", "keras_program.txt"):
            packed = files.read(f"lstm_memory/explorer/{name}")
            assert packed == (ROOT / "lstm_memory" / "explorer" / name).read_bytes()
        for path in filter(Path.is_file, (ROOT / "data").rglob("*")):
            place = path.relative_to(ROOT / "data").as_posix()
            (packed,) = [n for n in files.namelist() if n.endswith(f".data/data/{place}")]
            assert files.read(packed) == path.read_bytes()
