"""The part of GitHub's REST API, version 2022-11-28, that the grader and the notebooks use."""
