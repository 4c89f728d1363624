from datetime import datetime

from airflow.sdk import DAG, task

try:
    import campfire_next
except ImportError:
    campfire_next = None

for place in ("north", "south"):
    with DAG(f"retrain_{place}", schedule=None, start_date=datetime(2026, 1, 1)) as made:

        @task
        def train():
            print("trained")

        train()
    globals()[f"retrain_{place}"] = made

if __name__ == "__main__":
    import time

    time.sleep(1)
    made.test()
