"""`make hub`: a learner works at a real JupyterHub, also when it is ended in the middle."""

import asyncio
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import pytest
import yaml
from httpx import HTTPStatusError

from benchmarks import load
from benchmarks.learner import Learner

from .browser import ROOT, Hub

CONFIGURED = ROOT / "docs" / "hub"
NOTEBOOK = "notebooks/02_problem_representation.ipynb"


LIMITS = {"CLASS_CORES": "1", "CLASS_PLACES": "1"}


@pytest.fixture
def hub(class_python):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # learners with a user id of their own come through
        yield Hub(Path(folder), **LIMITS)


def learner(hub):
    return Learner(f"http://127.0.0.1:{hub.port}")


def await_end(processes, seconds=120):
    """Wait until none of the processes runs any more."""
    end = time.monotonic() + seconds
    while any(map(psutil.Process.is_running, processes)):
        assert time.monotonic() < end, "a process goes on"
        time.sleep(0.2)


def of_learners(hub):
    return [process for process in hub.processes() if load.kind(process) != "class"]


async def text(kernel, code):
    """What a cell prints."""
    published, _ = await kernel.execute(code)
    return "".join(content["text"] for content in published).strip()


async def begin(hub, ada):
    """Let a learner log in and train in a kernel that keeps it; the path of the kernel."""
    own = await ada.log_in("ada", hub.word)
    cells, path = await ada.open_notebook(own, NOTEBOOK)
    assert cells
    async with ada.kernel(path) as kernel:
        train = "import lstm_memory as lm\nrun = lm.train(lm.TUTORIAL, lm.REMEMBERING)"
        assert await text(kernel, f"{train}\nprint(run.remembers)") == "True"
        await check_place(hub, kernel)
        long = "late = lm.train(lm.TUTORIAL, lm.Settings(neurons=128, epochs=20_000)).settings"
        kernel.send("execute_request", {"code": long})  # some seconds
    return path


async def check_place(hub, kernel):
    """A folder of his own, limits, and nothing of the class's own environment."""
    home = hub.folder / "learners" / "ada"
    assert await text(kernel, "import os; print(os.path.expanduser('~'))") == str(home)
    assert (home.stat().st_mode & 0o777) == 0o700
    uid = int(await text(kernel, "print(os.getuid())"))
    assert (uid == os.geteuid()) == ("CLASS_ONE_ACCOUNT" in hub.environment())
    with pytest.raises(RuntimeError, match="ModuleNotFoundError"):
        await kernel.execute("import nbgrader")
    with pytest.raises(RuntimeError, match="MemoryError"):
        await kernel.execute("bytearray(3 * 2**30)")
    assert await text(kernel, "print(len(os.sched_getaffinity(0)))") == "1"
    with pytest.raises(HTTPStatusError, match="429 Too Many Requests"):
        await learner(hub).log_in("bob", hub.word)
    environment = await text(kernel, "print(*os.environ.values())")
    assert hub.word not in environment


async def go_on(ada, path):
    """The same kernel, with what it held and what it has done in the meantime."""
    async with ada.kernel(path) as kernel:
        assert await text(kernel, "print(run.remembers, late.epochs)") == "True 20000"
        assert await text(kernel, "print(lm.train(lm.TUTORIAL).settings.epochs)") == "250"


async def pull(hub, ada, repository):
    """What the link of nbgitpuller does."""
    own = await ada.log_in("ada", hub.word)
    query = {"repo": str(repository), "branch": "main", "targetpath": "lesson"}
    answer = await ada.pages.get(f"{own}/git-pull/api", params=query)
    assert '"phase": "finished"' in answer.text, answer.text
    assert (hub.folder / "learners" / "ada" / "lesson" / "new.ipynb").exists()


def make_repository(folder):
    """A repository in one file, which git lets every account read."""
    git = ["git", "-C", folder, "-c", "user.name=teacher", "-c", "user.email=teacher"]
    folder.mkdir()
    (folder / "new.ipynb").write_text("{}")
    made = ["bundle", "create", "-q", "lesson.bundle", "main"]
    for command in (["init", "-qb", "main"], ["add", "."], ["commit", "-qm", "A lesson"], made):
        subprocess.run([*git, *command], check=True)
    return folder / "lesson.bundle"


