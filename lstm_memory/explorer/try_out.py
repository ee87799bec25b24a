"""A function to try out: a control for each argument, and the text or drawing it returns."""

import html
import inspect

import ipywidgets as widgets

from ..errors import InputError
from .parts import HTML

CHOICES = "two whole numbers, a range, a list, or a text, with the default among them"


class TryOut(widgets.VBox):
    """Controls for the arguments of a function, and below them what it returns.

    The function returns a text or a drawing. `choices`: for each argument two whole numbers, for
    a slider from the one to the other; a range, for one with its steps; a list, to choose from;
    or a text, to type over. A control starts at the default of its argument, if there is one.
    Where the function raises `InputError`, its message is shown instead. Without a kernel a
    notebook shows what was returned first. Raises `InputError`.
    """

    def __init__(self, function, **choices):
        try:
            arguments = inspect.signature(function).parameters
        except Exception:
            raise InputError("function", "a function with arguments", function) from None
        if list(choices) != list(arguments):
            raise InputError("choices", f"one for each of {list(arguments)}", list(choices))
        self.function, self.said, self.shown = function, "", HTML()
        defaults = {name: argument.default for name, argument in arguments.items()}
        self.fields = {}
        for name, choice in choices.items():
            try:
                self.fields[name] = _field(name, choice, defaults[name])
            except Exception:  # whatever a widget says of a choice that it can't offer
                raise InputError(name, CHOICES, choice) from None
        for field in self.fields.values():
            field.observe(self._show, "value")
        self._show()
        super().__init__([*self.fields.values(), self.shown])

    def _show(self, change=None):
        try:
            shown = self.function(**{name: f.value for name, f in self.fields.items()})
        except InputError as error:
            shown = str(error)
        if isinstance(shown, str):
            self.said, self.shown.value = shown, f'<pre role="status">{html.escape(shown)}</pre>'
        else:
            self.said, self.shown.value = shown.alt, shown.html()

    def _repr_mimebundle_(self, **options):
        still = {"text/plain": self.said}
        if "<img" in self.shown.value:  # a drawing; a text is escaped
            still["text/html"] = self.shown.value
        return super()._repr_mimebundle_(**options) | still


def _field(name, choice, default):
    """The control of an argument."""
    given = {} if default is inspect.Parameter.empty else {"value": default}
    given |= {"description": name, "style": {"description_width": "initial"}}
    if isinstance(choice, str):
        return widgets.Textarea(**{"value": choice} | given)
    if isinstance(choice, list) and choice:
        return widgets.Dropdown(options=choice, **given)
    if isinstance(choice, tuple) and len(choice) == 2:
        choice = range(choice[0], choice[1] + 1)
    if isinstance(choice, range) and choice:
        ends = {"min": choice[0], "max": choice[-1], "step": choice.step}
        return widgets.IntSlider(**{"value": choice[0]} | given, **ends)
    raise InputError(name, CHOICES, choice)
