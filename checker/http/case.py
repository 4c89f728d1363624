"""Saved cases: every answer of every service in one JSON file, from which the same grade follows anywhere."""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from checker import __version__
from checker.evidence import Unavailable
from checker.http.addresses import Addresses
from checker.http.failures import Overloaded, RateLimited
from checker.target import Target

SCHEMA = 1
"""Raised when a file of the new kind cannot be read by older checkers."""

LARGEST = 256_000_000
"""Bytes of a case that is read."""

MOST = 20_000
"""Answers in a case that is read."""

_KINDS = {"unavailable": Unavailable, "overloaded": Overloaded, "rate limited": RateLimited}


@dataclass(frozen=True, slots=True)
class Saved:
    """One request and what came of it: a page, an outage, or a token that is not saved."""

    key: str
    """The request's `key`."""
    status: int = 0
    headers: Mapping[str, str] | None = None
    body: bytes = b""
    url: str = ""
    failure: Unavailable | None = None
    is_handout: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """What one grade was made from."""

    target: Target
    addresses: Addresses
    has_token: bool
    now: datetime
    answers: tuple[Saved, ...]
    """By key; for one key, in the order asked."""
    checker: str = __version__
    """The version that saved it."""


def write(path: Path, case: Case) -> None:
    """Write a case, whole or not at all. The same case gives the same bytes. Raises OSError."""
    content = {
        "schema": SCHEMA,
        "checker": case.checker,
        "target": {name: value for name, value in asdict(case.target).items() if value},
        "addresses": {name: value for name, value in asdict(case.addresses).items() if value},
        "has_token": case.has_token,
        "now": case.now.isoformat(),
        "answers": [_line(one) for one in case.answers],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            # Half a character, which JSON can hold, stays its escape.
            file.write(text.encode("utf-8", errors="backslashreplace"))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(path: Path) -> Case:
    """Read a case. Raises OSError, and ValueError with one sentence for a file that is none."""
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError(f"{path} is no saved case: it has more than {LARGEST // 1_000_000} MB")
    try:
        return _case(json.loads(content))
    except RecursionError:
        why = "it is nested too deeply"
    except UnicodeDecodeError:
        why = "it is no text in UTF-8"
    except json.JSONDecodeError as error:
        why = f"line {error.lineno} is no JSON"
    except ValueError as error:
        why = str(error)
    raise ValueError(f"{path} is no saved case: {why}; make one with `checker grade … --save FILE`")


def _line(one: Saved) -> dict[str, object]:
    if one.is_handout:
        return {"request": one.key, "handout": True}
    if one.failure is not None:
        kind = next(name for name, kind in _KINDS.items() if type(one.failure) is kind)
        return {
            "request": one.key,
            "outage": kind,
            "asked": one.failure.asked,
            "answer": one.failure.answer,
            "remedy": one.failure.remedy,
        }
    line: dict[str, object] = {"request": one.key, "status": one.status, "url": one.url}
    line["headers"] = dict(one.headers or {})
    try:
        line["body"] = one.body.decode("utf-8")
    except UnicodeDecodeError:
        line["base64"] = base64.b64encode(one.body).decode("ascii")
    return line


def _case(content: object) -> Case:
    top = _mapping(content, "the file")
    schema = top.get("schema")
    if schema != SCHEMA:
        newer = isinstance(schema, int) and schema > SCHEMA
        advice = "a newer checker saved it, update this one" if newer else f"expected {SCHEMA}"
        raise ValueError(f"its `schema` is {_short(schema)}: {advice}")
    lines = top.get("answers")
    if not isinstance(lines, list) or len(lines) > MOST:
        raise ValueError(f"its `answers` are no list of at most {MOST}")
    return Case(
        target=_target(_mapping(top.get("target"), "`target`")),
        addresses=_addresses(_mapping(top.get("addresses"), "`addresses`")),
        has_token=_one(top, "has_token", bool, "the file"),
        now=_moment(_one(top, "now", str, "the file")),
        answers=tuple(_saved(line, f"answer {n}") for n, line in enumerate(lines, start=1)),
        checker=_one(top, "checker", str, "the file"),
    )


def _saved(content: object, where: str) -> Saved:
    line = _mapping(content, where)
    key = _one(line, "request", str, where)
    if line.get("handout") is True:
        return Saved(key, is_handout=True)
    if "outage" in line:
        kind = _KINDS.get(_one(line, "outage", str, where))
        if kind is None:
            raise ValueError(f"the `outage` of {where} is none of {', '.join(_KINDS)}")
        texts = [_one(line, name, str, where) for name in ("asked", "answer", "remedy")]
        return Saved(key, failure=kind(*texts))
    headers = _mapping(line.get("headers"), f"`headers` of {where}")
    if not all(isinstance(value, str) for value in headers.values()):
        raise ValueError(f"a header of {where} is no text")
    status = _one(line, "status", int, where)
    if not 100 <= status <= 599:
        raise ValueError(f"the `status` of {where} is {status}, which HTTP does not have")
    return Saved(key, status, headers, _body(line, where), _one(line, "url", str, where))


def _body(line: Mapping[str, Any], where: str) -> bytes:
    if "base64" not in line:
        text: str = _one(line, "body", str, where)
        return text.encode("utf-8", errors="replace")
    try:
        return base64.b64decode(_one(line, "base64", str, where), validate=True)
    except ValueError:
        raise ValueError(f"the `base64` of {where} is none") from None


def _target(content: Mapping[str, Any]) -> Target:
    known = {one.name: type(one.default) for one in fields(Target)}
    for name, value in content.items():
        if type(value) is not known.get(name):
            raise ValueError(f"its `target` has {_short(name)}, which this checker reads otherwise")
    return Target(**content)


def _addresses(content: Mapping[str, Any]) -> Addresses:
    known = {one.name for one in fields(Addresses)}
    for name, value in content.items():
        if name not in known or not isinstance(value, str):
            raise ValueError(f"its `addresses` have {_short(name)}, which is no service or no text")
    return Addresses(**content)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(f"its `now` is {_short(text)}, which is no moment with a time zone")
    return moment


def _mapping(content: object, where: str) -> Mapping[str, Any]:
    if not isinstance(content, dict):
        raise ValueError(f"{where} is no mapping")  # noqa: TRY004 - it is what was read that is wrong
    return content


def _one(content: Mapping[str, Any], name: str, kind: type, where: str) -> Any:
    value = content.get(name)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        words = {str: "text", int: "number", bool: "true or false"}
        raise ValueError(f"`{name}` of {where} is no {words[kind]}")
    return value


def _short(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
