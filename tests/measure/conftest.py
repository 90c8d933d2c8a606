import pytest

from groundswell.store.migrate import migrate
from groundswell.store.sqlite import OPEN, Store, connect

DAY = 86_400_000_000


class Desk:
    """A store to which plain records are added by hand."""

    def __init__(self, path):
        self.connection = connect(path)
        migrate(self.connection)
        self.store = Store(path, self.connection, key=b"k", clock=lambda: 0)
        self.seq = 0

    def add(self, number, *, day, community="r/a", author="ann", unit="person", root="", size=50,
            entities=(), tone=None, cluster="", lead=1, precision="second", late=0,
            state="public"):  # fmt: skip
        self.seq += 1
        known = f"x:{number:05}"
        outlet = author if unit == "outlet" else ""
        published = day * DAY + number % 86_400 * 1_000_000
        self._insert("records", known, self.seq, OPEN, known, "stream", "x", "post", unit,
                     community, outlet, "", "", "text", "en", "" if outlet else author, "",
                     root or known, published, precision, published, published, None, day,
                     day + 1 + late, state, "{}", "c", size)  # fmt: skip
        self._insert("labelled", known, self.seq, "r")
        for n, slug in enumerate(entities):
            self._insert("annotations", known, "entities", n, slug, None, 0, 1, "m", self.seq, OPEN)
        if tone is not None:
            word = "positive" if tone > 0 else "negative"
            self._insert("annotations", known, "sentiment", 0, word, tone, None, None, "m",
                         self.seq, OPEN)  # fmt: skip
        if cluster:
            self._insert("links", known, "duplicates", cluster, 1000, lead, "m", self.seq, OPEN)
        self.dirty(day, community)

    def dirty(self, day, community):
        for rollup in ("hours", "pairs", "voices"):
            self.connection.execute(
                "INSERT INTO dirty VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (rollup, day, community))  # fmt: skip

    def table(self, name):
        rows = self.connection.execute(f"SELECT * FROM {name}")
        return sorted(tuple(row.values()) for row in rows)

    def _insert(self, table, *values):
        marks = ", ".join("?" * len(values))
        self.connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path / "state.db")
    yield made
    made.store.close()
