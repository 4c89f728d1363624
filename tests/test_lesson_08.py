"""Lesson 08: buttons, uploads, pullers, gates, switches and tables that students write, right ones of many kinds and wrong ones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from checker.campus.people import People
from checker.campus.place import Place
from checker.campus.storage import Storage
from checker.campus.supervisor import Supervisor
from checker.campus.tracking import environment
from checker.workbook import Lab
from checker.workbook.calling import call
from checker.workbook.delivery import button, switching, traps, ways
from checker.workbook.delivery.button import Pressed
from checker.workbook.homework import reference
from checker.workbook.lessons import n08_dag_code_to_airflow as lesson
from checker.workbook.pictures.delivery_times import delivery_times, in_words, stale
from checker.workbook.runs import Job, Run, Runs, Step
from checker.workbook.work import FILES, given
from tests.samples_systems import solved

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems")
ME = "petrov_ivan"


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("CHECKER_WORKBOOK", "build")
    return Lab(lesson.SLUG, "en")


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """S3 alone, and the variables of a student in it."""
    place = Place.open(tmp_path_factory.mktemp("storage") / "campus")
    People(place).join(ME, ME)
    with Supervisor(place, [Storage()]) as up:
        up.up()
        yield environment(People(place)[ME], place)


@pytest.fixture
def at_storage(lab, storage, monkeypatch):
    for name, value in storage.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(
        "boto3.DEFAULT_SESSION", None
    )  # it keeps the keys of the campus it saw first
    return lab


def checked(lab, id, *answers):
    lab.check(id, *answers)
    found = lab.outcome(id)
    return found.kind + (f": {found.reason}" if found.reason else "")


DELIVER = solved("q1", "deliver", lesson.SLUG)
GATED = solved("q4", "deliver", lesson.SLUG)
PUSHES = '          git push --force origin "$dags:refs/heads/deploy/$TARGET"\n'


def complaint(lab, text):
    lab.write(button.FILE, text)
    found = button.complaint(lab)
    return "" if found is None else found[0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda text: text, "", id="the solution"),
        pytest.param(
            lambda text: text.replace("type: choice\n        options: [staging, production]", "type: environment"),
            "", id="environments of GitHub's own list",
        ),
        pytest.param(lambda text: text.replace("inputs.ref", "github.event.inputs.ref"), "", id="inputs of the event"),
        pytest.param(lambda text: text.replace("permissions: {}", "permissions: write-all"), "", id="rights of the file, and of the job"),
        pytest.param(
            lambda text: text.replace("permissions: {}", "permissions: {contents: write}").replace(
                "    permissions:\n      contents: write\n", ""
            ), "", id="rights of the file alone",
        ),
        pytest.param(lambda text: text.replace("on:\n", "on:\n  schedule: [{cron: '0 3 * * *'}]\n"), "by_itself", id="at night too"),
        pytest.param(lambda text: text.replace("on:\n", "on:\n  pull_request:\n"), "by_itself", id="on pull requests"),
        pytest.param(lambda text: "on: push\njobs:\n" + text.partition("jobs:\n")[2], "no_button", id="on each push"),
        pytest.param(lambda text: text.replace("      ref:\n", "      what:\n").replace("inputs.ref", "inputs.what"), "no_input", id="another name"),
        pytest.param(lambda text: text.replace("$TARGET", "${{ github.event.inputs.environment }}"), "pasted", id="pasted"),
        pytest.param(lambda text: text.replace(PUSHES, PUSHES.rstrip() + " || true\n"), "hidden_failure", id="|| true"),
        pytest.param(lambda text: text.replace("    permissions:\n      contents: write\n", ""), "may_not_write", id="no rights"),
        pytest.param(lambda text: text.replace("runs-on", "run-on"), "not_yaml", id="refused by GitHub"),
        pytest.param(lambda text: text[:0] + "a: [", "not_yaml", id="no YAML"),
    ],
)  # fmt: skip
def test_buttons_are_read_before_they_are_pressed(lab, change, reason):
    assert complaint(lab, change(DELIVER)) == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda text: text, "", id="the solution"),
        pytest.param(
            lambda text: text.replace("          dags=$(", "          python3 tools/gate.py dags\n          dags=$(").replace(
                "      - name: Keep broken DAGs out\n        run: python3 tools/gate.py dags\n", ""
            ), "", id="in the same script",
        ),
        pytest.param(lambda text: text.replace("python3 tools/gate.py", "true tools/other.py"), "no_gate", id="another program"),
        pytest.param(
            lambda text: text.replace("      - name: Deliver\n", "      - name: Deliver\n        if: always()\n"),
            "gate_ignored", id="always",
        ),
        pytest.param(
            lambda text: text.replace("jobs:\n", "jobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v7\n"
                                      "      - run: python3 tools/gate.py dags\n").replace(
                "      - name: Keep broken DAGs out\n        run: python3 tools/gate.py dags\n", ""
            ).replace("  deliver:\n", "  deliver:\n    needs: gate\n"), "", id="a job before",
        ),
    ],
)  # fmt: skip
def test_the_gate_stands_before_the_delivery(lab, change, reason):
    lab.write(button.FILE, change(GATED))
    found = button.ungated(lab)
    assert ("" if found is None else found[0]) == reason


def pressed(conclusion="success", log="", **more) -> Pressed:
    steps = (Step("Deliver", conclusion, log),)
    runs = Runs([Run("Deliver", "workflow_dispatch", conclusion, (Job("deliver", conclusion, steps),))])  # fmt: skip
    facts = {"is_moved": True, "others": (), "wanted": {"a.py": "1"}, "there": {"a.py": "1"}}
    return Pressed(runs, "production", **{**facts, **more})


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (pressed(), ""),
        (None, "not_pressed"),
        (7, "not_pressed"),
        (pressed("failure", "fatal: no"), "red"),
        (pressed(others=("deploy/staging",)), "elsewhere"),
        (pressed(there={}), "nothing_arrived"),
        (pressed(there={"a.py": "1", "README.md": "2"}), "too_much"),
        (pressed(there={"a.py": "0"}), "other_ref"),
    ],
)
def test_what_arrived_is_told(found, reason):
    outcome = button.arrived(found)
    assert (outcome.reason if outcome else "") == reason


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (pressed("failure", "retrain.py: no worker has x", is_moved=False), ""),
        (pressed(), "arrived"),
        (pressed(is_moved=False), "stayed_green"),
        (pressed("failure", "python3: not found", is_moved=False), "red_elsewhere"),
        (None, "not_pressed"),
    ],
)
def test_what_was_kept_out_is_told(found, reason):
    outcome = button.kept_out(found)
    assert (outcome.reason if outcome else "") == reason


def by_file(s3, folder, bucket, prefix):
    """Upload as many do: with upload_file, deleting first."""
    keep = {}
    for root, folders, files in os.walk(folder):
        folders[:] = [one for one in folders if one != "__pycache__"]
        for name in files:
            path = os.path.join(root, name)  # noqa: PTH118
            keep[prefix + os.path.relpath(path, folder).replace(os.sep, "/")] = path
    there = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    gone = [{"Key": one["Key"]} for one in there if one["Key"] not in keep]
    if gone:
        s3.delete_objects(Bucket=bucket, Delete={"Objects": gone})
    for key, path in keep.items():
        s3.upload_file(path, bucket, key, ExtraArgs={"ChecksumAlgorithm": "SHA256"})


def by_hand(s3, folder, bucket, prefix):
    """Upload with a checksum of one's own."""
    import base64
    import hashlib

    by_file(s3, folder, bucket, prefix)
    for file in folder.rglob("*.py"):
        body = file.read_bytes()
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        key = prefix + file.relative_to(folder).as_posix()
        s3.put_object(Bucket=bucket, Key=key, Body=body, ChecksumSHA256=checksum)


