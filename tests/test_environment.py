"""The environment is the same wherever it is made, and the tools that make it behave."""

import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date, timedelta
from importlib.metadata import requires
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from .browser import Lab
from .server_kernels import said

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]
CLASS_LOCK = "docs/hub/requirements.lock"
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())

MACHINES = {
    "Linux, Intel or AMD": {"sys_platform": "linux", "platform_machine": "x86_64"},
    "Linux, ARM": {"sys_platform": "linux", "platform_machine": "aarch64"},
    "macOS": {"sys_platform": "darwin", "platform_machine": "arm64"},
    "Windows": {"sys_platform": "win32", "platform_machine": "AMD64"},
}

needs_git = pytest.mark.skipif(
    not (ROOT / ".git").exists() or not shutil.which("git"), reason="not a git checkout"
)
needs_make = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("make"), reason="make is not installed"
)


def pins_of_lock(lock="requirements.lock"):
    """The locked requirements as {name: (Requirement, hashes)}."""
    text = (ROOT / lock).read_text().replace("\\\n", "")
    pins = {}
    for line in text.splitlines():
        if line.startswith("# Resolved on"):
            continue
        requirement, *hashes = line.split("--hash=")
        pin = Requirement(requirement)
        pins[canonicalize_name(pin.name)] = pin, [h.strip() for h in hashes]
    return pins


def pins_of_conda():
    """The lines under pip in environment.yml as {name: Requirement}."""
    lines = next(d["pip"] for d in CONDA["dependencies"] if isinstance(d, dict))
    pins = [Requirement(line) for line in lines]
    return {canonicalize_name(pin.name): pin for pin in pins}


def direct(*extras):
    """What pyproject.toml asks for: the package, its build backend and the extras named."""
    lines = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
    for extra in extras:
        lines = lines + EXTRAS[extra]
    return [Requirement(line) for line in lines]


def version(pin):
    """The one version that a pin allows."""
    (specifier,) = pin.specifier
    assert specifier.operator == "==", f"{pin} is not an exact pin"
    return specifier.version


def is_for(pin, machine):
    """Whether the pin counts on that machine."""
    return pin.marker is None or pin.marker.evaluate(default_environment() | MACHINES[machine])


