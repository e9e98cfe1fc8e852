"""The blueprint that this room's files add their pages to; open to product managers, like the dashboard."""

from flask import Blueprint

from webapp.insights.routes import only_product_managers, words

blueprint = Blueprint("signup", __name__, url_prefix="/insights")
blueprint.before_request(only_product_managers)
blueprint.context_processor(words)