def text_only(s3, folder, bucket, prefix):
    for file in folder.rglob("*.py"):
        key = prefix + file.relative_to(folder).as_posix()
        s3.put_object(
            Bucket=bucket, Key=key, Body=file.read_text("utf-8"), ChecksumAlgorithm="SHA256"
        )


def endless(*_):
    while True:
        pass


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "outcome"),
    [
        (by_file, "correct"),
        (by_hand, "correct"),
        (text_only, "wrong: missing"),
        (lambda *_: None, "wrong: nothing_there"),
        (lambda *_: 1 / 0, "wrong: raised"),
        (7, "wrong: no_function"),
        (None, "unattempted"),
    ],
)
def test_uploads_of_many_kinds(at_storage, function, outcome):
    assert checked(at_storage, "q2", function) == outcome


def by_download(s3, bucket, prefix, folder, exclude=()):
    """Pull with download_file, which moves whole files into place, and times instead of content."""
    there, failed = set(), []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for one in page.get("Contents", []):
            name = one["Key"][len(prefix) :]
            if any(fnmatch(name, each) for each in exclude):
                continue
            file = folder / name
            there.add(name)
            if file.exists() and file.stat().st_mtime >= one["LastModified"].timestamp():
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                s3.download_file(bucket, one["Key"], str(file))
            except Exception:  # noqa: BLE001
                failed.append(name)
    for file in [one for one in folder.rglob("*") if one.is_file()]:
        name = file.relative_to(folder).as_posix()
        if name not in there and not any(fnmatch(name, each) for each in exclude):
            file.unlink()
    return failed