def tracked_files():
    """Every file that is, or is about to be, in git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.check_output(command, cwd=ROOT, text=True).split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


def make(*arguments, cwd=ROOT):
    """Run make as from a new shell, in English."""
    environment = {k: v for k, v in os.environ.items() if k not in {"MAKEFLAGS", "MAKELEVEL"}}
    return subprocess.run(
        ["make", *arguments],
        cwd=cwd,
        env=environment | {"LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=300,
    )


class TestPins:
    @pytest.mark.parametrize("lock", ["requirements.lock", CLASS_LOCK])
    def test_the_lock_has_hashes_and_no_addresses(self, lock):
        for pin, hashes in pins_of_lock(lock).values():
            assert version(pin)
            assert hashes
            assert all(re.fullmatch("sha256:[0-9a-f]{64}", h) for h in hashes), pin
        assert "://" not in (ROOT / lock).read_text()

    def test_the_class_server_adds_what_learners_do_not_have(self):
        added, there = pins_of_lock(CLASS_LOCK), pins_of_lock()
        assert not added.keys() & there.keys()
        for wanted in [Requirement(line) for line in EXTRAS["class"]]:
            assert canonicalize_name(wanted.name) in added

    def test_the_proxy_has_hashes_and_no_addresses_either(self):
        """npm puts addresses into its lock, unless it is asked not to."""
        text = (ROOT / "docs/hub/package-lock.json").read_text()
        packages = json.loads(text)["packages"]
        wanted = json.loads((ROOT / "docs/hub/package.json").read_text())["dependencies"]
        assert packages.pop("")["dependencies"] == wanted
        assert all(packages[f"node_modules/{n}"]["version"] == v for n, v in wanted.items())
        assert all(p["integrity"].startswith("sha512-") for p in packages.values())
        assert "resolved" not in text

    def test_the_lock_is_not_older_than_200_days(self):
        """If it is: `make lock ARGS=--upgrade`, then `make notebooks` and `make test`."""
        first = (ROOT / "requirements.lock").read_text().partition("\n")[0]
        resolved = date.fromisoformat(first.removeprefix("# Resolved on ").rstrip("."))
        assert date.today() - resolved < timedelta(days=200)

    def test_the_lock_pins_every_direct_dependency(self):
        pins = pins_of_lock()
        for wanted in direct("test", "installer"):
            pin, _ = pins[canonicalize_name(wanted.name)]
            assert version(pin) in wanted.specifier, f"{pin} is locked, {wanted} is asked for"

    def test_binder_gets_the_locked_versions(self):
        lock = pins_of_lock()
        for name, pin in pins_of_conda().items():
            locked, _ = lock[name]
            assert version(pin) == version(locked)
            for machine in MACHINES:
                assert is_for(pin, machine) == is_for(locked, machine), f"{pin} on {machine}"

    def test_binder_gets_nothing_unpinned(self):
        """Every package that the bundle needs here, however indirectly, is in environment.yml."""
        pins = pins_of_conda()
        queue = [(wanted, "") for wanted in direct()]
        seen = set()
        while queue:
            wanted, extra = queue.pop()
            if wanted.marker and not wanted.marker.evaluate({"extra": extra}):
                continue
            name = canonicalize_name(wanted.name)
            assert name in pins, f"environment.yml does not pin {name}"
            for extra in {"", *wanted.extras} - {e for n, e in seen if n == name}:
                seen.add((name, extra))
                queue += [(Requirement(line), extra) for line in requires(name) or []]

    @pytest.mark.parametrize("machine", MACHINES)
    def test_tensorflow_is_the_build_for_the_machine(self, machine):
        small = machine in {"Linux, Intel or AMD", "Windows"}
        sources = {
            "pyproject.toml": direct(),
            "requirements.lock": [pin for pin, _ in pins_of_lock().values()],
            "environment.yml": pins_of_conda().values(),
        }
        for source, pins in sources.items():
            builds = [pin for pin in pins if pin.name in {"tensorflow", "tensorflow-cpu"}]
            chosen = [pin.name for pin in builds if is_for(pin, machine)]
            assert chosen == ["tensorflow-cpu" if small else "tensorflow"], source

    def test_conda_pins_python_and_pip(self):
        python, pip = (d for d in CONDA["dependencies"] if isinstance(d, str))
        # `>=` is not read by Binder, which then takes a Python of its own choice
        found = re.fullmatch(r"python=(3\.\d+)", python)
        assert found[1] in SpecifierSet(PROJECT["project"]["requires-python"])
        assert re.fullmatch(r"pip=\d+(\.\d+)+", pip)


class TestClass:
    """`make class`: what the class server needs upon what learners have."""

    def test_it_sees_both_and_learners_see_one(self, class_python):
        every = "import jupyterhub, nbgrader, nbgitpuller, jupyterhub_idle_culler, lstm_memory"
        subprocess.run([class_python, "-c", every], check=True)
        for name in ("jupyterhub", "nbgrader"):
            assert importlib.util.find_spec(name) is None

    def test_its_packages_fit_together(self, class_python):
        """Every package of its own finds what it asks for, in either environment."""
        names = ", ".join(repr(str(pin.name)) for pin, _ in pins_of_lock(CLASS_LOCK).values())
        look = f"""
from importlib.metadata import requires, version
from packaging.requirements import Requirement
for name in ({names}):
    for wanted in map(Requirement, requires(name) or []):
        if not wanted.marker or wanted.marker.evaluate({{"extra": ""}}):
            assert wanted.specifier.contains(version(wanted.name), prereleases=True), (name, wanted)
