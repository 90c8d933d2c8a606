"""One layer of labels per file."""
