"""The training files as pools of samples. Only training splits; never a file kept for measuring."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import zstandard
from marks import marked
from renaming import mentions
from samples import (
    EMOTION,
    REGISTER,
    ROLES,
    SENTIMENT,
    STANCE,
    TYPES,
    Attitude,
    Names,
    Pool,
    Sample,
    Span,
)  # fmt: skip

Row = dict[str, Any]
READ = 1200  # characters the labeller of the project's own records read
HELD = 5  # one in so many of the project's own records is held out of training

POSITIVE = frozenset({
    "admiration", "amusement", "approval", "caring", "desire", "excitement", "gratitude", "joy",
    "love", "optimism", "pride", "relief",
})  # fmt: skip
NEGATIVE = frozenset({
    "anger", "annoyance", "disappointment", "disapproval", "disgust", "embarrassment", "fear",
    "grief", "nervousness", "remorse", "sadness",
})  # fmt: skip
PLAIN = frozenset({"neutral", "curiosity", "confusion", "realization"})
FEELINGS = tuple(sorted(POSITIVE | NEGATIVE | PLAIN | {"surprise"}))

BEYOND = frozenset({"place", "other"})  # what the codebook gives no type
THINGS = frozenset({"government", "product", "technology", "legislation", "concept", "other"})
LAW_AND_IDEAS = frozenset({"technology", "legislation", "concept"})
RENAMED = {
    "names": 0.4, "tweeted": 0.4, "domains": 0.5, "marked": 0.4, "own": 0.3, "written": 0.3,
}  # share of the names of a pool that give place to others of their types  # fmt: skip
LEARNT_BY_HEART = {"written": 0.25, "own": 0.15, "marked": 0.12, "domains": 0.12, "names": 0.12}
"""Share of pieces masked in the pools that would be."""
IN_CODE = frozenset({"person", "state", "government", "legislation", "concept"})  # not marked
WNUT = {
    "person": ("person",), "location": ("state", "place"),
    "group": ("organization", "government"), "corporation": ("organization",),
    "product": ("product",), "creative-work": ("other",),
}  # fmt: skip
TWITTER = {"PER": ("person",), "ORG": ("organization", "government"), "LOC": ("state", "place")}
DOMAINS = {
    "algorithm": ("technology",), "product": ("product", "technology"),
    "field": ("concept", "technology"), "task": ("concept", "technology"),
    "programlang": ("technology",), "metrics": ("technology", "other"),
    "researcher": ("person",), "person": ("person",), "politician": ("person",),
    "musicalartist": ("person",), "writer": ("person",), "scientist": ("person",),
    "organisation": ("organization", "government"), "university": ("organization",),
    "politicalparty": ("organization",), "band": ("organization",),
    "academicjournal": ("other", "organization"), "magazine": ("other", "organization"),
    "conference": ("other", "organization"), "country": ("state",),
    "location": ("state", "place"), "theory": ("concept",), "discipline": ("concept",),
    "musicgenre": ("concept", "other"), "literarygenre": ("concept", "other"), "misc": TYPES[3:],
}  # fmt: skip
SOFTWARE = {
    "Application": ("product",), "Library": ("technology", "product"), "Language": ("technology",),
    "Operating_System": ("product",), "Device": ("product",),
    "Website": ("product", "organization"), "Organization": ("organization",),
    "Algorithm": ("technology", "concept"), "Licence": ("legislation", "technology", "other"),
    "File_Type": ("technology", "other"),
}  # fmt: skip


def rows(path: Path) -> Iterator[Row]:
    """The JSON lines of a plain, gzip or zstd file."""
    if path.suffix == ".zst":
        with zstandard.open(path, "rt", encoding="utf-8") as packed:
            yield from map(json.loads, packed)
    elif path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as zipped:
            yield from map(json.loads, zipped)
    else:
        with path.open(encoding="utf-8") as plain:
            yield from map(json.loads, plain)


def sentiments(found: Iterable[Row]) -> Iterator[Sample]:
    """Texts labelled positive, neutral or negative."""
    for row in found:
        yield Sample(text=row["text"], sentiment=SENTIMENT.index(row["label"]))


def feelings(found: Iterable[Row]) -> Iterator[Sample]:
    """Comments with 28 feelings; sentiment where all point one way."""
    for row in found:
        seen = frozenset(row["labels"])
        tone = next((n for n, side in enumerate((NEGATIVE, PLAIN, POSITIVE)) if seen <= side), None)
        yield Sample(
            text=row["text"],
            sentiment=tone,
            feelings=frozenset(FEELINGS.index(name) for name in seen),
        )


def emotions(found: Iterable[Row]) -> Iterator[Sample]:
    """Texts with one of four emotions."""
    for row in found:
        yield Sample(text=row["text"], emotion=EMOTION.index(row["label"]))


def ironies(found: Iterable[Row]) -> Iterator[Sample]:
    """Texts that are ironic or not."""
    for row in found:
        yield Sample(text=row["text"], irony=row["label"] == "irony")


def spams(found: Iterable[Row]) -> Iterator[Sample]:
    """Messages that are spam or not."""
    for row in found:
        yield Sample(text=row["text"], spam=row["label"] == "spam")


def targets(found: Iterable[Row]) -> Iterator[Sample]:
    """Texts with a stance or a tone towards a target; texts with several targets come once."""
    by_text: dict[str, dict[str, str]] = defaultdict(dict)
    for row in found:
        by_text[row["text"]][row["target"]] = row["label"]
    names = {"negative": 0, "against": 0, "neutral": 1, "none": 1, "positive": 2, "favor": 2}
    for text, said in by_text.items():
        yield Sample(text=text, attitudes=tuple(Attitude(t, names[x]) for t, x in said.items()))


def news(found: Iterable[Row]) -> Iterator[Sample]:
    """Sentences with targets; the tone of the sentence where all its targets share one."""
    for sample in targets(found):
        seen = {attitude.stance for attitude in sample.attitudes}
        tone = seen.pop() if len(seen) == 1 else None
        yield Sample(text=sample.text, attitudes=sample.attitudes, sentiment=tone)


def tagged(
    found: Iterable[Row], kinds: Mapping[str, Sequence[str]], unmarked: frozenset[str]
) -> Iterator[Sample]:
    """Tokens with BIO tags as text with spans; tags that `kinds` does not name are nothing."""
    for row in found:
        text, spans, start, kind = "", [], 0, ""
        for token, tag in zip([*row["tokens"], ""], [*row["tags"], "O"], strict=True):
            if kind and not tag.startswith("I-"):
                spans.append(Span(start, len(text.rstrip()), frozenset(kinds[kind])))
                kind = ""
            if tag.startswith("B-") and tag[2:] in kinds:
                start, kind = len(text), tag[2:]
            text += token + " "
        yield Sample(text=text.rstrip(), names=Names(tuple(spans), unmarked))


def labelled(row: Row, text: str) -> Sample:
    """One of the project's own labelled texts, in the shape of the codebook."""
    attitudes = []
    stance = row.get("stance_open_source", "not_mentioned")
    if stance != "not_mentioned":
        roles = frozenset(ROLES.index(name) for name in row["open_source_role"])
        side = STANCE.index(stance) if stance in STANCE else None
        attitudes.append(Attitude("open source", side, frozenset(ROLES[n] for n in roles)))
    if row.get("about_ai") and row.get("stance_ai", "mixed") in STANCE:
        attitudes.append(Attitude("artificial intelligence", STANCE.index(row["stance_ai"])))
    return Sample(
        text=text,
        sentiment=SENTIMENT.index(row["sentiment"]),
        score=float(row["score"]),
        register=REGISTER.index(row["register"]),
        spam=bool(row["spam"]),
        names=Names(tuple(found_names(text, row["entities"])), BEYOND, READ),
        attitudes=tuple(attitudes),
    )


