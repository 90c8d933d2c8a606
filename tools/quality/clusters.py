"""Same story, same cluster: average-linkage clustering of what the reader and words say.

What is shipped are vectors; the clustering here is the one the published TF-IDF figure used, with
the true number of clusters. The reader's vectors are clustered alone, and with the words. How much
of the likeness the words give was chosen on ECB+ (`python -m quality.clusters ECB_PLUS`), never on
the sets measured here. Intervals resample records and leave the clustering as it is.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import linear_sum_assignment

from groundswell.label.reader import Reader, packaged
from quality.figures import Figure, Result
from quality.kept import kept
from quality.readings import ReadingPool, sample
from quality.scores import Counts, Score, estimate_patterns, over
from quality.sets import rows_of

Likeness = npt.NDArray[np.float32]
VECTORS, BOTH, WORDS = "", ", with words", "TF-IDF"
MOST = 12_000  # records: a likeness for each pair must fit in memory
VERSION = "2"
SHARE = 0.9  # of the words in the likeness
SHARES = (0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class ClusterSet:
    """A set of short texts with the story each belongs to."""

    name: str
    folder: str


CLUSTER_SETS = (
    ClusterSet("googlenews_titles", "story_clustering/googlenews_titles"),
    ClusterSet("googlenews_snippets", "story_clustering/googlenews_title_snippet"),
)


def measure(one: ClusterSet, bench: Path, pool: ReadingPool, most: int = MOST) -> Result:
    """The figures of one set."""
    rows = rows_of(bench, one.folder, "all")
    rows = [rows[n] for n in sample([row["id"] for row in rows], most)]
    texts, wanted = [row["text"] for row in rows], [str(row["cluster"]) for row in rows]
    count = len(set(wanted))
    likeness: dict[str, Callable[[], Likeness]] = {
        VECTORS: lambda: by_vectors(texts, pool),
        BOTH: lambda: mixed(by_vectors(texts, pool), by_words(texts)),
        WORDS: lambda: by_words(texts),
    }
    pairs = {
        maker: Pairs.of(wanted, clustered(made, texts, count, maker, pool))
        for maker, made in likeness.items()
    }
    note = f"{len(rows):,} texts, {count} stories; the number of stories is given"
    figures = [
        _figure(f"{one.name}: {name}{maker}", SCORES[name], pairs[maker], pairs[WORDS])
        for maker in (VECTORS, BOTH) for name in SCORES
    ]  # fmt: skip
    return Result(task=one.name, figures=tuple(figures), note=note)


def _figure(name: str, score: Callable[[Pairs], Score], own: Pairs, words: Pairs) -> Figure:
    told = estimate_patterns(np.eye(len(own.often)), own.often, score(own), seed=name)
    beside = float(score(words)(words.often.astype(np.float64)))
    return Figure(name=name, told=told, beside={WORDS: beside})


def by_vectors(texts: Sequence[str], pool: ReadingPool) -> Likeness:
    """Cosines of the reader's vectors."""
    rows = pool.vectors(texts)
    return np.asarray(rows @ rows.T)


def by_words(texts: Sequence[str]) -> Likeness:
    """Cosines of TF-IDF word vectors."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows = TfidfVectorizer(sublinear_tf=True, dtype=np.float32).fit_transform(list(texts))
    return np.asarray((rows @ rows.T).toarray())


def mixed(vectors: Likeness, words: Likeness, share: float = SHARE) -> Likeness:
    """Two likenesses as one: `share` of the words', the rest of the vectors'."""
    return np.asarray((1 - share) * vectors + share * words, dtype=np.float32)


def clustered(
    likeness: Callable[[], Likeness], texts: Sequence[str], count: int, maker: str,
    pool: ReadingPool,
) -> list[int]:  # fmt: skip
    """The cluster of each text, kept from an earlier run where nothing has changed."""
    reader = "" if maker == WORDS else pool.reader.name
    groups: list[int] = kept(
        lambda: grouped(likeness(), count), "clusters", VERSION, maker, reader, texts, count
    )
    return groups


def grouped(likeness: Likeness, count: int) -> list[int]:
    """Average-linkage clusters (Sokal and Michener 1958), as many as asked for."""
    upper = np.triu_indices(len(likeness), 1)
    apart = np.maximum(1.0 - likeness[upper].astype(np.float64), 0.0)
    return [int(group) for group in fcluster(linkage(apart, "average"), count, "maxclust")]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of (wanted, found) cluster that occur, and how often."""

    wanted: npt.NDArray[np.int64]
    found: npt.NDArray[np.int64]
    often: npt.NDArray[np.int64]

    @classmethod
    def of(cls, wanted: Sequence[object], found: Sequence[object]) -> Pairs:
        """Count the pairs of two clusterings."""
        counts = Counter(zip(_numbers(wanted), _numbers(found), strict=True))
        pairs = np.array(sorted(counts), dtype=np.int64)
        return cls(pairs[:, 0], pairs[:, 1], np.array([counts[a, b] for a, b in pairs.tolist()]))


