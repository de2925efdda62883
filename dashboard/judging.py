"""The rooms where people judge: a page, reviews, the golden set, comparisons. What `create_app` serves of them."""

from dashboard.api import comparisons, reviews, versions
from dashboard.api import golden as golden_data
from dashboard.pages import compare, golden, review, view

ROUTERS = (
    *(reviews.router, versions.router, golden_data.router, comparisons.router),
    *(view.router, review.router, golden.router, compare.router),
)