def found_names(text: str, entities: Sequence[Mapping[str, str]]) -> Iterator[Span]:
    """Every place where a listed surface form stands as a whole word; the longest wins."""
    taken: set[int] = set()
    for entity in sorted(entities, key=lambda e: -len(e["text"])):
        for match in re.finditer(rf"(?<!\w){re.escape(entity['text'])}(?!\w)", text):
            if not taken & set(range(*match.span())):
                taken |= set(range(*match.span()))
                yield Span(*match.span(), frozenset({entity["type"]}))


def own(labels: Path, corpus: Path) -> list[tuple[str, Sample]]:
    """The project's labelled records with their ids, in the order of the file."""
    wanted = {row["id"]: row for row in rows(labels)}
    texts: dict[str, str] = {}
    for path in sorted(corpus.glob("*.jsonl.zst")):
        for row in rows(path):
            key = f"{row['source']}:{row['native_id']}"
            if key in wanted:
                texts.setdefault(key, body(row))
    return [(key, labelled(row, texts[key])) for key, row in wanted.items() if key in texts]


def body(row: Row) -> str:
    """What is read of a record: title, blank line, text."""
    return "\n\n".join(part for part in (row.get("title"), row.get("text")) if part)


def is_held_out(key: str) -> bool:
    """Whether a record of the project's own is kept out of training, to calibrate on."""
    return hashlib.sha256(key.encode()).digest()[0] % HELD == 0


