"""A campus as a whole: its parts, who joins it, what opens it to them, and how it is doing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from checker.campus import supervisor
from checker.campus.part import Part, Welcoming
from checker.campus.people import BUCKET, TEACHER, People, Person
from checker.campus.place import CampusError, Place

_KEPT = (".campus",)


def parts() -> tuple[Part, ...]:
    """Return the parts of a campus, in the order in which people read of them."""
    from checker.campus.forge.part import Forge
    from checker.campus.index.part import Index
    from checker.campus.registry.part import Registry
    from checker.campus.runner import RunnerPart
    from checker.campus.storage import Storage
    from checker.campus.tracking import Tracking

    return (Forge(), RunnerPart(), Index(), Registry(), Storage(), Tracking())


def chosen(names: Collection[str]) -> tuple[Part, ...]:
    """Return the parts of some names with those they come after; all of them for no names.

    Raises CampusError, with what there is, for a name of none.
    """
    known = {part.name: part for part in parts()}
    if unknown := sorted(set(names) - set(known)):
        raise CampusError(f"a campus has no part {unknown[0]!r}; its parts are {', '.join(known)}")
    wanted = set(names or known)
    while missing := {name for one in wanted for name in known[one].after} - wanted:
        wanted |= missing
    return tuple(part for name, part in known.items() if name in wanted)


def folder(environment: Mapping[str, str]) -> Path:
    """Return where the campus lies: CHECKER_CAMPUS, else in the user's folder for the state of programs."""
    if given := environment.get("CHECKER_CAMPUS"):
        return Path(given).expanduser()
    from platformdirs import user_state_path

    return user_state_path("checker", appauthor=False) / "campus"


def join(place: Place, name: str) -> Person:
    """Return the student of a name, `Surname Name` in any script or `surname_name`; made when new.

    The parts that run let them in before this returns. Raises CampusError for what is no name.
    """
    from checker.services.names import surname_name

    try:
        login = surname_name(name)
    except ValueError as error:
        raise CampusError(str(error)) from None
    person = People(place).join(login, name)
    running = supervisor.running(place)
    for part in parts():
        if part.name in running and isinstance(part, Welcoming):
            part.welcome(place)
    return person


def lay_in(place: Place, say: Callable[[str], None]) -> tuple[str, ...]:
    """Lay in the wheels that workflows install, once a user and while there is internet; later none is needed.

    Returns what is lacking, a sentence each.
    """
    from checker.campus.index import stock

    gaps = tuple(map(str, stock(place, say).gaps))
    for gap in gaps:
        say(f"not laid in: {gap}")
    return gaps


def variables(place: Place, person: Person) -> dict[str, str]:
    """Return the variables with which a person's programs, and the grader, work on the campus as themselves.

    git, pip, uv, twine, MLflow and boto3 read theirs; CAMPUS_GIT is where to clone from, and CAMPUS_REGISTRY what an
    image's name begins with.
    """
    from checker.campus import tracking

    forge, index = place.url("forge"), place.url("index")
    registry = place.url("registry")
    host = forge.removeprefix("http://")
    return {
        "CAMPUS_FORGE": forge,
        "CAMPUS_GIT": f"http://{person.login}:{person.token}@{host}",
        "CAMPUS_REGISTRY": registry.removeprefix("http://"),
        "PIP_INDEX_URL": f"{index}/simple/",
        "UV_DEFAULT_INDEX": f"{index}/simple/",
        "TWINE_REPOSITORY_URL": f"{index}/legacy/",
        "TWINE_USERNAME": "__token__",
        "TWINE_PASSWORD": person.token,
        "UV_PUBLISH_URL": f"{index}/legacy/",
        "UV_PUBLISH_TOKEN": person.token,
        "CHECKER_GITHUB_URL": f"{forge}/api/v3",
        "CHECKER_GITHUB_TOKEN": person.token,
        "CHECKER_PYPI_URL": index,
        "CHECKER_TESTPYPI_URL": f"{index}/test",
        "CHECKER_DOCKERHUB_URL": place.url("hub"),
        "CHECKER_REGISTRY_URL": registry,
        "CHECKER_MLFLOW_URL": place.url("mlflow"),
        "CHECKER_S3_URL": f"{place.url('s3')}/{BUCKET}",
        **tracking.environment(person, place),
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """How a part is doing."""

    name: str
    title: str
    state: Literal["ready", "silent", "ended"]
    """`silent` runs and does not answer."""
    url: str = ""
    """Where people reach it; empty for one that listens nowhere."""
    pid: int = 0
    megabytes: int = 0
    """Memory of it and of all it started."""
    caveat: str = ""
    """What it does not do on this machine; empty when it does everything."""


def standings(place: Place) -> tuple[Standing, ...]:
    """Return how each part is doing."""
    pids = supervisor.running(place)
    return tuple(_standing(place, part, pids.get(part.name, 0)) for part in parts())


def is_ready(place: Place, names: Collection[str] = ()) -> bool:
    """Say whether a supervisor keeps a campus up there and its parts answer: all of them, or those of some names."""
    pids = supervisor.running(place)
    if "" not in pids:
        return False
    return all(part.name in pids and part.answers(place) for part in chosen(names))


def reset(place: Place) -> None:
    """Forget everything: people, repositories, packages, images, objects, runs. Raises CampusError while it runs."""
    if supervisor.running(place):
        raise CampusError("the campus is running; end it first: checker campus down")
    for entry in place.root.iterdir():
        if entry.name in _KEPT:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def new_ports(place: Place) -> None:
    """Forget which ports the parts had, so that others are chosen. Raises CampusError while it runs."""
    if supervisor.running(place):
        raise CampusError("the campus is running; end it first: checker campus down")
    (place.root / "ports.json").unlink(missing_ok=True)


def students(place: Place) -> tuple[Person, ...]:
    """Return who joined, without the teacher."""
    return tuple(one for one in People(place) if one.login != TEACHER)


def _standing(place: Place, part: Part, pid: int) -> Standing:
    url = place.url(part.ports[0]) if part.ports else ""
    caveat = getattr(part, "caveat", "")
    if not pid:
        return Standing(part.name, part.title, "ended", url, caveat=caveat)
    state: Literal["ready", "silent"] = "ready" if part.answers(place) else "silent"
    return Standing(part.name, part.title, state, url, pid, _megabytes(pid), caveat)


def _megabytes(pid: int) -> int:
    import psutil

    total = 0
    try:
        one = psutil.Process(pid)
        for process in (one, *one.children(recursive=True)):
            total += process.memory_info().rss
    except psutil.Error:
        pass  # it ended while we looked
    return round(total / 1_000_000)


if os.name != "posix":
    raise ImportError(
        "a campus runs on Linux and macOS; on Windows use it in WSL or in a container"
    )
