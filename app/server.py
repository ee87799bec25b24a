"""The Explorer through Voila, without code and without the rest of Jupyter."""

import os
import sys
from pathlib import Path

# Jupyter's check of international web addresses, of which there are none here, makes 38 parsers
# as it is imported: more than half of the time in which the app starts.
sys.modules["rfc3987_syntax"] = None

from traitlets.config import Config  # noqa: E402
from voila.app import Voila  # noqa: E402

from . import provisioner  # noqa: E402, F401 (Jupyter knows it now)
from .visitors import Visitors  # noqa: E402

HERE = Path(__file__).parent
NOTEBOOK = HERE / "explorer.ipynb"


def welcome(request, notebook, cwd):
    """Tell the notebook what follows the ? in the visitor's address: settings to begin with.

    And give the page the cookie without which it may not end its kernel when it is closed.
    """
    request.xsrf_token  # noqa: B018 (reading it sets the cookie)
    parts = request.request.query.split("&")
    link = "&".join(part for part in parts if not part.startswith("token="))
    cell = notebook.cells[0]
    cell.source = cell.source.replace('link = ""', f"link = {link!r}")


class App(Voila):
    """Voila with the Explorer's page and a limit on visitors."""

    classes = (*Voila.classes, Visitors)
    aliases = Voila.aliases | {
        "ip": "Voila.ip",
        "visitors": "Visitors.limit",
        "spares": "Visitors.spares",
    }


CONFIG = {
    "VoilaConfiguration": {
        "template": "explorer",
        "allow_template_override": "NO",
        "allow_theme_override": "NO",
        "multi_kernel_manager_class": Visitors,
        "prelaunch_hook": welcome,
    },
    # On a busy machine the page's only output may be late: 4 seconds would leave it out.
    "VoilaExecutor": {"iopub_timeout": 300},
    # Every so many seconds a look for kernels without a page; the first switches it on.
    "Visitors": {"cull_idle_timeout": 1, "cull_interval": 150},
    # A kernel that died is gone, and its page says so.
    "KernelRestarter": {"restart_limit": 0},
}


def main(arguments):
    # Where Voila looks for templates, and Jupyter for kernels.
    places = [str(HERE), os.environ.get("JUPYTER_PATH")]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, places))
    # Kernels of a class share the cores: threads that wait for each other only take them away.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    App.launch_instance([str(NOTEBOOK), *arguments], config=Config(CONFIG))
