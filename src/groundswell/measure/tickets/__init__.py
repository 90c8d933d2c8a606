"""What the tickets of a repository say: which are alike, which leave out what was asked for."""
