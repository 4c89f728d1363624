"""How a stand-in speaks to the runner: inputs, outputs, variables, messages, as GitHub has them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path


class Refused(Exception):
    """What keeps an action from doing its work, in one sentence, with how to mend it."""


def given(name: str, default: str = "") -> str:
    """Return an input; the default when it is empty."""
    variable = "INPUT_" + name.upper().replace("-", "_").replace(" ", "_")
    return os.environ.get(variable, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    """Return a boolean input. Raises Refused for another word."""
    value = given(name).lower()
    if value in {"", "true", "false"}:
        return value == "true" if value else default
    raise Refused(f"`{name}` must be true or false, not {value[:60]!r}")


def lines(name: str) -> tuple[str, ...]:
    """Return the lines of an input, without empty ones."""
    return tuple(line.strip() for line in given(name).splitlines() if line.strip())


def workspace() -> Path:
    """Return the folder the job works in."""
    return Path(os.environ.get("GITHUB_WORKSPACE") or ".").resolve()


def say(text: str) -> None:
    """Print a line of the step's log."""
    print(text, flush=True)  # noqa: T201


def warn(text: str) -> None:
    """Print a warning, which pages show beside the step."""
    say("::warning::" + text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def fail(text: str) -> None:
    """Print an error, which pages show beside the step."""
    say("::error::" + text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def mask(value: str) -> None:
    """Keep a value out of the logs from now on."""
    if value:
        say(f"::add-mask::{value}")


def hand_on(values: Mapping[str, str]) -> None:
    """Set outputs of the step."""
    _append("GITHUB_OUTPUT", values)


def keep(values: Mapping[str, str]) -> None:
    """Set variables of the steps that follow."""
    _append("GITHUB_ENV", values)


def put_on_path(folders: Sequence[Path]) -> None:
    """Let the steps that follow find programs in these folders, the first one first."""
    with Path(os.environ["GITHUB_PATH"]).open("a", encoding="utf-8") as file:
        file.writelines(f"{one}\n" for one in reversed(folders))


def _append(variable: str, values: Mapping[str, str]) -> None:
    with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
        for name, value in values.items():
            if "\n" in value:
                end = f"end_{secrets.token_hex(8)}"
                file.write(f"{name}<<{end}\n{value}\n{end}\n")
            else:
                file.write(f"{name}={value}\n")
