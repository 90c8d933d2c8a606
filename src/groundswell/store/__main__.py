"""`python -m groundswell.store` writes schema.sql anew from the migrations, for reading."""

from __future__ import annotations

from pathlib import Path

from groundswell.store.migrate import fresh_schema

if __name__ == "__main__":
    Path(__file__).with_name("schema.sql").write_text(fresh_schema(), encoding="utf-8")
