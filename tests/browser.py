"""Real servers for the browser tests: JupyterLab, the app, a JupyterHub; and Chromium."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import nbformat
import psutil
import pytest

ROOT = Path(__file__).parents[1]
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
PROJECTOR = {"width": 1280, "height": 720}
OPENED = re.compile("^Trained|can't start")
KERNEL, COPIER = "ipykernel_launcher", "multiprocessing.forkserver"  # in their command lines
ERRORS = ("[E ", "[C ", "Traceback", "[App] ERROR", "[App] CRITICAL")

# The parts of the Explorer are the same in both places, so what touches only them is tried in
# one: by mouse in the app, which opens faster, by keyboard in JupyterLab with its own keys.
in_the_app = pytest.mark.parametrize("host", ["app"], indirect=True)
in_jupyterlab = pytest.mark.parametrize("host", ["lab"], indirect=True)
by_mouse_and_by_keyboard = pytest.mark.parametrize(
    ("host", "how"), [("app", "mouse"), ("lab", "keyboard")], indirect=["host"]
)


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


class Server:
    """A server on a free port, whose settings and log are in `folder`."""

    before = ()  # what stands before its command
    python, place = sys.executable, ROOT  # which Python it is of, and where it is started
    patience = 180  # seconds until its first answer
    ports = 1  # how many in a row it needs

    def __init__(self, folder, *arguments):
        self.home, self.log = folder / "home", folder / "server.log"
        self.token, self.port = secrets.token_hex(), _free_port(self.ports)
        self._arguments = arguments
        self.process = None

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}?token={self.token}"

    def errors(self):
        """The lines of the log that report an error, of the server or of a kernel."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if line.startswith(ERRORS)]

    def kernels(self):
        """The processes of its kernels."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if is_kernel(child)]

    @contextmanager
    def running(self):
        """The server, from its first answer until the end of the block."""
        command = [*self.before, self.python, "-m", *self.command(), *self._arguments]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, env=self.environment(), stdout=log, stderr=log, cwd=self.place
            )
            try:
                self._await_answer()
                yield self
            finally:
                self.process.terminate()
                try:
                    self.process.wait(60)
                finally:
                    self.process.kill()  # which does nothing to one that has ended

    def environment(self):
        """This machine's environment without its own Jupyter settings, and with our extension."""
        places = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        own = {name: str(self.home / place) for name, place in places.items()}
        return os.environ | own | {"JUPYTER_PATH": str(ROOT / "data" / "share" / "jupyter")}

    def _await_answer(self):
        end = time.monotonic() + self.patience
        while time.monotonic() < end and self.process.poll() is None:
            try:
                return urllib.request.urlopen(self.url(self.answers), timeout=5).close()
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"The server did not start:\n{self.log.read_text(errors='replace')}")


class Lab(Server):
    """A JupyterLab server whose notebooks are in `folder`, too."""

    name, answers = "lab", "/api/status"

    def __init__(self, folder, *arguments):
        super().__init__(folder, *arguments)
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir()

    def darken(self):
        """Give the pages of this server a dark theme, before it runs."""
        place = self.home / "settings" / "@jupyterlab" / "apputils-extension"
        place.mkdir(parents=True)
        (place / "themes.jupyterlab-settings").write_text('{"theme": "JupyterLab Dark"}')

    def command(self):
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        return [
            *("jupyter", "lab", "--no-browser"),
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.notebooks}",
            f"--IdentityProvider.token={self.token}",
            *(["--allow-root"] if root else []),
        ]

    def run_all(self, page, name):
        """Open a notebook and run all its cells with the menu, as a learner does."""
        page.goto(self.url(f"/lab/tree/{name}") + "&reset")  # no other notebook opens beside it
        page.get_by_text("| Idle").wait_for()  # the kernel is ready
        menu(page, "Run", "Run All Cells")

    def explorer(self, page, name="explorer"):
        """The Explorer of a notebook that has nothing else, for who has trained nothing before."""
        shutil.rmtree(self.home / "data" / "lstm_memory", ignore_errors=True)
        cells = "import lstm_memory as lm\nexplorer = lm.Explorer()\nexplorer"
        write_notebook(self.notebooks / f"{name}.ipynb", cells)
        self.run_all(page, f"{name}.ipynb")
        explorer = opened(page)
        page.keyboard.press("ControlOrMeta+b")  # hides the list of files
        return explorer


