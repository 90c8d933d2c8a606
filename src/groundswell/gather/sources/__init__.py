"""Live sources, one platform a file."""
