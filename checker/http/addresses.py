"""Where the services are: the public ones by default, others for GitHub Enterprise, mirrors and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Addresses:
    """Base addresses without a slash at the end; where there is a public service, an empty one is its own."""

    github: str = ""
    """Of the REST API; GraphQL is beside it."""
    pypi: str = ""
    testpypi: str = ""
    dockerhub: str = ""
    registry: str = ""
    mlflow: str = ""
    """A tracking server; empty for none: no server is asked that nobody names."""
    s3: str = ""
    """The class's bucket, `https://s3.example.edu/bucket`; empty for none."""

    def __post_init__(self) -> None:
        """Refuse what is no address. Raises ValueError."""
        for one in fields(self):
            value = getattr(self, one.name)
            parts = urlsplit(value)
            if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
                raise ValueError(
                    f"CHECKER_{one.name.upper()}_URL is {value[:80]!r}; expected an address such as"
                    " https://github.example.edu/api/v3"
                )

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Addresses:
        """Read `CHECKER_GITHUB_URL`, `CHECKER_PYPI_URL`, … from an environment; raises ValueError."""
        given = {
            one.name: environment.get(f"CHECKER_{one.name.upper()}_URL", "").strip().rstrip("/")
            for one in fields(cls)
        }
        return cls(**given)
