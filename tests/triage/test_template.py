from __future__ import annotations

from datetime import timedelta

import pytest

from groundswell.errors import UsageError
from groundswell.measure.tickets.template import (
    filled,
    inferred,
    lacks,
    read_templates,
    sections,
    template_of,
)

FORM = """
name: Report
body:
  - type: markdown
    attributes: {value: "Thanks!"}
  - type: textarea
    attributes: {label: "What happened?"}
    validations: {required: true}
  - type: input
    attributes: {label: Version}
    validations: {required: true}
  - type: textarea
    attributes: {label: Log}
"""
MARKDOWN = """---
name: Change
---
## What it does

<!-- in a sentence -->

## How it was tried

- Boat: [e.g. a skiff]

## Anything else (optional)
"""


@pytest.fixture
def form():
    return template_of("report.yml", FORM, "issue")


def body(happened="It sank.", version="2.4", log="_No response_"):
    return f"### What happened?\n\n{happened}\n\n### Version\n\n{version}\n\n### Log\n\n{log}"


def test_a_form_asks_for_its_required_fields(form):
    assert [(one.heading, one.required) for one in form.parts] == [
        ("What happened?", True),
        ("Version", True),
        ("Log", False),
    ]


def test_what_is_empty_or_missing_is_named(form, ticket):
    tickets = [
        ticket(1, text=body()),
        ticket(2, text=body(version="_No response_")),
        ticket(3, text=body(happened="...", version="-")),
        ticket(5, text=body(version=""), bot=True),
        ticket(6, text=body(version=""), closed=ticket().opened),
    ]
    assert [(one.ticket.number, one.parts) for one in lacks(tickets, [form])] == [
        (2, ("Version",)),
        (3, ("What happened?", "Version")),
    ]


def test_headings_of_their_own_belong_to_the_text_below(form, ticket):
    text = body(happened="## Steps\n\n1. cast off\n\n```sh\n# Version 2\n```")
    assert lacks([ticket(1, text=text)], [form]) == []


def test_a_code_block_that_never_ends_hides_nothing(form, ticket):
    assert lacks([ticket(1, text=body(happened="```sh\nrow --fast"))], [form]) == []


def test_line_breaks_may_be_lost(form, ticket):
    flat = " ".join(body(version="_No response_").split())
    (one,) = lacks([ticket(1, text=flat)], [form])
    assert one.parts == ("Version",)


def test_words_above_the_first_heading_may_stand_for_a_part(form, ticket):
    text = "It sank when I cast off at noon.\n\n### Version\n\n2.4\n\n### Log\n\nnone"
    assert lacks([ticket(1, text=text)], [form]) == []


def test_a_ticket_without_the_template_is_named_where_most_follow_it(form, ticket):
    tickets = [ticket(n, text=body()) for n in range(1, 9)] + [ticket(9, text="It sank!")]
    (one,) = lacks(tickets, [form])
    assert (one.ticket.number, one.parts) == (9, ())
    assert lacks([*tickets[5:], ticket(10, text="Help"), ticket(11, text="?")], [form]) == []


def test_markdown_hints_are_not_answers():
    made = template_of("pull_request_template.md", MARKDOWN, "change")
    assert [(one.heading, one.required) for one in made.parts] == [
        ("What it does", True),
        ("How it was tried", True),
        ("Anything else", False),
    ]
    assert not filled("- Boat: [e.g. a skiff]", made.parts[1].hint)
    assert filled("- Boat: a punt", made.parts[1].hint)
    assert filled("![a picture](https://example.org/x.png)")


def test_sections_take_what_stands_between_known_headings():
    text = "**Steps** 1. row\n## Own\nmore\n**Version:** 2"
    assert sections(text, ["Steps", "Version"]) == {"Steps": "1. row\n## Own\nmore", "Version": "2"}


def test_templates_are_inferred_from_what_tickets_share(ticket, start):
    bug = [
        ticket(
            n,
            text=body(
                happened=f"Boat {n} sank.", version=f"2.{n}", log="x" if n % 3 else "_No response_"
            ),
        )
        for n in range(1, 20)
    ]
    wish = [ticket(n, text=f"## Wish\n\nA bell {n}.\n\n## Why\n\nFog {n}.") for n in range(30, 45)]
    first, second = inferred([*bug, *wish])
    assert [(one.heading, one.required) for one in first.parts] == [
        ("What happened?", True),
        ("Version", True),
        ("Log", False),
    ]
    assert [one.heading for one in second.parts] == ["Wish", "Why"]
    assert first.inferred
    assert first.since == start + timedelta(hours=1)
    late = ticket(50, text=body(version="_No response_"))
    assert [one.parts for one in lacks([*bug, *wish, late], [first, second])] == [("Version",)]


def test_few_tickets_share_nothing(ticket):
    assert inferred([ticket(n, text=body()) for n in range(1, 6)]) == []


def test_a_github_folder_is_read(tmp_path):
    (tmp_path / "ISSUE_TEMPLATE").mkdir()
    (tmp_path / "ISSUE_TEMPLATE" / "report.yml").write_text(FORM)
    (tmp_path / "ISSUE_TEMPLATE" / "config.yml").write_text("blank_issues_enabled: false\n")
    (tmp_path / "PULL_REQUEST_TEMPLATE.md").write_text(MARKDOWN)
    found = {one.name: one.kind for one in read_templates(tmp_path)}
    assert found == {"report": "issue", "PULL_REQUEST_TEMPLATE": "change"}
    with pytest.raises(UsageError, match="no template"):
        read_templates(tmp_path / "ISSUE_TEMPLATE" / "config.yml")
    (tmp_path / "ISSUE_TEMPLATE" / "report.yml").write_text("a: [")
    with pytest.raises(UsageError, match="not YAML"):
        read_templates(tmp_path)
