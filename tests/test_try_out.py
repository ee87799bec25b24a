"""A function to try out, without a browser: controls are set, and what is shown is read."""

import pytest

import lstm_memory as lm


def told(sequence, lag=3, text=""):
    return f"{sequence} <{lag}> {text}"


def tried():
    return lm.TryOut(told, sequence=["A", "B"], lag=(1, 30), text="typed\n")


def test_it_shows_what_the_function_returns():
    panel = tried()
    assert panel.said == "A <3> "
    panel.fields["sequence"].value = "B"
    panel.fields["lag"].value = 30
    panel.fields["text"].value = "two\nlines"
    assert panel.said == "B <30> two\nlines"
    assert "B &lt;30&gt; two\nlines" in panel.shown.value
    assert panel._repr_mimebundle_()["text/plain"] == panel.said


def test_what_is_typed_is_escaped():
    panel = tried()
    panel.fields["text"].value = "<script>"
    assert "<script>" not in panel.shown.value
    assert "&lt;script&gt;" in panel.shown.value


def test_a_wrong_input_is_told_and_another_try_goes_well():
    panel = lm.TryOut(lambda text: str(lm.Task.parse(text).conflicts), text="3 0 3\n4 0 4")
    assert panel.said == "{0: (3, 4)}"
    panel.fields["text"].value = "3"
    with pytest.raises(lm.InputError) as error:
        lm.Task.parse("3")
    assert panel.said == str(error.value) != ""
    panel.fields["text"].value = "3 0"
    assert panel.said == "{}"


def test_each_argument_has_a_control_with_its_name():
    names = {name: field.description for name, field in tried().fields.items()}
    assert names == {"sequence": "sequence", "lag": "lag", "text": "text"}


@pytest.mark.parametrize(
    "choices",
    [{}, {"lag": (1, 2)}, {"sequence": ["A"], "lag": 3, "text": ""}, {"more": "x"}],
)
def test_wrong_choices_raise(choices):
    with pytest.raises(lm.InputError):
        lm.TryOut(told, **choices)


def test_a_function_may_return_a_drawing():
    def picture(step=10):
        return lm.plots.Drawing(step, 7, alt=f"Step {step}.")

    panel = lm.TryOut(picture, step=range(0, 51, 5))
    slider = panel.fields["step"]
    assert (slider.value, slider.min, slider.max, slider.step) == (10, 0, 50, 5)
    assert (panel.said, panel.shown.value) == ("Step 10.", picture(10).html())
    slider.value = 15
    assert panel.shown.value == picture(15).html()
    bundle = panel._repr_mimebundle_()
    assert (bundle["text/plain"], bundle["text/html"]) == ("Step 15.", picture(15).html())
    assert any("widget-view" in kind for kind in bundle)
