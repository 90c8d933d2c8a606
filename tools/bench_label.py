"""How fast records are labelled: the whole stage, its encoder, its cascade, and a usual stack.

    python tools/bench_label.py CORPUS [--records N] [--rounds N] [--texts N] [--only PART ...]
                                       [--reader FILE]

Everything is a ratio inside one run, in rounds that take turns, medians over the rounds; rates of
one process are per second of its own processor time, so that other work on the machine does not
count. Run it with OPENBLAS_NUM_THREADS=1, as `make bench-label` does. The environment variable
STACK_PYTHON may name a Python that has PyTorch.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import onnxruntime
from drawn import draw, save
from firehose_check import read_a_firehose
from graphs import MINILM
from resident import Resident
from workbench import PROGRAM, ROOT, copy_state, rows, scratch, table

from groundswell.cli.state import now
from groundswell.desk import Desk, ReaderSpec
from groundswell.gather import gather_file
from groundswell.label import label
from groundswell.label.reader import Reader, packaged
from groundswell.store import Store, open_store
from groundswell.store.copies import lead_of
from groundswell.store.desks import save_desk
from groundswell.types import content_hash
from groundswell.types.reading import TOWARDS
from groundswell.types.record import join_body

SQUARE = 1024  # of the matrices whose product is the machine's arithmetic limit
Line = tuple[str, ...]
HEAD: Line = ("what", "here", "ratio", "target")


@dataclass(kw_only=True)
class Round:
    """What one round measured: seconds of processor time, and the most arithmetic a second."""

    records: int
    texts: int
    tokens: int
    flops: float
    stage: float
    wall: float
    encoder: float
    limit: float


@dataclass
class Work:
    """One run: records, desk and reader, the folder, what was asked for, what was found."""

    drawn: Sequence[bytes]
    desk: Desk
    reader: Path
    folder: Path
    rounds: int
    texts: int
    lines: list[Line] = field(default_factory=list)
    done: set[str] = field(default_factory=set)  # contents read in earlier rounds

    @property
    def state(self) -> Path:
        """The state that the first part labels and the others look into."""
        return self.folder / "one.db"

    def open(self, path: Path) -> Store:
        """A store of this run."""
        return open_store(path, clock=now)

    def save_desk(self) -> Path:
        """The desk as a folder that names the reader."""
        folder = shutil.copytree(self.desk.folder, self.folder / "desk")
        told = (folder / "desk.toml").read_text("utf-8")
        path = json.dumps(str(self.reader.resolve()))
        (folder / "desk.toml").write_text(f"{told}\n[reader]\npath = {path}\n", "utf-8")
        return folder

    def say(self, *line: str) -> None:
        """Add a line to the table."""
        self.lines.append((*line, *[""] * (len(HEAD) - len(line))))


def stage(work: Work) -> None:
    """The whole stage beside its encoder, by one process, a share of the records each round."""
    share = -(-len(work.drawn) // work.rounds)
    read, made = 0, []
    with work.open(work.state) as store:
        save_desk(store, work.desk)
        label(store, work.desk)  # so that the desk's own texts are read before anything is timed
        for n in range(0, len(work.drawn), share):
            archive = save(work.folder / f"part{n}.ndjson", work.drawn[n : n + share])
            gather_file(store, archive, form="ndjson")
            made.append(one_round(work, store))
            read += made[-1].texts
        tell_stage(work, made)
        begun = time.process_time()
        label(store, work.desk)
        work.say("  starting up, in each round", f"{time.process_time() - begun:.1f} s")
        tell_avoided(work, store, read)


def one_round(work: Work, store: Store) -> Round:
    """Label what came in; then let the encoder alone read the same pieces."""
    begun, used = time.perf_counter(), time.process_time()
    count = label(store, work.desk)
    wall, spent = time.perf_counter() - begun, time.process_time() - used
    reader = Reader(work.reader)
    texts, names = fresh(work, store, reader.name)
    given = [reader._tokens(text)[0] for text in (*texts, *names)]
    limits, used = [limit()], 0.0
    for n, one in enumerate(given):
        begun_one = time.process_time()
        reader._session.run(reader._outputs, one)
        used += time.process_time() - begun_one
        if n % 200 == 0:
            limits.append(limit())
    sizes = [one["ids"].shape[1] for one in given]
    return Round(
        records=count.labelled, texts=len(texts), tokens=sum(sizes[: len(texts)]), stage=spent,
        wall=wall, flops=float(sum(map(MINILM.flops, sizes))), encoder=used,
        limit=statistics.median(limits),
    )  # fmt: skip


def fresh(work: Work, store: Store, reader: str) -> tuple[list[str], list[str]]:
    """The texts that were read in this round, in no particular order, and the names that the reader
    was asked about in them, each of which it reads once a round."""
    bodies = {content: (body, outputs) for content, body, outputs in read_texts(store.path, reader)
              if content not in work.done}  # fmt: skip
    work.done |= bodies.keys()
    asked = {name for _, outputs in bodies.values() for name in json.loads(outputs)
             if name.startswith(TOWARDS)}  # fmt: skip
    names = [name.removeprefix(TOWARDS) for name in sorted(asked)]
    return [body for body, _ in bodies.values()], names


def read_texts(state: Path, reader: str) -> Iterator[tuple[str, str, str]]:
    """Content hash, words and answers of every record's words that were read."""
    sql = (
        "SELECT r.content, r.title, r.text, g.outputs FROM records r "
        f"JOIN readings g ON g.content = r.content AND g.reader = '{reader}' "
        "GROUP BY r.content ORDER BY r.content"
    )
    for content, title, text, outputs in rows(state, sql):
        yield content, join_body(title, text), outputs


