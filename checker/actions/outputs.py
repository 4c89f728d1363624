"""What known actions hand to later steps: the image tags of docker/metadata-action and the like."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checker.actions.command import hole

Github = Mapping[str, object]
_Outputs = Callable[[Mapping[str, str], Github], Mapping[str, str]]

FACTS: Mapping[str, str] = {
    "event_name": "github.event_name",
    "ref": "github.ref",
    "base_ref": "github.base_ref",
    "head_ref": "github.head_ref",
    "sha": "github.sha",
    "default_branch": "github.event.repository.default_branch",
    "number": "github.event.number",
}
"""What the actions here may read of an event, by the names they read it under."""


def reads_the_event(uses: str) -> bool:
    """Say whether the outputs of an action may differ from event to event."""
    return _KNOWN.get(_name(uses)) in {_metadata, _branch_names}


def outputs_of_action(
    uses: str, inputs: Mapping[str, str], github: Mapping[str, object]
) -> Mapping[str, str]:
    """Return the outputs of an action as far as files and event tell them; unknown values are holes.

    `github` has the values of `FACTS`, known ones only. An action nobody knows here gives nothing: its
    outputs are unknown.
    """
    known = _KNOWN.get(_name(uses))
    if known is None:
        return {}
    return known({name.lower(): str(value) for name, value in inputs.items()}, github)


def _metadata(inputs: Mapping[str, str], github: Github) -> Mapping[str, str]:
    from checker.actions.image_tags import metadata

    return metadata(inputs, github)


def _registry(inputs: Mapping[str, str], github: Github) -> Mapping[str, str]:
    """Amazon's registry is a host of its own, whatever the account."""
    del inputs, github
    return {"registry": hole("ECR_registry")}


def _python(inputs: Mapping[str, str], github: Github) -> Mapping[str, str]:
    del github
    version = inputs.get("python-version", "").strip()
    return {"python-version": version} if version and "\n" not in version else {}


def _branch_names(inputs: Mapping[str, str], github: Github) -> Mapping[str, str]:
    del inputs
    ref = str(github.get("ref") or "")
    if not ref:
        return {}
    is_tag, is_branch = ref.startswith("refs/tags/"), ref.startswith("refs/heads/")
    name = ref.removeprefix("refs/tags/").removeprefix("refs/heads/")
    outputs = {
        "is_tag": _flag(is_tag),
        "is_default": _flag(is_branch and name == github.get("default_branch")),
    }
    if is_tag:
        outputs["tag"] = name
    elif is_branch:
        outputs["current_branch"] = name
    else:
        outputs["base_ref_branch"] = str(github.get("base_ref") or hole("github.base_ref"))
        outputs["current_branch"] = str(github.get("head_ref") or hole("github.head_ref"))
    return outputs


def _name(uses: str) -> str:
    return uses.partition("@")[0].strip().lower()


def _flag(is_so: bool) -> str:
    return "true" if is_so else "false"


# Sources: action.yml and src/ of each, 2026-11. dorny/paths-filter and the like are left out: what changed is unknown.
_KNOWN: Mapping[str, _Outputs] = {
    "docker/metadata-action": _metadata,
    "crazy-max/ghaction-docker-meta": _metadata,
    "aws-actions/amazon-ecr-login": _registry,
    "actions/setup-python": _python,
    "tj-actions/branch-names": _branch_names,
}
