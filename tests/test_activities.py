"""What students really hand in is read for what it does, not for the words it holds."""

from __future__ import annotations

import textwrap

import pytest

from checker.actions.activities import activities_of
from checker.actions.activity import Activities, Activity
from checker.services.repository import Folder, Repository


def activities(files: dict[str, str]) -> Activities:
    texts = {
        path
        if "/" in path or path[0].isupper() or not path.endswith(".yml")
        else f".github/workflows/{path}": (textwrap.dedent(text))
        for path, text in files.items()
    }
    return activities_of(Repository("homework", Folder(texts)))


def steps(
    *lines: str, on: str = "push", files: dict[str, str] | None = None, extra: str = ""
) -> Activities:
    """Return the activities of a workflow of one job with these steps, each a YAML flow mapping."""
    items = "".join(f"      - {line}\n" for line in lines)
    text = f"on: {on}\njobs:\n  job:\n    runs-on: ubuntu-latest\n{extra}    steps:\n{items}"
    return activities({"ci.yml": text, **(files or {})})


def kinds(found: Activities) -> list[str]:
    return [f"{each.kind} {each.tool}" for each in found.found]


def only(found: Activities, kind: str) -> Activity:
    (activity,) = [each for each in found.found if each.kind == kind]
    return activity


@pytest.mark.parametrize(
    "line",
    [
        '{name: Publish, run: echo "uv publish dist/*"}',
        "{name: Mock Docker push, run: echo docker push me/app:latest}",
        "{name: Publish, run: '# twine upload dist/*'}",
        "{uses: docker/build-push-action@v6, with: {push: false, tags: me/app}}",
        "{run: python -m build}",
        "{run: twine check dist/*}",
    ],
)
def test_mock_publishing_publishes_nothing(line: str) -> None:
    found = steps(line)
    assert not found.of("publish")
    assert not found.of("image-push")


def test_an_echo_that_names_a_push_is_reported_with_its_words() -> None:
    (miss,) = steps('{name: Mock, run: echo "docker push me/app:latest"}').missed
    assert miss.near.kind == "image-push"
    assert "docker push" in miss.near.why
    assert miss.place.line == 6


def test_push_false_is_reported_as_what_keeps_the_image_on_the_runner() -> None:
    found = steps("{uses: docker/build-push-action@v6, with: {push: false, tags: me/app}}")
    assert [each.kind for each in found.found] == ["image-build"]
    assert [miss.near.kind for miss in found.missed] == ["image-push"]


def test_workflows_inside_a_projects_own_folder_do_nothing() -> None:
    found = activities(
        {
            "hw2/.github/workflows/ci.yml": "on: push\njobs: {a: {runs-on: x, steps: [{run: pytest}]}}"
        }
    )
    assert not found.found


@pytest.mark.parametrize(
    ("line", "target"),
    [
        ("{run: twine upload dist/*}", "pypi"),
        ("{run: twine upload -r testpypi dist/*}", "testpypi"),
        ("{run: 'twine upload --repository-url https://pip.pkg.github.com/me dist/*'}", "other"),
        ("{uses: pypa/gh-action-pypi-publish@release/v1}", "pypi"),
        ("{uses: pypa/gh-action-pypi-publish@v1, with: {repository-url: 'https://test.pypi.example/legacy/'}}", "testpypi"),
        ("{run: uv publish, env: {UV_PUBLISH_TOKEN: '${{ secrets.TOKEN }}'}}", "pypi"),
        ("{run: poetry publish --build}", "pypi"),
    ],
)  # fmt: skip
def test_a_package_goes_to_the_index_that_the_upload_names(line: str, target: str) -> None:
    assert only(steps(line), "publish").target == target


def test_the_dev_version_of_a_pull_request_goes_to_testpypi() -> None:
    found = steps(
        '{run: "sed -i s/0.1.0/0.1.0.dev${GITHUB_RUN_NUMBER}/ pyproject.toml"}',
        "{run: python -m build hw2/}",
        "{uses: pypa/gh-action-pypi-publish@v1, with: {packages-dir: hw2/dist, repository-url: 'https://test.pypi.example/legacy/', "
        "password: '${{ secrets.TEST_PYPI_API_TOKEN }}'}}",
        on="{pull_request: {branches: [master]}}",
    )
    publish = only(found, "publish")
    assert (publish.target, publish.on("pull-request").value, publish.on("push").value) == (
        "testpypi",
        "yes",
        "no",
    )
    assert publish.credential == "⟦secrets.TEST_PYPI_API_TOKEN⟧"
    assert found.of("build")


