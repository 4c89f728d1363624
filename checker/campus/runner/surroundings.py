"""What the steps of a run find around them: the addresses of the campus under the names that tools look for."""

from __future__ import annotations

from checker.campus.people import People
from checker.campus.place import CampusError, Place


def addresses(place: Place) -> dict[str, str]:
    """Return the addresses of the parts that the campus has, as variables."""
    ports = place.read("ports.json")
    found: dict[str, str] = {}
    if "forge" in ports:
        found |= {
            "CAMPUS_FORGE": place.url("forge"),
            "CHECKER_GITHUB_URL": f"{place.url('forge')}/api/v3",
        }
    if "index" in ports:
        index = place.url("index")
        found |= dict.fromkeys(("CAMPUS_INDEX", "CHECKER_PYPI_URL"), index)
        found["CHECKER_TESTPYPI_URL"] = f"{index}/test"
        found |= dict.fromkeys(
            ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX"), f"{index}/simple/"
        )
        found |= dict.fromkeys(("TWINE_REPOSITORY_URL", "UV_PUBLISH_URL"), f"{index}/legacy/")
    if "registry" in ports:
        found["CAMPUS_REGISTRY"] = place.url("registry").removeprefix("http://")
        found["CHECKER_REGISTRY_URL"] = place.url("registry")
    if "hub" in ports:
        found["CHECKER_DOCKERHUB_URL"] = place.url("hub")
    return found


def keys(place: Place, owner: str) -> dict[str, str]:
    """Return what opens tracking and storage to the owner of a repository; nothing for nobody of the campus."""
    from checker.campus import tracking

    if not {"mlflow", "s3"} <= set(place.read("ports.json")):
        return {}
    try:
        return dict(tracking.environment(People(place)[owner], place))
    except CampusError:
        return {}


def private(variables: dict[str, str]) -> tuple[str, ...]:
    """Return the values of variables that no log may show."""
    return tuple(
        value
        for name, value in variables.items()
        if name.endswith(("PASSWORD", "SECRET_ACCESS_KEY"))
    )


def pythons() -> dict[str, str]:
    """Return what the stand-ins need to make Pythons: those of the machine, and a folder for what is laid ready."""
    from checker.campus.actions import pythons as found

    return {
        "CAMPUS_PYTHONS": found.as_text(found.installed()),
        "CAMPUS_TEMPLATES": str(found.laid_ready()),
    }
