"""Steps from one schema to the next.

A step expands first: new tables, new columns that may be null. What it makes superfluous goes in the release after
the next, when no running worker of an older release can miss it. So old and new workers run side by side.
"""