"""
        subprocess.run([class_python, "-c", look], check=True)

    def test_the_proxy_starts(self, class_python):
        proxy = Path(class_python).with_name("configurable-http-proxy")
        path = f"{proxy.parent}{os.pathsep}{os.environ['PATH']}"
        said = subprocess.check_output([proxy, "--version"], env=os.environ | {"PATH": path})
        wanted = json.loads((ROOT / "docs/hub/package.json").read_text())["dependencies"]
        assert said.decode().strip() == wanted["configurable-http-proxy"]


TRAIN = """import os
import lstm_memory as lm
from lstm_memory.engine import advance
print(lm.train(lm.TUTORIAL, lm.REMEMBERING).remembers, bool(advance.advance.stats.cache_hits))
print(os.environ.get("NUMBA_CPU_NAME"), repr(os.environ.get("NUMBA_CPU_FEATURES")), lm.__file__)
"""


class Image(Lab):
    """JupyterLab as an image starts it, of another Python and in another folder."""

    def __init__(self, folder, python, place, environment):
        super().__init__(folder)
        self.python, self.notebooks, self.place = str(python), place, place
        self._environment = environment | {"JUPYTER_RUNTIME_DIR": str(self.home / "runtime")}

    def environment(self):
        return self._environment


def install_for_binder(python):
    """Install the lines under pip of environment.yml, by uv as `make env` does, or by pip."""
    lines = next(d["pip"] for d in CONDA["dependencies"] if isinstance(d, dict))
    ask = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    mirror = subprocess.run(ask, capture_output=True, text=True).stdout.strip()
    cache = {"UV_CACHE_DIR": str(ROOT / ".uv" / "cache")} | (
        {"UV_DEFAULT_INDEX": mirror} if mirror else {}
    )
    uv = ROOT / ".uv" / "bin" / "uv"
    install = ["pip", "install", "--quiet", *lines]
    command = [uv, *install, "--python", python] if uv.exists() else [python, "-m", *install]
    subprocess.run(command, env=cache | os.environ, check=True)


class TestBinder:
    @pytest.fixture
    def repository(self, tmp_path):
        """A folder that holds what is in git, and nothing else."""
        folder = tmp_path / "repository"
        for name in tracked_files():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        return folder

    @needs_git
    @pytest.mark.skipif(sys.platform == "win32", reason="repo2docker is for Linux and macOS")
    def test_repo2docker_accepts_the_repository(self, repository):
        """The steps of its Dockerfile that are ours, in their order, are those of the next test."""
        done = subprocess.run(
            [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."],
            cwd=repository,
            capture_output=True,
            text=True,
            timeout=300,
        )
        report = done.stdout + done.stderr
        assert done.returncode == 0, report
        assert f"Building conda environment for {CONDA['dependencies'][0]}" in report
        ours = re.findall(
            r"^COPY --chown=0:0 (src/\S*)|^(RUN \S+ .*post.*|RUN .*post\S*)$", report, re.M
        )
        steps = [copied or run for copied, run in ours]
        assert steps == ["src/environment.yml", "src/", "RUN chmod +x postBuild", "RUN ./postBuild"]
        assert '--file "environment.yml"' in report

    @needs_git
    @pytest.mark.skipif(sys.platform == "win32", reason="postBuild is for Linux and macOS")
    @pytest.mark.long
    def test_the_image_is_made_and_starts(self, repository, tmp_path):
        """What Binder does after conda has made an environment, in a new one and an empty folder.

        As there, that folder is the home of the user, and the environment is found by PATH. The
        wheels come from uv's cache, where `make env` has left them, or else from the network.
        """
        made = tmp_path / "made"
        subprocess.run([sys.executable, "-m", "venv", made], check=True)
        install_for_binder(made / "bin" / "python")
        environment = {
            "PATH": f"{made / 'bin'}{os.pathsep}{os.defpath}",
            "HOME": str(repository),
            "LANG": "C.UTF-8",
            "NUMBA_OPT": "1",  # the one thing that is not as there: it compiles in less time
        }
        subprocess.run(["./postBuild"], cwd=repository, env=environment, check=True)
        image = Image(tmp_path, made / "bin" / "python", repository, environment)
        path = re.search(r"urlpath=lab/tree/(\S+)\)", (ROOT / "README.md").read_text())[1]
        with image.running():
            with urlopen(image.url(f"/lab/tree/{path}")) as page:
                assert page.status == 200
                assert b"JupyterLab" in page.read()
            for notebook in repository.glob("notebooks/**/*.ipynb"):
                name = notebook.relative_to(repository).as_posix()
                with urlopen(image.url(f"/api/contents/{name}")) as answer:
                    cells = json.load(answer)["content"]["cells"]
                code = [cell for cell in cells if cell["cell_type"] == "code"]
                assert all(cell["metadata"]["trusted"] for cell in code), name
            *told, place = said(image, path, TRAIN).split()
        # trained by what postBuild compiled, for whatever processor Binder has
        processor = ["x86-64-v3", "''"] if platform.machine() == "x86_64" else ["None", "None"]
        assert told == ["True", "True", *processor]
        assert Path(place).is_relative_to(made)
        setting = made / "share/jupyter/lab/settings/overrides.json"
        assert setting.read_bytes() == (ROOT / "jupyterlab_overrides.json").read_bytes()

    def test_jupyterlab_knows_the_settings(self):
        overrides = json.loads((ROOT / "jupyterlab_overrides.json").read_text())
        chosen = {}
        for plugin, settings in overrides.items():
            extension, name = plugin.split(":")
            schemas = Path(sys.prefix, "share/jupyter/lab/schemas")
            known = json.loads((schemas / extension / f"{name}.json").read_text())["properties"]
            for setting, value in settings.items():
                assert value in [choice["const"] for choice in known[setting]["oneOf"]]
                chosen[setting] = value
        assert chosen == {"commsOverSubshells": "disabled", "fetchNews": "false"}


@needs_git
def test_no_file_names_a_machine_or_a_registry():
    # in two parts, so that this file does not hold what it looks for
    parts = [
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
        ("/Us", "ers/"),
        ("C:\\Us", "ers"),
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("anaconda", ".org"),
        ("npm", "js.org"),
    ]
    forbidden = ["".join(both) for both in parts]
    found = [
        (name, word)
        for name in tracked_files()
        for word in forbidden
        if word.encode() in (ROOT / name).read_bytes()
    ]
    assert not found


# Stands for Python, and for pip and uv once they are installed. What there is on this machine
# and in its network is told by empty files: online, has_uv, too_new, another_python.
FAKE = """#!/bin/sh
echo "$0 $@" >> asked
case "$0 $*" in
*"-m venv --clear .venv")
    rm -rf .venv
    mkdir -p .venv/bin
    cp "$0" .venv/bin/python ;;
