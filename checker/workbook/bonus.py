"""The bonus of the homework as the grader judges it, from what the student's own login and key can see."""

from __future__ import annotations

from collections.abc import Mapping

from checker.rubric.verdict import Verdict

_PREFIXES = ("MLFLOW_", "AWS_", "CHECKER_MLFLOW", "CHECKER_S3", "S3_")


def bonus(student: str, environment: Mapping[str, str]) -> dict[str, Verdict]:
    """Judge ML1 and ML2 by their own criteria; a server that does not answer is an unknown."""
    from checker.evidence import Evidence
    from checker.http import Addresses
    from checker.http.credentials import Token
    from checker.http.live import Live
    from checker.http.logins import logins
    from checker.rubric import scheme
    from checker.services.homework import Homework
    from checker.target import Target

    kept = {name: value for name, value in environment.items() if name.startswith(_PREFIXES)}
    addresses = Addresses.of(kept)
    target = Target(repository=f"{student}/homework", student=student)
    with Live(addresses, Token(), logins=logins(kept, addresses)) as door:
        evidence = Evidence(target, http=door, homework=Homework(student=student))
        criteria = scheme.default().only(("ML",)).criteria
        return {one.id: one.judge(evidence) for one in criteria}
