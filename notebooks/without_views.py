"""`make notebooks`: leave no views of widgets in stored outputs.

A view names a widget of a kernel that has ended: in its place JupyterLab shows "model not found".
Without it, a picture or words that the output holds as well are shown.
"""

import sys

import nbformat

VIEW = "application/vnd.jupyter.widget-view+json"


def without_views(notebook):
    """Take the views of widgets out of a notebook's outputs."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(VIEW, None)
    return notebook


if __name__ == "__main__":
    for path in sys.argv[1:]:
        nbformat.write(without_views(nbformat.read(path, as_version=4)), path)
