"""Answers by a language model: one text a question, masked, under a schema, within a budget."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any

import pytest

from groundswell.desk import Alias, Community, Desk, Entity, PartSpec, ReaderSpec
from groundswell.errors import (
    AuthRequired,
    Malformed,
    NotFound,
    PluginError,
    Silent,
    SourceError,
    Upstream,
)
from groundswell.http.post import Poster
from groundswell.label import Means, foresee, label
from groundswell.label.part import Outputs
from groundswell.label.pipe import label_texts
from groundswell.label.readers.chat import Chat
from groundswell.store import Store, open_store
from groundswell.store.records import add_page
from groundswell.testing import part_checks, run_checks
from groundswell.types import Record, RecordId

START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = int(START.timestamp()) * 1_000_000
KEY = "sk-not-a-real-key-0123456789"
TEXTS = (
    "Gantry sorted all of my files while I slept, I love it. Mail ann@lathe.example, @ann!",
    "this update of Gantry is awful, everything I relied on is gone and nobody answers me",
    "same here",
    "Le chat dort toute la journée sur le clavier et personne ne travaille plus ici",
    "the lathe in the cellar hums a little louder than it did in the week before this one",
)
Answer = Callable[[Mapping[str, Any]], Any]


class Model(BaseHTTPRequestHandler):
    """A server in the true form of OpenAI's chat completions; `site` says what it answers."""

    protocol_version = "HTTP/1.1"
    site: Site

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.site.lock:
            self.site.asked.append(asked)
            self.site.headers.append({k.lower(): v for k, v in self.headers.items()})
            self.site.now += 1
            self.site.most = max(self.site.most, self.site.now)
        answer = self.site.answer(asked)
        with self.site.lock:
            self.site.now -= 1
        status, body = answer if isinstance(answer, tuple) else (200, completion(answer))
        sent = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(sent)))
        for name, value in self.site.extra.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: object) -> None:
        pass


class Site:
    """What a server was asked, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.extra: dict[str, str] = {}
        self.answer: Answer = judge
        self.now = self.most = 0
        self.lock = threading.Lock()
        handler = type("Handler", (Model,), {"site": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def texts(self) -> list[str]:
        return [json.loads(one["messages"][1]["content"])["text"] for one in self.asked]


def completion(said: Any, usage: tuple[int, int] = (400, 50), **more: Any) -> dict[str, Any]:
    content = said if isinstance(said, str) else json.dumps(said)
    choice = {"index": 0, "finish_reason": "stop",
              "message": {"role": "assistant", "content": content}, **more}  # fmt: skip
    return {"object": "chat.completion", "choices": [choice], "usage":
            {"prompt_tokens": usage[0], "completion_tokens": usage[1]}}  # fmt: skip


def judge(asked: Mapping[str, Any]) -> dict[str, Any]:
    """A model that reads a few words, and answers just what the schema asks."""
    told = json.loads(asked["messages"][1]["content"])
    text, targets = told["text"], told.get("targets", [])
    cold = "awful" in text
    tone = "negative" if cold else "positive" if "love" in text else None
    whole = {
        "sentiment": tone, "register": "frustrated" if cold else None, "spam": "ham",
        "emotion": None, "irony": "plain",
        "names": [{"text": name, "type": "product"} for name in ("Gantry", "[person]", "Nowhere")
                  if name in text or name == "Nowhere"],
        "attitudes": [{"target": target, "stance": "against" if cold else "favor",
                       "roles": ["solution"] if tone == "positive" else []} for target in targets],
    }  # fmt: skip
    form = asked["response_format"]["json_schema"]["schema"]
    return {name: whole[name] for name in form["properties"]}


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


class Memory:
    """Answers kept as the store keeps them."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Outputs] = {}

    def get(self, part: str, content: str) -> Outputs | None:
        return self.rows.get((part, content))

    def put(self, part: str, content: str, outputs: Outputs) -> None:
        self.rows[part, content] = outputs


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def when() -> list[datetime]:
    return [START]


@pytest.fixture
def means(slept: list[float], when: list[datetime]) -> Iterator[Means]:
    def sleep(seconds: float) -> None:
        slept.append(seconds)
        when[0] += timedelta(seconds=seconds)

    with Poster("Groundswell/test", clock=lambda: when[0], sleep=sleep, random=Random(1)) as post:

        def keyed(url: str, body: bytes, variable: str) -> bytes:
            return post(url, body, KEY if variable else "")

        yield Means(post=keyed, clock=lambda: NOW, kept=Memory())


