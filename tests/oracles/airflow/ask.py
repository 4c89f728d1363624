"""Run by a Python that has Airflow: what it says of folders of DAGs, what a DAG's tasks come to, how its hook pulls.

python ask.py HOME DAGS FOLDER... prints a line of JSON behind `dagbag: `; S3 is where the environment says.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

home, dags, *folders = sys.argv[1:]
os.environ |= {
    "AIRFLOW_HOME": home,
    "AIRFLOW__CORE__DAGS_FOLDER": dags,
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "CRITICAL",
}
sys.path.insert(0, dags)

from checker.workbook.calling import call  # noqa: E402 - Airflow reads its settings when it is imported
from checker.workbook.delivery import dagbag, traps  # noqa: E402


def states(dag: str) -> dict[str, str]:
    """Do what `airflow db migrate` and `airflow dags test` do; return what each task came to."""
    from airflow.cli import cli_parser
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.db import initdb
    from airflow.utils.session import create_session
    from sqlalchemy import select

    initdb()
    asked = cli_parser.get_parser().parse_args(["dags", "test", dag])
    asked.func(asked)
    with create_session() as session:
        return {one.task_id: str(one.state) for one in session.scalars(select(TaskInstance))}


def sprung(bucket: str, prefix: str) -> dict[str, str]:
    """Lead the hook into the lesson's traps; return what each found."""
    import boto3
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook
    from botocore.config import Config

    storage = boto3.resource("s3", config=Config(retries={"total_max_attempts": 1}))

    class Hook(S3Hook):  # works with a client that the traps reach
        def get_bucket(self, bucket_name: str | None = None) -> Any:
            return storage.Bucket(bucket_name)

    def pull(s3: Any, bucket: str, prefix: str, folder: Path, exclude: Sequence[str]) -> None:
        del s3, exclude  # it has no such thing
        Hook().sync_to_local_dir(bucket, folder, prefix)

    def called(*words: Any) -> Any:
        return call(pull, *words, seconds=60)

    client = storage.meta.client
    return {one: traps.spring(one, called, client, bucket, prefix).finding for one in traps.TRAPS}


found = dagbag.bags(folders)
found["states"] = states("retrain")
found["traps"] = sprung(os.environ["S3_BUCKET"], f"{os.environ['S3_PREFIX']}/airflow/")
found["amazon"] = version("apache-airflow-providers-amazon")
sys.stdout.write(f"{dagbag.MARK}{json.dumps(found)}\n")
