"""Words for the deterministic writer: numbers, dates, lists and templates."""
