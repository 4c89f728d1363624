"""What would happen, as a tree, a table, JSON and a diagram."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from checker.actions.activity import Activities, Place, Unread
from checker.actions.answer import depends
from checker.actions.events import EVENTS, Names, event
from checker.actions.redaction import Redaction
from checker.actions.simulate import simulate
from checker.actions.syntax import read_workflow
from checker.actions.workflows import Stray, Workflows
from checker.explanation import Explanation
from checker.report import jsonl, mermaid, tree
from checker.rubric.notices import notices
from checker.services.repository import Folder, Repository
from tests.samples import CI, IMAGE, activity, everything, missed

HOSTILE = '\x1b[31m<b>[red]|`x`\u202e"] --> evil'

FILES = {
    CI: """\
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: ["3.13", "3.14"]
    steps:
      - uses: actions/checkout@v7
      - name: Lint
        run: |
          ruff check .

      - if: github.ref_type == 'branch'
        run: pytest
""",
    IMAGE: """\
on:
  push:
    tags: ["v*"]
jobs:
  image:
    if: vars.PUSH == 'yes'
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v7
  later:
    needs: image
    if: github.event_name == 'release'
    runs-on: ubuntu-latest
    steps:
      - run: echo
""",
}
FOUND = Activities(
    (
        activity("lint", "ruff", "push tag", line=13, via=("make lint", "ruff check .")),
        activity(
            "image-push",
            "docker/build-push-action",
            target="dockerhub",
            file=IMAGE,
            line=9,
            job="image",
            answers={name: depends("`vars.PUSH`") for name in EVENTS},
        ),
    ),
    (missed("test", 'echo prints "pytest" and starts nothing'),),
    (Unread("me/mystery@v1", Place(CI, 3, "a", "b"), "`me/mystery@v1` is not in the catalogue"),),
)


def explanation(
    files: dict[str, str] = FILES,
    found: Activities = FOUND,
    *,
    on: str = "",
    name: str = "homework",
    **more: object,
) -> Explanation:
    repository = Repository(name, Folder(files), ("main",))
    flows = Workflows(repository, tuple(read_workflow(path, text) for path, text in files.items()))
    flows = replace(flows, **more)  # type: ignore[arg-type]
    simulations = (simulate(flows, event(on)),) if on else ()
    return Explanation(name, repository, flows, found, notices(flows), Redaction(), simulations)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_window(width: int) -> None:
    for text in (
        tree.on_event(explanation(on="tag"), width=width),
        tree.on_all_events(explanation(), width=width),
    ):
        assert [line for line in text.splitlines() if cell_len(line) > width] == []
        assert "\x1b" not in text


def test_the_tree_says_what_runs_and_why_the_rest_does_not() -> None:
    text = tree.on_event(explanation(on="tag"), width=100)
    for line in (
        r"^homework · the tag v1.2.3 is pushed$",
        r"├── ✓ CI  ci.yml  by push$",
        r"✓ job check  ×2$",
        r"✓ Lint\n.* → lint with ruff  through make lint$",
        r"✗ Run pytest — .+",
        r"\? job image — .*vars.PUSH",
        r"\? Run docker/build-push-action@v7$",
        r"→ image-push with docker/build-push-action to Docker Hub",
        r"✗ job later — .+",
    ):
        assert re.search(line, text, re.MULTILINE), line


def test_a_workflow_that_does_not_start_says_why() -> None:
    text = tree.on_event(explanation(on="schedule"), width=100)
    assert re.search(r"✗ CI  ci.yml — .*push", text)
    assert "job check" not in text


def test_two_default_branches_make_two_trees_only_where_it_matters() -> None:
    shown = explanation(
        {CI: "on: {push: {branches: [master]}}\njobs: {a: {runs-on: x, steps: [{run: ls}]}}\n"},
        Activities(),
    )
    flows = shown.workflows
    for on, trees in (("push", 2), ("tag", 1)):
        both = tuple(simulate(flows, event(on, Names(branch))) for branch in ("main", "master"))
        text = tree.on_event(replace(shown, simulations=both), width=100)
        assert text.count("homework · ") == trees
        assert ("(default branch master)" in text) is (trees == 2)
        assert mermaid.flowchart(replace(shown, simulations=both)).count(":::event") == trees


def test_an_activity_stands_under_the_step_whose_lines_hold_it() -> None:
    lines = tree.on_event(explanation(on="push"), width=100).splitlines()
    lint = next(index for index, line in enumerate(lines) if "Lint" in line)
    assert "lint with ruff" in lines[lint + 1]
    assert sum("lint with ruff" in line for line in lines) == 1


def test_the_table_has_a_column_for_each_event_and_a_row_for_each_activity() -> None:
    text = tree.on_all_events(explanation(), width=100)
    assert re.search(r"push +branch +PR +merge +tag +release +manual +cron", text)
    assert re.search(r"^lint +✓ +· +· +· +✓ +· +· +·$", text, re.MULTILINE)
    assert re.search(r"^image-push → Docker Hub +(\? *){8}$", text, re.MULTILINE)


def test_a_narrow_window_gets_a_list_instead() -> None:
    text = tree.on_all_events(explanation(), width=60)
    assert "lint with ruff\n  ci.yml:13\n  ✓ push  ✓ tag\n" in text


def test_what_starts_each_workflow_is_listed_with_its_filters() -> None:
    text = tree.on_all_events(explanation(), width=100)
    assert "ci.yml     push; pull_request" in text
    assert "image.yml  push (tags v*)" in text


def test_near_misses_and_what_could_not_be_read_are_footnotes() -> None:
    for text in (
        tree.on_event(explanation(on="tag"), width=100),
        tree.on_all_events(explanation(), width=100),
    ):
        assert '! ci.yml:9  echo prints "pytest" and starts nothing' in text
        assert "! ci.yml:3  `me/mystery@v1` is not in the catalogue" in text


def test_a_repository_without_workflows_and_one_with_stray_ones() -> None:
    assert "There are no workflows yet." in tree.on_all_events(explanation({}, Activities()))
    assert "nothing: there are no workflows" in tree.on_event(
        explanation({}, Activities(), on="tag")
    )
    stray = (Stray("hw/.github/workflows/ci.yml", CI),)
    assert "git mv" in tree.on_all_events(explanation({}, Activities(), stray=stray))


def test_a_workflow_that_github_refuses_says_the_line() -> None:
    text = tree.on_all_events(explanation({CI: "on: push\njobs: []\n"}, Activities()), width=100)
    assert re.search(r"ci.yml  refused by GitHub, line 2: ", text)


def test_a_credential_in_a_label_is_not_printed() -> None:
    files = {CI: FILES[CI].replace("run: pytest", "run: twine upload -p visibly-fake")}
    shown = replace(explanation(files, on="push"), redaction=Redaction(frozenset({"visibly-fake"})))
    assert "visibly-fake" not in tree.on_event(shown, width=100)
    assert "visibly-fake" not in jsonl.document([jsonl.whole(shown)])
    assert "twine upload -p vis…" in tree.on_event(shown, width=100)


def test_jsonl_is_one_object_on_one_line() -> None:
    text = jsonl.line(explanation())
    assert text.count("\n") == 1
    first, second = (found := json.loads(text))["activities"]
    assert list(found) == ["path", "default_branch", "workflows", "activities"]
    assert found["workflows"] == [{"file": CI, "errors": []}, {"file": IMAGE, "errors": []}]
    assert list(first) == [
        "kind", "tool", "target", "file", "line", "job", "step", "masked", "via", "events", "why",
    ]  # fmt: skip
    assert (first["target"], second["target"]) == (None, "dockerhub")
    assert first["masked"] is False
    assert first["via"] == ["make lint", "ruff check ."]
    assert list(first["events"]) == list(EVENTS)
    assert first["events"]["push"] == "yes"
    assert set(first["why"]) == set(EVENTS) - {"push", "tag"}
    assert second["why"]["tag"] == "`vars.PUSH`"


def test_jsonl_names_errors_with_their_line() -> None:
    found = json.loads(jsonl.line(explanation({CI: "jobs: 1"}, Activities())))
    assert found["workflows"][0]["errors"][0].startswith("line 1: ")


def test_the_json_document_holds_the_simulation() -> None:
    document = json.loads(jsonl.document([jsonl.whole(explanation(on="tag"))]))
    (simulation,) = document["repositories"][0]["simulations"]
    assert (document["schema_version"], simulation["event"]) == (1, "tag")
    jobs = {job["id"]: job for flow in simulation["workflows"] for job in flow["jobs"]}
    assert (jobs["check"]["runs"], jobs["check"]["count"]) == ("yes", 2)
    assert jobs["image"]["runs"] == "depends"
    assert [step["runs"] for step in jobs["check"]["steps"]] == ["yes", "yes", "no"]
    assert jobs["later"]["why"]


def test_the_flowchart_goes_from_the_event_to_what_is_done() -> None:
    chart = mermaid.flowchart(explanation(on="tag"))
    assert chart.startswith('flowchart LR\n    n1["the tag v1.2.3 is pushed"]:::event\n')
    labels = re.findall(r'^    n\d+\["(.*)"\]:::(\w+)$', chart, re.MULTILINE)
    assert ("lint#58; ruff", "yes") in labels
    assert ("check ×2".replace("×", "#215;"), "yes") in labels
    assert ("later", "no") in labels
    assert re.search(r'n\d+ -\.->\|"\? .*vars\.PUSH', chart)


def test_a_huge_repository_makes_a_picture_and_a_tree_of_a_sensible_size() -> None:
    jobs = "".join(f"  j{n}:\n    runs-on: x\n    steps: [{{run: echo}}]\n" for n in range(1000))
    huge = explanation({CI: f"on: push\njobs:\n{jobs}"}, on="push")
    assert "more jobs" in tree.on_event(huge, width=100)
    assert mermaid.flowchart(huge).count("\n") < 500
    assert "more" in mermaid.flowchart(huge)
    many = replace(huge, activities=Activities(everything().found * 50))
    assert "… and 200 more" in tree.on_all_events(many, width=100)


def test_hostile_names_do_nothing_anywhere() -> None:
    text = (
        FILES[CI]
        .replace("name: CI", f"name: {json.dumps(HOSTILE)}")
        .replace("name: Lint", f"name: {json.dumps(HOSTILE)}")
    )
    shown = explanation({CI: text}, name=HOSTILE, on="tag")
    for drawn in (tree.on_event(shown, width=100), tree.on_all_events(shown, width=100)):
        assert not re.search(r"[\x1b\u202e]", drawn)
        assert "[red]" in drawn
    assert not re.search(r"[\x1b\u202e]", mermaid.flowchart(shown))
    assert '"] --> evil' not in mermaid.flowchart(shown)
    assert not re.search(r"[\x1b\u202e]", jsonl.line(shown))
    assert json.loads(jsonl.line(shown))["path"] == HOSTILE
