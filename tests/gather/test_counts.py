from __future__ import annotations

from datetime import date

import pytest
from typer.testing import CliRunner

from groundswell.cli import app
from groundswell.errors import UsageError
from groundswell.gather.counts import read_counts
from groundswell.types import Indicator
from groundswell.types.moment import as_day


def read(tmp_path, text, **named):
    path = tmp_path / "ferries.csv"
    path.write_text(text)
    return list(read_counts(path, "ferries", **named))


def test_a_day_and_a_value_are_enough(tmp_path):
    found = read(tmp_path, 'date,count\n2026-11-01,12\n2026-11-02,"1,204"\n\n')
    assert found[1] == Indicator(series="ferries", day=as_day(date(2026, 11, 2)), value=1204,
                                 unit="count", source="ferries")  # fmt: skip


def test_shares_become_thousandths(tmp_path):
    found = read(tmp_path, "day;value\n2026-11-01;12.5%\n2026-11-02;0.25\n")
    assert [(one.value, one.unit) for one in found] == [(125, "permille"), (250, "permille")]


def test_what_else_a_table_tells_is_kept(tmp_path):
    text = ("series\tday\tvalue\tlow\thigh\tpanel\tbreak\tunit\tsource\n"
            "north\t2026-11-01\t5\t3\t9\t12\tyes\tboats\tharbour\n")  # fmt: skip
    (one,) = read(tmp_path, text)
    assert (one.series, one.low, one.high, one.n, one.break_) == ("ferries/north", 3, 9, 12, True)
    assert (one.unit, one.source) == ("boats", "harbour")


@pytest.mark.parametrize(("text", "said"), [
    ("when,value\n2026-11-01,3\n", "no column day or date; it has when, value"),
    ("day,value\n", "holds no row"),
    ("day,value\nyesterday,3\n", "line 2: 'yesterday' is not a day"),
    ("day,value\n2026-11-01,many\n", "line 2, column value: 'many' is not a number"),
    ("day,value\n2026-11-01,1e400\n", "is not a number"),
    ("day,value,low\n2026-11-01,3,5\n", "line 2: ferries: 3 lies outside 5"),
    ("", "no column"),
])  # fmt: skip
def test_mistakes_are_named(tmp_path, text, said):
    with pytest.raises(UsageError, match=said):
        read(tmp_path, text)


def test_the_command_imports_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.csv").write_text("day,value\n2026-11-01,3\n2026-11-02,4\n")
    run = CliRunner().invoke
    args = ["import", "f.csv", "--indicator", "ferries", "--desk", "demo", "--state", "x.db"]
    assert "2 values of ferries, 2 new or changed" in run(app, args).stdout
    assert "2 values of ferries, 0 new or changed" in run(app, args).stdout
    (tmp_path / "f.csv").write_text("day,value\n2026-11-01,3\n2026-11-02,5\n")
    assert "2 values of ferries, 1 new or changed" in run(app, args).stdout
