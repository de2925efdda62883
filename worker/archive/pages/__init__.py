"""Pages made for people to read, each one file that needs no other."""
