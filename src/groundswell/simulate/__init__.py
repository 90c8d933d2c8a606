"""The demo world: hand-written posts and a seeded script become a desk with a known truth."""

from groundswell.simulate.demo import Summary, write_demo

__all__ = ["Summary", "write_demo"]
