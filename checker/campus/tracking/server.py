"""The process of the tracking part: MLflow's own application, with its own access control, for the people of a campus.

`mlflow server` is two processes, each of which imports all of MLflow, and one of them only waits. Serving the same
application here takes half the time and half the memory. Checked with MLflow 3.17.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import sys
import threading
from collections.abc import Mapping
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

from checker.campus.people import BUCKET, TEACHER, People, Person
from checker.campus.place import HOST, Place, write
from checker.campus.storage import REGION
from checker.campus.tracking.prefixes import Prefixes

_STORE, _ROOT = "_MLFLOW_SERVER_FILE_STORE", "_MLFLOW_SERVER_ARTIFACT_ROOT"
"""How `mlflow server` tells its application of its options."""
_PLACE = "CHECKER_CAMPUS_PLACE"

_enrolled: set[str] = set()
_enrolling = threading.Lock()


def main(root: str) -> None:
    """Serve until it is ended."""
    import uvicorn

    place = Place(Path(root))
    os.chdir(
        place.folder("tracking")
    )  # so that no letter of its path means something in an address
    os.environ.update(_settings(place))
    app = Prefixes(_application())
    uvicorn.run(
        app,
        host=HOST,
        port=place.port("mlflow"),
        log_level="warning",
        timeout_graceful_shutdown=3,
    )


def authenticate() -> Any:
    """Return who asks, or MLflow's answer to whoever is not known; MLflow calls it for every request."""
    import flask

    auth: Any = sys.modules["mlflow.server.auth"]
    person = _asking()
    if person is None:
        return auth.make_basic_auth_response()
    with _enrolling:
        if person.login not in _enrolled and not auth.store.has_user(person.login):
            auth.store.create_user(person.login, secrets.token_hex(32), person.is_teacher)
        _enrolled.add(person.login)
    return flask.request.authorization


def artefacts(uri: str, **given: Any) -> Any:
    """Return MLflow's way to S3 with the key of whoever asks, for pages that show artefacts."""
    person = _asking()
    if person is None:
        raise PermissionError("nobody asks for these artefacts")
    store = import_module("mlflow.store.artifact.s3_artifact_repo").S3ArtifactRepository
    return store(uri, person.s3_key, person.s3_secret, **given)


def _asking() -> Person | None:
    """Return whose login and token came with the request that is being answered."""
    import flask

    given = flask.request.authorization
    if given is None or given.type != "basic":
        return None
    people = People(Place(Path(os.environ[_PLACE])))
    return people.by_password(given.username or "", given.password or "")


def _application() -> Any:
    """Return MLflow's application. Raises SystemExit for an MLflow that is told of its options in another way."""
    constants = import_module("mlflow.server.constants")  # by name: mypy would read all of MLflow
    names = (constants.BACKEND_STORE_URI_ENV_VAR, constants.ARTIFACT_ROOT_ENV_VAR)
    if names != (_STORE, _ROOT):
        sys.exit("this version of MLflow is not known; pip install 'mlflow[auth]<3.18'")
    registry = import_module("mlflow.store.artifact.artifact_repository_registry")
    registry._artifact_repository_registry.register("s3", artefacts)
    return import_module("mlflow.server.auth").create_app()


def _settings(place: Place) -> Mapping[str, str]:
    """Return what MLflow reads from the environment; all it keeps lies in the folder it runs in."""
    write(
        Path("access.ini"),
        "[mlflow]\n"
        "default_permission = NO_PERMISSIONS\n"
        f"database_uri = {_database('access.db')}\n"
        f"authorization_function = {__name__}:authenticate\n",
    )
    return {
        _PLACE: str(place.root),
        _STORE: _database("mlflow.db"),
        _ROOT: f"s3://{BUCKET}/{TEACHER}",
        "_MLFLOW_SGI_NAME": "uvicorn",
        "MLFLOW_AUTH_CONFIG_PATH": "access.ini",
        "MLFLOW_AUTH_ADMIN_USERNAME": TEACHER,
        "MLFLOW_AUTH_ADMIN_PASSWORD": secrets.token_hex(32),  # nobody uses it: see authenticate
        "MLFLOW_FLASK_SERVER_SECRET_KEY": secrets.token_hex(32),
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_S3_ENDPOINT_URL": place.url("s3"),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",  # it has no key of its own, and asks nobody for one
    }


def _database(file: str) -> str:
    """Return the address of a database, made when it is new, whose readers do not wait for a writer."""
    with closing(sqlite3.connect(file, timeout=30)) as database:
        database.execute("PRAGMA journal_mode = WAL")
    return f"sqlite:///{file}?timeout=30"
