"""Lesson 04: what its exercises accept and refuse beyond the answers that the proof tries."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.pipelines import Pipeline, pipelines
from checker.prove import FAULTS, Outcome, Proof
from checker.workbook import Lab, specimens
from checker.workbook.exercise import Attempt, checks
from checker.workbook.gates import weaknesses
from checker.workbook.lessons import n04_a_pipeline_that_goes_red as lesson
from checker.workbook.pictures.tile_map import Tiles, Words, tile_map
from checker.workbook.specimens import SPECIMENS, STRICT, truth
from solutions.book.notebook import answers
from solutions.book.source import SOURCES, read

SLUG = "04_a_pipeline_that_goes_red"
FILES = specimens.FOLDER.parent
RIGHT = {one: " ".join(sorted(lesson.colours(one))) for one in SPECIMENS}
SOLVED = {key: one["solution"] for key, one in answers(read(SOURCES / f"{SLUG}.py")).items()}
STARTERS = {key: one["starter"] for key, one in answers(read(SOURCES / f"{SLUG}.py")).items()}
IMAGE = SOLVED["q4"].partition('"""')[2].partition('"""')[0].strip("\n")
GATE_OF = {"lint": "lint", "format": "format", "test": "test", "import": "test"}


class Rude:
    """An answer that does as it likes."""

    def __bool__(self) -> bool:
        raise RuntimeError("no")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    def __hash__(self) -> int:
        return 7

    def __str__(self) -> str:
        raise RuntimeError("no")


HOSTILE = [
    pytest.param(value, id=name)
    for name, value in {
        "rude": Rude(),
        "bytes": b"\xff\0",
        "markup": "<script>\x1b[31m",
        "long": "lint " * 200_000,
        "number": 3.5,
        "true": True,
        "generator": (one for one in "abc"),
        "function": print,
        "deep": [[[[{}]]]],
        "rude key": {Rude(): "x"},
        "rude value": {"strict": Rude(), "format": Rude(), "unused-import": Rude(), "failing-test": Rude()},
        "type": type,
    }.items()
]  # fmt: skip


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path / "work"))
    return Lab(SLUG, "en", edition=1)


def judged(lab: Lab, id: str, *given: object) -> tuple[str, str]:
    found = checks(SLUG)[id](Attempt(lab), *given)
    if found.kind in {"wrong", "skipped"}:
        for language in ("en", "ru"):
            words = Lab(SLUG, language, edition=1).texts
            assert words.message(id, found.kind, found.reason, **found.facts).text
    return found.kind, found.reason


# The eight workflows


def test_each_workflow_differs_from_the_right_one_by_one_line() -> None:
    strict = (specimens.FOLDER / f"{STRICT}.yml").read_text(encoding="utf-8").splitlines()
    for one in set(SPECIMENS) - {STRICT}:
        lines = (specimens.FOLDER / f"{one}.yml").read_text(encoding="utf-8").splitlines()
        assert len([line for line in lines if line not in strict]) == 1, one


@pytest.mark.parametrize("one", SPECIMENS)
def test_what_the_runs_did_is_what_the_grader_reads(one: str, tmp_path: Path) -> None:
    from checker.services.checkout import Tree

    weak = {found.gate for found in weaknesses(Tree(specimens.assembled(one, tmp_path / "basket")))}
    assert {change for change, gate in GATE_OF.items() if gate in weak} == specimens.let_through(
        one
    )
    assert truth()[one]["good"] in {"green", "none"}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems")
@pytest.mark.parametrize(
    ("one", "changes"),
    [("pipe", ("lint", "test")), ("if_false", ("import",)), ("only_main", ("format",))],
)
def test_a_sample_of_the_map_is_what_runs_do_today(one: str, changes: tuple[str, ...]) -> None:
    from solutions.specimens import colours

    expected = {change: truth()[one][change] for change in ("good", *changes)}
    assert colours(one, changes) == expected


# q1


@pytest.mark.parametrize(
    "spelt",
    [
        pytest.param(RIGHT, id="words"),
        pytest.param({one: words.split() for one, words in RIGHT.items()}, id="lists"),
        pytest.param({one: set(words.split()) for one, words in RIGHT.items()}, id="sets"),
        pytest.param({one: words.replace(" ", ", ").upper() for one, words in RIGHT.items()}, id="commas"),
        pytest.param({f"{one}.yml": words or "none" for one, words in RIGHT.items()}, id="files"),
        pytest.param({one.replace("_", "-"): words for one, words in RIGHT.items()}, id="hyphens"),
    ],
)  # fmt: skip
def test_a_prediction_may_be_written_as_one_likes(lab: Lab, spelt: dict[str, Any]) -> None:
    assert judged(lab, "q1", spelt) == ("correct", "")


@pytest.mark.parametrize("one", SPECIMENS)
@pytest.mark.parametrize("change", list(specimens.FAULTS))
def test_each_wrong_tile_is_explained_by_its_workflow(lab: Lab, one: str, change: str) -> None:
    flipped = set(RIGHT[one].split()) ^ {change}
    assert judged(lab, "q1", RIGHT | {one: flipped}) == ("wrong", one)


@pytest.mark.parametrize(
    ("red", "reason"),
    [
        pytest.param(RIGHT | {"lax": "lint"}, "unknown", id="no such workflow"),
        pytest.param(RIGHT | {"pipe": "linter"}, "unknown", id="no such change"),
        pytest.param({"pipe": "lint"}, "open", id="one row"),
        pytest.param(RIGHT | {"pipe": None}, "open", id="a row left open"),
        pytest.param(
            RIGHT | {"pipe": "good lint format"}, "good_is_red", id="good work is refused"
        ),
        pytest.param(["lint"], "unknown", id="no table"),
    ],
)
def test_a_prediction_that_cannot_be_judged_says_why(lab: Lab, red: object, reason: str) -> None:
    assert judged(lab, "q1", red) == ("wrong", reason)


# q2: different right pipelines, and faulty ones


def written(lab: Lab, one: Pipeline) -> None:
    folder = lab.scratch("tired")
    for path, text in one.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


RIGHT_ONES = [one for one in pipelines() if one.is_right]
FAULTY_ONES = [one for one in pipelines() if not one.is_right]


def test_there_are_enough_pipelines_to_tell() -> None:
    assert len(RIGHT_ONES) >= 20
    assert len(FAULTY_ONES) >= 27


@pytest.mark.parametrize("one", RIGHT_ONES, ids=[one.name for one in RIGHT_ONES])
def test_a_right_pipeline_is_accepted_however_it_is_built(lab: Lab, one: Pipeline) -> None:
    written(lab, one)
    assert judged(lab, "q2") == ("correct", "")


@pytest.mark.parametrize("one", FAULTY_ONES, ids=[one.name for one in FAULTY_ONES])
def test_a_faulty_pipeline_is_refused_with_a_reason(lab: Lab, one: Pipeline) -> None:
    written(lab, one)
    kind, reason = judged(lab, "q2")
    if one.name == "another folder":
        assert kind == "unattempted"
    else:
        assert (kind, bool(reason)) == ("wrong", True)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("set +e", "masked"),
        ("in the background", "masked"),
        ("a job may fail", "masked"),
        ("make forgives", "masked"),
        ("if, computed", "skipped"),
        ("tests on main", "skipped"),
        ("by hand", "not_proposed"),
        ("only_main", "not_proposed"),
        ("rewrites", "rewrites"),
        ("no tests", "missing"),
        ("only said", "missing"),
        ("only collected", "missing"),
    ],
)
def test_the_reason_fits_the_fault(lab: Lab, name: str, reason: str) -> None:
    written(lab, next(one for one in FAULTY_ONES if one.name == name))
    assert judged(lab, "q2") == ("wrong", reason)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("on: push\njobs: [", "refused", id="no YAML"),
        pytest.param("\0", "refused", id="binary"),
        pytest.param("a: &a [*a]\n", "refused", id="itself"),
        pytest.param("on: push\njobs: {}\n" + "#" * 2_000_000, "refused", id="two megabytes"),
        pytest.param("", "refused", id="empty"),
        pytest.param(
            "on: [pull_request]\njobs:\n  all:\n    uses: other/place/.github/workflows/check.yml@v1\n",
            "unread",
            id="somewhere else",
        ),
    ],
)
def test_a_file_that_github_refuses_or_nobody_can_read_is_told(
    lab: Lab, text: str, reason: str
) -> None:
    path = lab.scratch("tired") / ".github" / "workflows" / "ci.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert judged(lab, "q2") == ("wrong", reason)


@pytest.mark.parametrize(
    ("id", "file"), [("q2", FILES / "tired.yml"), ("q4", FILES / "image" / lesson.IMAGE)]
)
def test_a_starter_is_the_file_that_counts_as_untouched(id: str, file: Path) -> None:
    text = STARTERS[id].partition('"""')[2].partition('"""')[0]
    assert text.split() == file.read_text(encoding="utf-8").split()


# q3

EXPECTED = {"unused-import": "Lint", "format": "Check the format", "failing-test": "Test"}
CAUGHT = {
    "unused-import": "lint: Lint",
    "format": "lint: Check the format",
    "failing-test": "test: Test",
}


def proof(caught: dict[str, str] = CAUGHT, **more: Any) -> Proof:
    known = {one.id: one for one in FAULTS}
    outcomes = [
        Outcome(known[id], "campfire/table.py", 3, (step,) if step else (), is_gated=True)
        for id, step in caught.items()
    ]
    return Proof(**{"ran": 1, "outcomes": tuple(outcomes), **more})


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param(EXPECTED, id="names"),
        pytest.param({id: step.upper() for id, step in EXPECTED.items()}, id="in capitals"),
        pytest.param(CAUGHT, id="with the job"),
    ],
)
def test_a_step_may_be_named_in_several_ways(lab: Lab, expected: object) -> None:
    assert judged(lab, "q3", expected, proof()) == ("correct", "")


def test_a_step_without_a_name_is_called_by_its_command(lab: Lab) -> None:
    caught = {id: f"check: Run {id}" for id in CAUGHT}
    assert judged(lab, "q3", {id: id for id in CAUGHT}, proof(caught)) == ("correct", "")
    assert judged(lab, "q3", {id: f"Run {id}" for id in CAUGHT}, proof(caught)) == ("correct", "")


@pytest.mark.parametrize(
    ("expected", "found", "reason"),
    [
        pytest.param(EXPECTED, proof(ran=0), "nothing_runs", id="no run"),
        pytest.param(EXPECTED, proof(baseline=("test: Test",)), "red_already", id="red before"),
        pytest.param(EXPECTED, proof(CAUGHT | {"format": ""}), "got_through", id="a leak"),
        pytest.param(EXPECTED | {"format": "Lint"}, proof(), "surprise", id="another step"),
        pytest.param(EXPECTED | {"format": ""}, proof(), "surprise", id="an empty name"),
        pytest.param({"format": "Lint"}, proof(), "too_few", id="one gate"),
        pytest.param(EXPECTED | {"melon": "Lint"}, proof(), "unknown_fault", id="no such fault"),
        pytest.param(EXPECTED, proof({"format": "a: b"}), "not_planted", id="two not planted"),
        pytest.param(EXPECTED, "green", "no_proof", id="a word for a proof"),
        pytest.param([*EXPECTED], proof(), "no_table", id="no table"),
    ],
)
def test_a_gauntlet_that_is_not_survived_says_where(
    lab: Lab, expected: object, found: object, reason: str
) -> None:
    assert judged(lab, "q3", expected, found) == ("wrong", reason)


def test_a_run_that_was_cut_off_proves_nothing(lab: Lab) -> None:
    known = {one.id: one for one in FAULTS}
    cut = tuple(Outcome(known[id], "a.py", 1, (), True, unfinished=True) for id in CAUGHT)
    assert judged(lab, "q3", EXPECTED, Proof((), 1, cut)) == ("wrong", "cut_off")


def test_without_act_the_files_are_read_and_nothing_is_called_right(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lab, "has", lambda _self, name: name != "act")
    lab.write(lesson.CI, (specimens.FOLDER / f"{STRICT}.yml").read_text(encoding="utf-8"))
    assert judged(lab, "q3", EXPECTED, None) == ("skipped", "no_act")
    lab.write(lesson.CI, (specimens.FOLDER / "pipe.yml").read_text(encoding="utf-8"))
    assert judged(lab, "q3", EXPECTED, None) == ("wrong", "masked")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("fault", [one.id for one in FAULTS])
def test_every_fault_has_a_name_in_the_students_language(
    lab: Lab, language: str, fault: str
) -> None:
    assert Lab(SLUG, language).words.message("fault", fault.replace("-", "_")).text
    assert lab.words.message("fault", "format").text == "two spaces where one belongs"


# q4


def mended(lab: Lab, *changes: tuple[str, str]) -> tuple[str, str]:
    text = IMAGE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = lab.scratch("image") / lesson.IMAGE
    path.write_text(text, encoding="utf-8")
    return judged(lab, "q4")


PERMISSIONS = "permissions:\n  contents: read\n"
STAMP = "      - name: Stamp the build\n        id: stamp\n        uses: berry-tools/stamp@8a518d2fa246846bba6a9a25d21c88090b91f96d # v1.0.0\n"
CONDITION = "        if: steps.stamp.outcome == 'success'\n"
SAY = '        run: echo "Building $TITLE"\n'
SECRETS = "          secrets: |\n            s3_key=${{ secrets.S3_KEY }}"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([], id="the solution"),
        pytest.param([(STAMP, ""), (CONDITION, "")], id="without the stamp"),
        pytest.param([(STAMP, STAMP.replace(" # v1.0.0", "")), (CONDITION, "        if: success()\n")], id="no comment"),
        pytest.param([(CONDITION, "        if: ${{ steps.stamp.outcome == 'success' }}\n")], id="all inside"),
        pytest.param([("\n" + SECRETS, "")], id="without the key"),
        pytest.param([("            s3_key=${{ secrets.S3_KEY }}", "            key=${{ secrets.S3_KEY }}")], id="another name"),
        pytest.param([("  pull_request:\n", ""), ("${{ github.event.pull_request.title }}", "a tag")], id="tags alone"),
        pytest.param(
            [(PERMISSIONS, "permissions: {}\n"), ("    runs-on", "    permissions:\n      contents: read\n    runs-on")],
            id="rights of the job",
        ),
        pytest.param([(PERMISSIONS, "permissions: read-all\n")], id="read-all"),
        pytest.param([(SAY, '        run: printf "%s\\n" "${TITLE}"\n')], id="another script"),
    ],
)  # fmt: skip
def test_holes_may_be_closed_in_several_ways(lab: Lab, changes: list[tuple[str, str]]) -> None:
    assert mended(lab, *changes) == ("correct", "")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param([(PERMISSIONS, "permissions: write-all\n")], "write_all", id="all rights"),
        pytest.param([(PERMISSIONS, "permissions:\n  contents: write\n")], "contents_write", id="one too many"),
        pytest.param([(PERMISSIONS, "")], "no_permissions", id="nothing said"),
        pytest.param([("@8a518d2fa246846bba6a9a25d21c88090b91f96d", "@v1.0.0")], "unpinned", id="a tag"),
        pytest.param([("@8a518d2fa246846bba6a9a25d21c88090b91f96d", "@8a518d2")], "short_pin", id="short"),
        pytest.param([("8a518d2fa246846bba6a9a25d21c88090b91f96d", lesson.MOVED)], "moved_pin", id="the attack"),
        pytest.param([("$TITLE", "${{ github.event.pull_request.title }}")], "injection", id="the title in the script"),
        pytest.param([("$TITLE", "${{ github.head_ref }}")], "injection", id="a branch's name in the script"),
        pytest.param([("$TITLE", "${{ env.TITLE }}")], "zizmor", id="by way of env"),
        pytest.param([(CONDITION, "        if: ${{ steps.stamp.outcome }} == 'success'\n")], "always_true", id="half inside"),
        pytest.param([(CONDITION, "        if: \"${{ success() }} \"\n")], "always_true", id="a space behind"),
        pytest.param([(CONDITION, "        if: ${{ success() }} && ${{ always() }}\n")], "always_true", id="two of them"),
        pytest.param([(SECRETS, "          build-args: K=${{ secrets.S3_KEY }}")], "build_arg", id="an argument"),
        pytest.param(
            [(SECRETS, "          build-args: S3_KEY"), ("    runs-on", "    env:\n      S3_KEY: ${{ secrets.S3_KEY }}\n    runs-on")],
            "build_arg", id="an argument by name",
        ),
        pytest.param([(SAY, '        run: docker build --build-arg "K=${{ secrets.S3_KEY }}" .\n')], "build_arg", id="on the command line"),
        pytest.param([("${{ secrets.DOCKERHUB_TOKEN }}", "not-a-real-token")], "literal", id="the token in the file"),
        pytest.param([("push: ${{ github.ref_type == 'tag' }}", "push: false")], "pushes_nothing", id="never pushed"),
        pytest.param([("          persist-credentials: false\n", "          fetch-depth: 0\n")], "zizmor", id="something else"),
        pytest.param([("jobs:", "jobs: [")], "refused", id="no YAML"),
    ],
)  # fmt: skip
def test_a_hole_that_is_open_has_its_own_words(
    lab: Lab, changes: list[tuple[str, str]], reason: str
) -> None:
    assert mended(lab, *changes) == ("wrong", reason)


def test_without_zizmor_nothing_is_called_clean(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.workbook.auditing.program", lambda: "")
    assert mended(lab) == ("skipped", "no_zizmor")
    assert mended(lab, (PERMISSIONS, "permissions: write-all\n")) == ("wrong", "write_all")


# q5

RELEASE = "cb1bf8b25f01040034f6ea61f3abde8a53d730b1"


@pytest.fixture(scope="module")
def stamp(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What the tags of the action lead to, on both days."""
    folder = tmp_path_factory.mktemp("stamp")
    subprocess.run(
        ["git", "init", "--quiet", "--object-format=sha1", "-b", "main"], cwd=folder, check=True
    )
    found = {}
    for day in ("day_one", "day_two"):
        with (FILES / "stamp" / f"{day}.txt").open("rb") as history:
            subprocess.run(
                ["git", "fast-import", "--quiet", "--force"], cwd=folder, stdin=history, check=True
            )
        found[day] = {
            name: subprocess.check_output(["git", "rev-parse", name], cwd=folder, text=True).strip()
            for name in ("v1.2.0^{commit}", "v1.2.0", "v1.0.0^{commit}", "v1")
        }
    return found


