"""Which public sets are measured and how their labels meet the reader's; which are not, and why.

Every set with a test split stands either among these, in names.py, clusters.py or phrases.py, or
in NOT_CLAIMED: a folder with another one fails the gate.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quality.readings import TOWARDS

Row = dict[str, Any]
Takes = Mapping[str, tuple[str, ...]]

TONES: Takes = {label: (label,) for label in ("negative", "neutral", "positive")}
TWO_TONES: Takes = {label: (label,) for label in ("negative", "positive")}
SIDES: Takes = {label: (label,) for label in ("against", "none", "favor")}
TONE_OF_SIDE: Takes = {"negative": ("against",), "neutral": ("none",), "positive": ("favor",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceSet:
    """A set with one label a text.

    `asks` is the head that answers, or TOWARDS for the attitude to each row's target. A label of
    the set is as likely as the answers it `takes` together; the likeliest is the reader's.
    `scores` are names in choices.SCORES, the first being the one that parts break down. `lexicon`
    says whether a word list of tones can be compared. `apart` has a baseline trained for each
    target on its own.
    """

    name: str
    folder: str
    asks: str
    takes: Takes
    scores: tuple[str, ...]
    test: str = "test"
    train: str = "train"
    lexicon: bool = False
    apart: bool = False
    note: str = ""
    labels: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", tuple(self.takes))


def _tone(name: str, folder: str, takes: Takes, scores: Sequence[str], note: str = "",
          test: str = "test") -> ChoiceSet:  # fmt: skip
    return ChoiceSet(name=name, folder=folder, asks="sentiment", takes=takes, scores=tuple(scores),
                     lexicon=True, note=note, test=test)  # fmt: skip


DEVELOPER = "sentiment_developer"
NEWS_NOTE = "a development split: the set has no test split"
CHOICES = (
    _tone("sst2", "sentiment/sst2", TWO_TONES, ["accuracy"],
          "the likelier of negative and positive; neutral is set aside"),
    _tone("senti4sd", f"{DEVELOPER}/senti4sd_stackoverflow", TONES, ["macro-F1", "accuracy"],
          "the reader learnt from the training part of this set"),
    _tone("code_reviews", f"{DEVELOPER}/code_reviews",
          {"negative": ("negative",), "neutral": ("neutral", "positive")}, ["macro-F1"],
          "negative against neutral and positive together"),
    _tone("jira_issues", f"{DEVELOPER}/jira_issues", TWO_TONES, ["macro-F1"],
          "the likelier of negative and positive; neutral is set aside"),
    _tone("app_reviews", f"{DEVELOPER}/app_reviews", TONES, ["macro-F1"]),
    _tone("stackoverflow_lin2018", f"{DEVELOPER}/stackoverflow_lin2018", TONES, ["macro-F1"]),
    ChoiceSet(name="acl14", folder="sentiment_target/acl14_twitter", asks=TOWARDS,
              takes=TONE_OF_SIDE, scores=("macro-F1", "accuracy"), lexicon=True,
              note="attitude towards the row's target: against, none, favor"),
    *(ChoiceSet(name=f"newsmtsc_{part}", folder="sentiment_target/newsmtsc", asks=TOWARDS,
                takes=TONE_OF_SIDE, scores=("macro-F1",), test=f"dev_{part}", lexicon=True,
                note=NEWS_NOTE) for part in ("rw", "mt")),
    ChoiceSet(name="emotion", folder="emotion/tweeteval_emotion", asks="emotion",
              takes={label: (label,) for label in ("anger", "joy", "optimism", "sadness")},
              scores=("macro-F1",)),
    ChoiceSet(name="irony", folder="tone/tweeteval_irony", asks="irony",
              takes={"irony": ("irony",), "non_irony": ("plain",)}, scores=("F1 of irony",)),
    ChoiceSet(name="semeval2016", folder="stance/semeval2016_task6a", asks=TOWARDS, takes=SIDES,
              scores=("F1 of both sides by target", "F1 of both sides"), lexicon=True, apart=True),
    ChoiceSet(name="p_stance", folder="stance/p_stance", asks=TOWARDS,
              takes={label: (label,) for label in ("against", "favor")}, lexicon=True,
              scores=("macro-F1 by target", "macro-F1"),
              note="the larger of against and favor; none is set aside"),
    ChoiceSet(name="gwsd", folder="stance/gwsd", asks=TOWARDS, takes=SIDES, scores=("macro-F1",),
              lexicon=True, note="a target of a whole sentence, of a kind the reader never learnt"),
    ChoiceSet(name="sms_spam", folder="authenticity_quality/sms_spam_collection", asks="spam",
              takes={"ham": ("ham",), "spam": ("spam",)}, scores=("F1 of spam",)),
)  # fmt: skip

NOT_CLAIMED: Mapping[str, str] = {
    "authenticity_quality/aidev_agent_pr_bodies": "who wrote a text is never labelled",
    "authenticity_quality/aidev_pr_titles": "who wrote a text is never labelled",
    "change_detection/nab": "series, not texts: detectors are tested on the demo world",
    "entity_linking/*": "names are matched to the desk's entities, not to an encyclopaedia",
    "factual_consistency/*": "claims are recounted from rows, not judged by a reader",
    "pii/presidio_synth_v2": "addresses and numbers are masked by pattern; see mask.py",
    "tone/toxicr_code_review": "offence and toxicity are not labelled",
    "tone/tweeteval_offensive": "offence and toxicity are not labelled",
}
"""Sets by folder, `*` for all of a task, and why the reader is not measured on them."""


def rows_of(bench: Path, folder: str, split: str) -> list[Row]:
    """The rows of one split."""
    with gzip.open(bench / folder / f"{split}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def unplaced(bench: Path, measured: Sequence[str]) -> list[str]:
    """Sets with a test split that are neither measured nor said not to be."""
    found = [path.parent for path in sorted(bench.glob("*/*/test.jsonl.gz"))]
    names = [f"{path.parent.name}/{path.name}" for path in found]
    return [name for name in names if name not in measured and not _said(name)]


def _said(name: str) -> bool:
    return bool({name, f"{name.partition('/')[0]}/*"} & NOT_CLAIMED.keys())
