# %% [markdown] lang="en" key="intro"
# # 09 · Continuous training
#
# Code is delivered; now the **model** is made anew by itself: on a schedule or when data arrive. Every run leaves a trace,
# a gate decides what may serve, and a bad night is undone in a second. Here you earn **ML1–ML2** of the homework, the
# bonus of 3 points.
# %% [markdown] lang="ru" key="intro" of="99322859"
# # 09 · Непрерывное обучение
#
# Код доставлен; теперь сама собой переучивается **модель**: по расписанию или когда приходят данные. Каждый запуск
# оставляет след, ворота решают, что пойдёт в работу, а неудачная ночь отменяется за секунду. Здесь вы заработаете
# **ML1–ML2** домашнего задания, бонус в 3 балла.
# %% tags=["parameters"]
LANG = "en"
# %% key="open"
from checker.workbook import Lab

lab = Lab("09_continuous_training", LANG, edition=1)
lab
# %% [markdown] lang="en" key="words"
# ## Where models live
#
# | word | for example |
# |---|---|
# | **run** | one training: its parameters, metrics and files, in an experiment called `petrov_ivan` |
# | **artefact** | a file of a run; it lies in S3 under your prefix, `s3://bucket/petrov_ivan/` |
# | **registered model** | `petrov_ivan.berries`: a name with versions 1, 2, 3 … |
# | **alias** | `@champion`: a word that points at one version today |
# | **trigger** | what starts a training: a clock, new data, a button, an alarm |
#
# The next cell puts addresses and your own keys into the environment. MLflow and boto3 read them there; nothing below
# names a server.
# %% [markdown] lang="ru" key="words" of="66f0245e"
# ## Где живут модели
#
# | слово | например |
# |---|---|
# | **запуск** (run) | одно обучение: его параметры, метрики и файлы, в эксперименте `petrov_ivan` |
# | **артефакт** | файл запуска; лежит в S3 под вашим префиксом, `s3://bucket/petrov_ivan/` |
# | **модель в реестре** | `petrov_ivan.berries`: имя и у него версии 1, 2, 3 … |
# | **псевдоним** (alias) | `@champion`: слово, которое сегодня указывает на одну версию |
# | **триггер** | то, что запускает обучение: часы, новые данные, кнопка, тревога |
#
# Следующая ячейка кладёт адреса и ваши собственные ключи в окружение. MLflow и boto3 читают их оттуда; дальше ни один
# сервер по имени не назван.
# %% key="connect"
import os

lab.connect()

import mlflow

bucket, prefix = os.environ["S3_BUCKET"], os.environ["S3_PREFIX"]
client, name = mlflow.MlflowClient(), f"{prefix}.berries"
# %% [markdown] lang="en" key="data"
# Berries, measured and named. Models learn from `TRAIN`; `TEST` is **frozen**: no model has seen a berry of it, and its
# digest says so in twelve characters.
# %% [markdown] lang="ru" key="data" of="f1dd3889"
# Ягоды, измеренные и названные. Модели учатся на `TRAIN`; `TEST` **заморожен**: ни одна модель не видела из него ни ягоды,
# и его дайджест подтверждает это двенадцатью символами.
# %% key="data"
from checker.workbook.berries import TEST, TRAIN, accuracy, packed, predict, train

weights = train(TRAIN.head(15))
score = accuracy(predict(weights, TEST.rows), TEST.labels)
given = lab.scratch("given")
(given / "weights.json").write_text(packed(weights))
print(TRAIN.head(3).text)
print(f"test set {TEST.digest[:12]}, {len(TEST.rows)} berries; accuracy {score:.3f}")
# %% [markdown] lang="en" key="q1"
# ## q1 A run that somebody else can find
#
# **The wrong way.** `model_final_2.pkl` on a laptop: who trained it, on what, and how good is it? Log a run instead: a
# parameter, a metric, the file `weights.json`, and the model (`berry_model.py` is its code). Answer with the run's id.
# %% [markdown] lang="ru" key="q1" of="8ccd81d8"
# ## q1 Запуск, который найдёт и кто-то другой
#
# **Как не надо.** `model_final_2.pkl` на ноутбуке: кто её обучал, на чём и хороша ли она? Вместо этого запишите запуск:
# параметр, метрику, файл `weights.json` и модель (её код — `berry_model.py`). Ответ — идентификатор запуска.
# %% key="q1" tags=["exercise"]
code, file = given / "berry_model.py", given / "weights.json"
run_id = None  # the id of your run
### BEGIN SOLUTION
with mlflow.start_run(run_name="first") as run:
    mlflow.log_param("rows", 15)
    mlflow.log_metric("accuracy", score)
    mlflow.log_artifact(file)
    mlflow.pyfunc.log_model(
        name="model",
        python_model=str(code),
        artifacts={"weights": str(file)},
        pip_requirements=["mlflow"],
    )