def test_the_hashes_of_the_lesson_are_gits(stamp: dict[str, dict[str, str]]) -> None:
    first, second = stamp["day_one"], stamp["day_two"]
    assert first["v1.2.0^{commit}"] == first["v1"] == lesson.RELEASE == RELEASE
    assert first["v1.2.0"] == lesson.TAG_OBJECT
    assert first["v1.0.0^{commit}"] == second["v1.0.0^{commit}"] == lesson.FIRST_RELEASE
    assert second["v1.2.0^{commit}"] == second["v1"] == lesson.MOVED
    assert lesson.FIRST_RELEASE in IMAGE


@pytest.mark.parametrize(
    ("uses", "kind", "reason"),
    [
        pytest.param(f"berry-tools/stamp@{RELEASE} # v1.2.0", "correct", "", id="with a comment"),
        pytest.param(f"berry-tools/stamp@{RELEASE}", "correct", "", id="without"),
        pytest.param(
            f"- uses: berry-tools/stamp@{RELEASE}#v1.2.0", "correct", "", id="the whole line"
        ),
        pytest.param(f"Berry-Tools/Stamp@{RELEASE.upper()}", "correct", "", id="capitals"),
        pytest.param(RELEASE, "wrong", "other_action", id="the hash alone"),
        pytest.param(f"berry-tools/other@{RELEASE}", "wrong", "other_action", id="another action"),
        pytest.param("berry-tools/stamp", "wrong", "other_action", id="nothing behind"),
        pytest.param(f"berry-tools/stamp@{RELEASE[:39]}", "wrong", "short", id="one digit short"),
        pytest.param(f"berry-tools/stamp@{'0' * 40}", "wrong", "no_such_commit", id="invented"),
        pytest.param(f"berry-tools/stamp@{lesson.MOVED}", "wrong", "moved", id="the attack"),
        pytest.param(
            f"berry-tools/stamp@{lesson.TAG_OBJECT}", "wrong", "tag_object", id="the tag's own hash"
        ),
        pytest.param("berry-tools/stamp@main", "wrong", "can_move", id="a branch"),
        pytest.param("berry-tools/stamp@", "wrong", "can_move", id="an empty name"),
        pytest.param("", "unattempted", "", id="nothing yet"),
    ],
)
def test_only_the_commit_pins(lab: Lab, uses: str, kind: str, reason: str) -> None:
    assert judged(lab, "q5", uses) == (kind, reason)


