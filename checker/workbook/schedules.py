"""Cron lines as GitHub runs them: five fields, read in UTC; the next runs come from cronsim."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import islice, pairwise

OFTENEST = timedelta(minutes=5)
"""Between two runs of a schedule on GitHub, at least (docs.github.com, "Events that trigger workflows")."""
_NAMES = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC SUN MON TUE WED THU FRI SAT".split()
_FIELD = re.compile(rf"(?:[0-9*,/-]|{'|'.join(_NAMES)})+", re.IGNORECASE)
_WORKFLOW = """\
on:
  schedule:
    - cron: "{line}"
jobs:
  train:
    runs-on: ubuntu-latest
    steps:
      - run: python -m train
"""


def next_runs(line: str, after: datetime, count: int) -> tuple[datetime, ...]:
    """Return the first runs after a moment, all in UTC and without an offset.

    Raises ValueError, with what is wrong, for a line that GitHub would not take.
    """
    from cronsim import CronSim, CronSimError

    fields = line.split()
    if len(fields) != 5 or not all(map(_FIELD.fullmatch, fields)):
        raise ValueError("it has to be five fields of numbers, names, `*`, `,`, `-` and `/`")
    if _read(" ".join(fields)) != " ".join(fields):
        raise ValueError("a workflow with it is refused")
    try:
        runs = tuple(islice(CronSim(line, after), max(count, 60)))
    except CronSimError as error:
        raise ValueError(str(error)) from None
    if not runs:
        raise ValueError("such a day never comes")
    if any(later - earlier < OFTENEST for earlier, later in pairwise(runs)):
        raise ValueError("GitHub starts nothing more often than every five minutes")
    return runs[:count]


def _read(line: str) -> str:
    """Return the line as the grader reads it in a workflow; empty when it refuses that."""
    from checker.actions.syntax import read_workflow

    workflow = read_workflow("train.yml", _WORKFLOW.format(line=line))
    lines = [cron for trigger in workflow.triggers.values() for cron in trigger.crons]
    return lines[0] if len(lines) == 1 and not workflow.errors else ""
