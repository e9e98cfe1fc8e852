"""The blueprint that this room's files add their pages to; open to product managers, like the dashboard."""

from flask import Blueprint

from webapp.insights.routes import only_product_managers, words

blueprint = Blueprint("experiments", __name__, url_prefix="/insights/experiments")
blueprint.before_request(only_product_managers)
blueprint.context_processor(words)
