"""How a person chooses a reader, and learns what it would cost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import tinymodels as tiny
from typer.testing import CliRunner

from groundswell.cli import app
from groundswell.cli.remote import key_in, remote
from groundswell.desk import Desk
from groundswell.errors import AuthRequired, UsageError

DESK = """
name = "shop"
title = "Shop"
[reader]
[[reader.part]]
kind = "chat"
url = "https://models.example/v1"
model = "large"
key = "env:SHOP_KEY"
price_in = 0.2
price_out = 0.8
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "desk.toml").write_text(DESK)
    return tmp_path


def test_the_cost_is_told_without_asking_anybody(folder: Path) -> None:
    done = CliRunner().invoke(
        app, ["label", "--cost", "--desk", str(folder), "--state", str(folder / "t.db")]
    )
    assert done.exit_code == 0
    assert done.stdout.startswith("models.example large, beyond this machine: at most 0 texts")


def test_a_desk_without_a_server_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text('name = "plain"\ntitle = "Plain"\n')
    line = ["label", "--cost", "--desk", str(tmp_path), "--state", str(tmp_path / "t.db")]
    assert CliRunner().invoke(app, line).stdout == "the desk's reader asks no server\n"


def test_stored_records_are_read_by_the_desks_reader_only(folder: Path) -> None:
    done = CliRunner().invoke(app, ["label", "--desk", str(folder), "--reader", "packaged"])
    assert isinstance(done.exception, UsageError)
    assert "[reader] in desk.toml" in str(done.exception)


def test_texts_from_a_pipe_are_read_by_any_reader(tmp_path: Path) -> None:
    words = {"positive": ["lovely"], "negative": ["awful"], "neutral": ["plain"]}
    model = tiny.classifier(tmp_path / "tones", words)
    done = CliRunner().invoke(
        app, ["label", "-", "--reader", str(model), "--layers", "sentiment"],
        input='{"text": "plain awful awful"}\n',
    )  # fmt: skip
    assert done.exit_code == 0
    assert json.loads(done.stdout)["sentiment"] == [{"value": "negative", "score": -948}]


def test_the_network_is_opened_only_for_a_reader_that_wants_it(folder: Path) -> None:
    with remote(Desk.load(folder)) as means:
        assert means is not None
        assert means.post is not None
    with remote(Desk(name="d", title="D", topic="", folder=folder)) as means:
        assert means is None


def test_a_key_comes_from_the_environment_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOP_KEY", raising=False)
    with pytest.raises(AuthRequired, match=r"'SHOP_KEY'.*is not set"):
        key_in("SHOP_KEY")
    monkeypatch.setenv("SHOP_KEY", " k ")
    assert (key_in("SHOP_KEY"), key_in("")) == ("k", "")
    assert "k3y" not in str(Desk.load(folder).reader)
