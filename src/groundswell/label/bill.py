"""What asking a paid server has cost this month, and whether there is money for one more question.

What a question can cost at most is written down before it is asked; what it did not cost is given
back afterwards. So not even a program that is killed again and again can spend more than it may.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from groundswell.errors import PluginError, QuotaExhausted
from groundswell.types.moment import moment

MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What may be spent in a calendar month (UTC): tokens, and money in millionths of `currency`,
    0 for no limit of its own. Prices are of a million tokens, so of one token in millionths."""

    tokens: int
    money: int
    price_in: float
    price_out: float
    currency: str

    def cost(self, tokens_in: int, tokens_out: int) -> int:
        """The price of so many tokens in millionths, rounded up."""
        return math.ceil(tokens_in * self.price_in + tokens_out * self.price_out - 1e-9)

    def told(self, millionths: int) -> str:
        """An amount of money in words: "0.32 USD", and small ones to a thousandth."""
        if 0 < millionths < MILLION // 1000:
            return f"under 0.001 {self.currency}"
        places = 2 if millionths >= MILLION // 10 or not millionths % 10_000 else 3
        return f"{millionths / MILLION:,.{places}f} {self.currency}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What was written down: tokens and millionths, spent or set aside."""

    tokens: int
    money: int


@dataclass(slots=True)
class Bill:
    """One account: its budget, and what was spent of it, kept in a file of one line an entry.

    Lines are only ever added, so several processes may share the file; without a file it lives as
    long as the program. Safe to share between threads.
    """

    account: str
    budget: Budget
    clock: Callable[[], int]
    file: Path | None = None
    tokens: int = 0
    money: int = 0
    _month: str = ""
    _read: int = 0
    _lock: Lock = field(default_factory=Lock)

    def reserve(self, tokens_in: int, tokens_out: int) -> Entry:
        """Set aside what a question can cost at most. QuotaExhausted when that is too much."""
        wanted = Entry(tokens_in + tokens_out, self.budget.cost(tokens_in, tokens_out))
        with self._lock:
            self._catch_up()
            over = self.budget.tokens and self.tokens + wanted.tokens > self.budget.tokens
            if over or (self.budget.money and self.money + wanted.money > self.budget.money):
                raise QuotaExhausted(f"{self.account}: {self._spent()}", reset=self._following())
            self._add(wanted)
        return wanted

    def settle(self, entry: Entry, tokens_in: int, tokens_out: int) -> None:
        """Put what a question really cost in the place of what was set aside for it."""
        spent = Entry(tokens_in + tokens_out, self.budget.cost(tokens_in, tokens_out))
        with self._lock:
            self._catch_up()
            self._add(Entry(spent.tokens - entry.tokens, spent.money - entry.money))

    def told(self) -> str:
        """What was spent this month, as part of a sentence."""
        with self._lock:
            self._catch_up()
            tokens = f"{self.tokens:,} of {self.budget.tokens:,} tokens"
            if not self.budget.tokens:
                tokens = f"{self.tokens:,} tokens"
            if not self.budget.price_in and not self.budget.price_out:
                return f"{tokens} this month"
            limit = f" of {self.budget.told(self.budget.money)}" if self.budget.money else ""
            return f"{tokens}, {self.budget.told(self.money)}{limit} this month"

    def _spent(self) -> str:
        limits = [f"{self.budget.tokens:,} tokens"] if self.budget.tokens else []
        limits += [self.budget.told(self.budget.money)] if self.budget.money else []
        return (
            f"the month's budget of {' and '.join(limits)} does not allow another question; raise "
            "budget_tokens or budget_money in desk.toml, or wait for the next month"
        )

    def _catch_up(self) -> None:
        """Read what was added since; a new month begins at nothing."""
        month = f"{self._now():%Y-%m}"
        if month != self._month:
            self._month, self._read, self.tokens, self.money = month, 0, 0, 0
        if self.file is None or not self.file.exists():
            return
        with self.file.open("rb") as lines:
            lines.seek(self._read)
            for line in lines:
                if not line.endswith(b"\n"):
                    break  # another process is writing it
                self._read += len(line)
                self._count(line)

    def _count(self, line: bytes) -> None:
        try:
            told = json.loads(line)
            if told["month"] == self._month and told["account"] == self.account:
                self.tokens += int(told["tokens"])
                self.money += int(told["money"])
        except (ValueError, KeyError, TypeError) as problem:
            raise PluginError(
                f"{self.file}: a line of it is no entry ({problem}); mend it, or delete the file "
                "if nothing was spent this month"
            ) from problem

    def _add(self, entry: Entry) -> None:
        if self.file is None:
            self.tokens += entry.tokens
            self.money += entry.money
            return
        told = {"month": self._month, "account": self.account, "tokens": entry.tokens,
                "money": entry.money}  # fmt: skip
        with self.file.open("ab") as lines:
            lines.write(json.dumps(told).encode() + b"\n")
        self._catch_up()

    def _now(self) -> datetime:
        return moment(self.clock())

    def _following(self) -> datetime:
        """When the next month begins."""
        first = self._now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return (first + timedelta(days=32)).replace(day=1)
