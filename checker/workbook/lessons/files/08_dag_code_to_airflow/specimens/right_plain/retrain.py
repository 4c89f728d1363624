from datetime import datetime

from airflow.sdk import DAG, task

with DAG(dag_id="retrain", schedule="@daily", start_date=datetime(2026, 1, 1), catchup=False):

    @task
    def train():
        print("trained")

    train()