class App(Server):
    """The server of `make app`."""

    name, answers = "app", "/voila/static/voila.js"  # which takes no kernel

    def command(self):
        return [
            *("app", "--no-browser"),
            f"--port={self.port}",
            "--Voila.port_retries=0",
            f"--token={self.token}",
        ]

    def explorer(self, page, name=None, query=""):
        """The Explorer of a new visitor; `query`: what follows the ? of the address."""
        page.goto(f"{self.url()}&{query}" if query else self.url())
        return opened(page)


class Hub(Server):
    """The server of `make hub`. What it started may outlive it, but not the block."""

    name, answers = "hub", "/hub/health"
    python = str(ROOT / ".venv-class" / "bin" / "python")
    patience = 600  # for learners with user ids of their own it compiles the engine
    word = "rosetta-stone"
    ports = 3  # with those of its proxy and of the servers, see docs/hub/jupyterhub_config.py

    def __init__(self, folder, *arguments, **environment):
        super().__init__(folder, *arguments)
        self.folder, self._environment = folder / "class", environment

    def command(self):
        return ["jupyterhub", f"--config={ROOT}/docs/hub/jupyterhub_config.py"]

    def environment(self):
        python = Path(sys.executable).resolve()
        apart = (
            {} if _all_may_enter(python) and _all_may_enter(ROOT) else {"CLASS_ONE_ACCOUNT": "1"}
        )
        own = {"CLASS_FOLDER": str(self.folder), "CLASS_WORD": self.word}
        address = {"CLASS_ADDRESS": f"http://127.0.0.1:{self.port}"}
        return os.environ | own | apart | address | self._environment

    def processes(self):
        """All that works for it: the hub, its proxy and culler, learners' servers and kernels."""
        return [process for process in psutil.process_iter() if _knows(process, self.folder)]

    @contextmanager
    def started(self, **environment):
        """The hub once more, at the same address, after it was ended; then killed."""
        self._environment = environment
        with super().running():
            yield self
            self.process.kill()

    @contextmanager
    def running(self):
        try:
            with self.started(**self._environment):
                yield self
        finally:
            for process in self.processes():
                process.kill()


def opened(page):
    """The Explorer on the page, once the network that it opens with has been trained."""
    explorer = page.locator(".lstm-memory-explorer")
    explorer.get_by_role("status").filter(has_text=OPENED).wait_for(timeout=90_000)
    return explorer


def menu(page, *items):
    """Choose from the menu of JupyterLab, as a learner does."""
    for item in items:
        page.get_by_role("menuitem", name=item, exact=True).click()


def is_save(answer):
    """Whether an answer of JupyterLab's server is that to a notebook which was saved."""
    return answer.request.method == "PUT" and "/api/contents/" in answer.url


def is_kernel(process):
    """Whether a process is a kernel: started as one, or one of the app's copies."""
    try:
        line = " ".join(process.cmdline())
        copied = COPIER in line and COPIER in " ".join(process.parent().cmdline())
    except (psutil.Error, AttributeError):  # it has just ended, or its parent has
        return False
    return KERNEL in line or copied


def _all_may_enter(path):
    """As in docs/hub/jupyterhub_config.py, which can't be imported."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _knows(process, folder):
    """Whether a folder is named in the environment of a process."""
    try:
        return any(str(folder) in value for value in process.environ().values())
    except psutil.Error:  # it has just ended, or is not ours
        return False


def _free_port(number):
    """The first of so many free ports in a row."""
    while True:
        with ExitStack() as probes, suppress(OSError, OverflowError):
            first = 0
            for k in range(number):
                probe = probes.enter_context(socket.socket())
                probe.bind(("127.0.0.1", first and first + k))
                first = first or probe.getsockname()[1]
            return first


@contextmanager
def new_page(browser, **options):
    """A page as large as a projector's, and the list of what goes wrong on it."""
    context = browser.new_context(viewport=PROJECTOR, **options)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: line.type == "error" and problems.append(line.text))
    yield page, problems
    context.close()