_LEFT = np.random.default_rng(1).random((SQUARE, SQUARE), np.float32)


def limit() -> float:
    """Floating-point operations a second of a large float32 product on one core."""
    used = time.process_time()
    _LEFT @ _LEFT
    return 2 * SQUARE**3 / (time.process_time() - used)


def median(made: Sequence[Round], of: Callable[[Round], float]) -> float:
    """The median over rounds of a ratio."""
    return statistics.median(of(one) for one in made)


def tell_stage(work: Work, made: Sequence[Round]) -> None:
    """Rates of the stage, and what of it the encoder is."""
    total = sum(one.records for one in made)
    rate = median(made, lambda r: r.records / r.stage)
    work.say("all layers, one core", f"{rate:,.0f} records/s", "1.00", "")
    pieces = median(made, lambda r: r.tokens / r.stage)
    work.say("", f"{pieces:,.0f} tokens/s", "", "")
    work.say("  by the clock", f"{total / sum(r.wall for r in made):,.0f} records/s")
    alone = median(made, lambda r: r.records / r.encoder)
    work.say("encoder alone", f"{alone:,.0f} records/s", f"{alone / rate:.2f}")
    work.say("stage / encoder alone", "", f"{median(made, lambda r: r.encoder / r.stage):.0%}",
             ">= 85%")  # fmt: skip
    work.say("around the encoder, of its time", "",
             f"{median(made, lambda r: r.stage / r.encoder - 1):.0%}", "< 15%")  # fmt: skip
    share = median(made, lambda r: r.flops / r.encoder / r.limit)
    top = median(made, lambda r: r.limit) / 1e9
    work.say("encoder / float32 limit", f"{top:,.0f} Gflop/s", f"{share:.0%}", ">= 95%")


