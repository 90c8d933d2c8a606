"""One answer by a text classifier: a folder with a graph that gives logits, as Optimum exports
them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from groundswell.errors import PluginError
from groundswell.label.checkpoint import Checkpoint, chances
from groundswell.label.part import Outputs
from groundswell.types.reading import HEADS

MOST_TOKENS = 256
LOGITS = "logits"


class Classifier:
    """Gives one of HEADS, `answers`, from a model for sequence classification.

    `id2label` in config.json names the model's labels. `labels` says which of ours each is where
    they are called otherwise, such as {LABEL_0 = "negative"}; every label of the head must be
    there once. `languages`, `model` and `max_tokens` as of a folder's encoder.
    """

    def __init__(
        self, *, path: str | Path, answers: str = "sentiment",
        labels: Mapping[str, str] | None = None, languages: Sequence[str] = (), model: str = "",
        max_tokens: int = 0,
    ) -> None:  # fmt: skip
        settings = [answers, dict(labels or {}), max_tokens]
        self._model = Checkpoint(path, model=model, languages=languages, settings=settings)
        if len(HEADS.get(answers, ())) < 2:
            known = ", ".join(name for name, of in HEADS.items() if len(of) > 1)
            raise PluginError(f"{path}: answers {answers!r} is none of {known}")
        if LOGITS not in self._model.outputs:
            raise self._model.fault(f"its graph has no output {LOGITS!r}; export it for text "
                                    "classification")  # fmt: skip
        self.name, self.languages = self._model.name, self._model.need_languages()
        self.gives = frozenset({answers})
        self._answer, self._order = answers, self._places(answers, labels or {})
        limit = self._model.limit(max_tokens, MOST_TOKENS)
        self._model.tokenizer.enable_truncation(limit)

    def answer(self, body: str, targets: Sequence[str] = ()) -> Outputs:
        """The chances of the labels; nothing for a text without words."""
        ids = np.array([self._model.tokenizer.encode(body).ids], np.int64)
        if not ids.size or not body.strip():
            return {}
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids),
                 "token_type_ids": np.zeros_like(ids)}  # fmt: skip
        (logits,) = self._model.run([LOGITS], given)
        return {self._answer: chances(logits.reshape(-1).astype(np.float64)[self._order])}

    def _places(self, answers: str, labels: Mapping[str, str]) -> list[int]:
        """Where the model keeps each label of the head."""
        said = self._model.told("config.json").get("id2label")
        if not isinstance(said, dict):
            raise self._model.fault("its config.json has no id2label, so nobody knows what it says")
        ours = [labels.get(str(name), str(name)).casefold() for name in said.values()]
        if sorted(ours) != sorted(HEADS[answers]):
            raise self._model.fault(
                f"says {', '.join(map(str, said.values()))}, but {answers} is "
                f"{', '.join(HEADS[answers])}; say with labels which is which"
            )
        places = dict(zip(ours, map(int, said), strict=True))
        return [places[label] for label in HEADS[answers]]
