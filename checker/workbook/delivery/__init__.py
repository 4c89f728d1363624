"""How DAG code comes to Airflow, as lesson 08 judges it: pulled from a bucket, gated, switched over, pushed."""