@pytest.mark.long
def test_a_learner_gets_on_when_the_hub_is_ended(hub):
    """And the server of one who does nothing more is ended, with all its processes."""

    async def work():
        ada = learner(hub)
        path = await begin(hub, ada)
        hub.process.kill()
        hub.process.wait()
        before = of_learners(hub)
        assert len(before) >= 2
        with hub.started():
            await go_on(ada, path)
            await pull(hub, ada, make_repository(hub.folder.parent / "lesson"))
            assert {p.pid for p in before} <= {p.pid for p in of_learners(hub)}
        return before

    with hub.running():
        before = asyncio.run(work())
        with hub.started(CLASS_IDLE="2"):
            await_end(before)
            assert of_learners(hub) == []


@pytest.mark.long
def test_who_is_not_let_in(hub):
    async def knock():
        for name, word in (
            ("ada", "wrong-word"),
            ("ada", ""),
            ("../ada", hub.word),
            ("a b", hub.word),
            ("a/../b", hub.word),
        ):
            with pytest.raises(PermissionError):
                await learner(hub).log_in(name, word)

    with hub.running():
        asyncio.run(knock())
        assert of_learners(hub) == []
        (address,) = {
            c.laddr.ip
            for process in hub.processes()
            for c in process.net_connections("tcp")
            if c.status == psutil.CONN_LISTEN
        }
        assert address == "127.0.0.1"


@pytest.mark.parametrize(
    ("word", "address", "told"),
    [
        ("", "http://127.0.0.1:8000", "Choose a word for the class"),
        ("short", "http://127.0.0.1:8000", "Choose a word for the class"),
        ("rosetta-stone", "http://127.0.0.1", "CLASS_ADDRESS needs a port"),
    ],
)
def test_without_a_word_or_a_port_it_does_not_start(class_python, tmp_path, word, address, told):
    own = {"CLASS_WORD": word, "CLASS_ADDRESS": address, "CLASS_ONE_ACCOUNT": "1"}
    config = f"--config={ROOT}/docs/hub/jupyterhub_config.py"
    done = subprocess.run(
        [class_python, "-m", "jupyterhub", config],
        env=os.environ | own | {"CLASS_FOLDER": str(tmp_path / "class")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode != 0
    assert told in done.stderr
    assert not (tmp_path / "class").exists()


def test_a_cluster_has_the_settings_of_one_machine():
    values = yaml.safe_load((CONFIGURED / "kubernetes.yaml").read_text())
    config = (CONFIGURED / "jupyterhub_config.py").read_text()
    assert f'"CLASS_IDLE", "{values["cull"]["timeout"]}"' in config
    assert f'"{values["singleuser"]["defaultUrl"]}"' in config
    assert f'r"{values["hub"]["config"]["Authenticator"]["username_pattern"]}"' in config
    assert values["singleuser"]["memory"]["guarantee"] == "1G"
    assert "LEARNER = 1e9" in config


@pytest.mark.long
@pytest.mark.parametrize("place", ["hub", "app"])
def test_a_class_of_one_is_measured(class_python, monkeypatch, place):
    """What `make load` does, with a notebook that is soon done."""
    quick = {"NOTEBOOK": "notebooks/06_explorer.ipynb", "ARRIVING": 0.1, "THINKING": (0.1, 0.2)}
    for name, value in quick.items():
        monkeypatch.setattr(load, name, value)
    row = load.measure(place, 1)
    assert row["failed"] == []
    assert row["done"] == 1
    assert "1 of 1" in load.line(row)


def test_the_tables_are_those_that_were_measured():
    told = (ROOT / "docs" / "hub.md").read_text()
    results = json.loads(load.RESULTS.read_text())
    for place in ("hub", "app"):
        assert load.table(results, place) in told
    assert load.pages(results) in told