run_id = run.info.run_id
### END SOLUTION
lab.check("q1", run_id)
# %% key="q1.wrong1" tags=["wrong"] expect="q1.not_finished"
experiment = client.get_experiment_by_name(prefix).experiment_id
run_id = client.create_run(experiment).info.run_id
client.log_param(run_id, "rows", 15)
# %% key="q1.wrong2" tags=["wrong"] expect="q1.no_metric"
with mlflow.start_run() as run:
    mlflow.log_param("accuracy", score)
    mlflow.log_artifact(file)
run_id = run.info.run_id
# %% key="q1.wrong3" tags=["wrong"] expect="q1.no_model"
with mlflow.start_run() as run:
    mlflow.log_param("rows", 15)
    mlflow.log_metric("accuracy", score)
    mlflow.log_artifact(file)
run_id = run.info.run_id
# %% key="q1.wrong4" tags=["wrong"] expect="q1.no_run"
run_id = "first"
# %% [markdown] lang="en" key="elsewhere"
# Your key opens your own prefix and nothing else. Before you run this: which of the two writes is refused, and by whom?
# %% [markdown] lang="ru" key="elsewhere" of="b32f4d2c"
# Ваш ключ открывает ваш собственный префикс и больше ничего. Прежде чем запускать: какая из двух записей получит отказ и
# от кого?
# %% key="elsewhere"
import boto3
from botocore.exceptions import ClientError

s3 = boto3.client("s3")
for key in (f"{prefix}/hello.txt", "ivanova_anna/hello.txt"):
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=b"hello")
        print(key, "→ written")
    except ClientError as error:
        print(key, "→", error.response["Error"]["Code"])
# %% [markdown] lang="en" key="shelf"
# The refusal comes from the storage, not from good manners. Now the registry: version 1 and the alias `champion` on it.
# Each later step asks the registry again and keeps what it said, for a picture at the end. Run this cell once more, and the
# story of the model begins anew.
# %% [markdown] lang="ru" key="shelf" of="3aa330d5"
# Отказ пришёл от хранилища, а не от хороших манер. Теперь реестр: версия 1 и псевдоним `champion` на ней. Каждый следующий
# шаг снова спрашивает реестр и запоминает ответ, чтобы в конце нарисовать картинку. Запустите эту ячейку ещё раз, и история
# модели начнётся заново.
# %% key="shelf"
from checker.workbook import model_versions as models
from checker.workbook.pictures.champions import champions, facts, moment

models.begin("first")
history = [moment(lab.text("start"))]
for version in models.versions():
    print(f"v{version.number}: accuracy {version.accuracy:.3f}", *version.aliases)
