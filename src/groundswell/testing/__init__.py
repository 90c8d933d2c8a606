"""Checks that every plugin must pass, for outsiders' plugins as for our own.

Each function takes a plugin and something to feed it, and yields (name, check) pairs; a check
raises AssertionError. In pytest:

    @pytest.mark.parametrize(("name", "check"), detector_checks(MyDetector(), noise()))
    def test_my_detector(name, check):
        check()

`run_checks` runs them all and says which failed.
"""

from groundswell.testing.archives import archive_checks
from groundswell.testing.check import Check, Checks, run_checks
from groundswell.testing.claims import claim_checks
from groundswell.testing.detectors import detector_checks
from groundswell.testing.labels import annotator_checks, linker_checks
from groundswell.testing.noise import noise
from groundswell.testing.pages import page_checks
from groundswell.testing.readers import part_checks, reader_checks
from groundswell.testing.sources import source_checks
from groundswell.testing.stories import Case, verifier_checks, writer_checks

__all__ = [
    "Case",
    "Check",
    "Checks",
    "annotator_checks",
    "archive_checks",
    "claim_checks",
    "detector_checks",
    "linker_checks",
    "noise",
    "page_checks",
    "part_checks",
    "reader_checks",
    "run_checks",
    "source_checks",
    "verifier_checks",
    "writer_checks",
]
