"""Request bodies: compressed, large, slow or broken, and never more of them in memory than a few rows."""
