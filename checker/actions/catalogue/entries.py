"""The entries of data.yaml as dataclasses, checked while they are read, and found by the names people use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from checker.actions.activity import KINDS, Kind, Target
from checker.actions.catalogue.texts import read_texts

NO_TEXTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One thing a tool or action does when it is called in one way; data.yaml's head explains each key.

    A *spec* names something given to the call: an option (`--check`), an option's value (`--output=*registry*`),
    a variable (`$TWINE_REPOSITORY`), an argument of a command (`sdist`), an input of an action (`push`).
    """

    kind: Kind
    sub: tuple[str, ...] = ()
    not_sub: tuple[str, ...] = ()
    only_with: tuple[str, ...] = ()
    otherwise: str = ""
    never: str = ""
    unless: Mapping[str, str] = field(default_factory=dict)
    masks: tuple[str, ...] = ()
    fails_only_with: tuple[str, ...] = ()
    note: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    target: Target | None = None
    index: tuple[str, ...] = ()
    index_url: str = ""
    declared: str = ""
    images: tuple[str, ...] = ()
    registry: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    without_secret: str = ""

    @property
    def call(self) -> str:
        """How the call looks, for people: `publish, with --build`."""
        words = " or ".join(self.sub)
        needed = " or ".join(self.only_with)
        return (
            f"{words}, with {needed}"
            if words and needed
            else words or (needed and f"with {needed}")
        )


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A tool or action: its names, what it does, and the document that says so."""

    name: str
    about: str
    source: str
    also: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    values: frozenset[str] = frozenset()
    everyday: bool = False
    does: tuple[Form, ...] = ()
    sets: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    like: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    wraps: tuple[str, ...] = ()

    @property
    def is_action(self) -> bool:
        """Whether it is used by `uses:`."""
        return "/" in self.name and not self.name.startswith("/")

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.also)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The activities its own forms can be, in the order of `KINDS`."""
        done = {form.kind for form in self.does if not form.never}
        return tuple(kind for kind in KINDS if kind in done)


_TEXT, _LIST, _MAP = "a text", "a list of texts", "a mapping of texts"
_FORM_KEYS = {
    "kind": _TEXT, "sub": _LIST, "not-sub": _LIST, "only-with": _LIST, "otherwise": _TEXT, "never": _TEXT,
    "unless": _MAP,
    "masks": _LIST, "fails-only-with": _LIST, "note": _TEXT, "notes": _MAP, "target": _TEXT, "index": _LIST,
    "index-url": _TEXT, "declared": _TEXT, "images": _LIST, "registry": _LIST, "secret": _LIST,
    "without-secret": _TEXT,
}  # fmt: skip
_ENTRY_KEYS = {
    "name": _TEXT, "about": _TEXT, "source": _TEXT, "also": _LIST, "modules": _LIST, "containers": _LIST,
    "values": _LIST, "everyday": _TEXT, "sets": _MAP, "defaults": _MAP, "like": _LIST, "runs": _LIST,
    "wraps": _LIST,
}  # fmt: skip
_NEEDED = ("name", "about", "source")


def read_entries(text: str) -> tuple[Entry, ...]:
    """Read entries from YAML; raise ValueError, in one sentence, on the first that is not as data.yaml's head says."""
    rows = read_texts(text)
    if not isinstance(rows, list):
        raise ValueError("the catalogue is a list of entries")  # noqa: TRY004  # the file is wrong, not the caller
    found: list[Entry] = []
    names: set[str] = set()
    for number, row in enumerate(rows, start=1):
        entry = _entry(row, number)
        for name in (name.lower() for name in entry.names):
            if name in names:
                raise ValueError(
                    f"entry {number}, {entry.name}: the name {name} is taken by an earlier entry"
                )
            names.add(name)
        found.append(entry)
    return tuple(found)


def _entry(row: Any, number: int) -> Entry:
    if not isinstance(row, dict):
        raise ValueError(f"entry {number}: a mapping with name, about and source was expected")  # noqa: TRY004
    where = f"entry {number}, {row.get('name', 'without a name')}"
    for key in _NEEDED:
        if not row.get(key):
            raise ValueError(f"{where}: `{key}` is missing")
    forms = row.pop("does", None)
    if forms is None and "kind" in row:
        forms = [{key: row.pop(key) for key in tuple(row) if key in _FORM_KEYS}]
    if not isinstance(forms or [], list):
        raise ValueError(f"{where}: `does` is a list of forms")  # noqa: TRY004
    made = tuple(_form(form, where) for form in forms or [])
    given = _given(row, _ENTRY_KEYS, where)
    given["everyday"] = given.get("everyday") == "true"
    given["values"] = frozenset((*given.get("values", ()), *_valued(made)))
    return Entry(does=made, **given)


