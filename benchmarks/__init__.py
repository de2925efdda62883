"""Every claim about quality, speed and memory can be repeated by anyone: `python -m benchmarks DATA`."""
