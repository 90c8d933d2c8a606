"""Any sentence encoder: a folder with a graph and a tokenizer, as sentence-transformers or Optimum
export them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from groundswell.label.checkpoint import Array, Checkpoint, thousandths
from groundswell.label.heads import Heads
from groundswell.types import Reading
from groundswell.types.reading import HEADS

SCALE = 127  # vectors are stored as round(SCALE * x)
WHOLE = ("sentence_embedding", "sentence_embeddings")  # outputs that are pooled already
TOKENS = ("last_hidden_state", "token_embeddings")  # outputs with one row a token
MOST_TOKENS = 256  # longer texts are cut: a post says early what it is about
POOLINGS = {
    "mean": "mean", "mean_tokens": "mean", "mean_sqrt_len_tokens": "mean",  # of length one anyway
    "cls": "cls", "cls_token": "cls", "max": "max", "max_tokens": "max",
    "lasttoken": "last", "last": "last",
}  # fmt: skip


class Folder:
    """An encoder's vector, and the answers it has heads for.

    The graph takes `input_ids` and, if it likes, `attention_mask`, `token_type_ids` and
    `position_ids`; it gives a sentence's vector, or its tokens' states, which are pooled as
    `pooling` or `1_Pooling/config.json` says, by the mean if neither does. Outputs named as HEADS
    are answers, chances already; `heads.npz` may hold more (see heads.py). Options: `languages`,
    `model` (the graph's name), `prefix` (put before every text), `max_tokens`.
    """

    def __init__(
        self, *, path: str | Path, languages: Sequence[str] = (), model: str = "",
        pooling: str = "", prefix: str | None = None, max_tokens: int = 0,
    ) -> None:  # fmt: skip
        settings = [pooling, prefix, max_tokens]
        self._model = Checkpoint(path, model=model, languages=languages, settings=settings)
        self.name, self.languages = self._model.name, self._model.need_languages()
        self._limit = self._model.limit(max_tokens, MOST_TOKENS)
        self._model.tokenizer.enable_truncation(self._limit)
        self._prefix = self._default_prefix() if prefix is None else prefix
        self._lower = bool(self._model.told("sentence_bert_config.json").get("do_lower_case"))
        self._own = [name for name in self._model.outputs if name in HEADS]
        self._source, self._pooling = self._vector_output(pooling)
        size = len(self._vector(self._run("a")))  # a graph need not tell it beforehand
        self._heads = Heads.load(self._model.path, size)

    @property
    def encoder(self) -> Folder:
        """Whose vectors these are: its own."""
        return self

    @property
    def tells_attitudes(self) -> bool:
        """It answers about no target."""
        return False

    def read(self, body: str, targets: Iterable[str] = ()) -> Reading:
        """The vector of a body and what its heads say; the text beyond the limit is not read."""
        found = self._run(body)
        vector, outputs = self._vector(found), {}
        if body.strip():
            for name, said in zip(self._own, found[1:-1], strict=True):
                outputs[name] = thousandths(said.reshape(-1)[: len(HEADS[name])])
            outputs |= self._heads(vector)
        stored = np.rint(vector * SCALE).astype(np.int8)
        return Reading(reader=self.name, vector=stored, outputs=outputs)

    def _run(self, body: str) -> list[Array]:
        """The vector's source, the answers the graph gives itself, and the mask of tokens."""
        text = self._prefix + (body.lower() if self._lower else body)
        encoded = self._model.tokenizer.encode(text)
        ids = np.array([encoded.ids or [0]], np.int64)
        mask = np.full_like(ids, 1 if encoded.ids else 0)
        given = {
            "input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids),
            "position_ids": np.arange(ids.shape[1], dtype=np.int64)[None],
        }  # fmt: skip
        return [*self._model.run([self._source, *self._own], given), mask]

    def _vector(self, found: Sequence[Array]) -> Array:
        """The sentence's vector, of length one; zeros for a text without tokens."""
        source, mask = np.asarray(found[0], np.float64), found[-1]
        if not mask.any():
            return np.zeros(source.shape[-1])
        rows = source.reshape(-1, source.shape[-1])
        pooled = {
            "whole": rows[0], "cls": rows[0], "last": rows[-1],
            "mean": rows.mean(axis=0), "max": rows.max(axis=0),
        }[self._pooling]  # fmt: skip
        return np.asarray(pooled / max(float(np.linalg.norm(pooled)), 1e-12))

    def _vector_output(self, stated: str) -> tuple[str, str]:
        """The output the vector is made from, and how. PluginError when there is none."""
        outputs = self._model.outputs
        whole = next((name for name in WHOLE if name in outputs), "")
        if whole and not stated:
            return whole, "whole"
        tokens = next((name for name in TOKENS if name in outputs), "")
        if not tokens:
            raise self._model.fault(
                f"its graph gives {', '.join(outputs)}, and of that nothing is a vector; export "
                f"it with an output called {WHOLE[0]} or {TOKENS[0]}"
            )
        if any("Dense" in str(one) for one in self._model.listed("modules.json")):
            raise self._model.fault(
                "has a dense layer behind the graph; export it with that layer, so that it gives "
                f"an output called {WHOLE[0]}"
            )
        return tokens, self._pooled(stated or self._said_pooling())

    def _said_pooling(self) -> str:
        """What the folder says of pooling; the mean when it says nothing."""
        told = self._model.told("1_Pooling/config.json")
        stated = told.get("pooling_mode")
        if isinstance(stated, str):
            return stated
        modes = [key.removeprefix("pooling_mode_") for key, value in told.items()
                 if key.startswith("pooling_mode_") and value is True]  # fmt: skip
        return "+".join(modes) or "mean"

    def _pooled(self, said: str) -> str:
        if said not in POOLINGS:
            raise self._model.fault(
                f"pools by {said!r}; known here are {', '.join(sorted(set(POOLINGS.values())))}"
            )
        return POOLINGS[said]

    def _default_prefix(self) -> str:
        """What the model wants before every text, where its own configuration says so."""
        told = self._model.told("config_sentence_transformers.json")
        prompts, name = told.get("prompts"), told.get("default_prompt_name")
        return str(prompts.get(name, "")) if isinstance(prompts, dict) and name else ""
