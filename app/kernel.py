"""The kernel of a visitor of the app: what the Explorer needs is loaded before the visitor comes.

What is loaded stays, so nobody looks through it for garbage: that took a quarter of the time.
IPython would load a debugger, and Numba a program that measures tests; no visitor uses them.
"""

import gc
import sys

gc.disable()
sys.modules |= dict.fromkeys(["debugpy", "coverage"])

from ipykernel.kernelapp import IPKernelApp  # noqa: E402

import lstm_memory as lm  # noqa: E402

lm.Explorer  # noqa: B018 (loads its module)
lm.trace(lm.train(lm.TUTORIAL))  # loads the engine
gc.freeze()


def run(arguments):
    """Be a kernel until it is shut down."""
    gc.enable()
    # The kernel is younger than the widgets, and has to be told of them. A visitor types no code,
    # so there is no history to keep.
    own = ["--IPKernelApp.extensions=ipywidgets", "--HistoryManager.enabled=False"]
    IPKernelApp.launch_instance([*arguments, *own])


if __name__ == "__main__":
    run(sys.argv[1:])
