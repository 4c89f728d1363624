"""The workflow files of a repository: those that GitHub reads, and those that lie where it never looks."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from checker.actions.effort import FOR_REPOSITORY, Effort
from checker.actions.syntax import Action, Problem, Workflow, read_action, read_workflow
from checker.services.repository import Files, Repository

FOLDER = ".github/workflows"
MAX_FILES = 200
"""More workflow files than that are not read."""
MAX_TEXT = 2_000_000
"""Characters of workflow files that are read; files after them are not."""

_YAML = re.compile(r"\.ya?ml$", re.IGNORECASE)
_LOOKS_RIGHT = re.compile(r"^jobs\s*:", re.MULTILINE)
_ACTION_FILES = ("action.yml", "action.yaml", "Dockerfile", "dockerfile")


@dataclass(frozen=True, slots=True)
class Stray:
    """A file that looks like a workflow and lies where GitHub never reads it."""

    path: str
    belongs: str
    """The path it should have."""
    whole_folder: bool = False
    """Whether its folder can be moved as a whole: the root has none yet."""

    @property
    def command(self) -> str:
        """The command that moves it to where GitHub looks."""
        if self.whole_folder:
            folder = shlex.quote(posixpath.dirname(self.path))
            return f"mkdir -p .github && git mv {folder} {FOLDER}"
        return f"mkdir -p {FOLDER} && git mv {shlex.quote(self.path)} {shlex.quote(self.belongs)}"

    @property
    def advice(self) -> str:
        """What is wrong and the command that mends it, in one sentence."""
        return (
            f"GitHub never reads `{self.path}`: workflows lie in `{FOLDER}/` at the repository's root; "
            f"move it with `{self.command}`"
        )


@dataclass(frozen=True)
class Workflows:
    """The workflows of one commit, with what they need to be understood."""

    repository: Repository
    all: tuple[Workflow, ...] = ()
    stray: tuple[Stray, ...] = ()
    unread: tuple[str, ...] = ()
    """Paths of workflow files that are too many, or too much, to be read."""
    effort: Effort = field(
        default_factory=lambda: Effort(FOR_REPOSITORY), repr=False, compare=False
    )
    """The work that following them may still cause."""
    _actions: dict[str, Action | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def by_path(self) -> Mapping[str, Workflow]:
        """The workflows by path."""
        return {workflow.path: workflow for workflow in self.all}

    def action(self, folder: str) -> Action | None:
        """Return the repository's own action in a folder; None when there is none."""
        path = posixpath.normpath(folder)
        if path.startswith(("..", "/")):
            return None
        if path not in self._actions:
            self._actions[path] = _action(self.repository.files, path)
        return self._actions[path]


def workflows_of(repository: Repository) -> Workflows:
    """Read a repository's workflow files, and find the stray ones. Never raises."""
    files = repository.files
    names = [name for name in files.names(FOLDER) if name.endswith((".yml", ".yaml"))]
    paths = [f"{FOLDER}/{name}" for name in names]
    found: list[Workflow] = []
    left = MAX_TEXT
    for path in paths[:MAX_FILES]:
        text = files.text(path)
        left -= len(text or "")
        if left < 0:
            break
        found.append(_refused(path) if text is None else read_workflow(path, text))
    return Workflows(repository, tuple(found), _stray(files), tuple(paths[len(found) :]))


def _refused(path: str) -> Workflow:
    why = "it cannot be read: it is binary, larger than 1 MB, or a link that leads out of the repository"
    return Workflow(path, errors=(Problem(1, why),))


def _action(files: Files, folder: str) -> Action | None:
    for name in _ACTION_FILES:
        path = name if folder == "." else f"{folder}/{name}"
        text = files.text(path)
        if text is not None:
            docker = name.lower() == "dockerfile"
            return Action(path, using="docker", image=name) if docker else read_action(path, text)
    return None


def _stray(files: Files) -> tuple[Stray, ...]:
    """Find workflows in a project's own `.github`, in a misspelt folder, or with another ending."""
    found: list[Stray] = []
    for path in files.paths:
        folder, name = posixpath.split(path)
        if folder == FOLDER and _YAML.search(name) and name.endswith((".yml", ".yaml")):
            continue
        if not _suspicious(folder, name) or len(found) >= MAX_FILES:
            continue
        text = files.text(path)
        if text is not None and _LOOKS_RIGHT.search(text):
            stem = re.sub(r"\.ya?ml\b.*$|\.(txt|disabled|bak|off)$", "", name, flags=re.IGNORECASE)
            whole = folder.endswith(f"/{FOLDER}") and not files.names(FOLDER)
            found.append(Stray(path, f"{FOLDER}/{stem}.yml", whole))
    return tuple(found)


def _suspicious(folder: str, name: str) -> bool:
    parts = folder.split("/")
    if folder == FOLDER:
        return ".y" in name.lower()
    in_folder = "workflow" in parts[-1].lower() if parts else False
    under_github = any(part.lower().strip(".") == "github" for part in parts)
    at_root = folder in {".github", "workflows", "workflow", ".workflows"}
    return bool(_YAML.search(name)) and (at_root or in_folder or (under_github and len(parts) > 1))
