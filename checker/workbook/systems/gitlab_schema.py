"""GitLab's own schema of `.gitlab-ci.yml`, which check-jsonschema carries."""

from __future__ import annotations

from functools import cache
from typing import Any

from checker.workbook.systems.documents import Map, plain, refused


def held_to_schema(file: Map) -> None:
    """See that a file has the structure of a `.gitlab-ci.yml`. Raises ValueError with the line."""
    from jsonschema.exceptions import best_match

    error = best_match(_validator().iter_errors(plain(file.node)))
    if error is None:
        return
    found: Any = file.node
    line = file.line
    for key in error.absolute_path:
        below = Map(found).values.get(str(key)) if isinstance(key, str) else None
        if isinstance(key, int) and isinstance(getattr(found, "value", None), list):
            below = found.value[key]
        if below is None:
            break
        found, line = below, below.start_mark.line + 1
    where = ".".join(map(str, error.absolute_path)) or "the file"
    raise refused(line, f"`{where}`: {error.message[:160]}")


@cache
def _validator() -> Any:
    import json
    from importlib.resources import files

    from jsonschema.validators import validator_for

    place = files("check_jsonschema") / "builtin_schemas" / "vendor" / "gitlab-ci.json"
    schema = json.loads(place.read_text(encoding="utf-8"))
    return validator_for(schema)(schema)
