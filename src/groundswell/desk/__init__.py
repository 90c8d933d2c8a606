"""The desk: editorial choices, as a folder of TOML files that can be reviewed like prose."""

from groundswell.desk.load import DEPLOYMENT, Desk, slugged
from groundswell.desk.nouns import (
    Alias,
    Beat,
    Community,
    Duty,
    Entity,
    Group,
    Hypothesis,
    Limits,
    Operator,
    Outlet,
    PartSpec,
    ReaderSpec,
    Relevance,
    SourceSpec,
    Taught,
)

__all__ = [
    "DEPLOYMENT",
    "Alias",
    "Beat",
    "Community",
    "Desk",
    "Duty",
    "Entity",
    "Group",
    "Hypothesis",
    "Limits",
    "Operator",
    "Outlet",
    "PartSpec",
    "ReaderSpec",
    "Relevance",
    "SourceSpec",
    "Taught",
    "slugged",
]
