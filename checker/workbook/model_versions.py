"""Versions of the model of berries in the student's own registry: published, pointed at by an alias, loaded, compared.

All of it goes through MLflow's own client, with the variables of the environment: the campus's after `lab.connect()`.
MLflow is imported when it is used, and by name: mypy would read all of it.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from checker.workbook.berries import TEST, TRAIN, Harvest, accuracy, packed, predict, train
from checker.workbook.refusal import WorkbookError
from checker.workbook.work import FILES

CODE = FILES / "09_continuous_training" / "given" / "berry_model.py"
"""The model's code, as MLflow keeps it."""
CHAMPION = "champion"
"""The alias of the version that serves."""
WEIGHTS = "weights"
DIGEST = "weights_digest"
"""The tag of a version that holds the digest of its weights."""

_NOTHING = {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE", "PERMISSION_DENIED"}

RECIPES = {
    "first": lambda: TRAIN.head(15),
    "worse": lambda: TRAIN.confused(0.35),
    "better": lambda: TRAIN.head(60),
}
"""By quality, what a version learns from. On the frozen test set they reach 0.858, 0.725 and 0.908."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a model in the registry."""

    name: str
    number: int
    run: str
    """The run that made it."""
    accuracy: float
    """On the frozen test set, by the run's own metric; NaN when it logged none."""
    digest: str
    """SHA-256 of its weights; empty when whoever made it noted none."""
    aliases: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def uri(self) -> str:
        """What MLflow loads it by, whatever aliases say."""
        return f"models:/{self.name}/{self.number}"


def learned(quality: str) -> dict[str, object]:
    """Return the weights that a recipe gives."""
    return train(RECIPES[quality]())


def model_name() -> str:
    """Return what the student's model is called: `petrov_ivan.berries`, so that it collides with nobody's."""
    return f"{_set('S3_PREFIX')}.berries"


def publish(quality: str = "first", alias: str = "", name: str = "") -> Version:
    """Train and log a model, register it as a new version, and point an alias at it when one is given.

    `quality` names one of RECIPES. It takes about two seconds.
    """
    return publish_weights(learned(quality), alias, name, learned_from=RECIPES[quality]())


def publish_weights(
    weights: dict[str, object],
    alias: str = "",
    name: str = "",
    *,
    learned_from: Harvest = TRAIN,
    tags: Mapping[str, str] | None = None,
) -> Version:
    """Log and register a model of the weights that `berries.train` returned; one that cannot answer has no accuracy."""
    mlflow, client = _mlflow(), registry()
    name = name or model_name()
    text = packed(weights)
    _own_experiment()
    quietly = redirect_stdout(io.StringIO())  # MLflow tells the address of each run
    with quietly, tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
        file = Path(folder) / "weights.json"
        file.write_text(text, encoding="utf-8", newline="")
        mlflow.log_params({"rows": len(learned_from.rows), "data": learned_from.digest[:12]})
        with suppress(ValueError):  # weights of another table than ours
            mlflow.log_metric("accuracy", accuracy(predict(weights, TEST.rows), TEST.labels))
        made = mlflow.pyfunc.log_model(
            name="model",
            python_model=str(CODE),
            artifacts={WEIGHTS: str(file)},
            pip_requirements=["mlflow"],
        )
    _registered(client, name)
    noted = {**(tags or {}), DIGEST: hashlib.sha256(text.encode()).hexdigest()}
    version = client.create_model_version(
        name, made.model_uri, run.info.run_id, tags=noted, model_id=made.model_id
    )
    if alias:
        client.set_registered_model_alias(name, alias, version.version)
    return _version(client.get_model_version(name, version.version))


def ready(*qualities: str, champion: int = 1, name: str = "") -> tuple[Version, ...]:
    """Return all versions, oldest first; what an earlier lesson would have made is made when there is none.

    Then one version of each quality is published (`first` for none), and the alias points at number `champion` of them.
    """
    found = versions(name)
    if not found:
        for one in qualities or ("first",):
            publish(one, name=name)
        found = versions(name)
        point(CHAMPION, found[champion - 1].number, name)
    elif at(CHAMPION, name) is None:
        point(CHAMPION, found[0].number, name)
    return versions(name)


def begin(quality: str = "first", name: str = "") -> Version:
    """Begin the story of the model anew, with one version, the champion; for lessons that are run once more.

    Versions that somebody else than a lesson made are never removed: then a new one is published beside them.
    """
    name = name or model_name()
    found = versions(name)
    if found and all(one.digest for one in found):
        registry().delete_registered_model(name)
    return publish(quality, CHAMPION, name)


def versions(name: str = "") -> tuple[Version, ...]:
    """Return the versions of a model, oldest first; none for a model that nobody registered."""
    client, name = registry(), name or model_name()
    found = client.search_model_versions(f"name = '{name}'")
    if not found:
        return ()
    aliases = client.get_registered_model(name).aliases  # what a search returns knows none
    whole = (
        _version(one, [alias for alias, number in aliases.items() if number == one.version])
        for one in found
    )
    return tuple(sorted(whole, key=lambda one: one.number))


def version(number: int, name: str = "") -> Version:
    """Return a version by its number. MLflow raises for one that there is not."""
    return _version(registry().get_model_version(name or model_name(), str(number)))


def holding(weights: dict[str, object], name: str = "") -> Version | None:
    """Return the oldest version of exactly these weights; None when nobody published them."""
    digest = hashlib.sha256(packed(weights).encode()).hexdigest()
    asked = f"name = '{name or model_name()}' and tags.{DIGEST} = '{digest}'"
    found = [int(one.version) for one in registry().search_model_versions(asked)]
    return version(min(found), name) if found else None


def at(alias: str, name: str = "") -> Version | None:
    """Return the version that an alias points at; None when there is no such alias or model."""
    found = _at(alias, name)
    return None if found is None else _version(found)


def number_at(alias: str, name: str = "") -> int:
    """Return the number of the version that an alias points at; 0 when there is no such alias or model."""
    found = _at(alias, name)
    return 0 if found is None else int(found.version)


def _at(alias: str, name: str) -> Any:
    """Return MLflow's own record of the version; None for none.

    MLflow with access control calls a model that nobody made forbidden, so that names tell nothing.
    """
    exceptions = import_module("mlflow.exceptions")
    try:
        return registry().get_model_version_by_alias(name or model_name(), alias)
    except exceptions.MlflowException as error:
        if error.error_code in _NOTHING:
            return None
        raise


def point(alias: str, number: int, name: str = "") -> None:
    """Point an alias at a version."""
    registry().set_registered_model_alias(name or model_name(), alias, str(number))


def replica(name: str, numbers: Sequence[int]) -> None:
    """Register versions anew under another name, numbered from 1 on, with the files of versions of the student's model.

    What was registered under that name before is gone: exercises try things on it.
    """
    client = registry()
    sources = {one: client.get_model_version(model_name(), str(one)) for one in set(numbers)}
    if at_all(name):
        client.delete_registered_model(name)
    client.create_registered_model(name)
    for one in (sources[number] for number in numbers):
        model = one.source.removeprefix("models:/")  # a version says of its model only that
        client.create_model_version(
            name, one.source, one.run_id, tags=dict(one.tags), model_id=model
        )


def at_all(name: str) -> bool:
    """Say whether the student has a model of a name."""
    return bool(registry().search_registered_models(filter_string=f"name = '{name}'"))


def load(uri: str = "") -> Any:
    """Return a model that predicts rows of numbers; the champion for no address."""
    return _mlflow().pyfunc.load_model(uri or f"models:/{model_name()}@{CHAMPION}")


def digest(uri: str = "") -> str:
    """Return the SHA-256 of the weights that lie behind an address, downloaded now; the champion's for none."""
    where = uri or f"models:/{model_name()}@{CHAMPION}"
    with tempfile.TemporaryDirectory() as folder:
        found = _mlflow().artifacts.download_artifacts(where, dst_path=folder)
        return digest_in(Path(found))


def digest_in(folder: Path) -> str:
    """Return the same for a model that was downloaded into a folder already."""
    return hashlib.sha256((folder / "artifacts" / "weights.json").read_bytes()).hexdigest()


def weights(uri: str) -> dict[str, object]:
    """Return the numbers of a version: `centroids` and `scales`."""
    found = _mlflow().artifacts.load_dict(f"{uri}/artifacts/weights.json")
    assert isinstance(found, dict)
    return found


def _registered(client: Any, name: str) -> None:
    exceptions = import_module("mlflow.exceptions")
    try:
        client.create_registered_model(name)
    except exceptions.MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise


def _own_experiment() -> None:
    """Make the student's experiment, with its artefacts under their prefix, where nobody made it for them."""
    client, name = registry(), os.environ.get("MLFLOW_EXPERIMENT_NAME") or _set("S3_PREFIX")
    if client.get_experiment_by_name(name) is None:
        place = f"s3://{_set('S3_BUCKET')}/{_set('S3_PREFIX')}/{name}"
        client.create_experiment(name, artifact_location=place)


def _version(found: Any, aliases: Sequence[str] | None = None) -> Version:
    tags = {str(name): str(value) for name, value in found.tags.items()}
    return Version(
        found.name,
        int(found.version),
        found.run_id or "",
        _accuracy(_set("MLFLOW_TRACKING_URI"), found.run_id) if found.run_id else math.nan,
        tags.get(DIGEST, ""),
        tuple(sorted(found.aliases if aliases is None else aliases)),
        tuple(sorted(tags.items())),
    )


@lru_cache(maxsize=256)
def _accuracy(server: str, run: str) -> float:
    """Return the accuracy of a run that has ended; it stays as it is."""
    del server  # two servers may have given the same id
    metrics = registry().get_run(run).data.metrics
    return float(metrics.get("accuracy", math.nan))


def _set(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise WorkbookError(f"the variable {name} is not set; run lab.connect() first")
    return value


def _mlflow() -> Any:
    import_module("mlflow.pyfunc")
    return import_module("mlflow")


def registry() -> Any:
    """Return MLflow's client for tracking and registry. Raises WorkbookError before `lab.connect()`."""
    _set("MLFLOW_TRACKING_URI")
    return _mlflow().MlflowClient()
