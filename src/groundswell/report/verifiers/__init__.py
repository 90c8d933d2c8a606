"""Verifiers: pure checks of sentences against claims and plain rows; one file each."""
