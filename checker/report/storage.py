"""What lies in a bucket, for people at a terminal and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from checker.report.console import rendered
from checker.report.escape import plain
from checker.services.tracking.audit import Audit, Holding, holding
from checker.services.tracking.bucket import Entry, Listing

_EARLIEST = datetime.min.replace(tzinfo=UTC)


def newest_first(found: Listing) -> list[Entry]:
    """Return a listing's objects by time; those without one come last."""
    return sorted(found.entries, key=lambda one: (one.modified or _EARLIEST, one.key), reverse=True)


def listing(found: Listing, student: str, limit: int, width: int, *, colour: bool) -> str:
    """Return the objects of a student, at most `limit` of them, as a table."""
    whole = holding(student, found.entries)
    more = "" if found.complete else "at least "
    objects = f"{whole.objects:,} object{'' if whole.objects == 1 else 's'}"
    head = f"{found.place} · of {student} · {more}{objects}, {_amount(whole.bytes)}"
    table = Table.grid(padding=(0, 2))
    for one in newest_first(found)[:limit]:
        key = Text(plain(one.key, 1100), overflow="fold")
        table.add_row(_time(one.modified), Text(_amount(one.size), justify="right"), key)
    parts: list[RenderableType] = [Text(plain(head))]
    if found.entries:
        parts.append(table)
    if whole.objects > limit:
        parts.append(Text(f"and {whole.objects - limit:,} older; --limit N shows more", "dim"))
    return rendered(parts, width, colour=colour)


def listing_json(found: Listing, student: str) -> str:
    """Return the same, all of it, as JSON in ASCII."""
    objects = [
        {"key": one.key, "bytes": one.size, "modified": _iso(one.modified)}
        for one in newest_first(found)
    ]
    value = {"student": student, "place": found.place, "complete": found.complete}
    return json.dumps({**value, "objects": objects}, indent=2)


def audit(found: Audit, place: str, width: int, *, colour: bool) -> str:
    """Return what each of a class has in the bucket, and what is nobody's, as tables."""
    parts: list[RenderableType] = [Text(plain(place))]
    parts.append(_table(found.students, complete=found.complete))
    if found.strangers:
        parts.append(Text("of nobody on the class list:", "yellow"))
        parts.append(_table(found.strangers, complete=found.complete))
    return rendered(parts, width, colour=colour)


def audit_json(found: Audit, place: str) -> str:
    """Return the same as JSON in ASCII."""
    value = {
        "place": place,
        "complete": found.complete,
        "students": [_holding(one) for one in found.students],
        "strangers": [_holding(one) for one in found.strangers],
    }
    return json.dumps(value, indent=2)


def _holding(one: Holding) -> dict[str, object]:
    value = {"prefix": one.prefix, "name": one.name, "objects": one.objects, "bytes": one.bytes}
    return {**value, "newest": _iso(one.newest), "perhaps": one.perhaps}


def _table(holdings: Iterable[Holding], *, complete: bool) -> Table:
    table = Table.grid(padding=(0, 2))
    for one in holdings:
        size, count = _amount(one.bytes), f"{one.objects:,}"
        if not complete:  # what was not read may be anybody's
            size, count = (f"≥ {size}", f"≥ {count}") if one.objects else ("?", "?")
        told = one.name or (f"perhaps of {one.perhaps}" if one.perhaps else "")
        table.add_row(
            Text(plain(one.prefix, 100), overflow="fold"),
            Text(count, justify="right"),
            Text(size, justify="right"),
            _time(one.newest) if one.objects else "",
            Text(plain(told), "dim"),
        )
    return table


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "?"


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _amount(size: int | None) -> str:
    if size is None:
        return "? B"
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
