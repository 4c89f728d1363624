"""Tracking: a real MLflow server, in which each student's runs are theirs and leave their files under their own prefix.

The server runs with MLflow's own access control; login and token are those of the campus. A student who sets the
variables of `environment` needs nothing else: `mlflow.start_run()` goes to the experiment named like their login, and
`mlflow.set_experiment("x")` makes one of theirs. Where artefacts go is a property of an experiment, fixed when it is
made, and MLflow knows one default for all; so the server adds the student's own prefix to each request that makes an
experiment (`prefixes.py`). Clients then write to S3 themselves, with the student's own key. The server has no key,
with which it would fetch for one student what belongs to another: its pages read S3 with the key of whoever looks.
"""

from checker.campus.tracking.part import Tracking, environment

__all__ = ["Tracking", "environment"]