def tell_avoided(work: Work, store: Store, read: int) -> None:
    """How many readings were not needed, and why."""
    kept = rows(store.path, "SELECT DISTINCT record_id FROM annotations WHERE layer = 'sentiment' "
                f"AND seq_to = {2**63 - 1}")  # fmt: skip
    total = rows(store.path, "SELECT COUNT(*) FROM labelled")[0][0]
    copies = 0
    for row in store.rows("fingerprint_links"):
        lead = None if row["lead"] else lead_of(store, row["record_id"])
        own = lead and store.one("current_record", id=row["record_id"])
        copies += bool(lead and own and lead["content"] != own["content"])
    same = len(kept) - copies - read
    work.say(f"of {total:,} records", f"{read:,} read", f"{read / total:.1%}")
    work.say("  not in its language", f"{total - len(kept):,}", f"{1 - len(kept) / total:.1%}")
    work.say("  same words, kept reading", f"{same:,}", f"{same / total:.1%}")
    work.say("  nearly the same, uncounted", f"{copies:,}", f"{copies / total:.1%}")


def workers(work: Work) -> None:
    """One process and two by the clock, starting up included: how fast, and how much memory."""
    with work.open(work.folder / "two.db") as store:
        save_desk(store, work.desk)
        label(store, work.desk)
        gather_file(store, save(work.folder / "all.ndjson", work.drawn), form="ndjson")
    desk = work.save_desk()
    taken: dict[int, list[float]] = {1: [], 2: []}
    most = Resident()
    for processes in (1, 2, 1, 2):  # in turns, since what else runs here changes
        state = copy_state(work.folder / "two.db", work.folder / f"{processes}-{len(taken[1])}")
        line = [str(PROGRAM), "label", "--desk", str(desk), "--state", str(state),
                "--processes", str(processes)]  # fmt: skip
        begun = time.perf_counter()
        process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        watch = threading.Thread(target=most.watch, args=(process.pid,)) if processes == 2 else None
        if watch:
            watch.start()
        _, told = process.communicate()
        if process.returncode:
            raise SystemExit(f"{' '.join(line)}: exited {process.returncode}\n{told.decode()}")
        taken[processes].append(time.perf_counter() - begun)
        if watch:
            watch.join()
    tell_workers(work, taken, tokens_read(Reader(work.reader), state), most)


def tokens_read(reader: Reader, state: Path) -> int:
    """How many pieces the texts have that were read for a state."""
    return sum(len(reader._pieces(body)[0]) for _, body, _ in read_texts(state, reader.name))


def tell_workers(
    work: Work, taken: Mapping[int, Sequence[float]], tokens: int, most: Resident
) -> None:
    """What one process and two made of it."""
    seconds = {processes: statistics.median(times) for processes, times in taken.items()}
    for processes, name in ((1, "label, one process, by the clock"), (2, "label, two processes")):
        rate = len(work.drawn) / seconds[processes]
        work.say(name, f"{rate:,.0f} records/s", f"{seconds[1] / seconds[processes]:.2f}")
        work.say("", f"{tokens / seconds[processes]:,.0f} tokens/s")
    work.say("two workers, resident", most.told_workers(), "", "< 600 MB")
    work.say("  with the process that writes", most.told_all())


def stack(work: Work) -> None:
    """The reader against the models a user would otherwise put together."""
    reader = Reader(work.reader)
    bodies = stratified(work, reader)
    given = {"bodies": bodies, "pieces": [reader._pieces(b)[0] for b in bodies],
             "reader": str(work.reader)}  # fmt: skip
    path = work.folder / "texts.json"
    path.write_text(json.dumps(given), "utf-8")
    python = os.environ.get("STACK_PYTHON") or sys.executable
    known = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"}
    line = [python, str(ROOT / "tools" / "stack.py"), str(path), "--rounds", str(work.rounds)]
    told = subprocess.run(line, env=known, capture_output=True, text=True, check=False)
    if told.returncode:
        raise SystemExit(f"{' '.join(line)}: exited {told.returncode}\n{told.stderr}")
    found = json.loads(told.stdout)
    tell_stack(work, found["times"], len(bodies))
    work.say("  weights of the four models:", "random, in the true sizes: right for speed only")
    work.say("  made with:", found["versions"])
    if found["no_fast"]:
        print(f"no fast profile: {found['no_fast']}")
    if not found["torch"]:
        work.say(
            "  PyTorch is left out:", "this Python lacks it; `make quality-probes` sets up one"
        )