# %% [markdown] lang="en" key="q2"
# ## q2 ★ A gate before the champion
#
# **The wrong way.** `if candidate.accuracy >= champion.accuracy`: an equal one changes production for nothing, NaN depends
# on how you wrote it, and 99 % may have been measured on another test set, or on berries that it learned.
#
# Write `promote(client, name, candidate, champion, frozen)`. Both versions have `number`, `accuracy`, `test_digest` and
# `train_rows`; `champion` is `None` the first time; `frozen` has `digest` and `rows`. Move the alias if the candidate
# deserves it, and return whether you did.
# %% [markdown] lang="ru" key="q2" of="a2837242"
# ## q2 ★ Ворота перед чемпионом
#
# **Как не надо.** `if candidate.accuracy >= champion.accuracy`: равная модель зря меняет продакшен, с NaN всё зависит от
# того, как написать, а 99 % могли намерить на другом тестовом наборе или на ягодах, на которых модель училась.
#
# Напишите `promote(client, name, candidate, champion, frozen)`. У обеих версий есть `number`, `accuracy`, `test_digest` и
# `train_rows`; `champion` в первый раз — `None`; у `frozen` есть `digest` и `rows`. Передвиньте псевдоним, если кандидат
# того заслуживает, и верните, сделали ли вы это.
# %% key="q2" tags=["exercise"]
promote = None  # your function promote(client, name, candidate, champion, frozen) -> bool


### BEGIN SOLUTION
def promote(client, name, candidate, champion, frozen):
    is_measured = candidate.test_digest == frozen.digest and 0 <= candidate.accuracy <= 1
    has_leaked = bool(set(candidate.train_rows) & set(frozen.rows))
    is_better = champion is None or candidate.accuracy > champion.accuracy
    if is_measured and is_better and not has_leaked:
        client.set_registered_model_alias(name, "champion", str(candidate.number))
        return True
    return False


### END SOLUTION
lab.check("q2", promote)


# %% key="q2.wrong1" tags=["wrong"] expect="q2.promotes_equal"
def promote(client, name, candidate, champion, frozen):
    if champion is None or candidate.accuracy >= champion.accuracy:
        client.set_registered_model_alias(name, "champion", str(candidate.number))
        return True
    return False


# %% key="q2.wrong2" tags=["wrong"] expect="q2.promotes_unmeasured"
def promote(client, name, candidate, champion, frozen):
    if champion is not None and candidate.accuracy <= champion.accuracy:
        return False
    client.set_registered_model_alias(name, "champion", str(candidate.number))
    return True


# %% key="q2.wrong3" tags=["wrong"] expect="q2.promotes_other_test"
def promote(client, name, candidate, champion, frozen):
    if champion is None or candidate.accuracy > champion.accuracy:
        client.set_registered_model_alias(name, "champion", str(candidate.number))
        return True
    return False


# %% key="q2.wrong4" tags=["wrong"] expect="q2.promotes_leaked"
def promote(client, name, candidate, champion, frozen):
    if candidate.test_digest != frozen.digest:
        return False
    if champion is None or candidate.accuracy > champion.accuracy:
        client.set_registered_model_alias(name, "champion", str(candidate.number))
        return True
    return False


# %% key="q2.wrong5" tags=["wrong"] expect="q2.fails_without_champion"
def promote(client, name, candidate, champion, frozen):
    if candidate.accuracy > champion.accuracy:
        client.set_registered_model_alias(name, "champion", str(candidate.number))
        return True
    return False


# %% key="q2.wrong6" tags=["wrong"] expect="q2.says_and_does_not"
def promote(client, name, candidate, champion, frozen):
    return candidate.accuracy > champion.accuracy


# %% [markdown] lang="en" key="night"
# A night later. Somebody who was tired named a third of the berries wrongly, the training went through, and version 2 is in
# the registry. What does your gate say?
# %% [markdown] lang="ru" key="night" of="a74f2f77"
# Прошла ночь. Кто-то усталый треть ягод назвал неверно, обучение прошло, и в реестре лежит версия 2. Что скажут ваши
# ворота?
# %% key="night"
from checker.workbook.promotion import Measured

candidate = Measured.of(models.publish("worse"), models.RECIPES["worse"]())
champion = Measured.of(models.at("champion"), models.RECIPES["first"]())
if promote:
    print(
        f"v{candidate.number}, {candidate.accuracy:.3f}:",
        promote(client, name, candidate, champion, TEST),
    )