def _numbers(values: Sequence[object]) -> list[int]:
    known = {value: n for n, value in enumerate(dict.fromkeys(values))}
    return [known[value] for value in values]


def _sums(counts: Counts, groups: npt.NDArray[np.int64]) -> Counts:
    """Counts of pairs [..., P] added up by group."""
    return counts @ np.eye(int(groups.max()) + 1)[groups]


def b_cubed(pairs: Pairs) -> Score:
    """B-cubed F1 (Bagga and Baldwin 1998)."""

    def score(counts: Counts) -> Counts:
        n = counts.sum(-1)
        wanted, found = _sums(counts, pairs.wanted), _sums(counts, pairs.found)
        exact = _covered(counts, found[..., pairs.found]) / n
        whole = _covered(counts, wanted[..., pairs.wanted]) / n
        return over(2 * exact * whole, exact + whole)

    return score


def _covered(counts: Counts, sizes: Counts) -> Counts:
    """Each record's share of its cluster that is right, added up."""
    return np.asarray(np.nansum(over(counts**2, sizes), -1))


def mutual_information(pairs: Pairs) -> Score:
    """Normalised mutual information, by the mean of the two entropies."""

    def entropy(counts: Counts) -> Counts:
        shares = counts / counts.sum(-1, keepdims=True)
        each = np.where(shares > 0, shares * np.log(np.maximum(shares, 1e-300)), 0.0)
        return np.asarray(-each.sum(-1))

    def score(counts: Counts) -> Counts:
        wanted = entropy(_sums(counts, pairs.wanted))
        found = entropy(_sums(counts, pairs.found))
        return over(2 * (wanted + found - entropy(counts)), wanted + found)

    return score


def rand(pairs: Pairs) -> Score:
    """The adjusted Rand index (Hubert and Arabie 1985)."""

    def twos(counts: Counts) -> Counts:
        return np.asarray((counts * (counts - 1) / 2).sum(-1))

    def score(counts: Counts) -> Counts:
        n = counts.sum(-1)
        wanted = twos(_sums(counts, pairs.wanted))
        found = twos(_sums(counts, pairs.found))
        by_luck = wanted * found / (n * (n - 1) / 2)
        return over(twos(counts) - by_luck, (wanted + found) / 2 - by_luck)

    return score


def best_match(pairs: Pairs) -> Score:
    """Accuracy under the best one-to-one match of clusters (Kuhn 1955)."""
    size = int(pairs.wanted.max()) + 1, int(pairs.found.max()) + 1

    def one(counts: Counts) -> float:
        table = np.zeros(size)
        table[pairs.wanted, pairs.found] = counts
        return float(table[linear_sum_assignment(table, maximize=True)].sum() / counts.sum())

    def score(counts: Counts) -> Counts:
        flat = counts.reshape(-1, counts.shape[-1])
        return np.array([one(row) for row in flat]).reshape(counts.shape[:-1])

    return score


SCORES: dict[str, Callable[[Pairs], Score]] = {
    "NMI": mutual_information,
    "ARI": rand,
    "B-cubed F1": b_cubed,
    "accuracy": best_match,
}


def main() -> None:
    """Print what each share of words gives on the documents of a folder with splits."""
    folder, reader = Path(sys.argv[1]), Reader(packaged())
    for split in ("train", "dev"):
        rows = rows_of(folder.parent, folder.name, split)
        texts, wanted = [str(row["text"]) for row in rows], [str(row["cluster"]) for row in rows]
        vectors = np.array([reader.read(text).vector for text in texts], dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        alike, words, count = np.asarray(vectors @ vectors.T), by_words(texts), len(set(wanted))
        for share in SHARES:
            pairs = Pairs.of(wanted, grouped(mixed(alike, words, share), count))
            often = pairs.often.astype(np.float64)
            told = "  ".join(f"{name} {float(score(pairs)(often)):.3f}"
                             for name, score in SCORES.items())  # fmt: skip
            print(f"{split} {len(rows)} documents, words {share:.1f}: {told}")


if __name__ == "__main__":
    main()
