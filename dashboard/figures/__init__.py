"""Figures for pages and programs, read from roll-ups alone: no question here looks at documents."""
