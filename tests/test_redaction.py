"""A credential that stands in a file is shortened wherever the file is quoted."""

from __future__ import annotations

import pytest

from checker.actions.activity import Activities, Activity
from checker.actions.redaction import is_literal, redaction_of, shortened
from tests.samples import activity, missed

FAKE = "visibly-fake-password"


def leaking(credential: str, seen: str) -> Activity:
    return activity(
        "publish",
        "twine",
        target="pypi",
        credential=credential,
        seen=seen,
        via=(f"make upload P={credential}", seen),
        masked=f"|| echo {credential}",
        destinations={"push": (f"https://me:{credential}@index.example/",)},
        notes=(f"P is {credential}",),
    )


def test_the_credential_is_gone_from_every_field() -> None:
    other = activity("lint", "ruff", seen=f"ruff check # {FAKE}")
    near = missed("publish", f"echo prints {FAKE}", f"echo {FAKE}")
    found = Activities((leaking(FAKE, f"twine upload -p {FAKE}"), other), (near,))
    clean = redaction_of(found).activities(found)
    assert FAKE not in repr(clean)
    assert clean.found[0].seen == "twine upload -p vis…"
    assert clean.found[0].credential == "vis…"


def test_a_secret_is_not_a_literal_and_nothing_changes() -> None:
    found = Activities((leaking("⟦secrets.TOKEN⟧", "twine upload -p $TOKEN"),))
    assert redaction_of(found).activities(found) is found


def test_a_very_short_credential_is_taken_out_as_a_word_only() -> None:
    found = Activities((leaking("up", "twine upload -p up"),))
    assert redaction_of(found).activities(found).found[0].seen == "twine upload -p …"


def test_redaction_shows_nothing_itself_and_may_be_repeated() -> None:
    redaction = redaction_of(Activities((leaking(FAKE, "x"),)))
    assert FAKE not in repr(redaction)
    assert redaction.clean(redaction.clean(f"a {FAKE} b")) == "a vis… b"


def test_one_credential_inside_another_is_no_leak() -> None:
    found = Activities((leaking("fake", "x"), leaking("fake-and-longer", "y")))
    assert redaction_of(found).clean("fake-and-longer fake") == "fak… fak…"


@pytest.mark.parametrize(
    ("credential", "shown"),
    [("", "…"), ("ab", "…"), ("abc", "…"), ("abcd", "abc…"), ("abc…", "abc…")],
)
def test_at_most_three_characters_are_shown(credential: str, shown: str) -> None:
    assert shortened(credential) == shown


def test_what_holds_an_unknown_part_is_no_literal() -> None:
    assert is_literal("abc")
    assert not is_literal("")
    assert not is_literal("pypi-⟦secrets.TOKEN⟧")
