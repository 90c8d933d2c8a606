"""The contract of writers: from a brief to a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from groundswell.types import Claim, Draft, Obligation, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """All a writer may use: claims already computed, what could not be told, names to print."""

    subject: str
    label: str
    night: int
    beat: str
    claims: tuple[Claim, ...]
    signals: tuple[Signal, ...]  # of the subject, dull ones too
    obligations: tuple[Obligation, ...]
    names: Mapping[str, str]  # subject or community slug -> printed name
    seed: str
    invented: bool


class Writer(Protocol):
    """Draft a story from a brief; None when there is nothing to tell."""

    name: ClassVar[str]

    def __call__(self, brief: Brief) -> Draft | None:
        """Only sentences whose every assertion is a claim of the brief."""
