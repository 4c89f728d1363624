from datetime import datetime

from airflow.sdk import DAG, task

with DAG("retrain", schedule=None, start_date=datetime(2026, 1, 1)):

    @task
    def take():
        print("taken")

    @task
    def train(kind):
        print("trained", kind)

    @task
    def choose():
        print("chosen")

    taken, small, large, chosen = take(), train("small"), train("large"), choose()
    taken >> [small, large] >> chosen
    taken >> chosen