# q6

LOG = (FILES / "log" / "run.log").read_text(encoding="utf-8").splitlines()


def first(words: str) -> int:
    return next(number for number, line in enumerate(LOG, 1) if words in line)


@pytest.mark.parametrize(
    ("line", "kind", "reason"),
    [
        pytest.param(first("Cannot open"), "correct", "", id="the line"),
        pytest.param(str(first("Cannot open")), "correct", "", id="as a text"),
        pytest.param(first("Error is not recoverable"), "correct", "", id="its second line"),
        pytest.param(first("|| true"), "wrong", "announced", id="the command"),
        pytest.param(first("FileNotFoundError"), "wrong", "consequence", id="the first traceback"),
        pytest.param(first(" ERROR "), "wrong", "consequence", id="the first ERROR"),
        pytest.param(first("an_error_says"), "wrong", "only_a_word", id="a test's name"),
        pytest.param(first("no syntax error"), "wrong", "only_a_word", id="no error"),
        pytest.param(len(LOG), "wrong", "last_word", id="the end"),
        pytest.param(first("Collecting"), "wrong", "not_an_error", id="pip"),
        pytest.param(len(LOG) + 1, "wrong", "outside", id="behind the end"),
        pytest.param(-1, "wrong", "outside", id="before the beginning"),
        pytest.param("tar", "wrong", "no_number", id="a word"),
        pytest.param(0, "unattempted", "", id="nothing yet"),
        pytest.param(None, "unattempted", "", id="none"),
    ],
)
def test_the_first_true_error_is_told_from_its_symptoms(
    lab: Lab, line: object, kind: str, reason: str
) -> None:
    assert judged(lab, "q6", line) == (kind, reason)


