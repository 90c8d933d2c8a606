"""Answers by a language model on any server that speaks OpenAI's chat completions, one text a
question, under a JSON schema."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

from groundswell.desk import slugged
from groundswell.errors import AuthRequired, Malformed, PluginError, SourceError
from groundswell.label.bill import MILLION, Bill, Budget, Entry
from groundswell.label.part import ATTITUDES, SPANS, Means, Outputs
from groundswell.label.questions import (
    ASKABLE,
    VERSION,
    Unusable,
    instructions,
    message,
    outputs,
    schema,
    unsaid,
)
from groundswell.label.server import server_at
from groundswell.mask import masked
from groundswell.types import canonical, content_hash
from groundswell.types.reading import TOWARDS

ENVIRONMENT = "env:"  # before the name of an environment variable that holds a key
USUAL = ("sentiment", "register", "spam", SPANS, ATTITUDES)
BAD_IN_A_ROW = 20  # unusable answers after which something is wrong with the server, not the texts
REFUSED = frozenset({400, 413, 422})  # statuses by which a server refuses one text
EVERY = 25  # answers between two words on the cost
PER_TOKEN = 4  # characters of English, for an estimate; never for the bill
USUAL_ANSWER = 150  # tokens, for the same
FRAME = 64  # tokens a server adds around messages, at most


class Chat:
    """Gives some of ASKABLE, asking a language model about one text at a time.

    Texts are masked (see mask.py) and cut to `most_characters` before they are sent. An answer
    that is not in the form that was asked for is none: the record abstains, and is counted. What
    was answered is kept by content hash, so nothing is asked, or paid for, twice.

    `url` ends before /chat/completions; `key` is "env:NAME", the variable that holds it, never the
    key. `budget_tokens` and `budget_money` are of a calendar month, prices of a million tokens.
    `body` holds fields of the request that replace ours. Raises PluginError for impossible options.
    """

    def __init__(
        self, *, url: str, model: str, key: str = "", answers: Sequence[str] = USUAL,
        languages: Sequence[str] = (), budget_tokens: int = MILLION, budget_money: float = 0,
        price_in: float = 0, price_out: float = 0, currency: str = "USD", at_once: int = 1,
        answer_tokens: int = 500, most_characters: int = 6000,
        body: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.gives = frozenset(answers)
        server = server_at(url)
        self._url, self.here = server.address, server.here
        self._key = _variable(key)
        self._check(answers, at_once, budget_money, price_in + price_out)
        self.languages, self.at_once = tuple(languages), at_once
        self._most = most_characters
        self._body: dict[str, Any] = {"model": model, "temperature": 0}
        if "max_completion_tokens" not in (body or {}):
            self._body["max_tokens"] = answer_tokens
        self._body |= body or {}
        limits = (self._body.get("max_tokens"), self._body.get("max_completion_tokens"))
        self._answer = max(n for n in (*limits, 1) if isinstance(n, int))
        basis = [VERSION, self._body, sorted(self.gives), instructions(self.gives),
                 schema(self.gives, [""]), most_characters]  # fmt: skip
        mark = hashlib.sha256(canonical(basis).encode()).hexdigest()[:8]
        self.name = f"chat-{slugged(model)}@{VERSION}+{mark}"
        self._budget = Budget(
            tokens=budget_tokens, money=round(budget_money * MILLION), price_in=price_in,
            price_out=price_out, currency=currency,
        )  # fmt: skip
        self._account = f"{server.host} {model}"
        self._means = Means()
        self._bill = Bill(self._account, self._budget, self._means.clock)
        self._asked, self._row, self._worked = 0, 0, False
        self._failed: Counter[str] = Counter()
        self._doubtful: list[tuple[str, Outputs]] = []
        self._lock = Lock()

    def use(self, means: Means) -> None:
        """Take the network, the clock, the bill and what is kept."""
        self._means = means
        self._bill = Bill(self._account, self._budget, means.clock, means.bill)

    def answer(self, body: str, targets: Sequence[str] = ()) -> Outputs:
        """What the model says of a body, from memory as far as it was asked before.

        An answer about a target nothing is known of is empty, so that it is not asked for again.
        """
        content = content_hash(body)
        targets = targets if ATTITUDES in self.gives else ()
        known = self._means.kept.get(self.name, content) if self._means.kept else None
        missing = [t for t in targets if TOWARDS + t not in (known or {})]
        if known is not None and not missing:
            return known
        wanted = self.gives if known is None else frozenset({ATTITUDES})
        said: dict[str, tuple[int, ...]] = {**(known or {}), **unsaid(missing)}
        if body.strip() and schema(wanted, missing)["properties"]:
            said |= self._asked_about(content, body, wanted, missing, said)
        self._keep(content, said)
        return said

    def foresee(self, texts: int, characters: int) -> str:
        """The most that asking about so many texts is thought to cost."""
        fixed = len(self._request("", self.gives, ["a target"])) // PER_TOKEN
        tokens_in = texts * fixed + characters // PER_TOKEN
        tokens_out = texts * min(USUAL_ANSWER, self._answer)
        cost = self._budget.cost(tokens_in, tokens_out)
        money = f", about {self._budget.told(cost)}" if cost else ""
        where = "on this machine" if self.here else "beyond this machine"
        return (
            f"{self._account}, {where}: at most {texts:,} {'text' if texts == 1 else 'texts'} to "
            f"ask about, some {tokens_in + tokens_out:,} tokens{money}; so far {self._bill.told()}"
        )

    def told(self) -> str:
        """How many texts were asked about, what that cost, how many answers were none and why."""
        if not self._asked:
            return ""
        failed = ", ".join(f"{n:,} {why}" for why, n in sorted(self._failed.items()))
        abstained = f"; no answer to {sum(self._failed.values()):,} ({failed})" if failed else ""
        texts = f"{self._asked:,} {'text' if self._asked == 1 else 'texts'}"
        return f"{self._account}: asked about {texts}{abstained}; {self._bill.told()}"

    def _asked_about(
        self, content: str, body: str, wanted: frozenset[str], targets: Sequence[str],
        otherwise: Outputs,
    ) -> Outputs:  # fmt: skip
        """Ask; no answers where the model has none. Malformed when it never has any."""
        text = masked(body[: self._most])
        request = self._request(text, wanted, targets)
        try:
            found = outputs(_content(self._sent(request)), body, wanted, targets)
        except Unusable as problem:
            self._abstained(str(problem), content, otherwise)
            return {}
        with self._lock:
            self._row, self._worked = 0, True
            doubtful, self._doubtful = self._doubtful, []
        for other, said in doubtful:
            self._keep(other, said)
        return found

    def _sent(self, request: bytes) -> bytes:
        """The server's answer, paid for. Unusable where it refuses this text only."""
        if self._means.post is None:
            raise PluginError(f"{self.name}: asks a server, and here nobody may; see the reader "
                              "in desk.toml")  # fmt: skip
        entry = self._bill.reserve(len(request) + FRAME, self._answer)
        try:
            answer = self._means.post(self._url, request, self._key)
        except SourceError as problem:
            if problem.status >= 400 or isinstance(problem, AuthRequired):  # nothing was sold
                self._bill.settle(entry, 0, 0)
            if problem.status in REFUSED and self._worked:
                raise Unusable(f"refused ({problem.status})") from problem
            raise
        self._settle(entry, answer)
        self._count()
        return answer

    def _settle(self, entry: Entry, answer: bytes) -> None:
        """Pay what the server says it was; what was set aside stays when it says nothing."""
        used = _object(answer).get("usage")
        used = used if isinstance(used, dict) else {}
        asked, said = used.get("prompt_tokens"), used.get("completion_tokens")
        if isinstance(asked, int) and isinstance(said, int) and min(asked, said) >= 0:
            self._bill.settle(entry, asked, said)

    def _count(self) -> None:
        with self._lock:
            self._asked += 1
            due = self._asked % EVERY == 0
        if due:
            self._means.tell(self.told())

    def _abstained(self, why: str, content: str, otherwise: Outputs) -> None:
        with self._lock:
            self._failed[why] += 1
            self._row += 1
            if not self._worked:
                self._doubtful.append((content, otherwise))
            row = self._row
        if row >= BAD_IN_A_ROW:
            raise Malformed(
                f"{self._account}: {row} answers in a row were {why}; ask for response_format "
                "json_schema from a server and model that keep to it"
            )

    def _keep(self, content: str, said: Outputs) -> None:
        """Keep what was said; a failure only once the server has shown that it can answer."""
        with self._lock:
            doubted = any(content == other for other, _ in self._doubtful)
        if self._means.kept and not doubted:
            self._means.kept.put(self.name, content, said)

    def _request(self, text: str, wanted: frozenset[str], targets: Sequence[str]) -> bytes:
        form = {"name": "labels", "strict": True, "schema": schema(wanted, targets)}
        asked = {
            "messages": [{"role": "system", "content": instructions(wanted)},
                         {"role": "user", "content": message(text, targets)}],
            "response_format": {"type": "json_schema", "json_schema": form},
        }  # fmt: skip
        return json.dumps({**asked, **self._body}, ensure_ascii=False).encode()

    def _check(self, answers: Sequence[str], at_once: int, money: float, price: float) -> None:
        strange = sorted(self.gives - set(ASKABLE))
        if strange or not answers:
            raise PluginError(f"chat: answers {(strange or [''])[0]!r} is none of "
                              f"{', '.join(ASKABLE)}")  # fmt: skip
        if at_once < 1:
            raise PluginError("chat: at_once is how many texts are asked about together; 1 or more")
        if money and not price:
            raise PluginError("chat: budget_money needs price_in and price_out, the prices of a "
                              "million tokens")  # fmt: skip


def _variable(key: str) -> str:
    """The name of the variable that holds a key; a key itself is never taken."""
    if key and not key.startswith(ENVIRONMENT):
        raise PluginError('chat: key must name an environment variable, such as "env:LABEL_KEY"; '
                          "take the key itself out of the desk")  # fmt: skip
    return key.removeprefix(ENVIRONMENT)


def _object(answer: bytes) -> dict[str, Any]:
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _content(answer: bytes) -> str:
    """What the model said. Unusable when it refused, was cut off or said nothing."""
    choices = _object(answer).get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    said = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(said, dict):
        raise Unusable("no chat completion")
    if said.get("refusal") or choice.get("finish_reason") == "content_filter":
        raise Unusable("refused")
    if choice.get("finish_reason") == "length":
        raise Unusable("cut off")
    content = said.get("content")
    if not isinstance(content, str):
        raise Unusable("not JSON")
    return content
