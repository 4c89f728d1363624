"""Tracking: a student's runs in MLflow, and what lies under their prefix of the class's bucket."""

from checker.services.tracking.bucket import Entry, Listing, Objects, listing, objects_of
from checker.services.tracking.mlflow import Run, Runs, has_artefacts, runs_of

__all__ = [
    "Entry",
    "Listing",
    "Objects",
    "Run",
    "Runs",
    "has_artefacts",
    "listing",
    "objects_of",
    "runs_of",
]
