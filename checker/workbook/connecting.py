"""The student's variables in the kernel itself, so that MLflow and boto3 in a cell work as the student."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping

from checker.workbook.refusal import WorkbookError

SWITCH = "CHECKER_TRACKING"
OWN = "own"
"""The value of CHECKER_TRACKING with which lessons use the server and the bucket that the environment names."""

NAMES = (
    "MLFLOW_TRACKING_URI",
    "MLFLOW_TRACKING_USERNAME",
    "MLFLOW_TRACKING_PASSWORD",
    "MLFLOW_EXPERIMENT_NAME",
    "MLFLOW_S3_ENDPOINT_URL",
    "MLFLOW_DISABLE_TELEMETRY",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "CHECKER_MLFLOW_URL",
    "CHECKER_S3_URL",
    "S3_BUCKET",
    "S3_PREFIX",
)
"""What tracking and storage are reached with; the campus has a value for each."""
_ELSEWHERE = (
    "AWS_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ENDPOINT_URL",
    "MLFLOW_TRACKING_TOKEN",
    "MLFLOW_TRACKING_AUTH",
    "MLFLOW_REGISTRY_URI",
    "MLFLOW_EXPERIMENT_ID",
    "MLFLOW_RUN_ID",
)
"""What would lead away from the campus."""
_NEEDED = ("MLFLOW_TRACKING_URI", "S3_BUCKET")
_QUIET = {
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "4",  # half a minute for a server that is gone, not four
    "AWS_EC2_METADATA_DISABLED": "true",  # keys come from here or from nowhere
}


def is_own(environment: Mapping[str, str]) -> bool:
    """Say whether the student wants a server and a bucket of their own choice. Raises WorkbookError for other words."""
    value = environment.get(SWITCH, "")
    if value not in {"", OWN}:
        raise WorkbookError(
            f"{SWITCH} is {value!r}; it is {OWN!r} for the server and bucket of your environment, else unset"
        )
    return value == OWN


def without_tracking(campus: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the campus's variables, without those that the student set for themselves."""
    hidden = NAMES if is_own(environment) else ()
    return {name: value for name, value in campus.items() if name not in hidden}


def secrets(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return what no output shows of the student's own variables."""
    names = ("MLFLOW_TRACKING_PASSWORD", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID")
    return tuple(environment.get(name, "") for name in names) if is_own(environment) else ()


def connect(environment: MutableMapping[str, str], campus: Mapping[str, str]) -> None:
    """Set the variables of tracking and storage to the campus's."""
    for name in _ELSEWHERE:
        environment.pop(name, None)
    environment.update({name: campus[name] for name in NAMES})
    _forget()
    for name in ("NO_PROXY", "no_proxy"):  # a proxy knows nothing of this machine's loopback
        known = [one for one in environment.get(name, "").split(",") if one]
        environment[name] = ",".join(dict.fromkeys((*known, "127.0.0.1", "localhost")))


def _forget() -> None:
    """Let boto3 and MLflow read the keys anew: both keep the first that they saw."""
    if (boto3 := sys.modules.get("boto3")) is not None:
        boto3.DEFAULT_SESSION = None  # type: ignore[attr-defined]
    s3 = sys.modules.get("mlflow.store.artifact.s3_artifact_repo")
    if (kept := getattr(s3, "_cached_get_s3_client", None)) is not None:
        kept.cache_clear()


def complete(environment: MutableMapping[str, str], student: str) -> None:
    """Fill in what follows from the student's own variables. Raises WorkbookError that names one that lacks."""
    for name in _NEEDED:
        if not environment.get(name, "").strip():
            raise WorkbookError(
                f"{SWITCH} is {OWN}, and {name} is not set; set it, or unset {SWITCH}"
            )
    _forget()
    endpoint = environment.get("MLFLOW_S3_ENDPOINT_URL") or environment.get("AWS_ENDPOINT_URL_S3")
    if endpoint:
        environment.setdefault("MLFLOW_S3_ENDPOINT_URL", endpoint)
        environment.setdefault("AWS_ENDPOINT_URL_S3", endpoint)
        environment.setdefault(
            "CHECKER_S3_URL", f"{endpoint.rstrip('/')}/{environment['S3_BUCKET']}"
        )
    environment.setdefault("S3_PREFIX", student)
    environment.setdefault("MLFLOW_EXPERIMENT_NAME", environment["S3_PREFIX"])
    environment.setdefault("CHECKER_MLFLOW_URL", environment["MLFLOW_TRACKING_URI"])


def hush(environment: MutableMapping[str, str], *, building: bool) -> None:
    """Keep MLflow from lines that say how fast something went; addresses of runs are shown to students alone."""
    for name, value in _QUIET.items():
        environment.setdefault(name, value)
    if "mlflow" in sys.modules:  # it reads its level once, when it is imported
        logging.getLogger("mlflow").setLevel(environment["MLFLOW_LOGGING_LEVEL"])
    if building:
        environment["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"
