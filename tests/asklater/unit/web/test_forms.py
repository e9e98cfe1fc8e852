"""From WTForms fields to inputs."""

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from asklater.forms import errors_of, inputs_of
from asklater.kinds.base import InputError, Option


class Order(Form):
    note = TextAreaField("Note", description="For the printer.", validators=[Optional(), Length(max=20)])
    copies = IntegerField("Copies", render_kw={"inputmode": "numeric", "width": "short"})
    paper = SelectField("Paper", choices=["cotton", "wood"])
    extras = SelectMultipleField("Extras", choices=["frame", "tube", "card"])
    gift_wrap = BooleanField("Gift wrap")
    name = StringField("Name", render_kw={"autocomplete": "name"}, validators=[InputRequired("Give a name.")])


def test_each_field_becomes_the_input_that_fits_it() -> None:
    note, copies, paper, extras, wrap, name = inputs_of(Order(formdata=None, data={"copies": 3}), "order")
    assert (note.type, note.hint, note.optional, note.maxlength) == ("textarea", "For the printer.", True, 20)
    assert (copies.type, copies.values, copies.inputmode, copies.width) == ("number", ("3",), "numeric", "short")
    assert (paper.type, paper.options[0]) == ("select", Option("cotton", "cotton"))
    assert (extras.type, extras.values) == ("checkboxes", ())
    assert (wrap.type, wrap.id, wrap.values) == ("checkbox", "order-gift-wrap", ())
    assert (name.type, name.name, name.id, name.autocomplete) == ("text", "name", "order-name", "name")
    assert not name.optional


def test_what_was_typed_is_shown_again_even_where_it_is_wrong() -> None:
    typed = MultiDict([("copies", "three\x00"), ("extras", "tube"), ("extras", "card"), ("gift_wrap", "y")])
    form = Order(formdata=typed)
    assert not form.validate()
    inputs = {control.name: control for control in inputs_of(form, "order")}
    assert inputs["copies"].values == ("three",)
    assert inputs["extras"].values == ("tube", "card")
    assert inputs["gift_wrap"].values == ("y",)
    assert inputs["copies"].errors
    assert InputError("order-name", "Give a name.") in errors_of(inputs.values())


def test_of_a_repeated_input_the_first_is_shown() -> None:
    form = Order(formdata=MultiDict([("name", "Ada"), ("name", "Eve")]))
    assert {control.name: control.values for control in inputs_of(form, "order")}["name"] == ("Ada",)
