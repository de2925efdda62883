"""Figures of the service: queue, store and the whole way of a page."""
