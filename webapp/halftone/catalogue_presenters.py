"""Putting together the front page, a product with its reviews, and the pages of shared prints."""

from flask import url_for
from flask_babel import format_decimal, ngettext

from asklater import current_engine, errors_of, gettext, http, inputs_of
from asklater.records import Subject
from halftone import catalogue, sharing
from halftone.bylines import Author, authors
from halftone.catalogue import SORTS, Product
from halftone.forms import MessageInputs, ReviewInputs
from halftone.presenters import (
    Chip,
    FrontPage,
    OwnShare,
    ProductPage,
    ReviewForm,
    ReviewsPanel,
    ReviewView,
    SharePage,
    byline,
    card,
    cards,
    sorts_name,
)
from halftone.reviews import A_PAGE, Review, Reviews, of_product
from halftone.sharing import Share

# Front page and product

HERO = ("late-sun", "counterweight")
"""The works of the opening, as long as they are for sale."""
A_ROW, RELATED = 4, 4


def front_page(sort: str, query: str) -> FrontPage:
    """What is for sale, narrowed by a sort ("" for all) and by words."""
    found = catalogue.find(sort, query)
    narrowed = bool(sort or query)
    by_slug = {product.slug: product for product in found}
    hero = [] if narrowed else [by_slug[slug] for slug in HERO if slug in by_slug]
    return FrontPage(
        title=_front_title(sort, query),
        lede=_front_lede(sort) if sort and not query else "",
        hero=cards(hero, eager=len(hero)),
        sort=sort,
        query=query,
        chips=_chips(sort, query),
        cards=cards(found, eager=A_ROW),
        found=ngettext("%(num)s work", "%(num)s works", len(found)),
    )


def product_page(product: Product, reviews: ReviewsPanel, *, note: str = "") -> ProductPage:
    """A product with its reviews; `note` is a sentence above it all."""
    return ProductPage(
        title=product.title,
        slug=product.slug,
        card=card(product, eager=True),
        story=product.story,
        details=product.details,
        delivery=_delivery(product),
        for_sale=product.for_sale,
        many=product.ships,
        sort_url=url_for("shop.front", sort=product.sort),
        share_url=url_for("sharing.share", slug=product.slug),
        related=cards(_related(product)),
        reviews=reviews,
        note=note,
    )


def _related(product: Product) -> list[Product]:
    """The neighbours of its sort, going round, so that each product leads on to others."""
    same = [other for other in catalogue.find(product.sort) if other.id != product.id]
    place = sum(other.released >= product.released for other in same)
    return [*same[place:], *same[:place]][:RELATED]


def _chips(sort: str, query: str) -> tuple[Chip, ...]:
    words = query or None
    every = Chip(gettext("All"), url_for("shop.front", q=words), not sort)
    return (every, *(Chip(sorts_name(one), url_for("shop.front", sort=one, q=words), one == sort) for one in SORTS))


def _front_title(sort: str, query: str) -> str:
    if query and sort:
        return gettext("“%(query)s” in %(sort)s", query=query, sort=sorts_name(sort))
    if query:
        return gettext("Search: “%(query)s”", query=query)
    return sorts_name(sort) if sort else gettext("Prints, notebooks and wallpapers")


def _front_lede(sort: str) -> str:
    return {
        "print": gettext("On cotton paper, numbered where we say so, rolled in a tube and sent within two days."),
        "notebook": gettext("Cloth covers printed with a work each, 160 pages that lie flat."),
        "wallpaper": gettext("The same hand for your screens: drawn once, sharp at every size. Nothing is shipped."),
    }[sort]


def _delivery(product: Product) -> str:
    if product.ships:
        return gettext("Sent within two days. We ask where to only when you place an order.")
    return gettext("A download, ready at once. No address is needed.")


# Reviews


def reviews_panel(
    product: Product,
    *,
    page: int = 1,
    typed: ReviewInputs | None = None,
    fresh: int = 0,
    said: str = "",
) -> ReviewsPanel:
    """The reviews of one page of them. `typed` is a form to show again, `fresh` the review posted just now."""
    subject = current_engine().people.subject()
    reader = subject.id if subject else None
    found = of_product(product, reader, page)
    people = authors(review.subject_id for review in found.shown)
    own = next((review for review in found.shown if review.subject_id == reader), None)
    here = url_for("shop.product", slug=product.slug)
    pages = max(1, -(-found.count // A_PAGE))
    return ReviewsPanel(
        product_title=product.title,
        product_url=here,
        post_url=url_for("reviewing.post", slug=product.slug),
        remove_url=url_for("reviewing.remove", slug=product.slug),
        count=found.count,
        average=found.average,
        average_text=format_decimal(found.average, "0.0"),
        summary=_reviews_summary(found),
        reviews=tuple(_review_view(review, people[review.subject_id], reader, fresh) for review in found.shown),
        form=_review_form(own, typed) if page == 1 and product.for_sale else None,
        page=page,
        pages=pages,
        previous_url=f"{here}?page={page - 1}#reviews" if page > 1 else "",
        next_url=f"{here}?page={page + 1}#reviews" if page < pages else "",
        said=said,
    )


def _review_view(review: Review, author: Author, reader: int | None, fresh: int) -> ReviewView:
    return ReviewView(
        element_id=f"review-{review.id}",
        by=byline(author, url_for("reviewing.picture", number=review.id)),
        rating=review.rating,
        text=review.text,
        posted_at=review.posted_at,
        edited=review.edited_at is not None,
        mine=review.subject_id == reader,
        fresh=review.id == fresh,
    )


def _review_form(own: Review | None, typed: ReviewInputs | None) -> ReviewForm:
    """Empty, with the review that is posted, or with what was typed."""
    held = {"rating": str(own.rating), "text": own.text} if own else {}
    form = typed or ReviewInputs(formdata=None, data=held)
    inputs = inputs_of(form, "review")
    return ReviewForm(inputs, errors_of(inputs), changes=own is not None, unfolded=typed is not None)


def _reviews_summary(found: Reviews) -> str:
    if not found.count:
        return gettext("No reviews yet")
    average = format_decimal(found.average, "0.0")
    return str(
        ngettext(
            "%(average)s of 5, %(num)s review",
            "%(average)s of 5, %(num)s reviews",
            found.count,
            average=average,
        )
    )


# Shares


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
        url=_share_url(share),
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


def _share_url(share: Share) -> str:
    return http.absolute_url(url_for("sharing.page", public_id=share.public_id))