history.append(moment(lab.text("worse")))
# %% [markdown] lang="en" key="q3"
# ## q3 ★ `@latest` is not the best
#
# A job can load `models:/petrov_ivan.berries@latest` or `models:/petrov_ivan.berries@champion`. Which version does each of
# them serve now? And which address should the nightly job have in its code, so that it always takes up the best version
# by itself? Predict first; the cell after this one shows it.
# %% [markdown] lang="ru" key="q3" of="5d551b5b"
# ## q3 ★ `@latest` — не значит лучшая
#
# Задание может загрузить `models:/petrov_ivan.berries@latest` или `models:/petrov_ivan.berries@champion`. Какую версию
# сейчас отдаёт каждый из адресов? И какой адрес записать в код ночного задания, чтобы оно всегда само брало лучшую версию?
# Сначала предскажите; следующая ячейка покажет.
# %% key="q3" tags=["exercise"]
serves = {"latest": None, "champion": None}  # numbers of versions
address = ""  # what the nightly job loads: "models:/…"
### BEGIN SOLUTION
serves = {"latest": 2, "champion": 1}
address = f"models:/{name}@champion"
### END SOLUTION
lab.check("q3", serves, address)
# %% key="q3.wrong1" tags=["wrong"] expect="q3.latest_is_other"
serves = {"latest": 1, "champion": 1}
address = f"models:/{name}@champion"
# %% key="q3.wrong2" tags=["wrong"] expect="q3.champion_is_other"
serves = {"latest": 2, "champion": 2}
address = f"models:/{name}@champion"
# %% key="q3.wrong3" tags=["wrong"] expect="q3.serves_other"
serves = {"latest": 2, "champion": 1}
address = f"models:/{name}@latest"
# %% key="q3.wrong4" tags=["wrong"] expect="q3.nailed_down"
serves = {"latest": 2, "champion": 1}
address = f"models:/{name}/1"
# %% key="served"
from mlflow.exceptions import MlflowException

rows = [list(row) for row in TEST.rows]
for alias in ("latest", "champion"):
    guesses = mlflow.pyfunc.load_model(f"models:/{name}@{alias}").predict(rows)
    print(f"@{alias} serves accuracy {accuracy(guesses, TEST.labels):.3f}")
try:
    client.set_registered_model_alias(name, "latest", "1")
except MlflowException as error:
    print(error)
# %% [markdown] lang="en" key="latest"
# `@latest` is MLflow's own word for the newest version, and reserved: nobody can point it elsewhere. Whoever loads it
# serves every training that ends, whatever its metric.
# %% [markdown] lang="ru" key="latest" of="5e070525"
# `@latest` — собственное слово MLflow для новейшей версии, и оно зарезервировано: указать им на другую никому не дадут. Кто
# загружает по нему, отдаёт в работу всякое закончившееся обучение, какой бы ни была метрика.
# %% [markdown] lang="en" key="q4"
# ## q4 When to train
#
# **A clock.** GitHub reads `cron` in UTC: minute, hour, day of the month, month, day of the week. (1) It is midnight UTC, and
# Wednesday 25 November 2026 begins: the next five runs of `0 6 1 * 1`? (2) Write the line for working days at 09:30 in Moscow (UTC+3).
#
# **New data.** (3) `fires(file, state)` says once `True` for each new content. What it remembers lies in the folder `state`:
# the process may be restarted, the file renamed, and two processes may look at the same moment.
# %% [markdown] lang="ru" key="q4" of="0cf60147"
# ## q4 Когда обучать
#
# **Часы.** GitHub читает `cron` в UTC: минута, час, день месяца, месяц, день недели. (1) Полночь по UTC, начинается среда 25
# ноября 2026 года: каковы пять ближайших запусков `0 6 1 * 1`? (2) Напишите строку для рабочих дней, 09:30 по Москве (UTC+3).
#
# **Новые данные.** (3) `fires(file, state)` отвечает `True` один раз на каждое новое содержимое. Всё, что она помнит, лежит в
# папке `state`: процесс могут перезапустить, файл — переименовать, а два процесса — посмотреть в один и тот же миг.
# %% key="q4" tags=["exercise"]
runs = []  # five times like "2026-11-25 06:00", in UTC
line = ""  # five fields
fires = None  # your function fires(file, state) -> bool; both are paths
### BEGIN SOLUTION
import hashlib

