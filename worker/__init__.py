"""Everything that turns the library into a command and a service."""
