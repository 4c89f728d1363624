"""Every hour: score what came in."""

from datetime import datetime

from airflow.sdk import DAG, task

with DAG("score", schedule="@hourly", start_date=datetime(2026, 1, 1), catchup=False):

    @task
    def score():
        """Score what came in since the last hour."""
        print("scored")

    score()
