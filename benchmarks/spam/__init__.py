"""The measuring stick for injected spam: no public data set of spliced text exists, so this makes one, from a seed."""
