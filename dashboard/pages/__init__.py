"""Pages for people, rendered here, with small scripts beside. They show hostile content: see render.py."""
