"""One file a page: a dataclass, and the function that fills it."""
