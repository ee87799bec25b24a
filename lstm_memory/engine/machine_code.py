"""The engine as machine code: compiled once on a machine, kept on disk, loaded in milliseconds.

Numba takes some ten seconds to compile engine.py and what belongs to it. That is done in a
process of its own, which neither holds up a kernel nor fills its memory; `make env` has it done
beforehand, by a first training. What is kept is code for one processor, one version of Numba
and one text of these files, in a directory that belongs to the user alone: whoever could write
there could run code here.
"""

import contextlib
import ctypes
import hashlib
import os
import stat
import subprocess
import sys
import threading
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np
import platformdirs

from ..sweep_store import read_whole, sealed, unsealed, write_whole

# What a call of the engine says: sizes, settings, which updates, and where the arrays are,
# float32 where nothing else is said. Networks S, symbols F, units U, steps T, batch B.
CALL = np.dtype(
    [
        *((name, "i8") for name in ("cell", "output")),  # their places in settings.py
        *((name, "i8") for name in ("symbols", "units", "columns", "steps", "batch", "numbers")),
        ("frozen", "i8"),  # how many of a network's numbers, the first ones, do not learn
        ("rate", "f8"),
        ("clip", "f8"),  # 0 for no limit
        *((name, "i8") for name in ("models", "first", "last")),  # updates first to last - 1
        *((name, "i8") for name in ("epoch_rows", "epochs", "sequences")),
        *((name, "i8") for name in ("table_row", "rows", "tables")),  # see `Schedule.rows`
        *((name, "i8") for name in ("weights", "m", "v")),  # (S, numbers)
        ("powers", "i8"),  # of Adam's betas, float64 (S, 2)
        ("state", "i8"),  # h and c, (S, 2, B, U)
        ("losses", "i8"),  # (S, epochs, sequences), to which each step's is added
        ("keeps", "i8"),  # after how many epochs K the weights are kept,
        ("keep", "i8"),  # which rows begin then, int64 (K,),
        ("kept", "i8"),  # and where the weights go, (S, K, numbers)
        *((name, "i8") for name in ("inputs", "targets", "shares")),  # (rows, tables, T, B)
        ("lines", "i8"),  # which sequence, int32 (rows, tables, B)
        ("lengths", "i8"),  # steps, int32 (rows, tables)
        ("carry", "i8"),  # (rows,)
        ("space", "i8"),  # room to work in
    ]
)

COMPILE = "from lstm_memory.engine.machine_code import print_code; print_code()"
ENTRY = "lstm_memory_advance"  # the name of the machine code's only function
# Numba's arrays may own their memory, which is then freed here; those of the engine never do.
NO_MEMORY = "define void @NRT_MemInfo_call_dtor(ptr %memory) { ret void }"
SOURCES = ("arithmetic.py", "update.py", "advance.py", "machine_code.py")  # what it is made of
PORTABLE = ("x86-64-v3", "")  # PCs and servers since about 2015; Binder's code is made for them
MOST = 10  # programs kept on disk; beyond, the oldest are deleted

_LOCK = threading.Lock()
_loaded = []  # the function, and what has to live as long as it does


def engine():
    """The engine: a function of the address of a call, an array of type `CALL`.

    While it works, other threads of Python go on. Raises RuntimeError if it can't be compiled.
    """
    with _LOCK:
        if not _loaded:
            _loaded.extend(_linked(_kept() or _make()))
        return _loaded[0]


def load_ahead():
    """Begin to load the engine, in a thread, so that the first training need not wait for it.

    What goes wrong here is not told: the training itself will meet it again, and say so.
    """

    def load():
        with contextlib.suppress(Exception):
            engine()

    if not _loaded:
        threading.Thread(target=load, name="lstm_memory loading", daemon=True).start()


def is_ready():
    """Whether `engine` answers at once, or nearly so."""
    try:
        return bool(_loaded) or _kept() is not None
    except ImportError:  # of which `engine` will tell
        return False


def _linked(code):
    """The function in object code, and what has to live as long as it does."""
    import llvmlite.binding as llvm

    machine = _machine()
    linker = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    linker.add_object_file(llvm.ObjectFileRef.from_data(code))
    linker.finalize_object()
    function = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
    return function(linker.get_function_address(ENTRY)), linker


