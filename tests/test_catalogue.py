"""The catalogue is data that is checked when read, found by any name, and never raises."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.actions import catalogue
from checker.actions.activity import Effect
from checker.actions.catalogue.entries import read_entries
from checker.actions.command import Command
from checker.services.repository import Folder


def test_the_file_is_read_and_is_large_enough() -> None:
    assert len(catalogue.entries()) >= 170
    assert {kind for entry in catalogue.entries() for kind in entry.kinds} == {
        "lint", "test", "build", "publish", "image-build", "image-push", "registry-login",
    }  # fmt: skip


def test_each_entry_names_its_source_and_when_it_was_checked() -> None:
    for entry in catalogue.entries():
        assert re.search(r", 20\d\d-\d\d$", entry.source), (
            f"{entry.name}: `{entry.source}` ends in no year-month"
        )


def test_no_name_stands_for_two_entries() -> None:
    names = Counter(name.lower() for entry in catalogue.entries() for name in entry.names)
    assert not [name for name, count in names.items() if count > 1]


@pytest.mark.parametrize(
    ("yaml", "says"),
    [
        ("- {name: x, about: y}", "entry 1, x: `source` is missing"),
        ("- {about: y, source: z}", "entry 1, without a name: `name` is missing"),
        (
            "- {name: x, about: y, source: z, kind: lent}",
            "entry 1, x: kind is lent; it is one of lint, test",
        ),
        (
            "- {name: x, about: y, source: z, kind: lint, msks: [-e]}",
            "unknown key `msks`; did you mean `masks`?",
        ),
        ("- {name: x, about: y, source: z, qqq: 1}", "unknown key `qqq`; known are name, about"),
        (
            "- {name: x, about: y, source: z, kind: lint, unless: [-e]}",
            "entry 1, x: `unless` is a mapping of texts",
        ),
        (
            "- {name: x, about: y, source: z, kind: lint, sub: {a: b}}",
            "entry 1, x: `sub` is a list of texts",
        ),
        ("- {name: x, about: y, source: z, does: lint}", "entry 1, x: `does` is a list of forms"),
        ("- {name: x, about: y, source: z, does: [{sub: a}]}", "entry 1, x: kind is missing"),
        (
            "- {name: x, about: y, source: z, kind: publish, target: npm}",
            "target is npm; it is one of pypi",
        ),
        (
            "- {name: x, about: y, source: z}\n- {name: y, also: [X], about: y, source: z}",
            "entry 2, y: the name x is taken",
        ),
        ("- {name: x, name: y}", "line 1: `name` is given twice"),
        ("- x", "entry 1: a mapping with name, about and source was expected"),
        ("name: x", "the catalogue is a list of entries"),
        ("- {name: x", "no YAML"),
        ("- &a {name: x}\n- *a", "line 2: neither an alias"),
    ],
    ids=lambda value: value[:40],
)
def test_a_mistake_in_an_entry_is_told_in_one_sentence(yaml: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        read_entries(yaml)


def test_a_new_linter_is_one_entry_of_data() -> None:
    (entry,) = read_entries(
        '- {name: snakelint, about: a linter, source: "docs: snakelint, 2026-11", kind: lint, masks: -q}'
    )
    assert entry.kinds == ("lint",)
    assert entry.does[0].masks == ("-q",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("twine upload dist/*", ["publish"]),
        ("Would run: uv publish --token x", ["publish"]),
        ("docker push me/app:1", ["image-push"]),
        ("$ flake8 src", ["lint"]),
        ("Running `pytest` now", ["test"]),
        ("pytest && docker push me/app", ["test", "image-push"]),
        ("build finished", ["build"]),
        ("The build finished", []),
        ("all black and white", []),
        ("Linting repository", []),
        ("Hello, world", []),
        ("", []),
    ],
)
def test_printed_commands_are_near_misses(text: str, expected: list[str]) -> None:
    found = catalogue.near_misses((Command(("echo", text)),))
    assert [miss.kind for miss in found] == expected


def test_a_near_miss_quotes_what_is_printed() -> None:
    (miss,) = catalogue.near_misses((Command(("echo", "docker push me/app")),))
    assert miss.why == 'echo prints "docker push me/app" and starts nothing'


def test_a_long_text_is_cut_short() -> None:
    (miss,) = catalogue.near_misses((Command(("echo", "docker push me/app " + "x" * 500)),))
    assert len(miss.why) < 120


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ruff", "ruff"), ("RUFF", "ruff"), ("py.test", "pytest"), ("docker/login-action@v3", "docker/login-action"),
        ("Docker/Login-Action", "docker/login-action"), ("importlinter.cli", "lint-imports"),
        ("actions/setup-python", "actions/setup-python"), ("github/codeql-action/analyze", "github/codeql-action/init"),
        ("docker://rhysd/actionlint:1.7", "actionlint"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_any_case_and_version(name: str, found: str) -> None:
    assert [entry.name for entry in catalogue.lookup(name)] == [found]


def test_an_unknown_name_finds_nothing_and_suggests_what_is_near() -> None:
    assert catalogue.lookup("flaek8") == ()
    assert "flake8" in catalogue.suggest("flaek8")
    assert catalogue.suggest("build-push-action")[0] == "docker/build-push-action"
    assert catalogue.suggest("zzzzzzzzz") == ()
    assert catalogue.suggest("") == ()


def test_a_form_says_how_its_call_looks() -> None:
    (entry,) = catalogue.lookup("poetry")
    assert [form.call for form in entry.does] == ["build", "publish, with --build", "publish"]


WORDS = st.sampled_from(
    ["docker", "buildx", "build", "push", "--push", "-t", "--tag=", "-o", "--", "-", "", "twine", "upload", "-r", "python",
     "-m", "⟦", "⟧", "⟦x⟧", "://", "/", "-p", "ruff", "check", "compose", "skopeo", "copy", "poetry", "publish", "config",
     "pypi-token.", "echo", "\x00", "[", "*", "uv", "--index", "login", "--password-stdin", "setup.py", ".", "..", "\\"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=12),
    st.dictionaries(WORDS, WORDS, max_size=3),
)
def test_no_command_line_makes_it_raise(words: list[str], env: dict[str, str]) -> None:
    made = Command(tuple(words), env=env)
    catalogue.of_command(made, Folder({"compose.yaml": "services: {web: {image: me/web}}"}))
    catalogue.settings_of_command(made)
    catalogue.near_misses((made,))


ACTIONS = st.sampled_from(
    [entry.name for entry in catalogue.entries() if entry.is_action] + ["docker://", "@", "a/b/c"]
)
INPUTS = st.sampled_from(
    [
        "push",
        "tags",
        "args",
        "options",
        "command",
        "run",
        "action",
        "with",
        "registry",
        "image",
        "name",
        "outputs",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    ACTIONS,
    st.dictionaries(
        st.one_of(INPUTS, st.text(max_size=5)), st.one_of(WORDS, st.text(max_size=30)), max_size=5
    ),
)
def test_no_inputs_make_it_raise(uses: str, inputs: dict[str, str]) -> None:
    catalogue.of_action(uses, inputs, {})
    catalogue.commands_of_action(uses, inputs)


def test_a_very_long_command_line_is_read_in_part() -> None:
    tags = tuple(f"--tag=me/app:{number}" for number in range(50_000))
    (build,) = catalogue.of_command(Command(("docker", "build", *tags, ".")))
    assert isinstance(build, Effect)
    assert 0 < len(build.destinations) <= 200
