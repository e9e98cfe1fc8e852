"""The calculator: what further fields at sign-up cost."""

from flask import request
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.insights.signup.blueprint import blueprint
from webapp.insights.signup.measuring import measured_at_sign_up
from webapp.insights.signup.price_form import read_plan
from webapp.insights.signup.showing_price import price_page
from webapp.profiling.engine import current_engine


@blueprint.get("/sign-up/price")
def price() -> ResponseReturnValue:
    typed = read_plan(request.args, len(current_engine().manifest.signup.fields) + 1)
    page = price_page(typed, measured=measured_at_sign_up(current_engine()), summary=not http.wants_fragment())
    pair = ("insights/signup/_price.html", "insights/signup/price.html")
    return http.fragment_or_page(*pair, 422 if page.errors else 200, page=page)