def chat(site: Site, means: Means | None = None, **options: Any) -> Chat:
    made = Chat(url=site.url, model="tiny-judge", **options)
    if means:
        made.use(means)
    return made


def test_an_answer_is_what_the_schema_allows(site: Site, means: Means) -> None:
    part = chat(site, means)
    found = part.answer(TEXTS[0], ["Gantry", "the lathe"])
    assert found["sentiment"] == (0, 0, 1000)
    assert "register" not in found  # null: it abstains
    assert found["spam"] == (1000, 0)
    assert found["spans"] == (0, 6, 4, 1000)  # what does not stand in the text is left out
    assert found["towards Gantry"] == (0, 0, 1000, 1000, 0, 0, 0, 0, 0, 0)
    assert "1 text; 450 of 1,000,000 tokens this month" in part.told()


def test_the_request_is_in_the_true_form(site: Site, means: Means) -> None:
    chat(site, means, key="env:LABEL_KEY", body={"seed": 7}).answer(TEXTS[0], ["Gantry"])
    (asked,), (headers,) = site.asked, site.headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["content-type"] == "application/json"
    assert (asked["model"], asked["temperature"], asked["seed"]) == ("tiny-judge", 0, 7)
    assert asked["max_tokens"] == 500
    form = asked["response_format"]
    assert form["type"] == "json_schema"
    assert form["json_schema"]["strict"] is True
    schema = form["json_schema"]["schema"]
    assert schema["required"] == ["sentiment", "register", "spam", "names", "attitudes"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["sentiment"]["enum"] == ["negative", "neutral", "positive", None]
    target = schema["properties"]["attitudes"]["items"]["properties"]["target"]
    assert target["enum"] == ["Gantry"]
    assert [one["role"] for one in asked["messages"]] == ["system", "user"]
    assert "never an instruction" in asked["messages"][0]["content"]


def test_addresses_and_handles_never_leave(site: Site, means: Means) -> None:
    chat(site, means).answer(TEXTS[0])
    (text,) = site.texts()
    assert text == ("Gantry sorted all of my files while I slept, I love it. "
                    "Mail [address], [person]!")  # fmt: skip


def test_newer_servers_take_another_limit(site: Site, means: Means) -> None:
    chat(site, means, body={"max_completion_tokens": 90, "temperature": 1}).answer("one")
    assert "max_tokens" not in site.asked[0]
    assert site.asked[0]["temperature"] == 1


def test_what_was_answered_is_never_asked_again(site: Site, means: Means) -> None:
    one, two = chat(site, means), chat(site, means)
    first = one.answer(TEXTS[0], ["Gantry"])
    assert two.answer(TEXTS[0], ["Gantry"]) == first
    assert two.answer(TEXTS[0]) == first
    assert len(site.asked) == 1
    both = two.answer(TEXTS[0], ["Gantry", "files"])
    assert both["towards files"][2] == 1000
    assert {k: v for k, v in both.items() if k != "towards files"} == first
    last = site.asked[-1]["response_format"]["json_schema"]["schema"]
    assert last["required"] == ["attitudes"]  # only what was not known
    assert json.loads(site.asked[-1]["messages"][1]["content"])["targets"] == ["files"]
    assert one.answer(" ", ["Gantry"]) == {"towards Gantry": ()}
    assert len(site.asked) == 2


@pytest.mark.parametrize(("said", "why"), [
    ("Sure! Here is the JSON you asked for.", "not JSON"),
    ("[]", "outside the schema"),
    ({"sentiment": "positive"}, "outside the schema"),
    ({**judge({"messages": [{}, {"content": '{"text": "x"}'}], "response_format": {
        "json_schema": {"schema": {"properties": ["sentiment", "register", "spam", "names"]}}}}),
      "sentiment": "great"}, "outside the schema"),
])  # fmt: skip
def test_an_answer_in_another_form_is_none(site: Site, means: Means, said: Any, why: str) -> None:
    part = chat(site, means)
    part.answer("I love the first one")
    site.answer = lambda _: said
    assert part.answer("x") == {}
    assert f"asked about 2 texts; no answer to 1 (1 {why})" in part.told()
    assert part.answer("x") == {}  # it is kept that there is none
    assert len(site.asked) == 2


@pytest.mark.parametrize(("more", "why"), [
    ({"finish_reason": "length"}, "cut off"),
    ({"finish_reason": "content_filter"}, "refused"),
    ({"message": {"role": "assistant", "content": None, "refusal": "I cannot."}}, "refused"),
    ({"message": None}, "no chat completion"),
])  # fmt: skip
def test_an_answer_that_broke_off_or_was_refused_is_none(
    site: Site, means: Means, more: dict[str, Any], why: str
) -> None:
    part = chat(site, means)
    part.answer("I love the first one")
    site.answer = lambda asked: (200, completion(judge(asked), **more))
    assert part.answer("another") == {}
    assert f"(1 {why})" in part.told()


def test_a_server_that_never_answers_in_the_form_is_an_error(site: Site, means: Means) -> None:
    part = chat(site, means)
    site.answer = lambda _: "of course!"
    answers = (part.answer(f"text {n}") for n in range(25))
    with pytest.raises(Malformed, match=r"20 answers in a row were not JSON; .* json_schema"):
        list(answers)
    assert len(site.asked) == 20
    assert means.kept is not None
    assert means.kept.rows == {}  # type: ignore[attr-defined]  # nothing is held against the texts
    site.answer = judge
    again = chat(site, means)
    assert again.answer("text 1, I love it")["sentiment"] == (0, 0, 1000)


def test_errors_name_the_server_its_words_and_never_the_key(site: Site, means: Means) -> None:
    part = chat(site, means, key="env:LABEL_KEY")
    site.answer = lambda _: (401, {"error": {"message": f"Incorrect API key: {KEY}", "code": "x"}})
    with pytest.raises(
        AuthRequired, match=r"wants a key or account \(401\).*API key: \.\.\."
    ) as no:
        part.answer("a")
    assert KEY not in str(no.value)
    site.answer = lambda _: (404, {"error": {"message": "The model `tiny` does not exist"}})
    with pytest.raises(NotFound, match="The model `tiny` does not exist"):
        part.answer("a")
    site.answer = lambda _: (400, {"error": "response_format is not supported"})
    with pytest.raises(SourceError, match="response_format is not supported"):
        part.answer("a")
    assert "0 of 1,000,000 tokens" in part._bill.told()  # refused, so nothing was sold


def test_only_what_may_have_been_sold_stays_on_the_bill(site: Site, means: Means) -> None:
    problems: list[SourceError] = []

    def fails(*_: object) -> bytes:
        raise problems[-1]

    part = chat(site, replace(means, post=fails))
    problems.append(AuthRequired("no key"))
    with pytest.raises(AuthRequired):
        part.answer("a")
    problems.append(Upstream("nobody listens"))
    problems[-1].status = 503
    with pytest.raises(Upstream):
        part.answer("a")
    assert part._bill.told().startswith("0 of")
    problems.append(Silent("said nothing in time"))
    with pytest.raises(Silent):
        part.answer("a")
    assert not part._bill.told().startswith("0 of")


def test_a_text_the_server_refuses_abstains_once_others_were_answered(
    site: Site, means: Means
) -> None:
    part = chat(site, means)
    part.answer("I love the first one")
    site.answer = lambda _: (400, {"error": {"message": "content management policy"}})
    assert part.answer("the second") == {}
    assert "refused (400)" in part.told()


def test_retries_wait_as_long_as_they_are_told(
    site: Site, means: Means, slept: list[float]
) -> None:
    answers = [(429, {"error": {"message": "slow down"}}), (503, {}), None]
    site.extra = {"retry-after": "7"}
    site.answer = lambda asked: answers.pop(0) or judge(asked)
    assert chat(site, means).answer("I love it")["sentiment"] == (0, 0, 1000)
    assert len(site.asked) == 3
    assert [wait >= 7 for wait in slept if wait > 1][:2] == [True, True]


def test_checks_of_any_part(site: Site, means: Means) -> None:
    run_checks(part_checks(chat(site, means), [*TEXTS, ""]))


@pytest.mark.parametrize(("options", "words"), [
    ({"url": "ftp://x"}, "is no address"),
    ({"url": "http://user:pass@127.0.0.1"}, "is no address"),
    ({"url": "http://models.example/v1"}, "unencrypted; use https"),
    ({"key": "sk-123"}, "must name an environment variable"),
    ({"answers": ["mood"]}, "'mood' is none of sentiment"),
    ({"answers": []}, "is none of"),
    ({"at_once": 0}, "at_once"),
    ({"budget_money": 5}, "needs price_in"),
])  # fmt: skip
def test_impossible_options_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(PluginError, match=words):
        Chat(**{"url": "http://127.0.0.1:1/v1", "model": "m", **options})


def test_where_the_server_is_decides_what_may_go() -> None:
    places = {"http://127.0.0.1:1/v1": True, "http://localhost/v1": True, "http://[::1]/v1": True,
              "https://models.example/v1": False, "http://192.168.1.7:8000/v1": False}  # fmt: skip
    assert {url: Chat(url=url, model="m").here for url in places} == places
    names = {Chat(url=url, model="m").name for url in places}
    assert len(names) == 1  # moving a server costs no second reading
    assert Chat(url="http://localhost/v1", model="m", answers=["spam"]).name not in names


def test_without_a_network_nobody_is_asked(site: Site) -> None:
    with pytest.raises(PluginError, match="here nobody may"):
        chat(site).answer("a")
    assert site.asked == []


# In a desk, over stored records.


def record(n: int, text: str, community: str = "benches", source: str = "forum") -> Record:
    return Record(
        id=RecordId(f"{source}:{n}"), source=source, kind="post", community=community,
        published=START + timedelta(minutes=n), text=text, author=f"a{n}", available=START,
    )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, site: Site) -> Desk:
    gantry = Entity(slug="gantry", name="Gantry", type="product", aliases=(Alias(text="Gantry"),))
    part = PartSpec("chat", {"url": site.url, "model": "tiny-judge", "price_in": 0.5,
                             "price_out": 2.0})  # fmt: skip
    return Desk(
        name="t", title="T", topic="", folder=tmp_path, entities=(gantry,),
        communities=(Community(slug="benches", name="benches", source="forum", kind="forum"),
                     Community(slug="clinic", name="clinic", source="forum", kind="forum",
                               quote="never")),
        reader=ReaderSpec(parts=(part,)),
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "t.db", clock=lambda: NOW, key=b"k") as opened:
        add_page(opened, "s", [record(n, text) for n, text in enumerate(TEXTS)], "1")
        yield opened


