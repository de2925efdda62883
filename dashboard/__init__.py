"""The HTTP face of Dehusk: intake for crawlers, results for consumers, health and metrics for operators."""
