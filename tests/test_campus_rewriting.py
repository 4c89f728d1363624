"""Workflow files as act gets them: what the campus adds to a job, and what it leaves as it is."""

from __future__ import annotations

import sys

import pytest
import yaml

from checker.campus.runner.rewriting import rewrite

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems")

CHECKOUT = {"uses": "actions/checkout@v7"}
SETUP = {"uses": "actions/setup-python@v7", "with": {"python-version": "3.13"}}
RUN = {"run": "python -m pytest"}


def rewritten(job: object) -> dict[str, object]:
    text = rewrite(yaml.safe_dump({"on": "push", "jobs": {"a": job}}))
    found: dict[str, object] = yaml.safe_load(text)["jobs"]["a"]
    return found


def first(*steps: object) -> dict[str, str]:
    """Return the variables of the step that the campus puts before the others."""
    made = rewritten({"runs-on": "ubuntu-latest", "steps": list(steps)})["steps"]
    assert isinstance(made, list)
    found: dict[str, str] = made[0].get("env", {})
    return found


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([CHECKOUT, SETUP, RUN], id="it is set up before anything runs"),
        pytest.param([{"uses": "docker/build-push-action@v7"}], id="nothing runs at all"),
        pytest.param([{"uses": "Actions/Setup-Python@v7"}, RUN], id="in capitals"),
    ],
)
def test_a_job_gets_no_second_python(steps: list[object]) -> None:
    assert first(*steps) == {"CAMPUS_DEFAULT_PYTHON": "none"}


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([RUN], id="none is set up"),
        pytest.param([CHECKOUT, RUN, SETUP], id="something runs before"),
        pytest.param([{**SETUP, "if": "false"}, RUN], id="perhaps none is set up"),
        pytest.param([{**SETUP, "continue-on-error": True}, RUN], id="that may fail"),
        pytest.param([SETUP, {**RUN, "if": "always()"}], id="something runs after failures"),
        pytest.param([{"uses": "./.github/actions/mine"}, SETUP], id="an action of one's own"),
        pytest.param([{"uses": "somebody/unheard-of@v1"}, SETUP], id="an unknown action"),
    ],
)
def test_a_job_that_may_need_a_python_gets_one(steps: list[object]) -> None:
    assert first(*steps) == {}