def by_everything(s3, bucket, prefix, folder, exclude=()):
    """Pull everything anew, raise what fails, and swap files in at the end."""
    import tempfile

    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        names, token = [], {}
        while True:
            page = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, **token)
            names += [one["Key"].removeprefix(prefix) for one in page.get("Contents", [])]
            if not page["IsTruncated"]:
                break
            token = {"ContinuationToken": page["NextContinuationToken"]}
        names = [one for one in names if not any(fnmatch(one, each) for each in exclude)]
        for name in names:
            fresh = Path(place) / name
            fresh.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as opened:
                shutil.copyfileobj(s3.get_object(Bucket=bucket, Key=prefix + name)["Body"], opened)
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(Path(place) / name, folder / name)  # noqa: PTH105
        for file in [one for one in folder.rglob("*") if one.is_file()]:
            name = file.relative_to(folder).as_posix()
            if name not in names and not any(fnmatch(name, each) for each in exclude):
                file.unlink()


def deletes_all_first(s3, bucket, prefix, folder, exclude=()):
    shutil.rmtree(folder)
    folder.mkdir()
    return by_everything(s3, bucket, prefix, folder, exclude)


def half_is_visible(s3, bucket, prefix, folder, exclude=()):
    """Write beside the file under a name that Airflow loads, too."""
    del exclude
    for one in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", []):
        file = folder / one["Key"].removeprefix(prefix)
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"new_{file.name}")
        fresh.write_bytes(s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read())
        fresh.replace(file)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "outcome"),
    [
        (by_download, "correct"),
        (by_everything, "correct"),
        (deletes_all_first, "wrong: failed_download"),
        (lambda *_: None, "wrong: not_there"),
        (lambda *_: 1 / 0, "wrong: raised"),
        (7, "wrong: no_function"),
        (None, "unattempted"),
    ],
)
def test_pullers_of_many_kinds(at_storage, function, outcome):
    assert checked(at_storage, "q3", function) == outcome


@pytest.mark.slow
def test_a_half_file_under_a_name_that_airflow_loads_is_seen(at_storage):
    s3, bucket, prefix = lesson._storage(at_storage)
    found = traps.spring("atomic", lambda *words: call(half_is_visible, *words), s3, bucket, f"{prefix}/x/")  # fmt: skip
    assert (found.finding, found.facts["name"]) == ("not_atomic", "new_retrain.py")


@pytest.mark.slow
def test_traps_leave_nothing_behind_and_a_client_as_it_was(at_storage):
    s3, bucket, prefix = lesson._storage(at_storage)
    for trap in traps.TRAPS:
        traps.spring(trap, lambda *words: call(by_download, *words), s3, bucket, f"{prefix}/x/")
    assert s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/x/")["KeyCount"] == 0
    for name in "abc":
        s3.put_object(Bucket=bucket, Key=f"{prefix}/x/{name}", Body=b"1")
    found = s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/x/")
    assert found["KeyCount"] == 3
    assert s3.get_object(Bucket=bucket, Key=f"{prefix}/x/a")["Body"].read() == b"1"
    for name in "abc":
        s3.delete_object(Bucket=bucket, Key=f"{prefix}/x/{name}")


@pytest.mark.slow
@pytest.mark.parametrize("id", ["q2", "q3"])
def test_a_function_that_never_ends_is_stopped(at_storage, monkeypatch, id):
    def soon(function, *words, seconds):
        return call(function, *words, seconds=min(seconds, 0.3))

    monkeypatch.setattr("checker.workbook.exercise.calling.call", soon)
    assert checked(at_storage, id, endless) == "wrong: too_long"


