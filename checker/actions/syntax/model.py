"""A workflow file as types: what GitHub would read from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from checker.actions.syntax.document import Problem, Text

NO_TEXT = Text("")
NO_VALUES: Mapping[str, Text] = MappingProxyType({})

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a workflow or an action."""

    name: str
    type: str = "string"
    default: Json = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Trigger:
    """One event under `on`, with its filters; an absent filter is empty."""

    event: str
    line: int
    types: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    branches_ignore: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    tags_ignore: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    paths_ignore: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ()
    crons: tuple[str, ...] = ()
    inputs: Mapping[str, Input] = field(default_factory=dict)
    outputs: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Defaults:
    """`defaults.run` of a workflow or job."""

    shell: Text = NO_TEXT
    working_directory: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the job's token may do; `given` is false where the file says nothing."""

    given: bool = False
    everything: str = ""
    """`read` or `write` after `read-all` or `write-all`."""
    scopes: Mapping[str, str] = field(default_factory=dict)

    @property
    def id_token(self) -> bool:
        """Whether an identity token may be asked for: trusted publishing needs it."""
        return self.everything == "write" or self.scopes.get("id-token") == "write"


@dataclass(frozen=True, slots=True)
class Matrix:
    """`strategy.matrix`: an expression, or vectors with include and exclude (each maybe an expression)."""

    expression: Text = NO_TEXT
    vectors: Mapping[str, Json] = field(default_factory=dict)
    include: Json = None
    exclude: Json = None

    def __bool__(self) -> bool:
        return bool(self.expression or self.vectors or self.include)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a script to run, or an action to use."""

    number: int
    line: int
    id: str = ""
    name: Text = NO_TEXT
    condition: Text = NO_TEXT
    uses: Text = NO_TEXT
    run: Text = NO_TEXT
    run_line: int = 0
    """Line on which the first line of the script stands."""
    inputs: Mapping[str, Text] = field(default_factory=lambda: NO_VALUES)
    env: Mapping[str, Text] = field(default_factory=lambda: NO_VALUES)
    shell: Text = NO_TEXT
    working_directory: Text = NO_TEXT
    continue_on_error: Text = NO_TEXT

    @property
    def label(self) -> str:
        """What GitHub's page calls the step, as long as it has no expression in it."""
        if self.name:
            return str(self.name)
        if self.run:
            lines = self.run.strip().splitlines()
            return f"Run {lines[0] if lines else ''}"
        return f"Run {self.uses}"


@dataclass(frozen=True, slots=True)
class Job:
    """One job: steps on a runner, or a call of a reusable workflow (`uses`)."""

    id: str
    line: int
    name: Text = NO_TEXT
    needs: tuple[str, ...] = ()
    condition: Text = NO_TEXT
    runs_on: Json = None
    matrix: Matrix = field(default_factory=Matrix)
    env: Mapping[str, Text] = field(default_factory=lambda: NO_VALUES)
    defaults: Defaults = field(default_factory=Defaults)
    permissions: Permissions = field(default_factory=Permissions)
    environment: Text = NO_TEXT
    environment_url: Text = NO_TEXT
    concurrency: Text = NO_TEXT
    continue_on_error: Text = NO_TEXT
    container: Text = NO_TEXT
    outputs: Mapping[str, Text] = field(default_factory=lambda: NO_VALUES)
    steps: tuple[Step, ...] = ()
    uses: Text = NO_TEXT
    inputs: Mapping[str, Json] = field(default_factory=dict)
    secrets: Mapping[str, Text] = field(default_factory=lambda: NO_VALUES)
    inherits_secrets: bool = False


@dataclass(frozen=True)
class Workflow:
    """A workflow file; one with `errors` is refused by GitHub and never runs."""

    path: str
    name: str = ""
    triggers: Mapping[str, Trigger] = field(default_factory=dict)
    env: Mapping[str, Text] = field(default_factory=lambda: NO_VALUES)
    defaults: Defaults = field(default_factory=Defaults)
    permissions: Permissions = field(default_factory=Permissions)
    concurrency: Text = NO_TEXT
    jobs: Mapping[str, Job] = field(default_factory=dict)
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    """What GitHub passes over in silence, such as a filter the event does not have."""
    lines: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """All of its lines."""
        return "\n".join(self.lines)

    @property
    def title(self) -> str:
        """The name GitHub shows: `name:`, or the path."""
        return self.name or self.path

    def line(self, number: int) -> str:
        """Return a line as written, without its indent; empty outside the file."""
        return self.lines[number - 1].strip() if 0 < number <= len(self.lines) else ""


@dataclass(frozen=True)
class Action:
    """An action of the repository itself (`action.yml`)."""

    path: str
    name: str = ""
    using: str = ""
    """`composite`, `docker`, `node24` …"""
    inputs: Mapping[str, Input] = field(default_factory=dict)
    outputs: Mapping[str, Text] = field(default_factory=lambda: NO_VALUES)
    steps: tuple[Step, ...] = ()
    image: str = ""
    args: tuple[str, ...] = ()
    errors: tuple[Problem, ...] = ()
    lines: tuple[str, ...] = ()
