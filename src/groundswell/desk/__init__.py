"""The desk: editorial choices, as a folder of TOML files that can be reviewed like prose."""

from groundswell.desk.load import Desk, slugged
from groundswell.desk.nouns import (
    Alias,
    Beat,
    Community,
    Duty,
    Entity,
    Group,
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
    "Group",
    "Hypothesis",
    "Operator",
    "Outlet",
    "Relevance",
    "SourceSpec",
    "slugged",
]
