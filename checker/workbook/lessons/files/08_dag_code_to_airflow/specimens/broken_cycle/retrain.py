from datetime import datetime

from airflow.sdk import DAG, task

with DAG("retrain", schedule=None, start_date=datetime(2026, 1, 1)):

    @task
    def take():
        print("taken")

    @task
    def train():
        print("trained")

    @task
    def check():
        print("checked")

    taken, trained, checked = take(), train(), check()
    taken >> trained >> checked
    checked >> taken
