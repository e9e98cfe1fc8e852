"""The blueprint of the account's pages; the files of routes add theirs to it."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
