"""One decision that needs other records per file."""
