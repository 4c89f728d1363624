from datetime import datetime

from airflow.sdk import DAG, task
from features.clean import clean

with DAG("retrain", schedule=None, start_date=datetime(2026, 1, 1)):

    @task
    def train():
        print(clean([1, 0]))

    train()
