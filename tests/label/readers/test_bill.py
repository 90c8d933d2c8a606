"""What asking costs: written down before it is spent, shared by processes, by calendar month."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from groundswell.errors import PluginError, QuotaExhausted
from groundswell.label.bill import Bill, Budget


def at(*day: int) -> int:
    return int(datetime(*day, tzinfo=UTC).timestamp()) * 1_000_000


def budget(tokens: int = 1000, money: int = 0) -> Budget:
    return Budget(tokens=tokens, money=money, price_in=0.5, price_out=2, currency="EUR")


def test_what_a_question_may_cost_is_set_aside_before_it_is_asked(tmp_path: Path) -> None:
    bill = Bill("a", budget(), lambda: at(2026, 3, 1), tmp_path / "t.bill")
    entry = bill.reserve(500, 300)
    killed = Bill("a", budget(), lambda: at(2026, 3, 2), tmp_path / "t.bill")
    with pytest.raises(QuotaExhausted, match="budget of 1,000 tokens does not allow") as no:
        killed.reserve(100, 101)
    assert no.value.reset == datetime(2026, 4, 1, tzinfo=UTC)
    bill.settle(entry, 120, 10)
    killed.reserve(500, 300)
    assert bill.told() == "930 of 1,000 tokens, under 0.001 EUR this month"


def test_money_is_counted_up_and_never_over(tmp_path: Path) -> None:
    assert budget().cost(1, 0) == 1  # half a millionth
    assert budget().cost(2_000_000, 1_000_000) == 3_000_000
    bill = Bill("a", budget(0, 3_000_000), lambda: at(2026, 3, 1), tmp_path / "t.bill")
    bill.reserve(2_000_000, 1_000_000)
    with pytest.raises(QuotaExhausted, match=r"budget of 3\.00 EUR"):
        bill.reserve(1, 0)
    assert bill.told() == "3,000,000 tokens, 3.00 EUR of 3.00 EUR this month"


def test_a_new_month_begins_at_nothing_and_accounts_are_apart(tmp_path: Path) -> None:
    file, now = tmp_path / "t.bill", [at(2026, 12, 31)]
    bill = Bill("a", budget(), lambda: now[0], file)
    bill.reserve(900, 0)
    Bill("b", budget(), lambda: now[0], file).reserve(900, 0)
    with pytest.raises(QuotaExhausted) as no:
        bill.reserve(200, 0)
    assert no.value.reset == datetime(2027, 1, 1, tzinfo=UTC)
    now[0] = at(2027, 1, 1)
    bill.reserve(900, 0)


def test_without_a_file_it_lives_as_long_as_the_program() -> None:
    bill = Bill("a", budget(), lambda: 0)
    bill.settle(bill.reserve(900, 0), 100, 0)
    bill.reserve(900, 0)
    with pytest.raises(QuotaExhausted):
        bill.reserve(1, 0)


def test_a_half_written_line_waits_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "t.bill"
    bill = Bill("a", budget(), lambda: at(2026, 3, 1), file)
    bill.reserve(100, 0)
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:20])
    assert bill.told().startswith("100 of")
    file.write_bytes(whole + whole)
    assert bill.told().startswith("200 of")
    file.write_bytes(whole + whole + b"{}\n")
    with pytest.raises(PluginError, match=r"t\.bill: a line of it is no entry"):
        bill.told()
