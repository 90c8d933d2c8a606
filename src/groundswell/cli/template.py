"""The commented desk that `groundswell init` writes."""

from __future__ import annotations

from pathlib import Path

from groundswell.desk import slugged

DESK = """\
# A desk is what one newsroom watches. Everything here is editorial; read it like prose.
# After a change run `groundswell check`: it names file, table and key of a mistake.
name = "{name}"      # names the state file: .groundswell/{name}.db
title = "{title}"
topic = "{topic}"
languages = ["en"]   # read in full; other languages get language, duplicates and names only

# A fixed clock, for archives that end in the past. Without it the clock is now.
# clock = 2026-02-13T06:00:00Z

# Who answers for this desk. Needed to ask live sources, to publish, or to serve beyond this machine.
# Remove the marks and fill it in; platforms are told contact and url with every request.
# [operator]
# name = "Name of the person or body responsible"
# contact = "an address that somebody reads"
# url = "https://a page that says what you read and how to ask you to stop"
# purpose = "Why this is collected, in one sentence"

# What this desk may use of the machine and the network.
# [limits]
# max_disk = "20 GB"
# max_bandwidth = "1 MB"     # a second
# lan = ["10.20.0.0/16"]     # private networks that may be read; none otherwise
"""

BEATS = """\
# A beat is what a story can be about. It is taught by a description and examples: write them as
# people would, in different voices. Ten minutes here decide how well records are filed.

[[beat]]
slug = "{slug}"
name = "{title}"
description = "Posts and articles about {topic}: what it is, who makes it, who uses it, what it does to people."
keywords = [{keywords}]   # words that usually mean this beat
exclusions = []           # phrases that look like it and are not
examples = [              # eight or so invented posts, 10 to 40 words each
  "Has anyone here tried {topic}? Looking for honest experiences, good and bad.",
  "Everything that was announced about {topic} this week, in one thread.",
  "I have worked with {topic} for years and this change worries me.",
  "{title}: what the new rules mean for the rest of us",
]
counterexamples = []

# What belongs to the desk at all, and what does not.
[relevance]
description = "Anything about {topic}."
examples = ["A question about {topic} from somebody new to it."]
offtopic = [              # posts your sources carry that are not about your topic
  "What is everyone cooking tonight? I have two aubergines and no plan.",
  "Full-time score: two all, and the referee will not sleep well.",
  "My bicycle was stolen outside the library, please keep an eye out.",
  "Moving flat at the weekend, does anybody have boxes to spare?",
  "The trains are late again and it is not even raining.",
]
"""

ENTITIES = """\
# Names that count as the same thing wherever they are said. Types: person, organization, state,
# government, product, technology, legislation, concept.
#   aliases  every spelling that counts; letter case is ignored unless case = true
#   dated    names that held for a time: {{ alias = "Old Name", to = 2026-01-26 }}
#   context  for ambiguous names: one of these words must stand in the same record
#   not      phrases in which the name means something else
#   public   a public figure, who may be named; everyone else is quoted without a name

[[entity]]
slug = "{slug}"
name = "{title}"
type = "concept"
aliases = [{keywords}]
"""

COMMUNITIES = """\
# Where people talk. The name is what stands in the records; `population` is the plain phrase that
# stories use for it. quote = "never" for health, support, minors, sexuality, faith, union and
# job-loss groups; communities under 100 active authors are never quoted either.
# kind: forum, microblog, code, list, video, papers, outlet, blog, reviews, news.

# [[community]]
# slug = "r-example"
# name = "r/example"
# source = "reddit"
# kind = "forum"
# population = "r/example, a Reddit forum about examples"

# Outlets of one owner count once in coverage.
# [[outlet]]
# slug = "example-times"
# name = "Example Times"
# domain = "times.example"
# owner = "Example Group"
"""

SOURCES = """\
# What `groundswell run` gathers. Files can also be given to `groundswell import FILE...`.

# [[source]]
# name = "archive"
# kind = "archive"
# path = "records.ndjson.gz"   # relative to this folder
"""

HYPOTHESES = """\
# Something you expect, written down before looking. Each obligation ends as proven, refuted or one
# of: not collected, too few people, could not tell, no difference larger than d.

# [[hypothesis]]
# slug = "my-hypothesis"
# title = "..."
# subject = "{slug}"          # an entity slug
# registered = 2026-01-01
# statement = "..."
#
# [[hypothesis.obligation]]
# kind = "coverage"
# question = "Did at least four independent outlets write about it?"
# outlets = 4
"""

FILES = {
    "desk.toml": DESK,
    "beats.toml": BEATS,
    "entities.toml": ENTITIES,
    "communities.toml": COMMUNITIES,
    "sources.toml": SOURCES,
    "hypotheses.toml": HYPOTHESES,
}


def write_desk(folder: Path, topic: str) -> None:
    """Write a commented desk on a topic; it loads as it stands."""
    topic = " ".join(topic.replace('"', "'").replace("\\", " ").split()) or "anything"
    slug = "-".join(filter(None, slugged(topic).replace(".", "-").split("-")))[:40].strip("-")
    words = {
        "topic": topic,
        "title": topic[:1].upper() + topic[1:],
        "slug": slug or "topic",
        "name": slug or "desk",
        "keywords": f'"{topic}"',
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, template in FILES.items():
        (folder / name).write_text(template.format(**words), "utf-8")
