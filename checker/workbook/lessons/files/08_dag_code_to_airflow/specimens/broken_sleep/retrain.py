import time
from datetime import datetime

from airflow.sdk import DAG, task

time.sleep(1)  # until the table is there

with DAG("retrain", schedule=None, start_date=datetime(2026, 1, 1)):

    @task
    def train():
        print("trained")

    train()
