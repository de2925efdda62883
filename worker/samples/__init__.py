"""Sample pages in our own words, of several languages and kinds. `index.toml` says what each is there to show."""
