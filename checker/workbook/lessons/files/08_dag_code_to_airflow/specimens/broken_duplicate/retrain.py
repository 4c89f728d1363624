from datetime import datetime

from airflow.sdk import DAG, task

with DAG("retrain", schedule=None, start_date=datetime(2026, 1, 1)):

    @task
    def train():
        print("trained by retrain")

    train()
