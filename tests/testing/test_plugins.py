"""Every registered plugin loads and passes the shared checks."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from groundswell import testing
from groundswell.desk import Alias, Beat, Community, Desk, Entity, Outlet, SourceSpec
from groundswell.gather.roster import enlist
from groundswell.label.part import Means
from groundswell.label.reader import Reader, packaged
from groundswell.registry import GROUPS, build, find, plugins
from groundswell.report.claim import Question
from groundswell.report.evidence import StoredEvidence
from groundswell.report.writer import Brief
from groundswell.types import Item, Record, RecordId, Sentence, Snapshot
from groundswell.types.moment import micros

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "label" / "readers"))

FILES = {
    "csv": "comma.csv", "gharchive": "events.ndjson", "hackernews": "items.ndjson",
    "mbox": "lathes.mbox",
    "ndjson": "normalised.ndjson", "reddit": "submissions.ndjson",
}  # fmt: skip
DATA = Path(__file__).parent.parent / "gather" / "data"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = micros(START) // 86_400_000_000
SAID = (
    "The new Gantry reads all of my old files, and I did not have to change a thing.",
    "I tried Gantry on the old lathe and it drifts, which is why I went back at once.",
    "Nobody has asked me, but the spindle on this one sings a fifth above the other.",
    "Ich habe die neue Spindel heute in der Werkstatt zum ersten Mal laufen lassen.",
)


TEXTS = (*SAID[:3], "", "   ", "Gantry " * 300)


def desk() -> Desk:
    return Desk(
        name="lathes", title="Lathes", topic="lathes", folder=Path(),
        beats=(Beat(slug="drift", name="Drift", description="Tools that drift off their mark",
                    keywords=("drift", "drifts"), examples=(SAID[1],),
                    counterexamples=(SAID[2],)),),
        entities=(Entity(slug="gantry", name="Gantry", type="product",
                         aliases=(Alias(text="Gantry"),)),
                  Entity(slug="spindle", name="Spindle", type="product",
                         aliases=(Alias(text="spindle"),))),
        communities=(Community(slug="lathes", name="lathes", source="forum", kind="forum",
                               population="people who turn wood"),
                     Community(slug="mills", name="mills", source="forum", kind="forum")),
        outlets=(Outlet(slug="chuck", name="The Daily Chuck"),),
    )  # fmt: skip


def records() -> list[Record]:
    """Two weeks of sixty people in two communities, some copies among what they say."""
    made = []
    for n in range(240):
        who, place = f"{n % 60:016x}", ("lathes", "mills")[n % 2]
        when = START + timedelta(hours=n)
        words = SAID[n % len(SAID)] if n % 5 == 0 else f"{SAID[n % 3]} Note {n}: {n * n}."
        made.append(Record(
            id=RecordId(f"forum:{n}"), source="forum", kind="post", community=place, lang="en",
            published=when, available=when, text=words, author=who,
            url="https://gantry.example/notes" if n % 4 == 0 else "",
            parent=RecordId(f"forum:{n - 2}") if n % 7 == 2 else None,
        ))  # fmt: skip
    for n in range(6):
        when = START + timedelta(days=n)
        made.append(Record(
            id=RecordId(f"news:{n}"), source="news", kind="article", community="news",
            outlet="The Daily Chuck", lang="en", published=when, available=when,
            title=f"Gantry, day {n}", text=SAID[0], url=f"https://chuck.example/{n}",
        ))  # fmt: skip
    return made


@cache
def reader() -> Reader:
    return Reader(packaged())


def items() -> list[Item]:
    return [Item(record=record, layers={},
                 reading=reader().read(record.body) if n % 4 != 3 else None)
            for n, record in enumerate(records()[:12])]  # fmt: skip


def checks_of(group: str, name: str) -> Iterator[testing.Check]:
    if group == "groundswell.archives":
        yield from testing.archive_checks(build(group, name), archive_file(name))
    elif group == "groundswell.annotators":
        yield from testing.annotator_checks(build(group, name), items(), desk=desk(),
                                            read=reader().read)  # fmt: skip
    elif group == "groundswell.readers":
        yield from testing.reader_checks(build(group, name, path=tiny_model(name)), TEXTS)
    elif group == "groundswell.parts":
        yield from testing.part_checks(part_of(name), TEXTS)
    elif group == "groundswell.sources":
        yield from source_of(name)
    elif group == "groundswell.linkers":
        yield from testing.linker_checks(build(group, name), records())
    elif group == "groundswell.detectors":
        yield from testing.detector_checks(build(group, name))
    elif group == "groundswell.claims":
        figures, _ = world()
        yield from testing.claim_checks(build(group, name), questions(name), figures)
    elif group == "groundswell.writers":
        yield from testing.writer_checks(build(group, name), briefs())
    elif group == "groundswell.verifiers":
        yield from testing.verifier_checks(build(group, name), cases())
    else:
        pytest.fail(f"{group} has plugins: write what to feed them here")


@cache
def tiny_model(kind: str) -> Path:
    """A model of that kind in its true form."""
    import tinymodels as tiny

    place = Path(folder().name) / kind
    if kind == "fast":
        from test_fast import pair

        place.mkdir()
        return pair(place)
    if kind == "gliner":
        return tiny.gliner(place, {"Gantry": "product"}, prompts=["product"])
    if kind == "classifier":
        tones = {"positive": ["sings"], "negative": ["drifts"], "neutral": ["old"]}
        return tiny.classifier(place, tones)
    return tiny.encoder(place, {"gantry": [1, 0], "spindle": [0, 1]}, card="language: en")


def part_of(kind: str):
    """A part with a tiny model, or with a server that says nothing of any text."""
    if kind != "chat":
        options = {"types": {"product": "product"}} if kind == "gliner" else {}
        return build("groundswell.parts", kind, path=tiny_model(kind), **options)
    said = '{"sentiment": "neutral", "register": null, "spam": "ham", "names": []}'

    def post(url: str, body: bytes, key: str) -> bytes:
        answer = said
        if "targets" in json.loads(json.loads(body)["messages"][1]["content"]):
            answer = said[:-1] + ', "attitudes": []}'
        return json.dumps({"choices": [{"message": {"content": answer}}]}).encode()

    part = build("groundswell.parts", kind, url="http://127.0.0.1:1/v1", model="tiny")
    part.use(Means(post=post))
    return part


def source_of(kind: str) -> testing.Checks:
    """A source against the invented platform that gathers by it."""
    from internet.direct import Direct
    from internet.server import platforms

    day = START.replace(hour=0)
    for platform in platforms(7, day, 4):
        for table in platform.sources():
            if table["kind"] == kind:
                options = {key: table[key] for key in table.keys() - {"name", "kind"}}
                source = enlist(SourceSpec(name=kind, kind=kind, options=options)).source
                http = Direct([platform], day)
                payloads, now = visited(source, http, day + timedelta(days=3, hours=9))
                return testing.source_checks(source, payloads, http=http, now=now, first=day)
    pytest.fail(f"the local internet has no platform for {kind}")


def visited(source, http, now):
    """The payloads of some visits, and when one without a cursor brings something."""
    cursor, payloads, begins = None, [], now
    for hours in range(4):
        http.now = now + timedelta(hours=hours)
        if not payloads:
            begins = http.now
        for payload in source.fetch(http, cursor, http.now):
            payloads.append(payload)
            cursor = payload.cursor
    http.now = begins
    return payloads, begins


@cache
def folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory()  # lives as long as the tests


def archive_file(name: str) -> Path:
    if name != "parquet":
        return DATA / FILES[name]
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = Path(folder().name) / "table.parquet"
    rows = [{"id": n, "text": f"words {n}", "date": f"2026-03-0{n + 1}"} for n in range(4)]
    parquet.write_table(arrow.Table.from_pylist(rows), path)
    return path


@cache
def world():
    """A store that was gathered, labelled by hand and measured, as one snapshot sees it."""
    from groundswell.measure import measure
    from groundswell.query.figures import Figures
    from groundswell.store import open_store
    from groundswell.store.records import add_page

    store = open_store(Path(folder().name) / "desk.db", clock=lambda: 1, key=b"k")
    add_page(store, "s", records(), "1")
    with store.write() as writer:
        seq = writer.entry("annotations", "all")
        for record in records():
            tone = (700, -600, 0, 0)[int(record.id.split(":")[1]) % 4]
            labels = [("sentiment", "positive" if tone > 0 else "negative" if tone else "neutral",
                       tone, None, None), ("language", "en", 1000, None, None)]  # fmt: skip
            version = writer.rows("current_record", id=record.id)[0]["seq_from"]
            writer.do("set_labelled", id=record.id, version=version, recipe="all")
            for word, slug in (("Gantry", "gantry"), ("spindle", "spindle")):
                at = record.body.find(word)
                if at >= 0:
                    labels.append(("entities", slug, 1000, at, at + len(word)))
            if "drift" in record.body:
                labels.append(("beats", "drift", 900, None, None))
            for n, (layer, value, score, start, stop) in enumerate(labels):
                writer.do("insert_annotation", id=record.id, layer=layer,
                          n=0 if layer != "entities" else n, value=value, score=score,
                          start=start, stop=stop, maker="m@1", seq=seq)  # fmt: skip
    measure(store)
    snapshot = Snapshot(seq=store.seq(), as_of=(DAY + 12) * 86_400_000_000, makers=("m@1",),
                        desk=desk().hash)  # fmt: skip
    return Figures(store, desk(), snapshot), StoredEvidence(store, desk())


def questions(kind: str) -> list[Question]:
    asked = {
        "count": ["voices", ("answered", {"root": "forum:0"}),
                  ("shared", {"url": "https://gantry.example/notes"})],
        "share": ["once", "mean", "warm", "cold"],
        "change": ["voices", "tone"],
        "ratio": [("voices", {"other": "entity/spindle"}),
                  ("contrast", {"left": ["lathes"], "right": ["mills"]})],
        "rank": ["entities"], "burst": ["peak"], "coverage": ["outlets"], "absence": ["none"],
        "cooccurrence": [("pair", {"other": "entity/spindle"})], "rename": ["alias"],
        "quote": [("verbatim", {"record": "forum:0", "first": 0, "last": 30})],
        "attribution": [("published", {"record": "forum:0"})],
        "context": ["entity", "population"],
    }[kind]  # fmt: skip
    made = []
    for one in asked:
        op, args = one if isinstance(one, tuple) else (one, {})
        baseline = (DAY, DAY + 5) if kind == "change" else None
        unit = "outlet" if kind == "coverage" else "person"
        made.append(Question(op=op, start=DAY + 5 if baseline else DAY, stop=DAY + 11, unit=unit,
                             subject="entity/gantry", baseline=baseline, args=args))  # fmt: skip
    return made


@cache
def claims():
    figures, _ = world()
    found = []
    for name in plugins("groundswell.claims"):
        for question in questions(name):
            claim = build("groundswell.claims", name)(question, figures)
            found += [claim] if claim is not None else []
    return tuple(found)


def briefs() -> list[Brief]:
    return [Brief(subject="entity/gantry", label="Gantry", night=DAY + 10, beat="drift",
                  claims=claims(), signals=(), obligations=(), names={"entity/gantry": "Gantry",
                  "lathes": "lathes", "mills": "mills"}, seed="s", invented=True)]  # fmt: skip


def cases() -> list[testing.Case]:
    _, show = world()
    voices = next(c for c in claims() if c.kind == "count" and c.query["op"] == "voices")
    wrong = f"{round(voices.estimate) + 7} people wrote about Gantry."
    return [
        testing.Case(sentence=Sentence(move="who", text=text, claims=(voices.id,)),
                     claims=(voices,), show=show)
        for text in (f"{round(voices.estimate)} people wrote about Gantry.", wrong, "“Made up.”")
    ]  # fmt: skip


ALL = [(group, name) for group in GROUPS for name in plugins(group)]


@pytest.mark.parametrize(("group", "name"), ALL, ids=lambda value: value.split(".")[-1])
def test_loads(group, name):
    assert callable(find(group, name)) or group == "groundswell.pages"


@pytest.mark.parametrize(("group", "name"), [one for one in ALL if one[0] != "groundswell.pages"],
                         ids=lambda value: value.split(".")[-1])  # fmt: skip
def test_passes_the_shared_checks(group, name):
    testing.run_checks(checks_of(group, name))


def test_pages_pass_the_shared_checks():
    from groundswell.query.pages import look

    assert plugins("groundswell.pages"), "no page is registered by an entry point"
    figures, _ = world()
    sight = look(figures._store, desk())
    for name in plugins("groundswell.pages"):
        testing.run_checks(testing.page_checks(find("groundswell.pages", name), sight))


def test_the_world_answers_most_questions():
    assert len({claim.kind for claim in claims()}) >= 9