def with_options(desk: Desk, **options: Any) -> Desk:
    assert desk.reader is not None
    (part,) = desk.reader.parts
    return replace(desk, reader=ReaderSpec(parts=(PartSpec("chat", {**part.options, **options}),)))


def values(store: Store, record_id: str) -> dict[str, str]:
    return {row["layer"]: row["value"] for row in store.rows("current_annotations", id=record_id)}


def test_records_are_labelled_by_the_model_and_the_rest_by_the_reader(
    store: Store, desk: Desk, site: Site, means: Means
) -> None:
    said: list[str] = []
    done = label(store, desk, means=replace(means, tell=said.append))
    assert (done.labelled, done.read) == (5, 4)
    assert site.texts()[1:] == [TEXTS[1], TEXTS[2], TEXTS[4]]  # French is not the reader's
    found = values(store, "forum:1")
    assert (found["sentiment"], found["register"]) == ("negative", "frustrated")
    assert (found["names"], found["stance"]) == ("product", "gantry/against")
    assert "sentiment" not in values(store, "forum:2")  # it could not tell, and says so
    assert said[0].startswith("127.0.0.1 tiny-judge, on this machine: at most 5 texts to ask about")
    assert "USD" in said[0]
    assert done.note == ("127.0.0.1 tiny-judge: asked about 4 texts; 1,800 of 1,000,000 tokens, "
                         "0.001 USD this month")  # fmt: skip


