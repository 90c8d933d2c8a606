"""The quality gate: what the packaged reader gets right, beside baselines, against pinned floors.

    python tools/quality FOLDER [--only NAME] [--reader PATH] [--show] [--write-floors]
    python tools/quality FOLDER --fast [--only NAME] [--reader PATH]

FOLDER holds bench/ (public benchmarks), gold/labels.jsonl and gold/train.jsonl (labels of a large
language model) and corpus/ (the records they label). Modules are imported as `quality.scores` and
so on, with `tools/` on the path.

Nothing is chosen here: no threshold, offset or weight of the reader depends on what is measured.
"""