@pytest.mark.parametrize(
    ("script", "image"),
    [
        ("echo \"tag=${GITHUB_REF#refs/tags/}\" >> $GITHUB_OUTPUT", "v1.2.3"),
        ("echo \"tag=${GITHUB_REF_NAME}\" >> $GITHUB_OUTPUT", "v1.2.3"),
        ("echo \"tag=${GITHUB_REF_NAME#v}\" >> \"$GITHUB_OUTPUT\"", "1.2.3"),
        ("echo \"::set-output name=tag::${GITHUB_REF##*/}\"", "v1.2.3"),
    ],
)  # fmt: skip
def test_an_images_tag_is_followed_through_step_outputs(script: str, image: str) -> None:
    found = activities(
        {
            "image.yml": f"""\
                on: {{push: {{tags: ['v*']}}}}
                jobs:
                  image:
                    runs-on: ubuntu-latest
                    steps:
                      - id: vars
                        run: {script}
                      - uses: docker/login-action@v3
                        with: {{username: "${{{{ secrets.DOCKERHUB_USERNAME }}}}", password: "${{{{ secrets.DOCKERHUB_TOKEN }}}}"}}
                      - uses: docker/build-push-action@v6
                        with: {{push: true, tags: "${{{{ secrets.DOCKERHUB_USERNAME }}}}/app:${{{{ steps.vars.outputs.tag }}}}"}}
            """
        }
    )
    push = only(found, "image-push")
    assert (push.target, push.on("tag").value, push.on("push").value) == ("dockerhub", "yes", "no")
    assert push.destinations["tag"] == (f"⟦secrets.DOCKERHUB_USERNAME⟧/app:{image}",)
    assert only(found, "registry-login").credential == "⟦secrets.DOCKERHUB_TOKEN⟧"


def test_a_push_that_an_expression_forbids_on_pull_requests_is_not_there_on_them() -> None:
    found = steps(
        "{uses: docker/build-push-action@v6, with: {push: \"${{ github.event_name != 'pull_request' }}\", tags: me/app}}",
        on="[push, pull_request]",
    )
    push = only(found, "image-push")
    assert push.on("push").value == "yes"
    assert push.on("pull-request").value == "no"


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("{run: flake8 .}", False),
        ("{run: 'flake8 . || true'}", True),
        ("{run: flake8 --exit-zero .}", True),
        ("{run: flake8 ., continue-on-error: true}", True),
        ("{run: 'pylint --fail-under=8.0 src'}", False),
        ("{run: 'set +e; flake8 .; echo done'}", True),
        ("{run: 'flake8 . || exit 1'}", False),
    ],
)
def test_a_lint_failure_that_is_swallowed_is_masked(line: str, masked: bool) -> None:
    assert bool(only(steps(line), "lint").masked) is masked


def test_a_strict_and_a_lenient_linter_are_two_activities() -> None:
    found = steps("{run: 'flake8 . --select=E9,F63'}", "{run: flake8 . --exit-zero}")
    assert [bool(each.masked) for each in found.of("lint")] == [False, True]


