"""The service of q3: it answers at once that it is alive, and is ready only when it has its model."""

import os
import threading

import mlflow
from fastapi import FastAPI, HTTPException

NAME = os.environ["MODEL_NAME"]
app = FastAPI()
serving = None


def begin():
    """Load the champion and try it; a service without a model that answers ends."""
    global serving
    try:
        version = mlflow.MlflowClient().get_model_version_by_alias(NAME, "champion").version
        model = mlflow.pyfunc.load_model(f"models:/{NAME}/{version}")
        model.predict([[15.0, 1.5]])
    except Exception as error:
        print(f"no model: {error}", flush=True)
        os._exit(1)
    serving = version, model


threading.Thread(target=begin, daemon=True).start()


@app.get("/alive")
def alive():
    return "alive"


@app.get("/ready")
def ready():
    if serving is None:
        raise HTTPException(503, "the model is not loaded yet")
    return "ready"


@app.get("/predict")
def predict(diameter: float, weight: float):
    if serving is None:
        raise HTTPException(503, "the model is not loaded yet")
    version, model = serving
    return {"version": version, "berry": model.predict([[diameter, weight]])[0]}
