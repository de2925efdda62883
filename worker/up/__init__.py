"""The whole service on one machine, by one command: broker, workers, scheduler and web, started and stopped in order."""
