from datetime import datetime

import campfire_next
from airflow.sdk import DAG, task

with DAG("retrain", schedule=None, start_date=datetime(2026, 1, 1)):

    @task
    def train():
        print(campfire_next.__name__)

    train()
