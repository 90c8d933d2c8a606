"""Readers and parts that can be plugged in, one a file; the contract is in label/part.py."""
