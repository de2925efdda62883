"""The operations of the API, one room each."""
