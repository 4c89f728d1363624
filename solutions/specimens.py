"""The data of lesson 04, made by real runs: python -m solutions.specimens map | log.

`map` runs each of the eight workflows on five pull requests, and writes `map.json`; `log` runs a project whose data
is missing, and writes what its job printed as `log/run.log`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path

from checker.campus.store import Job, Run, Step
from checker.prove import FAULTS, prove
from checker.prove.project import read
from checker.prove.proving import scratch
from checker.workbook import specimens
from checker.workbook.specimens import CHANGES, SPECIMENS, Colour
from checker.workbook.steady import steady


def colours(specimen: str, changes: tuple[str, ...]) -> dict[str, Colour]:
    """Run a workflow on a good pull request and on those with faults, and return how each run ended."""
    with tempfile.TemporaryDirectory() as folder:
        project = read(specimens.assembled(specimen, Path(folder) / "basket"))
        chosen = [one for one in FAULTS if one.id in {CHANGES[change] for change in changes}]
        proof = prove(project, _say, faults=chosen, change="pull-request")
    if not proof.ran:
        return dict.fromkeys(("good", *changes), "none")
    if proof.baseline:
        raise SystemExit(f"{specimen} is red as it is: {', '.join(proof.baseline)}")
    caught = {one.fault.id: bool(one.caught) for one in proof.outcomes if one.path}
    found: dict[str, Colour] = {"good": "green"}
    for change in changes:
        found[change] = "red" if caught[CHANGES[change]] else "green"
    return found


def whole() -> dict[str, dict[str, Colour]]:
    """Run all forty."""
    return {specimen: colours(specimen, specimens.FAULTS) for specimen in SPECIMENS}


HARVEST = Path(__file__).parent / "harvest"
"""A project that forgot to add its data: a step unpacks them, and what that step says does not count."""
_TIME = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+Z ", re.MULTILINE)
_INDEX = re.compile(r"^Looking in .*\n", re.MULTILINE)
_PYTHON = re.compile(r"(?<!\S)/\S+?/lib/python3\.\d+(?=/)")


def log() -> str:
    """Push that project, and return the log of its job, step by step, without times."""
    with scratch(read(HARVEST), 600.0, "push") as copy:
        failing, _, _ = copy.changed({})
        store = copy.runner.store
        [run] = store.find(Run)
        [job] = store.find(Job, run=run.id)
        steps = store.find(Step, job=job.id)
    if failing != ("check: Test",):
        raise SystemExit(f"expected that the tests alone fail, not: {', '.join(failing)}")
    told = [f"▸ {one.name}\n{_TIME.sub('', one.log).rstrip()}" for one in steps if one.log.strip()]
    text = _PYTHON.sub("⟨python⟩", _INDEX.sub("", "\n".join(told) + "\n"))
    return steady(text, {}) + "\n"


def main() -> None:
    """Run, and write what came of it."""
    parser = argparse.ArgumentParser(prog="python -m solutions.specimens", description=__doc__)
    parser.add_argument("what", choices=["map", "log"])
    if parser.parse_args().what == "log":
        target = specimens.FOLDER.parent / "log" / "run.log"
        target.parent.mkdir(exist_ok=True)
        target.write_text(log(), encoding="utf-8")
        return
    target = specimens.FOLDER.parent / "map.json"
    facts = {
        "made_by": "python -m solutions.specimens map",
        "event": "pull request",
        "runs": whole(),
    }
    target.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _say(what: str, seconds: float) -> None:
    print(f"{seconds:5.0f} s  {what}", file=sys.stderr)


if __name__ == "__main__":
    main()
