"""Evidence by name: a function's parameters say what it needs, and each piece is made once.

A service or a fact is a function with `@provides`; its name is the evidence's name, its return type
the evidence's type. A criterion is a function too, and is called in the same way. A parameter whose
type is `Runs | Unavailable` takes what there is: the runs, or why they could not be had.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import UnionType
from typing import TypeVar, Union, get_args, get_origin, get_type_hints

from checker.target import Target

Result = TypeVar("Result")
Function = TypeVar("Function", bound=Callable[..., object])

_providers: dict[str, Callable[..., object]] = {}
_checked: dict[Callable[..., object], tuple[str, ...]] = {}
_spared: dict[Callable[..., object], frozenset[str]] = {}
"""The parameters of a function that may be `Unavailable`."""


@dataclass(eq=False)
class Unavailable(Exception):
    """Evidence that could not be had: its criteria are *unknown*, which is never a zero."""

    asked: str
    """What was asked for: `the runs of me/homework`."""
    answer: str
    """What came back: `a folder shows no runs`."""
    remedy: str = ""
    """What to do about it, as a sentence; empty when nothing helps."""

    def __str__(self) -> str:
        """Return what came back, and what to do."""
        return f"{self.answer}: {self.remedy}" if self.remedy else self.answer


def provides(function: Function) -> Function:
    """Register a function as the one that makes the evidence of its name."""
    name = function.__name__
    other = _providers.get(name)
    if other is not None and (other.__module__, other.__qualname__) != (
        function.__module__,
        function.__qualname__,
    ):
        raise TypeError(
            f"two functions provide {name!r}: {_place(other)} and {_place(function)}; rename one"
        )
    _providers[name] = function
    return function


def needs(function: Callable[..., object]) -> tuple[str, ...]:
    """Return the names of the evidence a function asks for, after checking the whole way down.

    Raises TypeError when a parameter is nobody's evidence, has another type than its provider
    returns, or when evidence needs itself.
    """
    return _needs(function, ())


def _needs(function: Callable[..., object], above: tuple[str, ...]) -> tuple[str, ...]:
    if function in _checked:
        return _checked[function]
    hints = get_type_hints(function)
    names = tuple(inspect.signature(function).parameters)
    for name in names:
        if name in above:
            circle = " needs ".join((*above[above.index(name) :], name))
            raise TypeError(f"evidence needs itself: {circle}")
        _same_type(function, name, _without_gap(hints.get(name)))
        if name != "target":
            _needs(_providers[name], (*above, name))
    _spared[function] = frozenset(name for name in names if _is_spared(hints.get(name)))
    _checked[function] = names
    return names


def _is_spared(hint: object) -> bool:
    return get_origin(hint) in {UnionType, Union} and Unavailable in get_args(hint)


def _without_gap(hint: object) -> object:
    """Return the type of evidence that a parameter may also take as `Unavailable`."""
    if not _is_spared(hint):
        return hint
    rest = tuple(one for one in get_args(hint) if one is not Unavailable)
    return rest[0] if len(rest) == 1 else Union[rest]  # noqa: UP007 - its members are known here only


def _same_type(function: Callable[..., object], name: str, wanted: object) -> None:
    if name == "target":
        offered: object = Target
    elif name in _providers:
        offered = get_type_hints(_providers[name]).get("return")
    else:
        known = ", ".join(sorted({"target", *_providers}))
        raise TypeError(
            f"{_place(function)} asks for {name!r}, which nobody provides; there is: {known}"
        )
    if wanted != offered:
        raise TypeError(
            f"{_place(function)} asks for {name!r} as {_type(wanted)},"
            f" but its provider returns {_type(offered)}"
        )


def _place(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _type(hint: object) -> str:
    return getattr(hint, "__name__", None) or ("nothing" if hint is None else str(hint))


class Evidence:
    """All that can be known about one target, made when it is first asked for and then remembered.

    `given` replaces what a provider would make: a teacher's settings, a saved answer.
    """

    def __init__(self, target: Target, **given: object) -> None:
        self.target = target
        self._known: dict[str, object] = {"target": target, **given}

    def call(self, function: Callable[..., Result]) -> Result:
        """Call a function with the evidence its parameters name.

        Raises Unavailable when a piece of it could not be had, each time it is asked for, unless the
        function takes that too (`Runs | Unavailable`); the service behind it is asked once.
        """
        names = needs(function)
        spared = _spared[function]
        return function(**{name: self._piece(name, spare=name in spared) for name in names})

    def gather(self, functions: Iterable[Callable[..., object]], *, workers: int = 8) -> None:
        """Make all the evidence some functions need; pieces that do not need each other at the same time.

        It saves waiting: a grade takes as long as the longest chain of questions that depend on each other. What
        could not be had is remembered, and raised when it is called for. A provider's other exceptions are raised.
        """
        from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
        from graphlib import TopologicalSorter

        order = TopologicalSorter(self._missing(functions))
        order.prepare()
        running: dict[Future[None], str] = {}
        with ThreadPoolExecutor(workers, thread_name_prefix="evidence") as pool:
            while order.is_active():
                running |= {pool.submit(self._settle, name): name for name in order.get_ready()}
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    future.result()
                    order.done(running.pop(future))

    def _missing(self, functions: Iterable[Callable[..., object]]) -> dict[str, tuple[str, ...]]:
        """Return the evidence that is still to be made, each piece with what it needs itself."""
        found: dict[str, tuple[str, ...]] = {}
        waiting = [name for function in functions for name in needs(function)]
        while waiting:
            name = waiting.pop()
            if name not in self._known and name not in found:
                missing = (one for one in needs(_providers[name]) if one not in self._known)
                found[name] = tuple(missing)
                waiting += found[name]
        return found

    def _settle(self, name: str) -> None:
        with suppress(Unavailable):  # it is remembered, and whoever calls for it hears of it
            self._piece(name)

    def _piece(self, name: str, *, spare: bool = False) -> object:
        if name not in self._known:
            try:
                self._known[name] = self.call(_providers[name])
            except Unavailable as gap:
                self._known[name] = gap
        piece = self._known[name]
        if isinstance(piece, Unavailable) and not spare:
            raise piece.with_traceback(None)
        return piece