def stratified(work: Work, reader: Reader) -> list[str]:
    """Texts of every length: one from each of so many equal parts by number of pieces."""
    bodies = {}
    for line in work.drawn:
        row = json.loads(line)
        body = join_body(row.get("title") or "", row.get("text") or "")
        bodies[content_hash(body)] = body
    sized = sorted((len(reader._pieces(body)[0]), mark) for mark, body in bodies.items())
    count = min(work.texts, len(sized))
    return [bodies[sized[(2 * n + 1) * len(sized) // (2 * count)][1]] for n in range(count)]


def tell_stack(work: Work, times: dict[str, list[float]], count: int) -> None:
    """Ratios of each round, and their medians."""
    from stack import TIMES

    own = times["reader"]
    work.say(
        f"reader, {count} texts", f"{1000 * statistics.median(own) / count:.1f} ms a text", "1.0"
    )
    for what, target, fast in (("torch fp32", "35", "65"), ("ORT int8", "18", ""),
                               ("ORT fp32", "", "")):  # fmt: skip
        parts = {name: times.get(f"{name}, {what}") for name in TIMES}
        if not all(parts.values()):
            continue
        sums = [
            sum(n * (parts[name] or [])[k] for name, n in TIMES.items()) for k in range(len(own))
        ]
        cost = f"{1000 * statistics.median(sums) / count:.1f} ms a text"
        work.say(f"four models, {what}", cost, ratio(sums, own), target and f">= {target}")
        if quick := times.get("reader, fast"):
            work.say("  against the fast profile", "", ratio(sums, quick), fast and f">= {fast}")


def ratio(many: Sequence[float], few: Sequence[float]) -> str:
    """The median of ratios."""
    return f"{statistics.median(a / b for a, b in zip(many, few, strict=True)):.1f}"


def firehose(work: Work) -> None:
    """What the cascade costs and leaves out; labels the records first, if that was not measured."""
    with work.open(work.state) as store:
        if not store.rows("fingerprint_records"):
            gather_file(store, save(work.folder / "all.ndjson", work.drawn), form="ndjson")
            label(store, work.desk)
        for line in read_a_firehose(store, work.desk, work.folder):
            work.say(*line)


def asked() -> Iterator[str]:
    """What of the machine matters to these figures."""
    yield f"ONNX Runtime {onnxruntime.__version__}, NumPy {np.__version__}, {os.cpu_count()} cores"
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        raise SystemExit("set OPENBLAS_NUM_THREADS=1, or the limit is that of several cores; "
                         "`make bench-label` does")  # fmt: skip


PARTS: dict[str, Callable[[Work], None]] = {
    "stage": stage, "workers": workers, "firehose": firehose, "stack": stack,
}  # fmt: skip


def main() -> int:
    """Measure what was asked for and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", type=int, default=64)
    parser.add_argument(
        "--reader", type=Path, default=packaged(), help="instead of the packaged one"
    )
    parser.add_argument("--only", choices=[*PARTS], action="append", default=[])
    given = parser.parse_args()
    print("\n".join(asked()), flush=True)
    wanted = given.only or [*PARTS]
    with scratch("bench-label") as folder:
        spec = ReaderSpec(options={"path": str(given.reader)})
        desk = replace(Desk.load(ROOT / "desks" / "ai"), reader=spec)
        work = Work(draw(given.corpus, given.records), desk, given.reader, folder, given.rounds,
                    given.texts)  # fmt: skip
        for name in [part for part in PARTS if part in wanted]:
            before = len(work.lines)
            PARTS[name](work)
            if made := work.lines[before:]:
                print(table([HEAD, *made]) + "\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
