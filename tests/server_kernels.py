"""Notebooks run in the kernels of a real server, as its page does."""

import json
import time
import urllib.request
from contextlib import contextmanager

import nbformat
from jupyter_client import BlockingKernelClient


@contextmanager
def kernel_of(lab, name):
    """A client of the kernel that a JupyterLab server starts for a notebook."""
    session = {"path": name, "name": name, "type": "notebook", "kernel": {"name": "python3"}}
    data, kind = json.dumps(session).encode(), {"Content-Type": "application/json"}
    request = urllib.request.Request(lab.url("/api/sessions"), data, kind)
    with urllib.request.urlopen(request, timeout=60) as answer:
        kernel = json.load(answer)["kernel"]["id"]
    client = BlockingKernelClient()
    client.load_connection_file(str(lab.home / "runtime" / f"kernel-{kernel}.json"))
    client.start_channels()
    try:
        _await(client)
        yield client
    finally:
        client.stop_channels()


def _await(client, seconds=120):
    """Wait until the kernel answers; one that is about to start may seem to be dead."""
    end = time.monotonic() + seconds
    while True:
        try:
            return client.wait_for_ready(timeout=seconds)
        except RuntimeError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def run(client, code, seconds=300):
    """Run a cell without an error; return what it prints."""
    texts = []

    def hear(message):
        texts.append(message["content"].get("text", ""))

    reply = client.execute_interactive(code, timeout=seconds, output_hook=hear)["content"]
    assert reply["status"] == "ok", reply
    return "".join(texts)


def said(lab, name, code):
    """What some code prints in the kernel of a notebook."""
    with kernel_of(lab, name) as client:
        return run(client, code)


def run_notebook(lab, name, seconds=300):
    """Run all cells of a notebook; the kernel lives on."""
    notebook = nbformat.read(lab.notebooks / name, as_version=4)
    with kernel_of(lab, name) as client:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                run(client, cell.source, seconds)
