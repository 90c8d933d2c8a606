"""6. everything → readers: pages, each as HTML and as JSON from the same dataclass."""

from groundswell.serve.app import create_app
from groundswell.serve.page import MissingError, Page, page

__all__ = ["MissingError", "Page", "create_app", "page"]