def test_the_log_is_as_long_as_the_text_says_and_tells_nothing_of_the_machine() -> None:
    source = (SOURCES / f"{SLUG}.py").read_text(encoding="utf-8")
    assert f"{len(LOG)} lines long" in source
    assert f"{len(LOG)} строк" in source
    text = "\n".join(LOG)
    assert not re.search(r"(?<![\w⟩.])/(?:tmp|opt|home|root|usr|work)\b|https?://|Looking in", text)


# Any answer at all


@pytest.mark.parametrize("id", ["q1", "q2", "q3", "q4", "q5", "q6"])
def test_every_hint_can_be_shown(lab: Lab, id: str, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (1, 2, 3):
        lab.hint(id, number)
    assert capsys.readouterr().out.count(id) == 3


@pytest.mark.parametrize("answer", HOSTILE)
@pytest.mark.parametrize("id", ["q1", "q5", "q6"])
def test_any_answer_at_all_gets_an_outcome(lab: Lab, id: str, answer: object) -> None:
    assert judged(lab, id, answer)[0] == "wrong"


@pytest.mark.parametrize("answer", HOSTILE)
def test_any_prediction_of_steps_gets_an_outcome(lab: Lab, answer: object) -> None:
    assert judged(lab, "q3", answer, answer)[0] == "wrong"
    assert judged(lab, "q3", answer, proof())[0] == "wrong"


# The picture


def tiles(figure: Any) -> Iterator[tuple[str, str, str, bool]]:
    """Return what the axes hold: row, column, state, framed."""
    for patch in figure.axes[0].patches:
        parts = str(patch.get_gid()).split(":")
        if parts[0] == "tile":
            yield parts[1], parts[2], parts[3], parts[-1] == "surprise"


def counted(found: Iterable[tuple[str, str, str, bool]]) -> dict[str, int]:
    states = [state for _, _, state, _ in found]
    return {state: states.count(state) for state in ("failure", "success", "skipped", "unknown")}


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    "red",
    [
        pytest.param({}, id="nothing yet"),
        pytest.param(RIGHT, id="all"),
        pytest.param(RIGHT | {"pipe": "lint test"}, id="two surprises"),
        pytest.param({"if_false": ""}, id="one row"),
        pytest.param("nonsense", id="nonsense"),
    ],
)
@pytest.mark.usefixtures("lab")
def test_the_map_shows_what_its_text_twin_says(language: str, red: object) -> None:
    figure, facts = lesson.colour_map(Lab(SLUG, language, edition=1), red)
    drawn = [*tiles(figure)]
    counts = counted(drawn)
    assert len(drawn) == facts["cells"] == 40
    assert (counts["failure"], counts["success"], counts["skipped"]) == (
        facts["red"],
        facts["green"],
        facts["none"],
    )
    assert counts["unknown"] == 40 - facts["predicted"]  # type: ignore[operator]
    assert sum(framed for *_, framed in drawn) == facts["surprises"]
    assert facts["right"] == facts["predicted"] - facts["surprises"]  # type: ignore[operator]
    states = {"failure": "red", "success": "green", "skipped": "none"}
    assert all(
        truth()[row][column] == states[state]
        for row, column, state, _ in drawn
        if state != "unknown"
    )


def test_a_map_of_anything_says_what_is_drawn() -> None:
    map_ = Tiles(
        ("t1", "t2"),
        ("m1", "m2", "m3"),
        {("t1", "m1"): "success", ("t2", "m3"): "failure"},
        frozenset({("t1", "m1")}),
    )
    figure = tile_map(
        map_,
        Words("Killed?", {"success": "killed", "failure": "survived", "": "not run"}, "unexpected"),
    )
    assert counted(tiles(figure)) == {"failure": 1, "success": 1, "skipped": 0, "unknown": 4}
    assert map_.counts == {"success": 1, "failure": 1, "skipped": 0, "": 4}
    texts = [one.get_text() for one in figure.axes[0].texts]
    assert {"Killed?", "t1", "m3", "✓", "✗", "unexpected"} <= set(texts)


def test_a_map_of_nothing_and_of_too_much_is_drawn() -> None:
    words = Words("", {"success": "yes"})
    assert not [*tiles(tile_map(Tiles((), (), {}), words))]
    many = tuple(f"row {number} " + "x" * 100 for number in range(500))
    assert len([*tiles(tile_map(Tiles(many, ("a",), {}), words))]) == 40
