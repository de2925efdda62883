"""Random and hostile pages through `clean`, for as long as one likes."""
