"""The people of a campus: the students that joined, the teacher, and the credentials each of them has."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from checker.campus.place import CampusError, Place

TEACHER = "teacher"
"""May read and write everything: the account the campus itself works with."""
BUCKET = "mlflow"
"""The class's bucket; each student works under a prefix of it."""

_FILE = "people.json"
_LOGIN = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a login, and what opens the parts of the campus to them."""

    login: str
    """`surname_name`: also the prefix in the bucket and the namespace of images."""
    name: str
    token: str = field(repr=False)
    """For git, the forge's API, uploads to the index and pushes to the registry."""
    s3_key: str = field(repr=False)
    s3_secret: str = field(repr=False)
    id: int = 0
    """The forge's number of the account."""

    @property
    def is_teacher(self) -> bool:
        """Whether everything is open to them."""
        return self.login == TEACHER


class People:
    """Who joined a campus. Reads its file anew each time, so that all parts see who joins."""

    def __init__(self, place: Place) -> None:
        self.place = place
        if TEACHER not in self._all():
            self._add(TEACHER, "Teacher")

    def __iter__(self) -> Iterator[Person]:
        """Iterate over all, in the order in which they joined; the teacher comes first."""
        return iter(self._all().values())

    def __getitem__(self, login: str) -> Person:
        """Return a person by login. Raises CampusError, with who there is."""
        found = self._all()
        if login not in found:
            known = ", ".join(one for one in found if one != TEACHER) or "nobody yet"
            raise CampusError(
                f'there is no {login!r} on the campus (there is: {known}); checker campus join "Surname Name"'
            )
        return found[login]

    @property
    def teacher(self) -> Person:
        """The account the campus itself works with."""
        return self[TEACHER]

    def join(self, login: str, name: str) -> Person:
        """Return the person of a login, who is made when new. Raises CampusError for what is no login."""
        if login == TEACHER or len(login) > 39 or _LOGIN.fullmatch(login) is None:
            raise CampusError(f"{login[:60]!r} is no login; expected surname_name in Latin letters")
        return self._all().get(login) or self._add(login, name)

    def by_token(self, token: str) -> Person | None:
        """Return whose token it is; None for nobody's."""
        return next(
            (
                one
                for one in self
                if token and hmac.compare_digest(one.token.encode(), token.encode())
            ),
            None,
        )

    def by_password(self, login: str, password: str) -> Person | None:
        """Return the person of a login when the password is their token; None otherwise."""
        person = self.by_token(password)
        return person if person is not None and person.login == login else None

    def _all(self) -> dict[str, Person]:
        return {
            login: Person(**value)  # type: ignore[arg-type]
            for login, value in self.place.read(_FILE).items()
        }

    def _add(self, login: str, name: str) -> Person:
        with self.place.locked("people"):
            found = self._all()
            if login not in found:
                found[login] = Person(
                    login,
                    name,
                    token=f"campus_{secrets.token_hex(20)}",
                    s3_key=f"CAMPUS{secrets.token_hex(7).upper()}",
                    s3_secret=secrets.token_hex(20),
                    id=1001 + len(found),
                )
                self.place.write(_FILE, {one.login: asdict(one) for one in found.values()})
            return found[login]


def edition(place: Place) -> tuple[int, int]:
    """Return what changes whenever somebody joins, without reading who."""
    try:
        found = (place.root / _FILE).stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns
