"""What every service imports, imported once: the fork server of `multiprocessing` reads this, and is copied for each.

Importing MLflow takes seconds. As with servers that preload, a start then takes what belongs to it: the service's own
file, its model, its port.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

_NEEDED = (
    "fastapi",
    "uvicorn",
    "mlflow.pyfunc",
    "mlflow.store.artifact.s3_artifact_repo",
    "boto3.s3.inject",  # imported by MLflow and boto3 at their first use, which would be every start's
    "boto3.s3.transfer",
    "IPython.display",
    "pydantic.v1",
    "mlflow.tracking.request_header.registry",
    "importlib_metadata",
)


def _prepare() -> None:
    """Do what MLflow and boto3 do once in each process: a third of a second of imports, a second of looking about."""
    for name in _NEEDED:
        with suppress(ImportError):  # whoever starts a service is told so then
            import_module(name)
    with suppress(Exception):  # MLflow's list of what is installed, which others may keep elsewhere
        import_module("mlflow.utils.requirements_utils")._init_modules_to_packages_map()
    nobody = {"aws_access_key_id": "-", "aws_secret_access_key": "-"}
    with suppress(Exception):  # boto3's description of S3, which it keeps; nobody is asked
        import_module("boto3").client("s3", region_name="us-east-1", **nobody)


_prepare()
