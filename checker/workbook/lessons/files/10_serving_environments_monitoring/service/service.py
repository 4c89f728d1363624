"""A prediction service: GET /predict?diameter=15.2&weight=1.9 names a berry."""

import hmac
import os

import mlflow
from fastapi import FastAPI, Header, HTTPException

NAME = os.environ["MODEL_NAME"]
TOKEN = os.environ["RELOAD_TOKEN"]


def load():
    """Return the champion: the number of its version, and the model."""
    version = mlflow.MlflowClient().get_model_version_by_alias(NAME, "champion").version
    return version, mlflow.pyfunc.load_model(f"models:/{NAME}/{version}")


app = FastAPI()
serving = load()


@app.get("/ready")
def ready():
    return "ready"


@app.get("/predict")
def predict(diameter: float, weight: float):
    version, model = serving
    return {"version": version, "berry": model.predict([[diameter, weight]])[0]}