def _form(row: Any, where: str) -> Form:
    if not isinstance(row, dict):
        raise ValueError(f"{where}: each form of `does` is a mapping")  # noqa: TRY004
    for key, allowed in (("kind", KINDS), ("target", get_args(Target))):
        if (key == "kind" or key in row) and row.get(key) not in allowed:
            raise ValueError(
                f"{where}: {key} is {row.get(key, 'missing')}; it is one of {', '.join(allowed)}"
            )
    return Form(**_given(row, _FORM_KEYS, where))


def _given(row: dict[str, Any], keys: Mapping[str, str], where: str) -> dict[str, Any]:
    """Return the row with attribute names, texts alone in a list made tuples."""
    made: dict[str, Any] = {}
    for key, value in row.items():
        shape = keys.get(key)
        if shape is None:
            raise ValueError(f"{where}: unknown key `{key}`{_meant(key)}")
        if shape is _LIST and isinstance(value, str):
            value = [value]  # one text may stand without brackets
        if not _is(shape, value):
            raise ValueError(f"{where}: `{key}` is {shape}")
        made[key.replace("-", "_")] = tuple(value) if shape is _LIST else value
    return made


def _is(shape: str, value: Any) -> bool:
    if shape is _TEXT:
        return isinstance(value, str)
    if shape is _LIST:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _meant(key: str) -> str:
    from difflib import get_close_matches

    known = dict.fromkeys((*_ENTRY_KEYS, *_FORM_KEYS))
    close = get_close_matches(key, known, n=1)
    return f"; did you mean `{close[0]}`?" if close else f"; known are {', '.join(known)}"


def _valued(forms: tuple[Form, ...]) -> Iterator[str]:
    """Yield the options that must take a value, because a form reads it."""
    for form in forms:
        for spec in (*form.index, *form.images, *form.registry, *form.secret):
            if spec.startswith("-"):
                yield spec.partition(":")[0]
        for spec in (
            *form.only_with,
            *form.masks,
            *form.fails_only_with,
            *form.unless,
            *form.notes,
        ):
            if spec.startswith("-") and ("=" in spec or "{value}" in form.notes.get(spec, "")):
                yield spec.partition("=")[0]


@dataclass(frozen=True, slots=True)
class _Index:
    """The entries by every name they go under, in lower case."""

    programs: Mapping[str, Entry]
    modules: Mapping[str, Entry]
    actions: Mapping[str, Entry]
    containers: Mapping[str, Entry]


@cache
def entries() -> tuple[Entry, ...]:
    """Return all entries, in the order of the file."""
    return read_entries(Path(__file__).with_name("data.yaml").read_text(encoding="utf-8"))


@cache
def index() -> _Index:
    """Return the entries by name."""
    programs: dict[str, Entry] = {}
    modules: dict[str, Entry] = {}
    actions: dict[str, Entry] = {}
    containers: dict[str, Entry] = {}
    for entry in entries():
        named = actions if entry.is_action else programs
        named.update((name.lower(), entry) for name in entry.names)
        if not entry.is_action:
            modules.update((name.replace("-", "_"), entry) for name in entry.modules or entry.names)
        containers.update((name, entry) for name in entry.containers)
    return _Index(programs, modules, actions, containers)


def action_entry(uses: str) -> Entry | None:
    """Return the entry of an action as `uses:` writes it: any version, any case, `owner/name/path` too."""
    name = uses.partition("@")[0].strip().strip("/").lower()
    known = index().actions
    found = known.get(name)
    if found is None and name.count("/") > 1:
        # `also: [oxsecurity/megalinter/flavors/*]` stands for whatever is in that folder.
        found = known.get(name.rpartition("/")[0] + "/*")
    return found


def lookup(name: str) -> tuple[Entry, ...]:
    """Return what is known under a name: a program, a Python module, an action with or without its version."""
    wanted = name.strip().lower()
    known = index()
    found = (
        known.programs.get(wanted),
        known.modules.get(wanted),
        action_entry(wanted),
        known.containers.get(wanted.removeprefix("docker://").partition(":")[0]),
    )
    return tuple(dict.fromkeys(entry for entry in found if entry is not None))


def suggest(name: str) -> tuple[str, ...]:
    """Return names that are almost the one asked for, nearest first; an action is also found without its owner."""
    from difflib import get_close_matches

    wanted = name.strip().partition("@")[0].lower()
    known = {alias.lower(): entry.name for entry in entries() for alias in entry.names}
    ends = [
        entry for alias, entry in known.items() if wanted and alias.rpartition("/")[2] == wanted
    ]
    close = [known[alias] for alias in get_close_matches(wanted, known, n=5, cutoff=0.7)]
    return tuple(dict.fromkeys(ends + close))[:5]
