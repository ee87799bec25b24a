"""Compiled programs: one graph for each `Form`, and machine code of it for each `Shape`.

TensorFlow traces a graph in 0.2 s, and XLA takes 0.5 s or more to make machine code of it. Both
are kept on disk (cache.py), and a later process reads them in 0.2 s.
"""

import contextlib
import gc
import hashlib
import threading
from pathlib import Path
from uuid import uuid4

import tensorflow as tf

from . import cache, heap
from .store import read_whole, write_whole

PARTS = 7  # which argument says how many parts a call is to make
SOURCES = ("engine.py", "backpropagation.py", "cells.py", "programs.py")  # what a graph is made of

_GRAPHS = {}  # functions by form
_COMPILED = set()  # shapes for which there is machine code
_LOCKS = {}  # one for each form and shape


def program(shape, make, arguments):
    """The program for `shape`, compiled at the first call, for arguments like these.

    `make(form)` is the function to compile. The program takes the tensors in its arguments,
    and returns those in its results, in the order of `tf.nest.flatten`.
    """
    with _LOCKS.setdefault(shape, threading.Lock()):
        graph = _graph(shape.form, make, arguments)
        if shape not in _COMPILED:
            nothing = tf.nest.flatten((*arguments[:PARTS], tf.constant(0), *arguments[PARTS + 1 :]))
            try:
                graph(*nothing)
            except tf.errors.OpError:  # what is on disk is broken, or was deleted just now
                cache.clear()
                graph = _graph(shape.form, make, arguments, again=True)
                graph(*nothing)
            heap.give_back()
            _COMPILED.add(shape)
        return graph


def is_ready(shape):
    """Whether the program for `shape` is compiled already."""
    return shape in _COMPILED


def _graph(form, make, arguments, again=False):
    """The graph for `form`, as a function of tensors of any size.

    `again`: a new one, under another name; TensorFlow does not compile what failed to.
    """
    with _LOCKS.setdefault(form, threading.Lock()):
        if again or form not in _GRAPHS:
            arguments = tf.nest.map_structure(
                lambda a: tf.TensorSpec([None] * len(a.shape), a.dtype), arguments
            )
            definition = _definition(form, make, arguments)
            if again:
                definition = _renamed(definition, f"lstm_memory_{uuid4().hex}")
            _GRAPHS[form] = _as_function(definition, arguments)
        return _GRAPHS[form]


def _definition(form, make, arguments):
    """The graph for `form` as TensorFlow writes it down, from disk or traced."""
    sources = [Path(__file__).with_name(name).read_bytes() for name in SOURCES]
    made_of = b"".join([repr((form, tf.__version__)).encode(), *sources])
    name = f"lstm_memory_{hashlib.sha256(made_of).hexdigest()[:16]}"
    path = cache.DIRECTORY / f"{name}.graph" if cache.DIRECTORY else None
    if path and (kept := read_whole(path)):
        return tf.compat.v1.GraphDef.FromString(kept)
    gc.freeze()  # what is older than the trace is not looked through for what it leaves
    try:
        traced = _renamed(_traced(make(form), arguments), name)
        gc.collect()
    finally:
        gc.unfreeze()
    if path:
        with contextlib.suppress(OSError):  # then the next process traces again
            write_whole(path, traced.SerializeToString())
    return traced


def _traced(function, arguments):
    """The graph of one call of `function`, to be compiled by XLA."""
    compiled = tf.function(function, jit_compile=True, autograph=False)
    with tf.Graph().as_default() as graph:
        flat = [
            tf.compat.v1.placeholder(spec.dtype, spec.shape, f"in_{k}")
            for k, spec in enumerate(tf.nest.flatten(arguments))
        ]
        results = compiled(*tf.nest.pack_sequence_as(arguments, flat))
        for k, result in enumerate(tf.nest.flatten(results)):
            tf.identity(result, f"out_{k}")
    return graph.as_graph_def()


def _renamed(definition, name):
    """`definition` with names of functions that begin with `name`.

    TensorFlow names them by what else was traced in the process, and machine code on disk is
    found by these names.
    """
    functions = definition.library.function
    names = {function.signature.name: f"{name}_{k}" for k, function in enumerate(functions)}

    def rename(attributes):
        for value in attributes.values():
            for function in (value.func, *value.list.func):
                if function.name:
                    function.name = names[function.name]

    for function in functions:
        function.signature.name = names[function.signature.name]
    for node in (*definition.node, *(node for function in functions for node in function.node_def)):
        rename(node.attr)
    return definition


def _as_function(definition, arguments):
    """A graph that was written down as a function of tensors, which returns tensors."""
    flat = tf.nest.flatten(arguments)
    results = sum(node.name.startswith("out_") for node in definition.node)

    def call(*tensors):
        inputs = {f"in_{k}": tensor for k, tensor in enumerate(tensors)}
        outputs = [f"out_{k}:0" for k in range(results)]
        return tf.graph_util.import_graph_def(definition, inputs, outputs, name="")

    return tf.compat.v1.wrap_function(call, flat)


heap.give_back_large_arrays()