runs = [
    "2026-11-30 06:00",
    "2026-12-01 06:00",
    "2026-12-07 06:00",
    "2026-12-14 06:00",
    "2026-12-21 06:00",
]
line = "30 6 * * 1-5"


def fires(file, state):
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    try:
        (state / digest).touch(exist_ok=False)  # one of two processes makes it, the other fails
    except FileExistsError:
        return False
    return True


### END SOLUTION
lab.check("q4", runs, line, fires)
# %% key="q4.wrong1" tags=["wrong"] expect="q4.first_alone"
runs = [
    "2027-02-01 06:00",
    "2027-03-01 06:00",
    "2027-11-01 06:00",
    "2028-05-01 06:00",
    "2029-01-01 06:00",
]
# %% key="q4.wrong2" tags=["wrong"] expect="q4.other_hour"
runs = [
    "2026-11-30 09:00",
    "2026-12-01 09:00",
    "2026-12-07 09:00",
    "2026-12-14 09:00",
    "2026-12-21 09:00",
]
# %% key="q4.wrong3" tags=["wrong"] expect="q4.line_local"
runs = [
    "2026-11-30 06:00",
    "2026-12-01 06:00",
    "2026-12-07 06:00",
    "2026-12-14 06:00",
    "2026-12-21 06:00",
]
line = "30 9 * * 1-5"
# %% key="q4.wrong4" tags=["wrong"] expect="q4.name_counts"
line = "30 6 * * MON-FRI"


def fires(file, state):
    try:
        (state / (file.name + str(hash(file.read_bytes())))).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


# %% key="q4.wrong5" tags=["wrong"] expect="q4.both_fire"
import hashlib


def fires(file, state):
    seen = state / hashlib.sha256(file.read_bytes()).hexdigest()
    if seen.exists():
        return False
    seen.write_text("trained")
    return True


# %% key="q4.wrong6" tags=["wrong"] expect="q4.own_memory"
known = set()


def fires(file, state):
    content = file.read_bytes()
    is_new = content not in known
    known.add(content)
    return is_new


# %% [markdown] lang="en" key="q5"
# ## q5 A report for people
#
# `report.ipynb` has a cell with parameters: `version`, `weights`, `test`. **papermill** runs it with yours, nbconvert makes
# a page of it. Deliver the page of version 2 under `reports/` of your prefix, so that a browser opens it instead of
# downloading it. Answer with its key.
# %% [markdown] lang="ru" key="q5" of="c85b3685"
# ## q5 Отчёт для людей
#
# В `report.ipynb` есть ячейка с параметрами: `version`, `weights`, `test`. **papermill** запускает блокнот с вашими
# значениями, nbconvert делает из него страницу. Доставьте страницу о версии 2 в `reports/` под вашим префиксом — так, чтобы
# браузер открывал её, а не скачивал. Ответ — её ключ.
# %% key="report"
import json

(given / "test.csv").write_text(TEST.text)
second = json.dumps(models.weights(f"models:/{name}/2"))
(given / "second.json").write_text(second)
print((given / "report.ipynb").name, "second.json", "test.csv")
# %% key="q5" tags=["exercise"]
key = None  # the key of the page in the bucket
### BEGIN SOLUTION
import papermill
from nbconvert import HTMLExporter

parameters = {"version": 2, "weights": str(given / "second.json"), "test": str(given / "test.csv")}
filled = str(given / "filled.ipynb")
quiet = {"progress_bar": False, "extra_arguments": ["--IPKernelApp.log_level=CRITICAL"]}
papermill.execute_notebook(str(given / "report.ipynb"), filled, parameters, **quiet)
page, _ = HTMLExporter().from_filename(filled)
key = f"{prefix}/reports/berries-2.html"
s3.put_object(Bucket=bucket, Key=key, Body=page.encode(), ContentType="text/html; charset=utf-8")
### END SOLUTION
lab.check("q5", key)
# %% key="q5.wrong1" tags=["wrong"] expect="q5.not_run"
from nbconvert import HTMLExporter