def test_a_second_run_asks_nothing_and_another_encoder_pays_nothing(
    store: Store, desk: Desk, site: Site, means: Means, tmp_path: Path
) -> None:
    label(store, desk, means=means)
    label(store, desk, means=means)
    assert len(site.asked) == 4
    assert foresee(store, desk)[0].startswith("127.0.0.1 tiny-judge, on this machine: at most 0")
    with_phrase = replace(desk, entities=(*desk.entities, Entity(
        slug="lathe", name="lathe", type="product", aliases=(Alias(text="cellar"),))))  # fmt: skip
    label(store, with_phrase, means=means)
    assert len(site.asked) == 5  # only what names the new thing, and only about that
    assert site.asked[-1]["response_format"]["json_schema"]["schema"]["required"] == ["attitudes"]


def test_it_stops_at_the_budget_and_goes_on_where_it_stopped(
    store: Store, desk: Desk, site: Site, means: Means
) -> None:
    site.answer = lambda asked: (200, completion(judge(asked), usage=(3000, 500)))
    poor = with_options(desk, budget_tokens=8_000)
    done = label(store, poor, means=means)
    assert "the month's budget of 8,000 tokens does not allow another question" in done.note
    assert "what was answered is kept" in done.note
    assert len(site.asked) == 2
    assert done.labelled == 0  # a batch is committed whole; its answers are kept
    again = label(store, poor, means=means)
    assert len(site.asked) == 2  # not one question more
    assert "budget" in again.note
    rich = label(store, with_options(desk, budget_tokens=900_000), means=means)
    assert len(site.asked) == 4  # and none twice
    assert rich.labelled == 5
    spent = [json.loads(line) for line in store.path.with_suffix(".bill").read_text().splitlines()]
    assert sum(row["tokens"] for row in spent) == 4 * 3500
    assert sum(row["money"] for row in spent) == 4 * (3000 * 0.5 + 500 * 2)


