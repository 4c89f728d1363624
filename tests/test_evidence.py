"""Evidence is made when needed, once, and by functions that agree about its type."""

from __future__ import annotations

import threading

import pytest

from checker import evidence
from checker.evidence import Evidence, Unavailable, needs, provides
from checker.target import Target

HERE = Target(folder=".")


@pytest.fixture(autouse=True)
def _no_providers_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_providers", dict(evidence._providers))


def test_a_parameter_names_the_evidence_it_needs() -> None:
    @provides
    def length(target: Target) -> int:
        return len(target.folder)

    def twice(length: int, target: Target) -> str:
        return target.folder + str(2 * length)

    assert Evidence(Target(folder="abc")).call(twice) == "abc6"


def test_evidence_is_made_once_and_only_when_asked_for() -> None:
    made: list[str] = []

    @provides
    def colour() -> str:
        made.append("colour")
        return "blue"

    @provides
    def sound() -> bytes:
        made.append("sound")
        return b""

    def first(colour: str) -> str:
        return colour

    case = Evidence(HERE)
    assert [case.call(first), case.call(first)] == ["blue", "blue"]
    assert made == ["colour"]


def test_given_evidence_replaces_its_provider() -> None:
    @provides
    def limit() -> int:
        return 1

    def show(limit: int) -> int:
        return limit

    assert Evidence(HERE, limit=7).call(show) == 7


def test_an_outage_is_remembered_and_reaches_all_that_need_it() -> None:
    asked: list[int] = []

    @provides
    def answer() -> int:
        asked.append(1)
        raise Unavailable("the answer", "503", "try again in a minute")

    @provides
    def report(answer: int) -> str:
        return str(answer)

    def use(report: str) -> str:
        return report

    case = Evidence(HERE)
    for _ in range(3):
        with pytest.raises(Unavailable, match="503: try again in a minute"):
            case.call(use)
    assert len(asked) == 1


def test_pieces_that_do_not_need_each_other_are_made_at_the_same_time() -> None:
    both_are_here = threading.Barrier(2, timeout=30)

    @provides
    def left() -> int:
        return both_are_here.wait()

    @provides
    def right() -> int:
        return both_are_here.wait()

    @provides
    def total(left: int, right: int) -> str:
        return f"{left + right}"

    def shown(total: str) -> str:
        return total

    case = Evidence(HERE)
    case.gather([shown])
    assert case.call(shown) == "1"


def test_gathering_makes_a_piece_after_what_it_needs_and_once() -> None:
    made: list[str] = []

    @provides
    def bottom() -> int:
        made.append("bottom")
        return 1

    @provides
    def middle(bottom: int) -> float:
        made.append("middle")
        return bottom + 0.5

    @provides
    def unasked() -> bytes:
        made.append("unasked")
        return b""

    def upper(middle: float, bottom: int) -> float:
        return middle + bottom

    case = Evidence(HERE)
    case.gather([upper, upper], workers=1)
    case.gather([upper])
    assert (case.call(upper), made) == (2.5, ["bottom", "middle"])


def test_an_outage_does_not_stop_the_gathering_of_the_rest() -> None:
    @provides
    def silent() -> int:
        raise Unavailable("the package", "PyPI answered 503")

    @provides
    def answering() -> str:
        return "here"

    def needs_silent(silent: int) -> int:
        return silent

    def needs_answering(answering: str) -> str:
        return answering

    case = Evidence(HERE)
    case.gather([needs_silent, needs_answering])
    assert case.call(needs_answering) == "here"
    with pytest.raises(Unavailable, match="503"):
        case.call(needs_silent)


def test_a_function_that_takes_an_outage_too_is_called_with_it() -> None:
    @provides
    def silent() -> int:
        raise Unavailable("the package", "PyPI answered 503")

    @provides
    def shelf(silent: int | Unavailable) -> str:
        return f"{silent}"

    def shown(shelf: str) -> str:
        return shelf

    case = Evidence(HERE)
    case.gather([shown])
    assert case.call(shown) == "PyPI answered 503"
    assert Evidence(HERE, silent=7).call(shown) == "7"


def test_the_type_beside_an_outage_is_checked_like_any_other() -> None:
    @provides
    def size() -> int:
        return 1

    def confused(size: str | Unavailable) -> str:
        return f"{size}"

    with pytest.raises(TypeError, match="asks for 'size' as str, but its provider returns int"):
        needs(confused)


def test_what_is_wrong_with_the_target_is_raised_by_gathering() -> None:
    @provides
    def folder() -> int:
        raise ValueError("there is no such folder")

    def wanted(folder: int) -> int:
        return folder

    with pytest.raises(ValueError, match="no such folder"):
        Evidence(HERE).gather([wanted])


def test_a_parameter_nobody_provides_is_refused_with_what_there_is() -> None:
    def lost(wether: int) -> int:
        return wether

    with pytest.raises(TypeError, match=r"lost asks for 'wether', which nobody provides.*target"):
        needs(lost)


def test_a_parameter_of_another_type_than_its_provider_returns_is_refused() -> None:
    @provides
    def size() -> int:
        return 1

    def confused(size: str) -> str:
        return size

    with pytest.raises(TypeError, match=r"asks for 'size' as str, but its provider returns int"):
        needs(confused)


def test_evidence_that_needs_itself_is_refused_and_the_circle_is_named() -> None:
    @provides
    def hen(egg: int) -> int:
        return egg

    @provides
    def egg(hen: int) -> int:
        return hen

    def breakfast(egg: int) -> int:
        return egg

    with pytest.raises(TypeError, match="evidence needs itself: egg needs hen needs egg"):
        Evidence(HERE).call(breakfast)


def test_two_providers_of_one_name_are_refused() -> None:
    def make() -> None:
        @provides
        def single() -> int:
            return 1

    def make_again() -> None:
        @provides
        def single() -> int:
            return 2

    make()
    with pytest.raises(TypeError, match="two functions provide 'single'"):
        make_again()