page, _ = HTMLExporter().from_filename(str(given / "report.ipynb"))
key = f"{prefix}/reports/berries-2.html"
s3.put_object(Bucket=bucket, Key=key, Body=page.encode(), ContentType="text/html; charset=utf-8")
# %% key="q5.wrong2" tags=["wrong"] expect="q5.download"
key = f"{prefix}/reports/berries-2.html"
s3.put_object(
    Bucket=bucket, Key=key, Body=b"<html></html>", ContentType="binary/octet-stream"
)  # what AWS stores when nobody says anything
# %% key="q5.wrong3" tags=["wrong"] expect="q5.elsewhere"
key = f"{prefix}/berries-2.html"
s3.put_object(Bucket=bucket, Key=key, Body=b"<html></html>", ContentType="text/html")
# %% [markdown] lang="en" key="q6"
# ## q6 The same in ClearML
#
# **ClearML** makes a task of each step and a graph of the pipeline. With `debug_pipeline()` everything runs in one process,
# and offline it needs no server: what it would send lies in a zip, `task.json` and `metrics.jsonl` in it.
#
# Write a pipeline of three steps: pick the berries of `models.RECIPES["better"]()`, train, and measure on `TEST`; report the scalar
# `accuracy`. Then `read(session)`: from the path of such a zip to `(names of steps, {scalar: value})`. The next cell shows how the files look.
# %% [markdown] lang="ru" key="q6" of="968141e9"
# ## q6 То же самое в ClearML
#
# **ClearML** делает из каждого шага задачу, а из конвейера — граф. С `debug_pipeline()` всё идёт в одном процессе, а офлайн не
# нужен и сервер: то, что он отправил бы, лежит в zip, а в нём `task.json` и `metrics.jsonl`.
#
# Напишите конвейер из трёх шагов: взять ягоды `models.RECIPES["better"]()`, обучить, измерить на `TEST`; сообщите скаляр
# `accuracy`. Затем `read(session)`: из пути к такому zip — `(имена шагов, {скаляр: значение})`. Как выглядят файлы, покажет следующая ячейка.
# %% key="lines"
session = lab.scratch("session")
print((session / "metrics.jsonl").read_text())
print(list(json.loads((session / "task.json").read_text())["configuration"]))
# %% key="q6" tags=["exercise"]
pipeline = ""  # the text of pipeline.py
read = None  # your function read(session) -> (steps, scalars)
### BEGIN SOLUTION
import zipfile

pipeline = """
from clearml import Logger, PipelineDecorator


@PipelineDecorator.component(return_values=["berries"])
def pick():
    from checker.workbook import model_versions as models

    return models.RECIPES["better"]()


@PipelineDecorator.component(return_values=["weights"])
def learn(berries):
    from checker.workbook.berries import train

    return train(berries)


@PipelineDecorator.component(return_values=["score"])
def measure(weights):
    from checker.workbook.berries import TEST, accuracy, predict

    return accuracy(predict(weights, TEST.rows), TEST.labels)


@PipelineDecorator.pipeline(name="berries", project="petrov_ivan", version="1.0")
def retrain():
    score = measure(learn(pick()))
    Logger.current_logger().report_scalar("accuracy", "test", value=score, iteration=0)


if __name__ == "__main__":
    PipelineDecorator.debug_pipeline()
    retrain()
"""


def read(session):
    with zipfile.ZipFile(session) as packed_session:
        task = json.loads(packed_session.read("task.json"))
        lines = packed_session.read("metrics.jsonl").decode().splitlines()
    scalars = [one for line in lines if line.strip() for one in json.loads(line)]
    return sorted(task["configuration"]), {one["metric"]: one["value"] for one in scalars}


