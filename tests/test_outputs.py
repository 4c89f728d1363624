"""The outputs of known actions: docker/metadata-action makes the tags that its README says it makes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.actions.outputs import outputs_of_action

SHA = "860c1904a1ce19322e91ac35af1ab07466440c37"
META = "docker/metadata-action@v5"


def on(ref: str, **more: object) -> dict[str, object]:
    event = "pull_request" if ref.startswith("refs/pull/") else "push"
    return {"ref": ref, "event_name": event, "sha": SHA, "default_branch": "main", **more}


def tags(
    rules: str, ref: str, flavor: str = "", images: str = "me/app", **more: object
) -> list[str]:
    inputs = {"images": images, "tags": rules, "flavor": flavor}
    found = outputs_of_action(META, inputs, on(ref, **more))["tags"].split("\n")
    return [tag.removeprefix("me/app:") for tag in found if tag]


@pytest.mark.parametrize(
    ("ref", "made"),
    [
        ("refs/heads/main", ["main"]),
        ("refs/heads/releases/v1", ["releases-v1"]),
        ("refs/tags/v1.2.3", ["v1.2.3", "latest"]),
        ("refs/tags/v2.0.8-beta.67", ["v2.0.8-beta.67", "latest"]),
        ("refs/tags/1.0+local", ["1.0-local", "latest"]),
        ("refs/pull/2/merge", ["pr-2"]),
    ],
)
def test_without_rules_the_tag_is_the_name_of_the_ref(ref: str, made: list[str]) -> None:
    assert tags("", ref) == made


@pytest.mark.parametrize(
    ("rule", "tag", "made"),
    [
        ("type=semver,pattern={{version}}", "v1.2.3", ["1.2.3", "latest"]),
        ("type=semver,pattern={{raw}}", "v1.2.3", ["v1.2.3", "latest"]),
        ("type=semver,pattern={{major}}.{{minor}}", "v1.2.3", ["1.2", "latest"]),
        ("type=semver,pattern=v{{major}}", "v1.2.3", ["v1", "latest"]),
        ("type=semver,pattern={{minor}}-{{patch}}", "v1.2.3", ["2-3", "latest"]),
        ("type=semver,pattern={{version}}", "v2.0.8-beta.67", ["2.0.8-beta.67"]),
        ("type=semver,pattern={{major}}", "v2.0.8-beta.67", ["2.0.8-beta.67"]),
        ("type=semver,pattern={{raw}}", "v2.0.8-beta.67", ["v2.0.8-beta.67"]),
        ("type=semver,pattern={{version}}", "v1.2", []),
        ("type=semver,pattern={{version}}", "2026.01.05", []),
        ("type=semver,pattern={{version}}", "latest-one", []),
        ("type=semver,pattern={{version}},value=v3.2.1", "nothing", ["3.2.1", "latest"]),
        ("type=pep440,pattern={{version}}", "v1.2.3", ["1.2.3", "latest"]),
        ("type=pep440,pattern={{version}}", "v1.2.3rc2", ["1.2.3rc2"]),
        ("type=pep440,pattern={{raw}}", "v1.2.3rc2", ["v1.2.3rc2"]),
        ("type=pep440,pattern={{major}}.{{minor}}", "1.2.3rc2", ["1.2.3rc2"]),
        ("type=pep440,pattern={{version}}", "1.2post1", ["1.2.post1"]),
        ("type=pep440,pattern={{version}}", "1.0dev4", ["1.0.dev4"]),
        ("type=pep440,pattern={{major}}.{{minor}}.{{patch}}", "1.2", ["1.2.0", "latest"]),
        ("type=pep440,pattern={{version}}", "1.1-alpha.2", ["1.1a2"]),
        ("type=match,pattern=\\d.\\d.\\d", "v1.2.3", ["1.2.3", "latest"]),
        ("type=match,pattern=v(.*),group=1", "v2.0.8-beta.67", ["2.0.8-beta.67", "latest"]),
        ("type=match,pattern=v(\\d.\\d),group=1", "v2.0.8-beta.67", ["2.0", "latest"]),
        ("type=match,pattern=/V(.*)/i,group=1", "v1.2", ["1.2", "latest"]),
        ("type=match,pattern=\\d+", "20200110-RC2", ["20200110", "latest"]),
        ("type=match,pattern=release-(.*),group=1", "v1", []),
        ("type=match,pattern=v(.*),group=4", "v1", []),
        ("type=ref,event=tag", "v1.2.3", ["v1.2.3", "latest"]),
        ("type=ref,event=branch", "v1.2.3", []),
        ("type=raw,value=stable", "v1", ["stable"]),
        ("type=raw,stable", "v1", ["stable"]),
        ("stable", "v1", ["stable"]),
        ("type=sha", "v1", ["sha-860c190"]),
        ("type=sha,format=long,prefix=", "v1", [SHA]),
        ("type=edge", "v1", []),
        ("type=schedule", "v1", []),
        ("type=raw,value={{tag}}-x", "v1", ["v1-x"]),
        ("type=raw,value={{date 'YYYYMMDD'}}", "v1", ["⟦metadata.date⟧"]),
        ("type=raw,value=x,enable=false", "v1", []),
        ("type=raw,value=x,enable=true", "v1", ["x"]),
        ("type=raw,value=x,enable=⟦vars.ON⟧", "v1", ["x"]),
        ("type=raw,value=⟦inputs.tag⟧ x", "v1", ["⟦inputs.tag⟧-x"]),
        ("# type=raw,value=x\ntype=raw,value=y # the one", "v1", ["y"]),
    ],
    ids=lambda value: str(value)[:45],
)
def test_what_a_rule_makes_of_a_git_tag(rule: str, tag: str, made: list[str]) -> None:
    assert tags(rule, f"refs/tags/{tag}") == made


@pytest.mark.parametrize(
    ("rule", "ref", "made"),
    [
        ("type=semver,pattern={{version}}", "refs/heads/main", []),
        ("type=ref,event=branch", "refs/heads/my/branch", ["my-branch"]),
        ("type=ref,event=branch,prefix=b-", "refs/heads/x", ["b-x"]),
        ("type=ref,event=pr", "refs/pull/318/merge", ["pr-318"]),
        ("type=ref,event=pr,prefix=", "refs/pull/318/merge", ["318"]),
        ("type=edge", "refs/heads/main", ["edge"]),
        ("type=edge", "refs/heads/dev", []),
        ("type=edge,branch=dev", "refs/heads/dev", ["edge"]),
        ("type=raw,value=latest,enable={{is_default_branch}}", "refs/heads/main", ["latest"]),
        ("type=raw,value=latest,enable={{is_default_branch}}", "refs/heads/dev", []),
        ("type=raw,value=latest,enable={{is_default_branch}}", "refs/tags/v1", []),
        ("type=sha,prefix={{branch}}-", "refs/heads/main", ["main-860c190"]),
        ("type=schedule", "refs/heads/main", []),
    ],
)
def test_what_a_rule_makes_of_a_branch_or_pull_request(
    rule: str, ref: str, made: list[str]
) -> None:
    assert tags(rule, ref) == made


def test_a_schedule_is_nightly_unless_told_otherwise() -> None:
    assert tags("type=schedule", "refs/heads/main", event_name="schedule") == ["nightly"]
    assert tags("type=schedule,pattern=weekly", "refs/heads/main", event_name="schedule") == [
        "weekly"
    ]


def test_tags_stand_in_the_order_of_their_priority() -> None:
    rules = "type=sha\ntype=ref,event=tag\ntype=semver,pattern={{version}}\ntype=raw,value=first,priority=2000"
    assert tags(rules, "refs/tags/v1.2.3") == ["first", "1.2.3", "v1.2.3", "sha-860c190"]


def test_the_first_tag_decides_about_latest() -> None:
    assert tags("type=raw,value=x,priority=999\ntype=ref,event=tag", "refs/tags/v1") == ["x", "v1"]
    assert tags("type=ref,event=tag\ntype=raw,value=x", "refs/tags/v1") == ["v1", "x", "latest"]


@pytest.mark.parametrize(
    ("flavor", "made"),
    [
        ("latest=false", ["v1"]),
        ("latest=true", ["v1", "latest"]),
        ("latest=auto", ["v1", "latest"]),
        ("prefix=p-", ["p-v1", "latest"]),
        ("suffix=-alpine", ["v1-alpine", "latest"]),
        ("suffix=-alpine,onlatest=true", ["v1-alpine", "latest-alpine"]),
        ("latest=false\nprefix=p-\nsuffix=-s", ["p-v1-s"]),
        ("latest=perhaps", []),
        ("nonsense", []),
    ],
)
def test_the_flavor_is_added_to_each_tag(flavor: str, made: list[str]) -> None:
    assert tags("type=ref,event=tag", "refs/tags/v1", flavor) == made


@pytest.mark.parametrize(
    ("images", "made"),
    [
        ("me/app", ["me/app:v1"]),
        ("Me/App", ["me/app:v1"]),
        ("me/app,ghcr.io/me/app", ["me/app:v1", "ghcr.io/me/app:v1"]),
        ("me/app\nghcr.io/me/app\n", ["me/app:v1", "ghcr.io/me/app:v1"]),
        ("name=me/app,enable=true\nname=ghcr.io/me/app,enable=false", ["me/app:v1"]),
        ("⟦secrets.USER⟧/App", ["⟦secrets.USER⟧/app:v1"]),
        ("", ["v1"]),
    ],
)
def test_each_image_gets_each_tag(images: str, made: list[str]) -> None:
    inputs = {"images": images, "tags": "type=ref,event=tag", "flavor": "latest=false"}
    assert outputs_of_action(META, inputs, on("refs/tags/v1"))["tags"].split("\n") == made


def test_the_version_is_the_first_tag() -> None:
    rules = "type=sha\ntype=semver,pattern={{version}}"
    outputs = outputs_of_action(META, {"images": "me/app", "tags": rules}, on("refs/tags/v1.2.3"))
    assert outputs["version"] == "1.2.3"
    assert outputs["labels"] == "⟦metadata.labels⟧"


def test_what_the_event_does_not_tell_is_a_hole() -> None:
    assert tags("type=sha", "refs/heads/main", sha="") == ["sha-⟦github.sha⟧"]
    assert tags("type=semver,pattern={{version}}", "refs/tags/⟦github.ref_name⟧") == [
        "⟦metadata.semver⟧",
        "latest",
    ]
    outputs = outputs_of_action(META, {"images": "me/app"}, {})
    assert (outputs["tags"], outputs["version"]) == ("⟦metadata.tags⟧", "⟦metadata.version⟧")


@pytest.mark.parametrize(
    "rule", ["type=semver", "type=match", "type=ref", "type=ref,event=x", "type=odd", "type=raw"]
)
def test_a_rule_the_action_refuses_makes_nothing(rule: str) -> None:
    assert tags(f"{rule}\ntype=sha", "refs/tags/v1.2.3") == []


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a*)*b", "(a|a)*b", ".*.*.*.*.*x", "(", "[", "x" * 500]
)
def test_a_pattern_that_could_run_for_long_is_not_tried(pattern: str) -> None:
    made = tags(f"type=match,pattern={pattern}", f"refs/tags/{'a' * 150}")
    assert made == ["⟦metadata.match⟧", "latest"]


def test_the_default_branch_is_found_in_the_event_too() -> None:
    github = {
        **on("refs/heads/trunk"),
        "default_branch": "",
        "event": {"repository": {"default_branch": "trunk"}},
    }
    assert (
        outputs_of_action(META, {"images": "a/b", "tags": "type=edge"}, github)["tags"]
        == "a/b:edge"
    )


def test_the_old_name_of_the_action_is_known_and_an_unknown_action_gives_nothing() -> None:
    assert "tags" in outputs_of_action(
        "crazy-max/ghaction-docker-meta@v2", {"images": "me/app"}, on("refs/heads/main")
    )
    assert outputs_of_action("actions/checkout@v5", {}, on("refs/heads/main")) == {}
    assert (
        outputs_of_action("dorny/paths-filter@v3", {"filters": "x: ['**']"}, on("refs/heads/main"))
        == {}
    )


def test_amazons_registry_is_an_unknown_host_of_its_own() -> None:
    assert outputs_of_action("aws-actions/amazon-ecr-login@v2", {}, {}) == {
        "registry": "⟦ECR_registry⟧"
    }


def test_setup_python_repeats_the_version_it_was_given() -> None:
    assert outputs_of_action("actions/setup-python@v6", {"python-version": "3.12"}, {}) == {
        "python-version": "3.12"
    }
    assert outputs_of_action("actions/setup-python@v6", {}, {}) == {}


def test_branch_names_are_those_of_the_ref() -> None:
    uses = "tj-actions/branch-names@v8"
    assert outputs_of_action(uses, {}, on("refs/tags/v1"))["tag"] == "v1"
    assert outputs_of_action(uses, {}, on("refs/heads/main")) == {
        "is_tag": "false", "is_default": "true", "current_branch": "main",
    }  # fmt: skip
    pull = outputs_of_action(uses, {}, on("refs/pull/1/merge", head_ref="fix", base_ref="main"))
    assert (pull["current_branch"], pull["base_ref_branch"]) == ("fix", "main")
    assert outputs_of_action(uses, {}, {}) == {}


PIECES = st.sampled_from(
    ["type=", "semver", "match", "ref", ",", "pattern=", "{{", "}}", "version", "raw", "\n", '"', "=", "enable=", "value=",
     "priority=", "1e999", "nan", "group=", "event=tag", "⟦x⟧", "#", "(", "*", "latest=", "prefix="]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=14).map("".join)


@settings(max_examples=400, deadline=None)
@given(
    TEXTS,
    TEXTS,
    TEXTS,
    st.sampled_from(["refs/tags/v1.2.3", "refs/heads/main", "refs/pull/1/merge", "odd"]),
)
def test_no_rules_make_it_raise(rules: str, flavor: str, images: str, ref: str) -> None:
    outputs_of_action(META, {"tags": rules, "flavor": flavor, "images": images}, on(ref))
