"""What Airflow itself says of folders of DAGs: run as a program by a Python that has Airflow; needs nothing else.

    python dagbag.py FOLDER... prints {"version": ..., "folders": {FOLDER: {"dags": [...], "errors": {FILE: REASON}}}}

It loads the DAGs, so it runs what stands at their top: a child process with a limit is the place for it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

MARK = "dagbag: "
"""The answer stands behind it, on a line of its own: Airflow prints, too."""


def bags(folders: list[str]) -> dict[str, Any]:
    """Load folders one after the other, each as if it were Airflow's folder of DAGs."""
    import airflow  # type: ignore[import-not-found,unused-ignore]
    from airflow.dag_processing.dagbag import (  # type: ignore[import-not-found,unused-ignore]
        DagBag,
    )

    found: dict[str, Any] = {}
    for folder in folders:
        inside = {file.stem for file in Path(folder).iterdir()}
        sys.path.insert(0, folder)
        try:
            bag = DagBag(dag_folder=folder)
        finally:
            sys.path.remove(folder)
            for name in [one for one in sys.modules if one.partition(".")[0] in inside]:
                del sys.modules[name]
        errors = {
            Path(file).name: str(said).strip().splitlines()[-1]
            for file, said in bag.import_errors.items()
        }
        found[folder] = {"dags": sorted(bag.dags), "errors": errors}
    return {"version": airflow.__version__, "folders": found}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "AIRFLOW_HOME": home,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "CRITICAL",
        }
        print(MARK + json.dumps(bags(sys.argv[1:])))  # noqa: T201