### END SOLUTION
lab.write("pipeline.py", pipeline, folder=lab.scratch("pipeline"))
lab.check("q6", pipeline, read)
# %% key="q6.wrong1" tags=["wrong"] expect="q6.few_steps"
pipeline = """
from clearml import PipelineDecorator


@PipelineDecorator.component(return_values=["score"])
def everything():
    return 0.908


@PipelineDecorator.pipeline(name="berries", project="petrov_ivan", version="1.0")
def retrain():
    everything()


PipelineDecorator.debug_pipeline()
retrain()
"""
# %% key="q6.wrong2" tags=["wrong"] expect="q6.not_debugged"
pipeline = """
from clearml import PipelineDecorator


@PipelineDecorator.component(return_values=["berries"])
def pick():
    return [1, 2]


@PipelineDecorator.component(return_values=["weights"])
def learn(berries):
    return berries


@PipelineDecorator.component(return_values=["score"])
def measure(weights):
    return 0.908


@PipelineDecorator.pipeline(name="berries", project="petrov_ivan", version="1.0")
def retrain():
    measure(learn(pick()))


retrain()
"""
# %% key="q6.wrong3" tags=["wrong"] expect="q6.reader_values"
pipeline = """
from clearml import PipelineDecorator


@PipelineDecorator.component(return_values=["berries"])
def pick():
    return [1, 2]


@PipelineDecorator.component(return_values=["weights"])
def learn(berries):
    return berries


@PipelineDecorator.component(return_values=["score"])
def measure(weights):
    return 0.908


@PipelineDecorator.pipeline(name="berries", project="petrov_ivan", version="1.0")
def retrain():
    measure(learn(pick()))


PipelineDecorator.debug_pipeline()
retrain()
"""


def read(session):
    import zipfile

    with zipfile.ZipFile(session) as packed_session:
        task = json.loads(packed_session.read("task.json"))
    return sorted(task["configuration"]), {"accuracy": 1.0}


# %% [markdown] lang="en" key="bad"
# ## q7 The way back
#
# Two more days. Version 3 learned from four times as many berries, and your gate lets it in. Then somebody in a hurry moves
# the alias by hand.
# %% [markdown] lang="ru" key="bad" of="8b10c8e2"
# ## q7 Дорога назад
#
# Ещё два дня. Версия 3 училась на вчетверо большем числе ягод, и ваши ворота её пропустили. А потом кто-то в спешке
# передвинул псевдоним руками.
# %% key="bad"
third = Measured.of(models.publish("better"), models.RECIPES["better"]())
if promote:
    print(f"v{third.number}, {third.accuracy:.3f}:", promote(client, name, third, champion, TEST))
history.append(moment(lab.text("better")))
good = models.at("champion").number
client.set_registered_model_alias(name, "champion", "2")
history.append(moment(lab.text("by_hand")))
# %% [markdown] lang="en" key="q7"
# Write `rollback(client, name, bad, good, reason)`: the champion is `good` again, and `bad` stays in the registry with a tag
# that holds the reason; an incident without evidence repeats itself. If meanwhile another version serves than `bad`, touch
# nothing. Return whether you rolled back.
# %% [markdown] lang="ru" key="q7" of="7bd90fde"
# Напишите `rollback(client, name, bad, good, reason)`: чемпион снова `good`, а `bad` остаётся в реестре с тегом, в котором
# записана причина: инцидент без улик повторится. Если тем временем в работе уже не `bad`, а другая версия, ничего не
# трогайте. Верните, откатили ли вы.
# %% key="q7" tags=["exercise"]
rollback = None  # your function rollback(client, name, bad, good, reason) -> bool


### BEGIN SOLUTION
def rollback(client, name, bad, good, reason):
    serving = client.get_model_version_by_alias(name, "champion")
    if int(serving.version) != int(bad):
        return False
    client.set_registered_model_alias(name, "champion", str(good))
    client.set_model_version_tag(name, str(bad), "rolled_back", reason)
    return True


### END SOLUTION
lab.check("q7", rollback)


# %% key="q7.wrong1" tags=["wrong"] expect="q7.deleted"
def rollback(client, name, bad, good, reason):
    client.set_registered_model_alias(name, "champion", str(good))
    client.delete_model_version(name, str(bad))
    return True


# %% key="q7.wrong2" tags=["wrong"] expect="q7.no_reason"
def rollback(client, name, bad, good, reason):
    client.set_registered_model_alias(name, "champion", str(good))
    return True


# %% key="q7.wrong3" tags=["wrong"] expect="q7.undoes_newer"
def rollback(client, name, bad, good, reason):
    client.set_registered_model_alias(name, "champion", str(good))
    client.set_model_version_tag(name, str(bad), "rolled_back", reason)
    return True


