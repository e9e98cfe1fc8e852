"""Putting the pages of shared prints together."""

from flask import url_for

from webapp.forms import errors_of, inputs_of
from webapp.profiling.people import Subject
from webapp.shop import catalogue, sharing
from webapp.shop.browsing_forms import MessageInputs
from webapp.shop.browsing_pages import OwnShare, SharePage
from webapp.shop.bylines import authors
from webapp.shop.sharing import Share
from webapp.shop.showing import byline, card


def share_page(share: Share, reader: Subject | None, form: MessageInputs | None = None) -> SharePage:
    """The public page; its owner finds a form there, empty, with the line that stands, or with what was typed."""
    product = catalogue.by_ids([share.product_id])[share.product_id]
    author = authors([share.subject_id])[share.subject_id]
    inputs = inputs_of(form or MessageInputs(formdata=None, data={"message": share.message}), "share")
    return SharePage(
        card=card(product, eager=True),
        story=product.story,
        for_sale=product.for_sale,
        by=byline(author, url_for("sharing.picture", public_id=share.public_id)),
        message=share.message,
        shared_at=share.shared_at,
        url=_url(share),
        own=reader is not None and reader.id == share.subject_id,
        say_url=url_for("sharing.say", public_id=share.public_id),
        unshare_url=url_for("sharing.unshare", public_id=share.public_id),
        inputs=inputs,
        errors=errors_of(inputs),
    )


def own_shares(reader: Subject | None) -> tuple[OwnShare, ...]:
    """What the reader shares, newest first."""
    shares = sharing.of_subject(reader.id) if reader else []
    products = catalogue.by_ids(share.product_id for share in shares)
    return tuple(
        OwnShare(
            card=card(products[share.product_id]),
            message=share.message,
            shared_at=share.shared_at,
            url=url_for("sharing.page", public_id=share.public_id),
            unshare_url=url_for("sharing.unshare", public_id=share.public_id),
        )
        for share in shares
    )


def _url(share: Share) -> str:
    return url_for("sharing.page", public_id=share.public_id, _external=True)
