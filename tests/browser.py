"""A real JupyterLab in a real Chromium, for the browser tests."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
NO_NEWS = {"fetchNews": "false", "checkForUpdates": False}  # so that Lab doesn't ask about it


def find_chromium(playwright):
    """The path of a Chromium on this machine, None if there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    own = Path(playwright.chromium.executable_path)
    found = [os.environ.get("CHROMIUM"), *map(shutil.which, names), own.exists() and str(own)]
    return next(filter(None, found), None)


def write_notebook(path, *cells):
    """Make a notebook of code cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


class Lab:
    """A JupyterLab server whose notebooks, settings and log are in `folder`."""

    def __init__(self, folder):
        self.notebooks, self.home = folder / "notebooks", folder / "home"
        self.log = folder / "server.log"
        self.token, self.port = secrets.token_hex(), _free_port()
        self.notebooks.mkdir()
        settings = self.home / "settings/@jupyterlab/apputils-extension"
        settings.mkdir(parents=True)
        (settings / "notification.jupyterlab-settings").write_text(json.dumps(NO_NEWS))

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}?token={self.token}"

    def errors(self):
        """The lines of the log that report an error, of the server or of a kernel."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if line.startswith(("[E ", "[C ", "Traceback"))]

    @contextmanager
    def running(self):
        """The server, from its first answer until the end of the block."""
        with self.log.open("wb") as log:
            server = subprocess.Popen(self._command(), env=self._env(), stdout=log, stderr=log)
            try:
                self._await_answer(server)
                yield self
            finally:
                server.terminate()
                server.wait(30)

    def _command(self):
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        return [
            *(sys.executable, "-m", "jupyter", "lab", "--no-browser"),
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.notebooks}",
            f"--IdentityProvider.token={self.token}",
            *(["--allow-root"] if root else []),
        ]

    def _env(self):
        """This machine's environment without its own Jupyter settings."""
        places = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        return os.environ | {name: str(self.home / place) for name, place in places.items()}

    def _await_answer(self, server, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end and server.poll() is None:
            try:
                return urllib.request.urlopen(self.url("/api/status"), timeout=5).close()
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text(errors='replace')}")


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def new_page(browser):
    """A page as large as a projector's, and the list of what goes wrong on it."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: line.type == "error" and problems.append(line.text))
    yield page, problems
    context.close()


def run_all(lab, page, name):
    """Open a notebook and run all its cells with the menu, as a learner does."""
    page.goto(lab.url(f"/lab/tree/{name}") + "&reset")  # no other notebook opens beside it
    page.get_by_text("| Idle").wait_for()  # the kernel is ready
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