def _make():
    """Have the code made in a process of its own, and keep it on disk if that is possible."""
    command = [sys.executable, "-P", "-c", COMPILE]  # -P: no module of the folder at hand
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    code = unsealed(done.stdout)  # what is broken would end the process that loads it
    if done.returncode or not code:
        words = done.stderr.decode(errors="replace")[-2000:]
        raise RuntimeError(f"The engine can't be compiled:\n{words}")
    _keep(code)
    return code


# --- in the process that compiles --------------------------------------------------------


def _compiled():
    """The object code of the engine, for this machine's processor."""
    import llvmlite.binding as llvm
    from numba import cfunc

    from . import advance

    made = cfunc(advance.SIGNATURE)(advance.entry)
    module = llvm.parse_assembly(made.inspect_llvm())
    module.link_in(llvm.parse_assembly(NO_MEMORY))
    module.get_function(made.native_name).name = ENTRY
    for function in module.functions:
        if not function.is_declaration and function.name != ENTRY:
            function.linkage = "internal"  # seen as a whole, it has no exceptions to handle
    machine = _machine()
    tuning = llvm.create_pipeline_tuning_options(speed_level=3)
    builder = llvm.create_pass_builder(machine, tuning)
    for _ in range(2):  # once more when all is in one piece: 10 % faster
        builder.getModulePassManager().run(module, builder)
    outside = [f.name for f in module.functions if f.is_declaration]
    if outside := [name for name in outside if not name.startswith("llvm.")]:
        raise RuntimeError(f"The engine calls what another process may not have: {outside}")
    return machine.emit_object(module)


def print_code():
    """Write the code to standard output: all that the process which compiles has to do."""
    sys.stdout.buffer.write(sealed(_compiled()))


def _machine():
    """LLVM's idea of this machine."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target, (cpu, features) = llvm.Target.from_triple(llvm.get_process_triple()), _processor()
    reloc = "static" if target.name.startswith("x86") else "default"  # as Numba has it
    return target.create_target_machine(cpu, features, opt=3, reloc=reloc, jit=True)


def _processor():
    """LLVM's name for the processor, and its features; NUMBA_CPU_NAME stands for another one."""
    import llvmlite.binding as llvm

    cpu = os.environ.get("NUMBA_CPU_NAME")
    return (cpu, "") if cpu else (llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())


# --- on disk -----------------------------------------------------------------------------


def _kept():
    """The code on disk for this machine and this engine, or None."""
    found = (read_whole(path) for path in _paths())
    return next((code for code in found if code), None)


def _keep(code):
    """Keep the code on disk, if that is possible."""
    if not _paths():
        return
    path = _paths()[0]
    with contextlib.suppress(OSError):  # then the next process compiles again
        write_whole(path, code)
        programs = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda p: p.stat().st_mtime)
        for old in programs[:-MOST]:
            old.unlink(missing_ok=True)


@cache
def _paths():
    """Where the code is kept: that for this very processor, and the portable one, if it fits.

    Empty where keeping it is not possible, or not safe. Names say what the code was made of.
    """
    directory = platformdirs.user_cache_path("lstm_memory")
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_safe(directory):
            return []
    except OSError:
        return []
    versions = [metadata.version(name) for name in ("llvmlite", "numba")]
    sources = [Path(__file__).with_name(name).read_bytes() for name in SOURCES]
    kinds = [_processor(), PORTABLE] if _is_portable() else [_processor()]
    made_of = [repr((versions, sources, kind)).encode() for kind in kinds]
    return [directory / f"{hashlib.sha256(about).hexdigest()[:24]}.o" for about in made_of]


def _is_portable():
    """Whether this processor can run the portable code."""
    import llvmlite.binding as llvm

    features = llvm.get_host_cpu_features()
    return all(features.get(name) for name in ("avx2", "bmi2", "f16c", "fma", "lzcnt", "movbe"))


def _is_safe(directory):
    """Whether the user, and nobody else, can write there."""
    if not os.access(directory, os.W_OK):
        return False
    found, others = directory.stat(), stat.S_IWGRP | stat.S_IWOTH
    return os.name == "nt" or (found.st_uid == os.getuid() and not found.st_mode & others)
