"""Quality: what is unusual, what people said, what is known to be right. No HTTP in here, and no Celery."""