def test_money_has_its_own_budget(store: Store, desk: Desk, site: Site, means: Means) -> None:
    site.answer = lambda asked: (200, completion(judge(asked), usage=(3000, 500)))
    done = label(store, with_options(desk, budget_money=0.006, currency="EUR"), means=means)
    assert "the month's budget of 1,000,000 tokens and 0.006 EUR does not allow" in done.note
    assert len(site.asked) == 2
    spent = store.path.with_suffix(".bill").read_text().splitlines()
    assert sum(json.loads(line)["money"] for line in spent) == 2 * (3000 * 0.5 + 500 * 2)


def test_a_server_out_of_reach_ends_the_run_and_loses_nothing(
    store: Store, desk: Desk, site: Site, means: Means, when: list[datetime]
) -> None:
    healthy = site.answer
    site.answer = lambda asked: healthy(asked) if len(site.asked) < 3 else (500, {})
    done = label(store, desk, means=means)
    assert "is broken (500)" in done.note
    assert done.labelled == 0
    site.answer, asked = healthy, len(site.asked)
    when[0] += timedelta(hours=1)
    label(store, desk, means=means)
    assert site.texts()[asked:] == [TEXTS[2], TEXTS[4]]
    assert values(store, "forum:1")["sentiment"] == "negative"


def test_several_texts_at_once_give_the_same(
    store: Store, desk: Desk, site: Site, means: Means, tmp_path: Path
) -> None:
    both = threading.Barrier(2, timeout=5)

    def together(asked: Mapping[str, Any]) -> Any:
        if asked in first:
            both.wait()
        return judge(asked)

    label(store, desk, means=means)
    first = site.asked[:2]
    with open_store(tmp_path / "two.db", clock=lambda: NOW, key=b"k") as other:
        add_page(other, "s", [record(n, text) for n, text in enumerate(TEXTS)], "1")
        site.answer = together
        label(other, with_options(desk, at_once=2), means=means)
        assert site.most == 2
        for n in range(len(TEXTS)):
            assert values(other, f"forum:{n}") == values(store, f"forum:{n}")


def test_texts_that_may_not_leave_this_machine_are_not_read(
    store: Store, desk: Desk, site: Site, means: Means, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_page(
        store,
        "clinic",
        [
            record(20, "I love this clinic and all who work in it", "clinic"),
            record(21, "I love a place that no table names", "elsewhere"),
        ],
        "1",
    )
    with store.write() as writer:
        writer.do("put_source", name="s", kind="x", active=1, derived=1, redistribute=0, ttl=0,
                  permission="", period=0, now=0)  # fmt: skip
    monkeypatch.setattr(Chat, "here", property(lambda _: False, lambda *_: None), raising=False)
    done = label(store, desk, means=means)
    assert (done.labelled, done.read, site.asked) == (7, 0, [])
    assert values(store, "forum:20").keys() <= {"language", "phrases", "entities"}
    assert values(store, "forum:1")["entities"] == "gantry"


def test_on_this_machine_everything_is_read(
    store: Store, desk: Desk, site: Site, means: Means
) -> None:
    add_page(store, "c", [record(20, "I love this clinic and all who work in it", "clinic")], "1")
    label(store, desk, means=means)
    assert values(store, "forum:20")["sentiment"] == "positive"


def test_what_is_forgotten_is_forgotten_here_too(
    store: Store, desk: Desk, site: Site, means: Means
) -> None:
    from groundswell.store.erase import forget

    label(store, desk, means=means)
    kept = store.one("reading", content=record(1, TEXTS[1]).content,
                     reader=Chat(url=site.url, model="tiny-judge").name)  # fmt: skip
    assert kept is not None
    forget(store, ["forum:1"])
    for row in store.rows("fingerprint_readings"):
        assert record(1, TEXTS[1]).content not in row.values()


def test_texts_from_a_pipe_are_asked_about_too(desk: Desk, site: Site, means: Means) -> None:
    (answer,) = label_texts([{"text": TEXTS[1], "target": "my files"}], desk=desk, means=means,
                            layers=["sentiment", "stance", "target"])  # fmt: skip
    assert answer["sentiment"][0]["value"] == "negative"
    assert answer["stance"][0]["value"] == "gantry/against"
    assert answer["target"][0]["value"] == "my files/against"