def normal(text: str) -> str:
    """A text reduced to its letters and digits, for finding it elsewhere."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", " ", re.sub(r"https?://\S+|@\w+", " ", folded)).strip()


def evaluation_texts(bench: Path) -> set[str]:
    """Every text of every file that something is measured on."""
    names = ("test", "dev", "dev_rw", "dev_mt")
    found = [p for p in bench.glob("*/*/*.jsonl.gz") if p.name.split(".")[0] in names]
    return {
        normal(row.get("text") or " ".join(row.get("tokens", ()))) for p in found for row in rows(p)
    }


def pools(bench: Path, gold: Path, corpus: Path, written: Path) -> list[Pool]:
    """All pools, texts shared with an evaluation file left out."""
    kept_back = evaluation_texts(bench)
    train = lambda name: rows(bench / name / "train.jsonl.gz")  # noqa: E731
    kinds = ("ai", "science", "politics", "music", "literature")
    domain = [s for k in kinds for s in tagged(train(f"ner/crossner_{k}"), DOMAINS, THINGS)]
    developers = train("sentiment_developer/senti4sd_stackoverflow")
    software = tagged(train("ner/stackoverflow_ner"), SOFTWARE, IN_CODE)
    tweeted = tagged(train("ner/broad_twitter_corpus"), TWITTER, frozenset(TYPES[4:]))
    found = {
        "tweets": (sentiments(train("sentiment/tweeteval_sentiment")), 0.13, 96),
        "feelings": (feelings(train("emotion/goemotions")), 0.10, 96),
        "stackoverflow": (sentiments(developers), 0.03, 96),
        "news": (news(train("sentiment_target/newsmtsc")), 0.08, 128),
        "topics": (targets(train("sentiment_target/semeval2017_task4bd_topics")), 0.04, 96),
        "politicians": (targets(train("stance/p_stance")), 0.10, 96),
        "stances": (targets(train("stance/semeval2016_task6a")), 0.06, 96),
        "emotions": (emotions(train("emotion/tweeteval_emotion")), 0.05, 96),
        "ironies": (ironies(train("tone/tweeteval_irony")), 0.05, 96),
        "messages": (spams(train("authenticity_quality/sms_spam_collection")), 0.015, 96),
        "names": (tagged(train("ner/wnut17"), WNUT, LAW_AND_IDEAS), 0.08, 128),
        "tweeted": (tweeted, 0.06, 96),
        "software": (software, 0.05, 96),
        "domains": (domain, 0.03, 128),
        "own": ([s for key, s in own(gold, corpus) if not is_held_out(key)], 0.14, 224),
        "written": (list(written_samples(written)), 0.06, 160),
        "marked": (list(marked_samples(written)), 0.06, 128),
    }  # fmt: skip
    made = []
    for name, (samples, weight, limit) in found.items():
        kept = tuple(s for s in samples if normal(s.text) not in kept_back)
        if kept:
            made.append(
                Pool(name, kept, weight, limit, name not in ("own", "written"), balances(kept))
            )
    known = mentions(s for pool in made for s in pool.samples)
    return [
        replace(pool, mentions=known, renamed=RENAMED.get(pool.name, 0.0),
                hidden=LEARNT_BY_HEART.get(pool.name, pool.hidden))
        for pool in made
    ]  # fmt: skip


def written_samples(folder: Path) -> Iterator[Sample]:
    """Texts written for the purpose."""
    for path in sorted(folder.glob("train*.ndjson")):
        for row in rows(path):
            yield labelled(row, body(row))


def marked_samples(folder: Path) -> Iterator[Sample]:
    """Sentences written for the purpose with every name marked."""
    for path in sorted(folder.glob("marked*.txt")):
        yield from marked(path.read_text("utf-8").splitlines())


def balances(samples: Sequence[Sample]) -> dict[str, tuple[float, ...]]:
    """Weights of the classes of each label within a pool: the square root of what would make
    them equally heavy. A side no sample takes weighs nothing."""
    made = {}
    for name, count in (
        ("sentiment", 3),
        ("register", 10),
        ("emotion", 4),
        ("irony", 2),
        ("spam", 2),
    ):
        seen = Counter(int(v) for s in samples if (v := getattr(s, name)) is not None)
        if seen:
            mean = sum(seen.values()) / count
            made[name] = tuple(min(4.0, (mean / max(seen[n], 1)) ** 0.5) for n in range(count))
    sides = Counter(a.stance for s in samples for a in s.attitudes if a.stance is not None)
    if sides:
        mean = sum(sides.values()) / len(sides)
        made["stance"] = tuple(
            min(4.0, (mean / sides[n]) ** 0.5) if sides[n] else 0.0 for n in range(3)
        )
    return made


def shuffled(pool: Pool, seed: int) -> list[Sample]:
    """The samples of a pool in an order of its own for each pass."""
    order = list(pool.samples)
    random.Random(f"{pool.name}/{seed}").shuffle(order)
    return order
