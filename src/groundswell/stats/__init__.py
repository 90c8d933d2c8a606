"""The arithmetic of evidence: pure functions of arrays, no I/O, the same numbers everywhere."""
