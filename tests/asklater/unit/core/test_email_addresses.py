"""Email addresses: read as they were meant, whatever came along when they were copied."""

import pytest

from asklater.email_addresses import parse_address
from asklater.kinds.base import Invalid


@pytest.mark.parametrize(
    "typed",
    [
        *("ada@x.example", " ada@x.example\n", "mailto:ada@x.example", "MAILTO: ada@x.example", "<ada@x.example>"),
        *(
            "\u202aada@x.example\u202c",
            "ada\u200b@x.exam\u00adple",
            "\ufeffada@x.example\u200e",
            "ada@x.example\ufe0f",
        ),
        *("ａｄａ＠ｘ．ｅｘａｍｐｌｅ", "ada@x。example", "\u3000ada@x.example\u3000"),
    ],
)
def test_an_address_is_read_as_it_was_meant(typed: str) -> None:
    assert parse_address(typed) == "ada@x.example"


@pytest.mark.parametrize("typed", ["", " ", "\u200b\ufeff", "\u202a\u202c", "mailto:", "<>"])
def test_nothing_to_see_is_nothing(typed: str) -> None:
    with pytest.raises(Invalid, match=r"^$") as refused:
        parse_address(typed)
    assert refused.value.errors == {"": "Enter your email address."}
