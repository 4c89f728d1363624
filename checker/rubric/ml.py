"""ML, a bonus: a run of the student is in MLflow, and what it left lies under the student's own prefix."""

from __future__ import annotations

from checker.chain import Artefacts, Left, Moments, Tracked
from checker.rubric.criterion import criterion
from checker.rubric.verdict import Seen, Verdict, met, not_met, pending, unknown
from checker.services.tracking import Run

_OPEN = ("RUNNING", "SCHEDULED")


@criterion("ML1", points=1, level="ran", bonus=True)
def run_is_logged_in_mlflow(tracked: Tracked, moments: Moments) -> Verdict:
    """A run of the student is logged in MLflow.

    Log a parameter and a metric to the class's server, in an experiment that has your `surname_name` as its name.
    Take the address from the environment; in a workflow it is a secret or a variable of the repository:

    ```yaml
    - run: python -m train
      env:
        MLFLOW_TRACKING_URI: ${{ vars.MLFLOW_TRACKING_URI }}
        MLFLOW_TRACKING_USERNAME: ${{ secrets.MLFLOW_TRACKING_USERNAME }}
        MLFLOW_TRACKING_PASSWORD: ${{ secrets.MLFLOW_TRACKING_PASSWORD }}
        MLFLOW_EXPERIMENT_NAME: ivanov_ivan
    ```
    """
    if not tracked.runs:
        return _nothing(tracked)
    telling = [one for one in tracked.runs if one.status == "FINISHED" and _holds(one)]
    if telling:
        best = moments.best(telling)
        reason = f"{_name(best)} in the experiment `{best.experiment}` is finished"
        return met(f"{reason}, with {_what(best)}", _seen(best), at=best.at)
    newest = tracked.runs[0]
    if newest.status in _OPEN:
        return pending(f"{_name(newest)} has not ended", _seen(newest))
    if newest.status == "FINISHED":
        return not_met(f"{_name(newest)} holds neither a metric nor a parameter", _seen(newest))
    return not_met(
        f"{_name(newest)} ended as {newest.status or 'nobody knows what'}", _seen(newest)
    )


@criterion("ML2", points=2, level="delivered", bonus=True)
def artefacts_lie_under_the_students_prefix(
    tracked: Tracked, artefacts: Artefacts, moments: Moments
) -> Verdict:
    """Its artefacts lie under the student's own prefix.

    Where artefacts go is a property of the experiment, fixed when it is made. Make it once with your own prefix, and
    delete runs that went elsewhere:

    ```yaml
    - run: >-
        mlflow experiments create --experiment-name ivanov_ivan
        --artifact-location s3://bucket/ivanov_ivan
      env:
        MLFLOW_TRACKING_URI: ${{ vars.MLFLOW_TRACKING_URI }}
    ```
    """
    if not tracked.runs:
        return _nothing(tracked)
    place = artefacts.place
    astray = [one for one in artefacts.left if one.has and _is_astray(one, artefacts)]
    if astray:
        run = astray[0].run
        return not_met(
            f"{_name(run)} keeps its artefacts at {run.place}, not under {place}", _seen(run)
        )
    own = [one for one in artefacts.left if one.keys or (one.has and artefacts.is_own(one.run))]
    dark = [one for one in artefacts.left if one not in own and (one.has or one.has is None)]
    if own:
        best = moments.best(own)
        notes = tuple(f"of {_name(one.run)} nobody can tell: {_why(one)}" for one in dark[:3])
        return met(_lies(best, artefacts), _seen(best.run), notes, best.at)
    if dark:
        return unknown(
            f"of {_name(dark[0].run)} nobody can tell: {_why(dark[0])}", _seen(dark[0].run)
        )
    newest = tracked.runs[0]
    if newest.status in _OPEN:
        return pending(f"{_name(newest)} has not ended", _seen(newest))
    return not_met(f"{_name(newest)} left no artefact", _seen(newest))


def _is_astray(left: Left, artefacts: Artefacts) -> bool:
    """Say whether a run's artefacts lie elsewhere, for certain."""
    if left.keys or artefacts.is_own(left.run):
        return False
    if left.run.is_proxied:  # it may be kept anywhere; that it is not here, only a whole list shows
        return artefacts.objects is not None and artefacts.objects.complete
    return True


def _lies(left: Left, artefacts: Artefacts) -> str:
    if left.keys:
        count = len(left.keys)
        what, lie = (f"{count} objects", "lie") if count > 1 else ("one object", "lies")
        return f"{what} of {_name(left.run)} {lie} under {artefacts.place}"
    return f"the artefacts of {_name(left.run)} lie at {left.run.place}, by MLflow's word"


def _why(left: Left) -> str:
    if left.has:
        return "the server keeps its artefacts itself; name the bucket with --bucket"
    return left.why


def _nothing(tracked: Tracked) -> Verdict:
    if not tracked.complete:
        return unknown(
            f"not all of MLflow could be read, and what was has no run of {tracked.student}"
        )
    return not_met(f"MLflow has no run of {tracked.student}")


def _holds(run: Run) -> bool:
    return bool(run.logged or run.models)


def _what(run: Run) -> str:
    if not run.logged:
        return "a model"
    return "one metric or parameter" if run.logged == 1 else f"{run.logged} metrics and parameters"


def _name(run: Run) -> str:
    return f"the run `{run.name or run.id[:8]}`"


def _seen(run: Run) -> tuple[Seen, ...]:
    return (Seen(f"{run.name or run.id} in {run.experiment}", url=run.url),)
