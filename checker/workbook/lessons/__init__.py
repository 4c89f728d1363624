"""The lessons' checks, a module a lesson, and the lessons in their order."""

LESSONS = (
    "01_three_questions",
    "02_lint_format_test",
    "03_anatomy_of_a_workflow",
    "04_a_pipeline_that_goes_red",
    "05_publish_a_library",
    "06_publish_an_image",
    "07_one_pipeline_four_systems",
    "08_dag_code_to_airflow",
    "09_continuous_training",
    "10_serving_environments_monitoring",
)
"""Slugs; a slug names notebook, checks, texts and files alike."""
