"""The rooms where people judge: reviews, the golden set, comparisons. What `create_app` serves of them."""

from dashboard.api import reviews
from dashboard.pages import review

ROUTERS = (reviews.router, review.router)