*sys.version_info*)
    test ! -e too_new ;;
*"pip install"*"--target .uv"*)
    test -e has_uv && grep -q "^uv==" && mkdir -p .uv/bin && cp "$0" .uv/bin/uv ;;
*"pip install"*)
    test -e online ;;
*"uv python find --system"*)
    test -e another_python && cp python another && echo ./another ;;
*"uv python install"*)
    exit 1 ;;
esac
"""


@needs_make
class TestMakeEnv:
    @pytest.fixture
    def copy(self, tmp_path):
        """A folder with the Makefile, a lock and a Python that downloads nothing."""
        for name in ("Makefile", "requirements.lock"):
            shutil.copy(ROOT / name, tmp_path)
        self.write_python(tmp_path, FAKE)
        return tmp_path

    @staticmethod
    def write_python(folder, script):
        (folder / "python").write_text(script)
        (folder / "python").chmod(0o755)

    @staticmethod
    def install(folder, *there):
        """Make .venv where these are to be had; return what make said, and who installed."""
        for name in there:
            (folder / name).touch()
        (folder / "asked").write_text("")
        done = make(".venv/locked", "PYTHON=./python", cwd=folder)
        assert (done.returncode == 0) == (folder / ".venv" / "locked").exists()
        asked = (folder / "asked").read_text().splitlines()
        installing = [line for line in asked if line.endswith(".venv/packages.txt")]
        return done, [line.split()[0] for line in installing]

    @pytest.mark.skipif(
        Path(sys.prefix) != ROOT / ".venv", reason="the environment was not made by make"
    )
    def test_a_second_call_installs_nothing(self):
        stamps = [ROOT / ".venv" / name for name in ("locked", "installed", "signed")]
        before = [stamp.stat().st_mtime_ns for stamp in stamps]
        assert make("--question", "env").returncode == 0
        assert make("env").returncode == 0
        assert before == [stamp.stat().st_mtime_ns for stamp in stamps]

    def test_notebooks_are_signed_again_when_one_has_changed(self, copy):
        (copy / ".venv" / "bin").mkdir(parents=True)
        shutil.copy(copy / "python", copy / ".venv" / "bin" / "python")
        for name in ("pyproject.toml", "jupyterlab_overrides.json", ".venv/locked"):
            (copy / name).touch()
        (copy / ".venv" / "installed").touch()
        notebook = copy / "notebooks" / "a.ipynb"
        notebook.parent.mkdir()
        for changes in (True, False, True):
            if changes:
                notebook.touch()
            (copy / "asked").write_text("")
            assert make("env", "PYTHON=./python", cwd=copy).returncode == 0
            asked = (copy / "asked").read_text()
            assert asked.endswith("-m jupyter trust notebooks/a.ipynb\n") == changes

    def test_uv_installs_with_hashes_all_but_itself(self, copy):
        done, by = self.install(copy, "online", "has_uv")
        assert (done.returncode, by) == (0, [".uv/bin/uv"]), done.stderr
        assert "--require-hashes" in (copy / "asked").read_text().splitlines()[-1]
        packages = (copy / ".venv" / "packages.txt").read_text()
        uv = "".join(pins_of_lock()["uv"][1])
        assert "numpy==" in packages
        assert not [line for line in packages.splitlines() if line.strip(" \\")[-64:] in uv]

    def test_without_uv_pip_installs(self, copy):
        done, by = self.install(copy, "online")
        assert (done.returncode, by) == (0, [".venv/bin/python"])
        assert "uv can not be used here" in done.stdout

    @pytest.mark.parametrize("there", [[], ["has_uv"]])
    def test_an_interrupted_installation_is_begun_anew(self, copy, there):
        done, _ = self.install(copy, *there)
        assert done.returncode != 0
        assert "did not finish" in done.stderr

        done, _ = self.install(copy, "online")
        assert done.returncode == 0
        assert make("--question", ".venv/locked", "PYTHON=./python", cwd=copy).returncode == 0

    def test_uv_finds_another_python_for_a_wrong_one(self, copy):
        done, by = self.install(copy, "online", "has_uv", "too_new", "another_python")
        assert (done.returncode, by) == (0, [".uv/bin/uv"])
        assert "./another -m venv --clear .venv" in (copy / "asked").read_text()

    @pytest.mark.parametrize("there", [[], ["has_uv"]])
    def test_a_wrong_python_is_named(self, copy, there):
        done, by = self.install(copy, "online", "too_new", *there)
        assert (done.returncode != 0, by) == (True, [])
        assert "Python 3.11, 3.12 or 3.13 is needed. If ./python is another" in done.stderr

    def test_no_python_at_all(self, copy):
        done = make("env", "PYTHON=./none", cwd=copy)
        assert done.returncode != 0
        assert "Python 3.11, 3.12 or 3.13 is needed" in done.stderr

    def test_a_missing_venv_module_is_named(self, copy):
        self.write_python(copy, '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n')
        done = make("env", "PYTHON=./python", cwd=copy)
        assert done.returncode != 0
        assert "apt-get install python3-venv" in done.stderr