GATE = solved("q4", "gate", lesson.SLUG)
OWN = """
import ast, pathlib, sys
bad = 0
ids = set()
root = pathlib.Path(sys.argv[1])
for path in root.rglob("*.py"):
    def no(what):
        global bad
        bad = 1
        print(path.name, what, file=sys.stderr)
    try:
        tree = ast.parse(path.read_text())
    except SyntaxError as error:
        no(error)
        continue
    sys.path.insert(0, "tools")
    import reading, graphlib
    for id in reading.dag_ids(tree):
        if id in ids: no("twice")
        ids.add(id)
    if reading.uncalled(tree): no("uncalled")
    if any("campfire_next" in one for one in reading.imports(tree)): no("import")
    if any(one.split(".")[-1] in ("sleep", "urlopen") for one in reading.calls(tree)): no("slow")
    try:
        tuple(graphlib.TopologicalSorter(reading.arrows(tree)).static_order())
    except graphlib.CycleError:
        no("cycle")
sys.exit(bad)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (GATE, "wrong: no_workflow"),
        (OWN, "wrong: no_workflow"),
        (given(lesson.SLUG, "tools", "gate.py"), "unattempted"),
        ("", "unattempted"),
        (7, "wrong: no_text"),
        ("pass", "wrong: lets_cycle"),
        ("raise SystemExit(1)", "wrong: names_nothing"),
        ("import", "wrong: names_nothing"),
        ("1 / 0", "wrong: raised"),
        (GATE.replace("sys.exit(1 if found else 0)", ""), "wrong: lets_cycle"),
        ("import airflow", "wrong: loads"),
    ],
)
def test_gates_of_many_kinds(lab, text, outcome):
    found = checked(lab, "q4", text, None)
    assert found == outcome or (text == "import" and found == "wrong: raised")


@pytest.mark.slow
def test_files_that_were_edited_instead_of_cells_are_judged_too(lab):
    assert checked(lab, "q1", "", None) == "unattempted"
    assert checked(lab, "q4", "", "", None) == "unattempted"
    lab.write(button.FILE, DELIVER)
    assert checked(lab, "q1", "", None) == "wrong: not_pressed"
    assert checked(lab, "q4", "", "", None) == "unattempted"
    lab.write("tools/gate.py", GATE)
    assert checked(lab, "q4", "", "", None) == "wrong: no_gate"


@pytest.mark.slow
def test_a_gate_that_is_right_is_judged_with_its_workflow(lab):
    lab.write(button.FILE, DELIVER)
    assert checked(lab, "q4", GATE, DELIVER) == "wrong: no_gate"
    lab.write(button.FILE, GATED.replace("contents: write", "contents: read"))
    assert checked(lab, "q4", GATE, GATED) == "wrong: button"
    lab.write(button.FILE, GATED)
    assert checked(lab, "q4", GATE, GATED) == "wrong: not_pressed"
    kept = pressed("failure", "retrain.py: no worker has campfire_next", is_moved=False)
    assert checked(lab, "q4", GATE, GATED, kept) == "correct"


def test_what_the_lesson_brings_into_a_homework_passes_its_linter(tmp_path):
    shutil.copy(reference() / "pyproject.toml", tmp_path)
    folder = FILES / lesson.SLUG
    shutil.copytree(folder / "dags", tmp_path / "dags", ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip
    (tmp_path / "tools").mkdir()
    shutil.copy(folder / "tools" / "reading.py", tmp_path / "tools")
    (tmp_path / "tools" / "gate.py").write_text(GATE.strip("\n") + "\n", encoding="utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    for words in (["check"], ["format", "--check"]):
        done = subprocess.run([ruff, *words, "--no-cache", "."], cwd=tmp_path, capture_output=True, check=False, text=True)  # fmt: skip
        assert done.returncode == 0, done.stdout


TAKES = {
    "a fresh folder each time": """
import os, shutil, sys, tempfile
incoming, root, version = sys.argv[1:]
folder = tempfile.mkdtemp(prefix=version, dir=root)
shutil.copytree(incoming, folder, dirs_exist_ok=True)
link = os.path.join(root, "next")
if os.path.lexists(link): os.remove(link)
os.symlink(folder, link)
os.rename(link, os.path.join(root, "current"))
""",
    "a mark when it is whole": """
import shutil, sys
from pathlib import Path
incoming, root, version = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
folder = root / "versions" / version
if not (folder / ".whole").exists():
    shutil.rmtree(folder, ignore_errors=True)
    for file in incoming.rglob("*"):
        if file.is_file():
            target = folder / file.relative_to(incoming)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    (folder / ".whole").touch()
