"""Mailing lists: mails that people asked for, and stop by the address that each mail says, mail programs too."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

MAILING_LISTS = "mailing_lists"


@dataclass(frozen=True)
class MailingList:
    """`wants` says whether a person is still on it; `stop_url` is where they leave it with one POST, without signing
    in."""

    key: str
    wants: Callable[[int], bool]
    stop_url: Callable[[int], str]


def add_mailing_list(app: Flask, mailing_list: MailingList) -> None:
    app.extensions.setdefault(MAILING_LISTS, {})[mailing_list.key] = mailing_list


def mailing_list_of(key: str) -> MailingList | None:
    """The list, None for one that no feature has any more."""
    found: MailingList | None = current_app.extensions.get(MAILING_LISTS, {}).get(key)
    return found
