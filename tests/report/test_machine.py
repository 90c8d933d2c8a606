"""A story as text for machines: names are marked where they stand free."""

import pytest

from groundswell.report.machine import _link


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Crane and Crane", "{{entity:crane|Crane}} and Crane"),
        ("A crane, “Crane” it said", "A {{entity:crane|crane}}, “Crane” it said"),
        ("On r/Crane it was Crane.", "On r/Crane it was {{entity:crane|Crane}}."),
        ("Crane Two and Crane", "{{entity:crane-two|Crane Two}} and {{entity:crane|Crane}}"),
        ("Crane Two only", "{{entity:crane-two|Crane Two}} only"),
        ("Cranes only", "Cranes only"),
    ],
)
def test_a_name_is_marked_once_outside_quotes_marks_and_communities(text: str, told: str) -> None:
    marks = {"Crane": "entity:crane", "Crane Two": "entity:crane-two"}
    assert _link(text, marks) == told
