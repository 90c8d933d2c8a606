"""The desk: editorial choices, as a folder of TOML files that can be reviewed like prose."""

from groundswell.desk.load import Desk
from groundswell.desk.nouns import (
    Alias,
    Beat,
    Community,
    Duty,
    Entity,
    Hypothesis,
    Operator,
    Outlet,
    Relevance,
    SourceSpec,
)

__all__ = [
    "Alias",
    "Beat",
    "Community",
    "Desk",
    "Duty",
    "Entity",
    "Hypothesis",
    "Operator",
    "Outlet",
    "Relevance",
    "SourceSpec",
]
