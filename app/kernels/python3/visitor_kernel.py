"""The kernel of a visitor of the app: what the Explorer needs is loaded before the visitor comes.

What is loaded stays, so nobody looks through it for garbage: that took a quarter of the time.
IPython would load a debugger, and Numba a program that measures tests; no visitor uses them.
"""

import gc
import sys

gc.disable()
sys.modules |= dict.fromkeys(["debugpy", "coverage"])

from ipykernel.kernelapp import IPKernelApp  # noqa: E402

# As lines of the kernel, which listens before it runs them.
WARM_UP = "import lstm_memory as lm; lm.Explorer; lm.trace(lm.train(lm.TUTORIAL))"
COLLECT = "import gc; gc.freeze(); gc.enable()"

IPKernelApp.launch_instance([*sys.argv[1:], f"--IPKernelApp.exec_lines={WARM_UP}; {COLLECT}"])
