"""What `pre-commit run` starts: a command for each hook of .pre-commit-config.yaml."""

from __future__ import annotations

from typing import Any

from checker.actions.command import Command
from checker.actions.recipes.descent import Descent, child
from checker.actions.recipes.options import scattered
from checker.actions.recipes.paths import inside
from checker.actions.recipes.words import split
from checker.documents import listed, mapping, text_of, yaml_document

_VALUED = frozenset(
    "-c --config --hook-stage --color --files --from-ref --to-ref -s --source -o --origin "
    "--commit-msg-filename --remote-name --remote-url --checkout-type -j --jobs --group "
    "--no-group --skip -C --cd --directory -d --stage".split()
)
_NAMES = (".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml")
_OLD_STAGES = {"commit": "pre-commit", "push": "pre-push", "merge-commit": "pre-merge-commit"}
_MAX_HOOKS = 120
_A_HOOK = 10  # units of effort

# Hook ids whose command is not the id itself. pre-commit fails where a hook changes a file, so a
# formatter is a check here (pre-commit documentation, "Creating new hooks", November 2026).
_HOOKS: dict[str, tuple[str, ...]] = {
    "ruff": ("ruff", "check"),
    "ruff-check": ("ruff", "check"),
    "ruff-format": ("ruff", "format", "--check"),
    "black": ("black", "--check"),
    "black-jupyter": ("black", "--check"),
    "blacken-docs": ("blacken-docs",),
    "isort": ("isort", "--check-only"),
    "yapf": ("yapf", "--diff"),
    "autopep8": ("autopep8", "--diff", "--exit-code"),
    "autoflake": ("autoflake", "--check"),
    "docformatter": ("docformatter", "--check"),
    "prettier": ("prettier", "--check"),
    "nbqa-black": ("nbqa", "black", "--check"),
    "nbqa-isort": ("nbqa", "isort", "--check-only"),
    "nbqa-flake8": ("nbqa", "flake8"),
    "nbqa-ruff": ("nbqa", "ruff"),
    "pyright": ("pyright",),
    "hadolint-docker": ("hadolint",),
    "poetry-check": ("poetry", "check"),
    "poetry-lock": ("poetry", "lock"),
    "uv-lock": ("uv", "lock"),
    "djlint-reformat-django": ("djlint", "--check"),
    "djlint-django": ("djlint",),
    "shellcheck-docker": ("shellcheck",),
    "markdownlint-cli2": ("markdownlint-cli2",),
    "cargo-check": ("cargo", "check"),
    "clang-format": ("clang-format", "--dry-run", "--Werror"),
    "cmake-format": ("cmake-format", "--check"),
    "taplo-format": ("taplo", "format", "--check"),
    "taplo-lint": ("taplo", "lint"),
    "toml-sort-fix": ("toml-sort", "--check"),
    "sqlfluff-lint": ("sqlfluff", "lint"),
    "sqlfluff-fix": ("sqlfluff", "lint"),
    "actionlint-docker": ("actionlint",),
    "gitleaks-docker": ("gitleaks",),
    "terraform_fmt": ("terraform", "fmt", "-check"),
    "vulture": ("vulture",),
    "basedpyright": ("basedpyright",),
}
_FIXING = {"--fix", "--fix-only", "-i", "--in-place", "--write"}


def of_pre_commit(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return the hooks that `pre-commit run` (or `prek run`) starts; None for other subcommands."""
    options = scattered(command.argv[1:], _VALUED)
    operands = options.rest
    prek = command.argv[0] == "prek"
    if operands[:1] == ("run",):
        operands = operands[1:]
    elif not prek or operands:
        return None
    folder = command.cwd
    config = options.last("-c", "--config")
    if config:
        text = place.text(folder, config)
    else:
        _, text = place.first(folder, _NAMES)
        if not text:
            _, text = place.first(".", _NAMES)
    document = mapping(yaml_document(text))
    if not document:
        return None
    stage = options.last("--hook-stage", "--stage", default="pre-commit")
    skipped = set(command.env.get("SKIP", "").replace(" ", "").split(",")) | set(
        options.all("--skip")
    )
    everything = options.has("-a", "--all-files", "--files", "--from-ref", "--to-ref", "-s", "-o")
    everything = everything or options.has("--last-commit", "--directory", "-d")
    found: list[Command] = []
    hooks = 0
    for repository in listed(document.get("repos")):
        local = text_of(mapping(repository).get("repo")) == "local"
        for hook in listed(mapping(repository).get("hooks")):
            hooks += 1
            table = mapping(hook)
            identity = text_of(table.get("id"))
            names = {identity, text_of(table.get("alias"))} - {""}
            if operands and not names & set(operands):
                continue
            if names & skipped or not _in_stage(table, document, stage):
                continue
            when = ""
            if not everything and table.get("always_run") is not True:
                when = "files are staged: without --all-files only those are checked"
            started = _command(table, identity, place, local=local)
            if started is not None and len(found) < _MAX_HOOKS:
                found.append(child(command, started, cwd=".", when=when))
    place.effort.spend(_A_HOOK * hooks)
    if operands and not found:
        return None
    return tuple(found)


def _in_stage(hook: dict[str, Any], document: dict[str, Any], stage: str) -> bool:
    stages = listed(hook.get("stages", document.get("default_stages")))
    named = [_OLD_STAGES.get(text_of(one), text_of(one)) for one in stages]
    return not named or _OLD_STAGES.get(stage, stage) in named


def _command(
    hook: dict[str, Any], identity: str, place: Descent, *, local: bool
) -> tuple[str, ...] | None:
    given = tuple(text_of(word) for word in listed(hook.get("args")))
    language = text_of(hook.get("language"))
    entry = text_of(hook.get("entry"))
    if language in {"pygrep", "fail"}:
        return (identity,)
    if language == "docker_image" and entry:
        return ("docker", "run", *split(entry), *given)
    if entry:
        words = split(entry)
        if language == "script" and words and place.is_file(inside(".", words[0])):
            words = (f"./{words[0].removeprefix('./')}", *words[1:])
        return (*words, *given) if words else None
    if local and not identity:
        return None
    known = _HOOKS.get(identity, (identity,) if identity else ())
    # A hook that mends files fails where it mended one: its option to mend is no mask.
    return (*known, *(word for word in given if word not in _FIXING)) if known else None
