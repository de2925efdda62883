"""Fits the HTML judge's weights to pages with gold text: `python -m training DATA`."""
