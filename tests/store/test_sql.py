"""Every .sql reads the same in SQLite and PostgreSQL, and gives rows in one order."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

import groundswell
from groundswell.store.migrate import migrations, split
from groundswell.store.statements import parse

PACKAGE = Path(groundswell.__file__).parent
FILES = sorted(f for f in PACKAGE.rglob("*.sql") if f.name != "schema.sql")  # generated
ONE_DIALECT = frozenset({
    "IFNULL", "TOTAL", "GROUP_CONCAT", "STRING_AGG", "INSTR", "PRINTF", "FORMAT", "IIF", "TYPEOF",
    "HEX", "RANDOM", "CHAR", "LIKELY", "UNLIKELY", "CHANGES", "LAST_INSERT_ROWID",
    "NVL", "AVG", "STDDEV", "VARIANCE", "MEDIAN",
})  # fmt: skip
RESERVED = frozenset(
    re.findall(
        r"\w+",
        """
    all analyse analyze and any array as asc asymmetric both case cast check collate column
    constraint create default deferrable desc distinct do else end except false fetch for foreign
    from grant group having in initially intersect into lateral leading limit not null offset on
    only or order placing primary references returning select session_user some symmetric table
    then to trailing true union unique user using variadic when where window with
    """,
    )
)
TRUTHS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.And, exp.Or, exp.Not, exp.In,
          exp.Is, exp.Exists, exp.Between)  # fmt: skip
TRUTHS_STAND_IN = (*TRUTHS, exp.Paren, exp.Where, exp.Having, exp.Join, exp.If, exp.Filter,
                   exp.OnConflict, exp.Case, exp.Update)  # fmt: skip
DUMMY = re.compile(r"(?<![:\w]):([a-z_]+)")
# Ordered queries whose order is total for a reason the linter cannot work out.
TOTAL = {
    "samples_mentions": "its first column is layer and value in one word",
}


@dataclass
class Table:
    """What the schema says of a table."""

    types: dict[str, str] = field(default_factory=dict)
    nullable: set[str] = field(default_factory=set)
    keys: list[frozenset[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Statement:
    """One statement of one file."""

    file: Path
    name: str
    sql: str
    comment: str

    @property
    def sqlite_only(self) -> bool:
        return self.file.name.endswith(".sqlite.sql")

    def trees(self, dialect: str = "sqlite") -> list[exp.Expression]:
        return [tree for tree in sqlglot.parse(self.sql.replace(") STRICT", ")"), read=dialect)
                if tree is not None]  # fmt: skip


def statements() -> list[Statement]:
    found = []
    for file in FILES:
        text = file.read_text("utf-8")
        if file.parent.name == "sql":
            found += [Statement(file, name, body, comment_of(body))
                      for name, body in parse(text).items()]  # fmt: skip
        elif file.parent.name == "rollups":
            comment = comment_of(text.partition("\n")[2])
            found += [Statement(file, f"{file.stem}_{n}", sql, comment)
                      for n, sql in enumerate(split(text))]  # fmt: skip
        else:
            found += [Statement(file, f"{file.stem[:4]}_{n}", sql, "-- schema")
                      for n, sql in enumerate(split(text))]  # fmt: skip
    return found


def comment_of(body: str) -> str:
    first = body.strip().partition("\n")[0]
    return first if first.startswith("-- ") and len(first) > 10 else ""


def database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    for _, script in migrations("sqlite"):
        connection.executescript(script)
    return connection


def tables() -> dict[str, Table]:
    found: dict[str, Table] = {}
    connection = database()
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search_%'"
    ).fetchall():
        table = found.setdefault(name, Table())
        key = []
        for _, column, kind, not_null, _, pk in connection.execute(f"PRAGMA table_info({name})"):
            table.types[column] = kind
            key += [column] if pk else []
            if not not_null and not pk:
                table.nullable.add(column)
        table.keys += [frozenset(key)] if key else []
        for _, index, unique, _, _ in connection.execute(f"PRAGMA index_list({name})").fetchall():
            if unique:
                columns = connection.execute(f"PRAGMA index_info({index})").fetchall()
                table.keys.append(frozenset(column for _, _, column in columns))
    connection.close()
    found["search"] = Table(types={"rowid": "INTEGER", "title": "TEXT", "text": "TEXT",
                                   "rank": "REAL", "search": "TEXT"},
                            keys=[frozenset({"rowid"})])  # fmt: skip
    return found


TABLES = tables()
ALL = statements()
NAMED = [s for s in ALL if s.file.parent.name != "migrations"]
each = pytest.mark.parametrize("statement", NAMED, ids=lambda s: f"{s.file.stem}-{s.name}")
every = pytest.mark.parametrize("statement", ALL, ids=lambda s: f"{s.file.stem}-{s.name}")


@every
def test_parses_in_both_dialects(statement):
    if statement.sqlite_only:
        return  # for one dialect: SQLite itself checks it below
    assert statement.trees("sqlite")
    assert statement.trees("postgres")
    assert not any(isinstance(tree, exp.Command) for tree in statement.trees("postgres"))


@each
def test_sqlite_knows_every_table_and_column(statement):
    connection = database()
    connection.execute(f"EXPLAIN {statement.sql}", dict.fromkeys(DUMMY.findall(statement.sql), 0))
    connection.close()


@each
def test_is_described(statement):
    assert statement.comment, f"{statement.name}: say on the line below what it gives"


@every
def test_uses_only_what_both_dialects_have(statement):
    if not statement.sqlite_only:
        faults = [fault for tree in statement.trees() for fault in portability(tree)]
        assert faults == []


@each
def test_selects_what_it_groups(statement):
    assert [f for s in selects(statement) for f in grouping(s)] == []


@each
def test_compares_like_with_like(statement):
    assert [f for s in selects(statement) for f in comparing(s)] == []


@each
def test_rows_come_in_one_order(statement):
    if statement.name not in TOTAL:
        assert loose(statement) == []


def test_exceptions_are_still_needed():
    names = {statement.name: statement for statement in NAMED}
    for name in TOTAL:
        assert loose(names[name]), f"{name} needs no exception"


def test_no_column_has_a_reserved_name():
    names = {column for table in TABLES.values() for column in table.types} | set(TABLES)
    assert names & RESERVED == set()


# ------------------------------------------------------------------ what the tests look for


def portability(tree: exp.Expression) -> list[str]:
    faults = []
    for node in tree.walk():
        name = function_name(node)
        if name.startswith("JSON") or isinstance(node, (exp.JSONExtract, exp.JSONExtractScalar)):
            faults.append("JSON")
        if name in ONE_DIALECT:
            faults.append(f"{name} is not the same everywhere")
        elif isinstance(node, (exp.Greatest, exp.Least)):
            faults.append(f"{name} of several values: PostgreSQL has only the aggregate; use CASE")
        if isinstance(node, (exp.Like, exp.ILike, exp.Glob, exp.RegexpLike, exp.Match)):
            faults.append(type(node).__name__.upper())
        if isinstance(node, exp.Identifier) and node.this.lower() in ("rowid", "oid", "_rowid_"):
            faults.append("rowid")
        if isinstance(node, exp.Identifier) and node.quoted:
            faults.append(f"quoted name {node.this}")
        if isinstance(node, exp.Insert):
            faults += inserting(node)
        if isinstance(node, exp.Boolean):
            faults.append("TRUE and FALSE are integers in SQLite")
        if isinstance(node, TRUTHS) and not isinstance(node.parent, TRUTHS_STAND_IN):
            faults.append(f"a truth used as a number: {node.sql()}")
        if isinstance(node, exp.Subquery) and isinstance(node.parent, (exp.From, exp.Join)):
            faults += [] if node.alias else ["a subquery without a name"]
        if isinstance(node, exp.Alias) and node.alias.lower() in RESERVED:
            faults.append(f"reserved name {node.alias}")
    return faults


def function_name(node: exp.Expression) -> str:
    if isinstance(node, exp.Anonymous):
        return node.name.upper()
    return node.sql_name().upper() if isinstance(node, exp.Func) else ""


def inserting(node: exp.Insert) -> list[str]:
    faults = ["INSERT OR"] if node.args.get("alternative") else []
    if not isinstance(node.this, exp.Schema):
        faults.append("INSERT without column names")
    return faults


def selects(statement: Statement) -> list[Scope]:
    """Every SELECT of a statement, its columns resolved to their tables."""
    if statement.file.name.startswith("search"):
        return []  # MATCH and rank are SQLite's; their order is checked by result set
    found: list[Scope] = []
    for tree in statement.trees():
        query = tree.expression if isinstance(tree, exp.Insert) else tree
        if isinstance(tree, exp.Insert) and tree.args.get("with_"):
            query = query.copy()
            query.set("with_", tree.args["with_"])
        if isinstance(query, exp.Query):
            schema = {name: table.types for name, table in TABLES.items()}
            known = qualify(query.copy(), schema=schema, dialect="sqlite", expand_stars=False,
                            quote_identifiers=False, validate_qualify_columns=False)  # fmt: skip
            found += traverse_scope(known)
    return found


def grouping(scope: Scope) -> list[str]:
    select = scope.expression
    if not isinstance(select, exp.Select):
        return []
    group = select.args.get("group")
    sums = [node for node in select.find_all(exp.AggFunc) if node.parent_select is select
            and not node.find_ancestor(exp.Window)]  # fmt: skip
    faults = []
    for node in sums:
        if isinstance(node, exp.Sum):
            faults += [f"SUM over REAL {c.sql()}" for c in node.find_all(exp.Column)
                       if type_of(scope, c) == "REAL"]  # fmt: skip
    if not group and not sums:
        return faults
    if select.is_star:
        faults.append("SELECT * in a grouped query")
    by = {part.sql() for part in group.expressions} if group else set()
    parts = [*select.expressions, *filter(None, [select.args.get("having")])]
    order = select.args.get("order")
    named = {projection.alias_or_name for projection in select.expressions}
    for part in [*parts, *(order.expressions if order else [])]:
        for column in part.find_all(exp.Column):
            inside = any(node.sql() in by or isinstance(node, exp.AggFunc)
                         for node in ancestry(column))  # fmt: skip
            if (
                not inside
                and column.parent_select is select
                and not (not column.table and column.name in named)
            ):
                faults.append(f"bare column {column.sql()}")
    return faults


def comparing(scope: Scope) -> list[str]:
    faults = []
    for node in scope.find_all(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE):
        left, right = node.left, node.right
        if isinstance(left, exp.Column) and isinstance(right, exp.Literal):
            kind = type_of(scope, left)
            if kind and (kind == "TEXT") is not right.is_string:
                faults.append(f"{kind} against {right.sql()}")
        if isinstance(left, exp.Column) and isinstance(right, exp.Column):
            kinds = {type_of(scope, left), type_of(scope, right)} - {""}
            if len(kinds) > 1:
                faults.append(f"{left.sql()} and {right.sql()} are of different types")
    return faults


def ancestry(node: exp.Expression | None):
    while node is not None and not isinstance(node, exp.Select):
        yield node
        node = node.parent


def type_of(scope: Scope, column: exp.Column) -> str:
    source = scope.sources.get(column.table)
    if isinstance(source, exp.Table) and source.name in TABLES:
        return TABLES[source.name].types.get(column.name, "")
    return ""


def loose(statement: Statement) -> list[str]:
    """What leaves the order of rows open."""
    said = "NULLS " in statement.sql.upper()
    return [f for s in selects(statement) for f in ordering(s)
            if not (said and "may be NULL" in f)]  # fmt: skip


def ordering(scope: Scope) -> list[str]:
    query = scope.expression
    order = query.args.get("order")
    if order is None:
        return ["LIMIT without ORDER BY"] if query.args.get("limit") else []
    if isinstance(query, exp.SetOperation):
        names = {projection.alias_or_name for projection in query.selects}
        return missing(names - {part.this.name for part in order.expressions})
    outputs = {p.alias_or_name: p.unalias() for p in query.selects}
    parts = [resolved(part.this, outputs) for part in order.expressions]
    faults = [
        f"{part.sql()} may be NULL: NULLs come first in SQLite, last in PostgreSQL"
        for part in parts
        if nullable(scope, part) and not known_not_null(scope, part)
    ]
    told = {part.sql() for part in parts} | fixed(scope)
    told = closure(scope, told)
    if query.args.get("group"):
        needed = {part.sql() for part in query.args["group"].expressions}
        return faults + missing(needed - told)
    if query.args.get("distinct"):
        return faults + missing({part.sql() for part in outputs.values()} - told)
    for alias, source in scope.selected_sources.items():
        keys = [{f"{alias}.{column}" for column in key} for key in keys_of(source[1])]
        if not any(key <= told for key in keys):
            faults.append(f"no unique key of {alias} in ORDER BY {order.sql()}")
    return faults


def missing(names: set[str]) -> list[str]:
    return [f"ORDER BY lacks {name}" for name in sorted(names)]


def resolved(part: exp.Expression, outputs: dict[str, exp.Expression]) -> exp.Expression:
    if isinstance(part, exp.Column) and not part.table and part.name in outputs:
        return outputs[part.name]
    return part


def nullable(scope: Scope, part: exp.Expression) -> bool:
    source = scope.sources.get(part.table) if isinstance(part, exp.Column) else None
    return (
        isinstance(source, exp.Table)
        and source.name in TABLES
        and (part.name in TABLES[source.name].nullable)
    )


def known_not_null(scope: Scope, part: exp.Expression) -> bool:
    return f"NOT {part.sql()} IS NULL" in {c.sql() for c in conjuncts(scope)}


def conjuncts(scope: Scope) -> list[exp.Expression]:
    """What must be true of every row: WHERE and ON, split at AND."""
    where = scope.expression.args.get("where")
    conditions = [where.this] if where else []
    conditions += [join.args["on"] for join in scope.expression.args.get("joins") or []
                   if join.args.get("on")]  # fmt: skip
    parts: list[exp.Expression] = []
    for condition in conditions:
        parts += condition.flatten() if isinstance(condition, exp.And) else [condition]
    return [part.unnest() for part in parts]


def fixed(scope: Scope) -> set[str]:
    """Columns with one value in the result: told by a parameter, or by the snapshot."""
    found, bounds = set(), set()
    for part in conjuncts(scope):
        left, right = part.args.get("this"), part.args.get("expression")
        constant = isinstance(right, (exp.Placeholder, exp.Literal))
        if isinstance(part, exp.EQ) and isinstance(left, exp.Column) and constant:
            found.add(left.sql())
        if isinstance(part, exp.EQ) and isinstance(right, exp.Subquery) and right.find(exp.Max):
            found.add(left.sql())  # the newest version of each
        if isinstance(left, exp.Column) and constant:
            bounds.add((left.table, left.name, type(part)))
    for alias in scope.selected_sources:
        open_ = f"{alias}.seq_to" in found
        visible = {(alias, "seq_from", exp.LTE), (alias, "seq_to", exp.GT)} <= bounds
        if open_ or visible:  # of a row's versions one holds at any seq
            found.add(f"{alias}.seq_from")
    return found


def closure(scope: Scope, told: set[str]) -> set[str]:
    """Columns equal to told ones are told too; so is all of a row whose key is told."""
    told = set(told)
    equal = [(part.this.sql(), part.expression.sql()) for part in conjuncts(scope)
             if isinstance(part, exp.EQ) and isinstance(part.this, exp.Column)
             and isinstance(part.expression, exp.Column)]  # fmt: skip
    before = -1
    while before != len(told):
        before = len(told)
        for a, b in equal:
            told |= {a, b} if {a, b} & told else set()
        for alias, (_, source) in scope.selected_sources.items():
            for key in keys_of(source):
                if isinstance(source, exp.Table) and {f"{alias}.{c}" for c in key} <= told:
                    told |= {f"{alias}.{c}" for c in TABLES[source.name].types}
    return told


def keys_of(source: exp.Expression | Scope) -> list[frozenset[str]]:
    if isinstance(source, exp.Table):
        return TABLES[source.name].keys if source.name in TABLES else []
    query = source.expression
    names = [projection.alias_or_name for projection in query.selects]
    if isinstance(query, exp.Select) and query.args.get("group"):
        by = {part.sql() for part in query.args["group"].expressions}
        return [frozenset(p.alias_or_name for p in query.selects if p.unalias().sql() in by)]
    distinct = isinstance(query, exp.SetOperation) or query.args.get("distinct")
    return [frozenset(names)] if distinct else []


# ------------------------------------------------------------------ the linter itself is tested


@pytest.mark.parametrize(("sql", "fault"), [
    ("SELECT body ->> 'x' FROM claims", "JSON"),
    ("SELECT json_extract(body, '$.x') FROM claims", "JSON"),
    ("SELECT rowid FROM records", "rowid"),
    ("INSERT OR IGNORE INTO cursors (stream, cursor) VALUES ('a', 'b')", "INSERT OR"),
    ("INSERT INTO cursors VALUES ('a', 'b')", "column names"),
    ("SELECT id FROM records WHERE id LIKE 'a%'", "LIKE"),
    ("SELECT id FROM records WHERE id GLOB 'a*'", "GLOB"),
    ("SELECT MAX(day, seen) FROM records", "several values"),
    ("SELECT SUM(day = 3) AS n FROM records", "truth"),
    ("SELECT EXISTS (SELECT 1 FROM records) AS n", "truth"),
    ("SELECT x.id FROM (SELECT id FROM claims) ", "without a name"),
])  # fmt: skip
def test_the_linter_sees_what_is_not_portable(sql, fault):
    faults = [f for tree in sqlglot.parse(sql, read="sqlite") for f in portability(tree)]
    assert any(fault in found for found in faults), faults


@pytest.mark.parametrize(("sql", "fault"), [
    ("SELECT day, community, COUNT(*) AS n FROM records GROUP BY day", "bare"),
    ("SELECT day, COUNT(*) AS n FROM records", "bare"),
    ("SELECT * FROM records GROUP BY day", "*"),
    ("SELECT SUM(p) AS n FROM signals", "REAL"),
])  # fmt: skip
def test_the_linter_sees_bad_groups(sql, fault):
    statement = Statement(Path("x.sql"), "x", sql, "")
    assert any(fault in found for s in selects(statement) for found in grouping(s))


@pytest.mark.parametrize("where", ["id = 3", "day = '3'", "id = day"])
def test_the_linter_sees_unlike_things_compared(where):
    statement = Statement(Path("x.sql"), "x", f"SELECT id FROM records WHERE {where}", "")
    assert [f for s in selects(statement) for f in comparing(s)]


@pytest.mark.parametrize(("sql", "fine"), [
    ("SELECT id FROM records ORDER BY day", False),
    ("SELECT id FROM records ORDER BY day, id", False),
    ("SELECT id FROM records ORDER BY day, id, seq_from", True),
    ("SELECT id FROM records ORDER BY seq_from", True),
    ("SELECT id FROM records WHERE seq_to = :open ORDER BY day, id", True),
    ("SELECT id FROM records WHERE seq_from <= :s AND seq_to > :s ORDER BY day, id", True),
    ("SELECT id FROM records WHERE id = :id ORDER BY seq_from", True),
    ("SELECT id FROM records LIMIT 5", False),
    ("SELECT slug FROM stories s WHERE s.version = (SELECT MAX(t.version) FROM stories t"
     " WHERE t.slug = s.slug) ORDER BY s.night, s.slug", True),
    ("SELECT id FROM signals ORDER BY q, id", False),
    ("SELECT id FROM signals WHERE q IS NOT NULL ORDER BY q, id", True),
    ("SELECT day, COUNT(*) AS n FROM records GROUP BY day ORDER BY n", False),
    ("SELECT day, COUNT(*) AS n FROM records GROUP BY day ORDER BY n, day", True),
    ("SELECT DISTINCT day, community FROM records ORDER BY day", False),
    ("SELECT r.id, a.n FROM records r JOIN annotations a ON a.record_id = r.id"
     " WHERE r.seq_to = :o AND a.seq_to = :o ORDER BY r.id", False),
    ("SELECT r.id, a.n FROM records r JOIN annotations a ON a.record_id = r.id"
     " WHERE r.seq_to = :o AND a.seq_to = :o ORDER BY r.id, a.layer, a.n", True),
])  # fmt: skip
def test_the_linter_sees_loose_orders(sql, fine):
    statement = Statement(Path("x.sql"), "x", sql, "")
    assert (loose(statement) == []) is fine


WORDS = re.compile(
    r"""\b(?:
    IFNULL | GLOB | I?LIKE | REPLACE\s+INTO | AUTOINCREMENT | WITHOUT\s+ROWID | PRAGMA | rowid
    | (?:strftime|date|datetime|time|julianday|unixepoch|timediff|now|extract|date_\w+|to_char
         |to_timestamp|json\w*|age)\s*\( | CURRENT_(?:DATE|TIME|TIMESTAMP)
)""",
    re.IGNORECASE | re.VERBOSE,
)


@every
def test_no_words_of_one_dialect(statement):
    if not statement.sqlite_only:
        code = re.sub(r"--[^\n]*|'[^']*'", "", statement.sql)
        assert WORDS.findall(code) == []


@pytest.mark.parametrize("code", ["SELECT strftime('%Y', day)", "ifnull(a, b)", "now ()",
                                  "CURRENT_TIMESTAMP", "a LIKE b", "json_each(x)"])  # fmt: skip
def test_the_linter_sees_such_words(code):
    assert WORDS.search(code)
