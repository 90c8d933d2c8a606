"""Everything stored about one thing, found by the beginning of its id."""

from __future__ import annotations

import json
from typing import Any

from groundswell.store import Row, Store
from groundswell.store.copies import lead_of
from groundswell.types.moment import as_date, moment

HIDDEN = ("author", "digest", "observed", "seq_to")  # nobody is looked up by author
LAST = "\U0010ffff"


def explain(store: Store, name: str) -> list[dict[str, Any]]:
    """Records, claims, signals and stories whose id begins with `name`; an exact id alone."""
    span = {"start": name, "stop": name + LAST}
    things = [
        *(_record(store, row) for row in store.rows("records_from", **span)),
        *(_stored("claim", row) for row in store.rows("claims_from", **span)),
        *(_stored("signal", row) for row in store.rows("signals_from", **span)),
        *(_stored("story", row) for row in store.rows("stories_from", **span)),
    ]
    exact = [thing for thing in things if thing["id"] == name]
    return exact or things


def _record(store: Store, row: Row) -> dict[str, Any]:
    shown = {key: value for key, value in row.items() if key not in HIDDEN}
    for key in ("published", "available"):
        shown[key] = moment(row[key]).isoformat()
    labels: dict[str, list[Row]] = {}
    for label in store.rows("current_annotations", id=row["id"]):
        labels.setdefault(label.pop("layer"), []).append(
            {key: value for key, value in label.items() if value is not None and key != "n"}
        )
    lead = lead_of(store, row["id"])
    return {
        "is": "record",
        **shown,
        **({"read_as": lead["id"]} if lead else {}),  # an uncounted copy, read by those words
        "engagement": json.loads(row["engagement"]),
        "engagement_later": {
            as_date(later["day"]).isoformat(): json.loads(later["counts"])
            for later in store.rows("engagement_of", id=row["id"])
        },
        "labels": labels,
        "groups": store.rows("links_of", id=row["id"]),
        "cited_in": store.rows("cited_in", id=row["id"]),
    }


def _stored(what: str, row: Row) -> dict[str, Any]:
    return {
        "is": what,
        "id": row["id"] if what != "story" else row["slug"],
        "snapshot": row["snapshot"],
        **json.loads(row["body"]),
    }
