"""The rooms where people judge: a page, reviews, the golden set, comparisons. What `create_app` serves of them."""

from dashboard.api import reviews, versions
from dashboard.pages import review, view

ROUTERS = (reviews.router, versions.router, review.router, view.router)