# %% key="back"
if rollback:
    print("rolled back:", rollback(client, name, 2, good, "accuracy fell to 0.725"))
history.append(moment(lab.text("back")))
print(client.get_model_version(name, "2").tags.get("rolled_back", "no reason noted"))
# %% [markdown] lang="en" key="seen"
# What both addresses served, as the registry said it at each moment.
# %% [markdown] lang="ru" key="seen" of="09926559"
# Что отдавал каждый из двух адресов, по словам реестра в каждый момент.
# %% key="seen"
words = {one: lab.text(one) for one in ("title", "accuracy")}
lab.figure(champions(history, words), "served", **facts(history))
# %% [markdown] lang="en" key="trouble"
# ## Having trouble?
#
# | message | what it means |
# |---|---|
# | `AccessDenied` from S3 | the key is outside of your prefix, or a slash is missing: `petrov_ivan/…` |
# | `Permission denied` from MLflow | the experiment or model is somebody else's; put `surname_name` into its name |
# | `Run with UUID … is already active` | a cell ended in the middle: `mlflow.end_run()` |
# | `Registered model alias … not found` | nothing is the champion yet |
# | a schedule does not start (GitHub) | only the default branch's workflow counts, in UTC, and minutes late at busy hours |
#
# All of this runs unchanged against your course's own server and bucket: set `CHECKER_TRACKING=own` and its addresses and
# keys in the environment, as [the page about accounts](../../docs/online.en.md) says. The references:
# [MLflow's registry](https://mlflow.org/docs/latest/ml/model-registry/), [papermill](https://papermill.readthedocs.io/).
# %% [markdown] lang="ru" key="trouble" of="8d0c12f0"
# ## Что-то не получается?
#
# | сообщение | что оно значит |
# |---|---|
# | `AccessDenied` от S3 | ключ вне вашего префикса или не хватает косой черты: `petrov_ivan/…` |
# | `Permission denied` от MLflow | эксперимент или модель чужие; впишите в имя `surname_name` |
# | `Run with UUID … is already active` | ячейка оборвалась на полпути: `mlflow.end_run()` |
# | `Registered model alias … not found` | чемпиона пока нет |
# | расписание не срабатывает (GitHub) | считается только workflow из ветки по умолчанию, время в UTC, в часы пик запуск опаздывает на минуты |
#
# Всё это без изменений работает и с сервером и бакетом вашего курса: задайте в окружении `CHECKER_TRACKING=own`, его адреса
# и ключи, как сказано на [странице об учётных записях](../../docs/online.ru.md). Справочники:
# [реестр MLflow](https://mlflow.org/docs/latest/ml/model-registry/), [papermill](https://papermill.readthedocs.io/).
# %% [markdown] lang="en" key="end"
# ## What you can say now
#
# - A run is found by somebody else: parameters, metric, files and model under my own prefix.
# - A gate compares on a frozen test set and refuses what was not measured, is equal, or has leaked.
# - `@latest` is the newest, `@champion` is the one that was chosen; jobs load by alias.
# - A trigger fires once for new content, even when two processes look.
# - Going back moves an alias; the bad version stays, with the reason.
#
# Next: [10 · Serving, environments, monitoring](10_serving_environments_monitoring.ipynb).
# %% [markdown] lang="ru" key="end" of="ecfd213c"
# ## Что вы теперь можете сказать
#
# - Мой запуск найдёт и кто-то другой: параметры, метрика, файлы и модель под моим префиксом.
# - Ворота сравнивают на замороженном тестовом наборе и не пускают неизмеренное, равное и подсмотревшее ответы.
# - `@latest` — новейшая версия, `@champion` — выбранная; задания загружают модель по псевдониму.
# - Триггер срабатывает один раз на новое содержимое, даже если смотрят два процесса.
# - Откат передвигает псевдоним; плохая версия остаётся, и причина при ней.
#
# Дальше: [10 · Модель в продакшене, окружения, мониторинг](10_serving_environments_monitoring.ipynb).
