"""What opens services other than GitHub: a password or token for MLflow, a signature for S3; each for one address."""

from __future__ import annotations

import base64
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from checker.http.addresses import Addresses
from checker.http.credentials import Token, origin
from checker.http.page import MLFLOW, S3

Origin = tuple[str, str, int]


class Login(Protocol):
    """What a door adds to requests for one service at one origin."""

    @property
    def origin(self) -> Origin:
        """Scheme, host and port that it belongs to."""

    @property
    def source(self) -> str:
        """Where it came from: `MLFLOW_TRACKING_PASSWORD`."""

    @property
    def is_readable(self) -> bool:
        """Whether who listens could use it: then it travels over TLS or loopback alone."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no answer may show."""

    def headers(self, verb: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the headers that open the service for one request."""


@dataclass(frozen=True, slots=True)
class Password:
    """A user's name and password (RFC 7617)."""

    origin: Origin
    user: str
    password: str = field(repr=False)
    source: str = "MLFLOW_TRACKING_PASSWORD"
    is_readable: bool = True

    def __post_init__(self) -> None:
        """Refuse a name that cannot be told from the password. Raises ValueError."""
        if ":" in self.user:
            raise ValueError(
                "MLFLOW_TRACKING_USERNAME holds a colon; expected a login such as ivanov_ivan"
            )

    @property
    def secrets(self) -> tuple[str, ...]:
        """The password, as it is and as it travels."""
        return (self.password, self._pair)

    @property
    def _pair(self) -> str:
        return base64.b64encode(f"{self.user}:{self.password}".encode()).decode()

    def headers(self, verb: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return both, packed."""
        del verb, url, body
        return {"Authorization": f"Basic {self._pair}"}


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token (RFC 6750)."""

    origin: Origin
    token: Token
    is_readable: bool = True

    @property
    def source(self) -> str:
        """The variable that held it."""
        return self.token.source

    @property
    def secrets(self) -> tuple[str, ...]:
        """The token."""
        return (self.token.value,)

    def headers(self, verb: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the token."""
        del verb, url, body
        return {"Authorization": f"Bearer {self.token.value}"}


@dataclass(frozen=True, slots=True)
class Signature:
    """A key with which requests to S3 are signed; the secret itself never travels."""

    origin: Origin
    key: str = field(repr=False)
    secret: str = field(repr=False)
    session: str = field(default="", repr=False)
    region: str = "us-east-1"
    source: str = "AWS_SECRET_ACCESS_KEY"
    is_readable: bool = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """The key too: services name it in what they say is wrong."""
        return tuple(one for one in (self.key, self.secret, self.session) if one)

    def headers(self, verb: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the signature (Signature Version 4), as botocore makes it."""
        from botocore.auth import S3SigV4Auth  # type: ignore[import-untyped]
        from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
        from botocore.credentials import Credentials  # type: ignore[import-untyped]

        request = AWSRequest(verb, url, data=body)
        given = Credentials(self.key, self.secret, self.session or None)
        S3SigV4Auth(given, "s3", self.region).add_auth(request)
        return {str(name): str(value) for name, value in request.headers.items()}


def logins(environment: Mapping[str, str], addresses: Addresses) -> Mapping[str, Login]:
    """Return what the environment has for the addresses, by service; nothing for those that are not set.

    MLflow's variables are its clients' own: `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`, or
    `MLFLOW_TRACKING_TOKEN`. They belong to the address in `MLFLOW_TRACKING_URI` where that is set. S3's are
    `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and `AWS_REGION` or `AWS_DEFAULT_REGION`; profiles
    are not read. Raises ValueError for malformed ones, and where what signs is not installed.
    """
    return dict(_found({name: text.strip() for name, text in environment.items()}, addresses))


def _found(given: Mapping[str, str], addresses: Addresses) -> Iterator[tuple[str, Login]]:
    if addresses.mlflow and _is_its_own(given, addresses.mlflow):
        place = origin(addresses.mlflow)
        password = given.get("MLFLOW_TRACKING_PASSWORD", "")
        token = given.get("MLFLOW_TRACKING_TOKEN", "")
        if password:
            yield MLFLOW, Password(place, given.get("MLFLOW_TRACKING_USERNAME", ""), password)
        elif token:
            yield MLFLOW, Bearer(place, Token(token, "MLFLOW_TRACKING_TOKEN"))
    key, secret = given.get("AWS_ACCESS_KEY_ID", ""), given.get("AWS_SECRET_ACCESS_KEY", "")
    if addresses.s3 and key and secret:
        if importlib.util.find_spec("botocore") is None:
            raise ValueError(
                "to look into a bucket boto3 is needed, which is not installed;"
                " pip install 'ml-cicd-workbook[workbook]'"
            )
        region = given.get("AWS_REGION") or given.get("AWS_DEFAULT_REGION") or "us-east-1"
        session = given.get("AWS_SESSION_TOKEN", "")
        yield S3, Signature(origin(addresses.s3), key, secret, session, region)


def _is_its_own(given: Mapping[str, str], address: str) -> bool:
    """Say whether MLflow's credentials belong to an address: whoever names one must not receive another's."""
    home = given.get("MLFLOW_TRACKING_URI", "")
    if not home.lower().startswith(("http://", "https://")):
        return True
    try:
        return origin(home) == origin(address)
    except ValueError:
        return False
