"""Names by GLiNER: an encoder that is told which types to look for, as an exported graph.

Source: Zaratiana et al., "GLiNER: Generalist Model for Named Entity Recognition using
Bidirectional Transformer" (NAACL 2024). The library itself needs PyTorch; its exported graph does
not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from groundswell.errors import PluginError
from groundswell.label.checkpoint import Array, Checkpoint
from groundswell.label.part import SPANS, Outputs
from groundswell.types.reading import NAME_TYPES, Span

TYPES: Mapping[str, str] = {  # what the model is told to look for, by our type
    "person": "person", "organization": "organization", "state": "country, region or city",
    "government": "government body", "product": "product", "technology": "technology",
    "legislation": "law", "concept": "concept",
}  # fmt: skip
WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")  # as the models were trained: words and single signs
SPANNED = frozenset({"input_ids", "attention_mask", "words_mask", "text_lengths", "span_idx",
                     "span_mask"})  # fmt: skip
SURE = 500  # thousandths: the least a name must score where its type has no floor of its own
WHITESPACE = "whitespace"


class Gliner:
    """Gives the names in a text, from a GLiNER graph that scores spans.

    The folder holds what GLiNER's `export_to_onnx` writes: the graph, `tokenizer.json`,
    `gliner_config.json`. `types` replaces what the model is told to look for, by our type; types
    left out are not looked for. `floors` are the least scores by type, in thousandths. Texts are
    cut to the model's `max_len` words and to `max_tokens` tokens.
    """

    gives = frozenset({SPANS})

    def __init__(
        self, *, path: str | Path, types: Mapping[str, str] | None = None,
        floors: Mapping[str, int] | None = None, languages: Sequence[str] = (), model: str = "",
        max_tokens: int = 512,
    ) -> None:  # fmt: skip
        self._types, self._floors = dict(types or TYPES), dict(floors or {})
        strange = sorted((self._types.keys() | self._floors.keys()) - set(NAME_TYPES))
        if strange:
            raise PluginError(
                f"{path}: {strange[0]!r} is no type of name; there are {', '.join(NAME_TYPES)}"
            )
        settings = [self._types, self._floors, max_tokens]
        self._model = Checkpoint(path, model=model, languages=languages, settings=settings)
        self.name, self.languages = self._model.name, self._model.need_languages()
        self._limit = max_tokens
        self._take_config()

    def answer(self, body: str, targets: Sequence[str] = ()) -> Outputs:
        """The names, left to right, never overlapping: four whole numbers each."""
        words = [match.span() for match in WORD.finditer(body)][: self._words]
        given, count = self._inputs([body[start:stop] for start, stop in words])
        if not count:
            return {SPANS: ()}
        (logits,) = self._model.run(["logits"], given)
        shape = (1, count, self._width, len(self._types))
        if logits.shape[:1] + logits.shape[2:] != shape[:1] + shape[2:]:
            raise self._model.fault(f"gives scores of shape {logits.shape}, not {shape}")
        return {SPANS: tuple(chain.from_iterable(self._chosen(logits[0, :count], words)))}

    def _chosen(self, logits: Array, words: Sequence[tuple[int, int]]) -> list[Span]:
        """The surest names first, as long as they do not overlap; then in the text's order.

        `logits` are [words, width, types].
        """
        scores = np.rint(1000 * shares(logits)).astype(int)
        kinds = [NAME_TYPES.index(kind) for kind in self._types]
        floors = np.array([self._floors.get(kind, SURE) for kind in self._types])
        free, found = np.ones(len(scores), bool), []
        places = [tuple(map(int, place)) for place in np.argwhere(scores >= floors)]
        for first, more, kind in sorted(places, key=lambda place: (-logits[place], place)):
            last = first + more
            if last < len(scores) and free[first : last + 1].all():
                free[first : last + 1] = False
                score = int(scores[first, more, kind])
                found.append(Span(words[first][0], words[last][1], kinds[kind], score))
        return sorted(found)

    def _inputs(self, words: Sequence[str]) -> tuple[dict[str, Array], int]:
        """What the graph takes, and how many of the words fit into the limit.

        The prompt, each type behind its mark and then a separator, stands before the words.
        `words_mask` holds each word's number, from 1, at its first piece and 0 elsewhere.
        """
        prompt = [word for told in self._types.values() for word in (self._mark, told)]
        prompt.append(self._separator)
        count = len(words)
        while True:
            encoded = self._model.tokenizer.encode([*prompt, *words[:count]], is_pretokenized=True)
            if len(encoded.ids) <= self._limit or not count:
                break
            over = [w for w in encoded.word_ids[self._limit - 1 :] if w is not None]
            count = min(count - 1, max(0, min(over, default=0) - len(prompt)))
        own = [word - len(prompt) + 1 if word is not None else 0 for word in encoded.word_ids]
        mask = [max(0, n) if n != before else 0 for n, before in zip(own, [0, *own], strict=False)]
        ids = np.array([encoded.ids], np.int64)
        return {
            "input_ids": ids, "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids), "words_mask": np.array([mask], np.int64),
            "text_lengths": np.array([[count]], np.int64), **self._spans(count),
        }, count  # fmt: skip

    def _spans(self, count: int) -> dict[str, Array]:
        """First and last word of every span up to the width, and which of them end in the text."""
        first = np.repeat(np.arange(count), self._width)
        last = first + np.tile(np.arange(self._width), count)
        return {
            "span_idx": np.stack([first, last], axis=1)[None],
            "span_mask": (last < count)[None],
        }

    def _take_config(self) -> None:
        """What the model's own configuration says. PluginError for a kind that is not known."""
        told = self._model.told("gliner_config.json")
        if not told or SPANNED - self._model.inputs.keys():
            raise self._model.fault(
                "is no GLiNER model that scores spans: its folder must hold gliner_config.json, "
                f"its graph must take {', '.join(sorted(SPANNED))}"
            )
        splitter = told.get("words_splitter_type", WHITESPACE)
        if splitter != WHITESPACE:
            raise self._model.fault(f"splits words by {splitter!r}; known here is {WHITESPACE!r}")
        self._width, self._words = int(told.get("max_width", 12)), int(told.get("max_len", 384))
        self._mark = str(told.get("ent_token", "<<ENT>>"))
        self._separator = str(told.get("sep_token", "<<SEP>>"))
        for token in (self._mark, self._separator):
            if self._model.tokenizer.token_to_id(token) is None:
                raise self._model.fault(f"its tokenizer does not know {token!r}; save it again")


def shares(logits: Array) -> Array:
    """Logits as chances, each for itself.

    >>> shares(np.array([0.0, -1e9])).tolist()
    [0.5, 8.75651076269652e-27]
    """
    return np.asarray(1 / (1 + np.exp(np.clip(-np.asarray(logits, np.float64), -60, 60))))
