"""Groundswell."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundswell.label.pipe import label_texts

__all__ = ["__version__", "label_texts"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`groundswell.label_texts`, loaded when asked for: it brings the reader with it."""
    if name == "label_texts":
        from groundswell.label.pipe import label_texts

        return label_texts
    raise AttributeError(f"module 'groundswell' has no attribute {name!r}")
