"""Cleaning while somebody waits: in supervised processes, never in the web process."""