fresh = root / ".current"
fresh.unlink(missing_ok=True)
fresh.symlink_to(folder)
fresh.replace(root / "current")
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("text", TAKES.values(), ids=TAKES)
def test_switches_of_several_kinds_are_right(lab, text):
    assert checked(lab, "q5", text) == "correct"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("", "unattempted"),
        (7, "wrong: no_text"),
        ("pass", "wrong: not_taken"),
        ("1 / 0", "wrong: ended_red"),
        (
            (
                "import shutil, sys\nfrom pathlib import Path\nc = Path(sys.argv[2]) / 'current'\n"
                "c.exists() or shutil.copytree(sys.argv[1], c)"
            ),
            "wrong: not_switched",
        ),
    ],
)
def test_switches_of_any_kind_are_judged(lab, text, outcome):
    assert checked(lab, "q5", text) == outcome


@pytest.mark.slow
def test_a_killed_program_has_no_time_to_tidy_up():
    text = """
import shutil, sys
from pathlib import Path
current = Path(sys.argv[2]) / "current"
kept = Path(sys.argv[2]) / "kept"
try:
    shutil.rmtree(kept, ignore_errors=True)
    if current.exists():
        current.rename(kept)
    shutil.copytree(sys.argv[1], current)
except BaseException:
    shutil.rmtree(current, ignore_errors=True)
    kept.rename(current)
    raise
"""
    assert switching.cut(text).finding == "nothing"


RIGHT = ways.table()


@pytest.mark.parametrize(
    ("table", "outcome"),
    [
        (RIGHT, "correct"),
        ({name: [one.upper(), f" {other} "] for name, (one, other) in RIGHT.items()}, "correct"),
        ({**RIGHT, "a worker is down": ("both", "push")}, "wrong: everywhere"),
        ({**RIGHT, "a worker is down": ("pull", "pull")}, "wrong: red"),
        ({**RIGHT, "a worker is down": ("pull", None)}, "wrong: no_word"),
        ({**RIGHT, "a worker is down": "pull"}, "wrong: row_open"),
        ({"a worker is down": ("pull", "push")}, "wrong: row_open"),
        ({}, "unattempted"),
        (None, "unattempted"),
        ([], "wrong: no_table"),
    ],
)
def test_tables_of_any_kind_are_judged(lab, table, outcome):
    assert checked(lab, "q6", table) == outcome


def test_without_a_failure_both_ways_bring_the_version_everywhere_and_stay_green():
    for way in ways.WAYS:
        assert ways.hour(way, "nothing goes wrong") == ways.Outcome(everywhere=True, is_red=False)


def test_who_looks_more_often_waits_less_and_nobody_less_than_a_look_takes():
    medians = [sorted(ways.staleness(every))[ways.DELIVERIES // 2] for every in ways.INTERVALS]
    assert medians == sorted(medians)
    assert min(ways.staleness(5)) >= 1
    assert ways.staleness(60) == ways.staleness(60)
    assert ways.staleness(60) != ways.staleness(60, seed=9)


def test_the_picture_shows_what_its_words_say():
    bucket, worker, looks = ways.timeline()
    waits = {every: ways.staleness(every) for every in ways.INTERVALS}
    names = ("bucket", "worker", "look", "failed", "minutes", "versions", "every", "waits", "counts")  # fmt: skip
    figure = delivery_times(bucket, worker, looks, ways.DAY, waits, dict.fromkeys(names, "x"))
    steps, *histograms = figure.axes
    facts = in_words(bucket, worker, ways.DAY, waits)
    red = [one for one in steps.patches if one.get_gid() == "stale"]
    assert len(red) == facts["stale"] == stale(bucket, worker, ways.DAY)
    lines = {one.get_gid(): one for one in steps.lines}
    assert set(lines["bucket"].get_ydata()) == set(range(1, facts["versions"] + 1))
    assert len(set(lines["worker"].get_ydata())) == facts["taken"]
    assert facts["never"] == "4"
    assert len(lines["failed"].get_xdata()) == sum(one.failed for one in looks)
    shown = [next(one for one in axes.lines if one.get_gid() == "most").get_xdata()[0] for axes in histograms]  # fmt: skip
    assert ", ".join(f"{one:.0f}" for one in shown) == facts["most"]
    assert [sum(one.get_height() for one in axes.patches) for axes in histograms] == [ways.DELIVERIES] * 3  # fmt: skip
