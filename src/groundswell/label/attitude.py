"""The attitude a text takes towards a target, read from the states of its tokens.

The target's vector asks the tokens (scaled dot-product attention, Vaswani et al. 2017), and a
small network reads the answer. A text is read once whatever it is asked about.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from groundswell.errors import PluginError
from groundswell.types.reading import ROLES, STANCES

Array = npt.NDArray[np.float32]
LOOKS = 4  # heads of the attention
PARTS = (
    "ask", "ask_bias", "target", "target_bias", "read", "read_bias",
    "stance", "stance_bias", "roles", "roles_bias",
)  # fmt: skip


class Look:
    """Reads attitudes: chances of STANCES and of each of ROLES towards a target."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        missing = [name for name in PARTS if name not in weights]
        if missing:
            raise PluginError(f"the reader's head of attitudes lacks {missing[0]!r}")
        self._w = {name: weights[name].astype(np.float32) for name in PARTS}
        # as rows: a product of this size with the whole would wake a thread on every core
        self._rows = {name: self._w[name].T.copy() for name in ("ask", "target", "read")}
        sizes = len(self._w["stance_bias"]), len(self._w["roles_bias"])
        if sizes != (len(STANCES), len(ROLES)):
            raise PluginError(f"the reader's head of attitudes gives {sizes} answers, not ours")

    @classmethod
    def packed(cls, text: str) -> Look:
        """From the base64 of an .npz file, as a reader's metadata holds it."""
        with np.load(io.BytesIO(base64.b64decode(text)), allow_pickle=False) as found:
            return cls({name: found[name] for name in PARTS if name in found.files})

    def __call__(self, states: Array, target: Array) -> tuple[int, ...]:
        """Chances in thousandths: those of STANCES, which sum to 1000 or nearly, then ROLES.

        `states` [T, 2 K] are keys and values of each token; `target` [D] is a vector of length 1.
        """
        w = self._w
        size = states.shape[1] // 2
        keys, values = states[:, :size], states[:, size:]
        asked = np.vecdot(self._rows["ask"], target) + w["ask_bias"]
        seen = self._attended(keys, values, asked)
        known = np.maximum(np.vecdot(self._rows["target"], target) + w["target_bias"], 0)
        feature = np.concatenate([seen, values.mean(axis=0), known, seen * asked])
        hidden = np.maximum(np.vecdot(self._rows["read"], feature) + w["read_bias"], 0)
        stance = _softmax(hidden @ w["stance"] + w["stance_bias"])
        roles = 1 / (1 + np.exp(-(hidden @ w["roles"] + w["roles_bias"])))
        return tuple(int(v) for v in np.rint(1000 * np.concatenate([stance, roles])))

    def _attended(self, keys: Array, values: Array, asked: Array) -> Array:
        """What the target finds in the tokens, each head on its own share of the columns."""
        step = len(asked) // LOOKS
        parts = []
        for start in range(0, len(asked), step):
            part = slice(start, start + step)
            shares = _softmax(keys[:, part] @ asked[part] / np.float32(np.sqrt(step)))
            parts.append(shares @ values[:, part])
        return np.concatenate(parts)


def _softmax(x: Array) -> Array:
    rising = np.exp(x - x.max())
    return np.asarray(rising / rising.sum(), dtype=np.float32)
