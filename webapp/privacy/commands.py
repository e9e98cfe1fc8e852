"""The `privacy` verbs of the command line; the parts of this room add theirs."""

from flask.cli import AppGroup

group = AppGroup("privacy", help="Erasures, keys and records.")
