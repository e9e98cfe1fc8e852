"""The blueprint of the account's pages; the files of routes add theirs to it."""

from flask import Blueprint

from asklater.asking.gate import can_be_attempted

blueprint = Blueprint("accounts", __name__)
blueprint.add_app_template_global(can_be_attempted)
