"""Putting a product's reviews, and the form for another, together."""

from flask import url_for
from flask_babel import format_decimal, ngettext

from webapp.forms import errors_of, inputs_of
from webapp.profiling.engine import current_engine
from webapp.profiling.words import gettext
from webapp.shop.browsing_forms import ReviewInputs
from webapp.shop.browsing_pages import ReviewForm, ReviewsPanel, ReviewView
from webapp.shop.bylines import Author, authors
from webapp.shop.catalogue import Product
from webapp.shop.reviewing import A_PAGE, Review, Reviews, of_product
from webapp.shop.showing import byline


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
        summary=_summary(found),
        reviews=tuple(_view(review, people[review.subject_id], reader, fresh) for review in found.shown),
        form=_form(own, typed) if page == 1 and product.for_sale else None,
        page=page,
        pages=pages,
        previous_url=f"{here}?page={page - 1}#reviews" if page > 1 else "",
        next_url=f"{here}?page={page + 1}#reviews" if page < pages else "",
        said=said,
    )


def _view(review: Review, author: Author, reader: int | None, fresh: int) -> ReviewView:
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


def _form(own: Review | None, typed: ReviewInputs | None) -> ReviewForm:
    """Empty, with the review that is posted, or with what was typed."""
    held = {"rating": str(own.rating), "text": own.text} if own else {}
    form = typed or ReviewInputs(formdata=None, data=held)
    inputs = inputs_of(form, "review")
    return ReviewForm(inputs, errors_of(inputs), changes=own is not None, unfolded=typed is not None)


def _summary(found: Reviews) -> str:
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
