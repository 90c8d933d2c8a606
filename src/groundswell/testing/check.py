"""What a check is, and how to run many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

Check = tuple[str, Callable[[], None]]
Checks = Iterator[Check]


def run_checks(checks: Iterable[Check]) -> list[str]:
    """Run every check; return their names. AssertionError names all that failed, and why.

    >>> run_checks([("adds up", lambda: None)])
    ['adds up']
    """
    names, faults = [], []
    for name, check in checks:
        names.append(name)
        try:
            check()
        except AssertionError as problem:
            faults.append(f"{name}: {problem}")
        except BaseException as problem:
            problem.add_note(f"in the check {name!r}")
            raise
    assert not faults, "\n".join([f"{len(faults)} of {len(names)} checks failed", *faults])
    assert names, "there was nothing to check"
    return names


def named(plugin: object, *names: str) -> Check:
    """The check that a plugin says who it is: every named attribute is a plain word."""

    def check() -> None:
        for name in names:
            value = getattr(plugin, name, None)
            assert isinstance(value, str), f"{name} is not text: {value!r}"
            assert value, f"{name} is empty"
            assert not set(value) & set(" /@:"), f"{name} is no plain word: {value!r}"

    return f"says its {' and '.join(names)}", check
