"""Where the package's files stand: arrows between them run one way, and there is no circle."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import lstm_memory

PACKAGE = Path(lstm_memory.__file__).parent

# From the bottom to the top; a file imports from its own floor and those below it.
FLOORS = (
    ("errors", "counting", "progress", "notebook", "free_memory"),
    ("settings", "typed", "tasks", "encoding", "sweep_store"),
    ("engine",),
    ("memory", "keras_files"),
    ("runs", "pictures"),
    ("training",),
    ("sweeps", "explorer", "hochreiter1997", "checks"),
)
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def name_of(path):
    """A file as a dotted name below the package."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def imports(path):
    """The files of the package that a file imports, anywhere in it, as dotted names."""
    names = {name_of(p) for p in FILES}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = path.relative_to(PACKAGE).parts
            folder = list(parts[: len(parts) - node.level])
            folder += node.module.split(".") if node.module else []
            for alias in node.names:
                module = ".".join([*folder, alias.name])
                yield module if module in names else ".".join(folder)


def floor_of(name):
    room = name.split(".")[0]
    return next(k for k, rooms in enumerate(FLOORS) if room in rooms)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_arrows_run_down(path):
    up = [name for name in imports(path) if floor_of(name) > floor_of(name_of(path))]
    assert not up


def test_there_is_no_circle():
    arrows = {name_of(path): {n for n in imports(path)} - {name_of(path)} for path in FILES}
    order = list(TopologicalSorter(arrows).static_order())  # CycleError names a circle
    assert set(order) >= set(arrows)


def test_only_files_about_keras_import_it():
    for path in FILES:
        modules = [
            alias.name if isinstance(node, ast.Import) else node.module or ""
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        ]
        about_keras = path.stem in ("keras_files", "keras_code")
        assert about_keras or not {"keras", "tensorflow", "h5py"} & {
            m.split(".")[0] for m in modules
        }
