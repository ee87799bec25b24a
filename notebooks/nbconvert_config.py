"""What `make notebooks` tells nbconvert.

The view of a widget is of no use once its kernel is gone: JupyterLab shows an error in its place.
Without the view it shows the text or the picture that stands beside it.
"""

VIEW = "application/vnd.jupyter.widget-view+json"


def without_views(notebook, resources):
    """The notebook without the views of its widgets, and the resources as they came."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(VIEW, None)
    return notebook, resources


c.NotebookExporter.preprocessors = [without_views]  # noqa: F821 nbconvert brings c
