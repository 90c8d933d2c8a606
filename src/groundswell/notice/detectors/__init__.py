"""One statistical question per file."""
