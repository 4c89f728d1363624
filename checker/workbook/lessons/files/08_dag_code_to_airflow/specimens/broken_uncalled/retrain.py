from datetime import datetime

from airflow.sdk import dag, task


@dag(schedule=None, start_date=datetime(2026, 1, 1))
def retrain():
    @task
    def train():
        print("trained")

    train()
