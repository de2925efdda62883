"""Quantiles of the beta distribution, for intervals of shares: the one thing a statistics library was needed for."""

from math import exp, lgamma, log

STEPS = 200
CLOSE = 1e-12


def quantile(share: float, a: float, b: float) -> float:
    """The x below which `share` of the distribution lies, by halving.

    >>> round(quantile(0.5, 2, 2), 6), round(quantile(0.025, 96, 5), 4)
    (0.5, 0.9007)
    """
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if below(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def below(x: float, a: float, b: float) -> float:
    """The share of the distribution below x: the regularised incomplete beta function."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = exp(a * log(x) + b * log(1 - x) + lgamma(a + b) - lgamma(a) - lgamma(b))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction, from its front on, by Lentz's way."""
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    found = d
    for step in range(1, STEPS):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        d = 1 / _away_from_zero(1 + even * d)
        c = _away_from_zero(1 + even / c)
        found *= c * d
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        d = 1 / _away_from_zero(1 + odd * d)
        c = _away_from_zero(1 + odd / c)
        found *= c * d
        if abs(c * d - 1) < CLOSE:
            break
    return found


def _away_from_zero(value: float) -> float:
    return value if abs(value) > 1e-300 else 1e-300
