"""How well faulty pipelines are told from right ones: python benchmarks/gauntlet.py [--run] [NAME ...].

Three judges: key phrases in the workflow files, as platforms look for them; the grader's reading of the files; and,
with --run, what the pipelines really do with a good pull request and with one fault after another in it.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from pipelines import Pipeline, pipelines

from checker.services.checkout import Tree
from checker.workbook.gates import weaknesses
from checker.workbook.specimens import CHANGES

Judge = Callable[[Path, Pipeline], bool]
_PHRASES = (r"pull_request", r"ruff check|flake8|pylint", r"ruff format|black", r"pytest|unittest")


def key_phrases(folder: Path, _pipeline: Pipeline) -> bool:
    """Look for words, wherever they stand in a workflow file."""
    files = (folder / ".github").rglob("*.yml")
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return all(re.search(phrase, text) for phrase in _PHRASES)


def reading(folder: Path, _pipeline: Pipeline) -> bool:
    """Read the files as the grader does."""
    return not weaknesses(Tree(folder))


def running(folder: Path, pipeline: Pipeline) -> bool:
    """Run it on a good pull request and on those with faults; a faulty one on the fault it is known to let through."""
    from checker.prove import FAULTS, prove
    from checker.prove.project import read

    try:
        project = read(folder)
    except ValueError:  # no workflow where GitHub looks
        return False
    wanted = (
        {CHANGES[pipeline.leak]}
        if pipeline.leak
        else {fault for fault in CHANGES.values() if fault}
    )
    chosen = [one for one in FAULTS if one.id in wanted]
    proof = prove(project, lambda *_: None, faults=chosen, change="pull-request")
    if proof.baseline:
        steps = ", ".join(proof.baseline)
        raise SystemExit(f"{pipeline.name!r} refuses good work, so it tells nothing: {steps}")
    caught = [bool(one.caught) for one in proof.outcomes]
    return bool(proof.ran) and len(caught) == len(chosen) and all(caught)


def measure(judges: Sequence[Judge], chosen: Sequence[Pipeline]) -> list[dict[str, bool]]:
    """Return for each pipeline whether each judge accepts it."""
    found = []
    for pipeline in chosen:
        with tempfile.TemporaryDirectory() as folder:
            root = pipeline.write(Path(folder) / "basket")
            found.append({judge.__name__: judge(root, pipeline) for judge in judges})
        verdicts = " ".join(
            f"{name}:{'accepted' if yes else 'rejected'}" for name, yes in found[-1].items()
        )
        right = "right " if pipeline.is_right else "faulty"
        print(f"{right} {pipeline.name:24} {verdicts}", file=sys.stderr, flush=True)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--run", action="store_true", help="run them too; takes a quarter of an hour"
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    given = parser.parse_args()
    judges: list[Judge] = [key_phrases, reading, *([running] if given.run else [])]
    chosen = [one for one in pipelines() if not given.names or one.name in given.names]
    verdicts = measure(judges, chosen)
    for judge in judges:
        said = [
            (one.is_right, verdict[judge.__name__])
            for one, verdict in zip(chosen, verdicts, strict=True)
        ]
        faulty = [accepted for is_right, accepted in said if not is_right]
        right = [accepted for is_right, accepted in said if is_right]
        name = judge.__name__.replace("_", " ")
        print(
            f"{name:12} rejects {faulty.count(False)} of {len(faulty)} faulty,"
            f" accepts {right.count(True)} of {len(right)} right"
        )


if __name__ == "__main__":
    main()