@pytest.mark.parametrize(
    ("line", "files", "expected"),
    [
        ("{run: make lint test}", {"Makefile": "lint:\n\truff check .\ntest: \n\tpytest\n"}, ["lint ruff", "test pytest"]),
        ("{run: tox}", {"tox.ini": "[tox]\nenvlist = py\n[testenv]\ncommands = pytest\n"}, ["test pytest"]),
        ("{run: nox -s tests}", {"noxfile.py": "import nox\n@nox.session\ndef tests(session):\n    session.run('pytest')\n"}, ["test pytest"]),
        ("{run: ./scripts/check.sh}", {"scripts/check.sh": "#!/bin/sh\nruff check .\n"}, ["lint ruff"]),
        ("{run: uv run pytest}", {}, ["test pytest"]),
        ("{run: poetry run ruff check}", {}, ["lint ruff"]),
        ("{run: python -m pytest tests}", {}, ["test pytest"]),
        ("{run: coverage run -m pytest}", {}, ["test pytest"]),
        ("{run: make test, working-directory: hw2}", {"hw2/Makefile": "test:\n\tpytest\n"}, ["test pytest"]),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_launchers_are_followed_to_the_tools_they_start(
    line: str, files: dict[str, str], expected: list[str]
) -> None:
    assert kinds(steps(line, files=files)) == expected


def test_via_names_the_commands_that_lead_to_the_tool() -> None:
    found = steps("{run: make test}", files={"Makefile": "test:\n\tpytest -q\n"})
    assert only(found, "test").via == ("make test", "pytest -q")


def test_a_job_that_needs_a_skipped_one_does_nothing_and_says_why() -> None:
    found = activities(
        {
            "cd.yml": """\
                on: push
                jobs:
                  build: {runs-on: x, if: github.ref_type == 'tag', steps: [{run: python -m build}]}
                  publish: {runs-on: x, needs: build, steps: [{run: twine upload dist/*}]}
            """
        }
    )
    publish = only(found, "publish")
    assert {name for name, answer in publish.events.items() if answer} == {"tag"}
    assert "it needs `build`, which does not run" in publish.events["push"].why


def test_trusted_publishing_is_seen_in_the_permissions_of_the_job() -> None:
    found = steps(
        "{uses: pypa/gh-action-pypi-publish@v1}", extra="    permissions: {id-token: write}\n"
    )
    assert only(found, "publish").id_token
    assert not only(steps("{uses: pypa/gh-action-pypi-publish@v1}"), "publish").id_token


def test_main_and_master_both_count_where_nobody_can_tell() -> None:
    for branch in ("main", "master"):
        found = steps("{run: pytest}", on=f"{{push: {{branches: [{branch}]}}}}")
        assert only(found, "test").on("push").value == "yes"
    assert (
        only(steps("{run: pytest}", on="{push: {branches: [develop]}}"), "test").on("push").value
        == "no"
    )


def test_what_never_starts_is_listed_with_the_reason() -> None:
    found = steps("{run: twine upload dist/*}", on="issues")
    publish = only(found, "publish")
    assert not any(publish.events.values())
    assert "it starts on `issues` only" in publish.events["push"].why


def test_a_refused_file_does_nothing_and_says_which_line_is_wrong() -> None:
    found = activities({"ci.yml": "on: push\njobs: {a: {steps: [{run: pytest}]}}\n"})
    (test,) = found.of("test")
    assert not any(test.events.values())
    assert "GitHub refuses the file: line 2" in test.events["push"].why


def test_unknown_actions_and_foreign_workflows_are_named_not_guessed() -> None:
    found = activities(
        {
            "ci.yml": """\
                on: push
                jobs:
                  a: {uses: other/repo/.github/workflows/ci.yml@v1}
                  b: {runs-on: x, steps: [{uses: someone/lints-it-all@v1}, {uses: actions/checkout@v6}]}
            """
        }
    )
    assert not found.found
    assert [each.uses for each in found.unread] == [
        "other/repo/.github/workflows/ci.yml@v1",
        "someone/lints-it-all@v1",
    ]


def test_a_scan_of_cyrillic_names_and_odd_encodings_reads_them() -> None:
    found = steps("{name: Проверка кода, run: ruff check}")
    assert only(found, "lint").place.step == "Проверка кода"


def test_an_activity_knows_the_workflow_that_runs_it_and_the_jobs_own_step() -> None:
    found = activities(
        {
            "ci.yml": """\
                on: push
                jobs:
                  call: {uses: ./.github/workflows/called.yml}
                  own:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/checkout@v7
                      - uses: ./.github/actions/all
                """,
            "called.yml": "on: workflow_call\njobs: {a: {runs-on: x, steps: [{run: make}, {run: ruff check .}]}}",
            ".github/actions/all/action.yml": """\
                runs: {using: composite, steps: [{run: make, shell: sh}, {run: pytest, shell: sh}]}
                """,
        }
    )
    lint, test = only(found, "lint"), only(found, "test")
    assert (lint.workflow, lint.place.job, lint.step) == (
        ".github/workflows/ci.yml",
        "call / a",
        2,
    )
    assert (test.workflow, test.place.job, test.step) == (".github/workflows/ci.yml", "own", 2)


def test_only_the_events_that_were_asked_for_are_answered() -> None:
    text = "on: push\njobs: {a: {runs-on: x, steps: [{run: pytest}]}}"
    repository = Repository("homework", Folder({".github/workflows/ci.yml": text}))
    (found,) = activities_of(repository, events=("tag", "release")).found
    assert {name: answer.value for name, answer in found.events.items()} == {
        "tag": "yes",
        "release": "no",
    }
