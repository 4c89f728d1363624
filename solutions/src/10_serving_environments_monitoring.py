# %% [markdown] lang="en" key="intro"
# # 10 · Serving, environments, monitoring
#
# A model in the registry earns nothing. Here it goes to **batches** and to a **service** that changes its model while people
# ask; one image goes through **four environments**; and a monitor closes the loop: when the berries change, it starts
# exactly one training.
# %% [markdown] lang="ru" key="intro" of="fe3eacda"
# # 10 · Модель в продакшене, окружения, мониторинг
#
# Модель в реестре ещё никому не помогла. Здесь она попадёт в **пакетную обработку** и в **сервис**, который меняет модель
# прямо под запросами; один образ пройдёт через **четыре окружения**; а мониторинг замкнёт цикл: когда ягоды изменятся, он
# запустит ровно одно обучение.
# %% tags=["parameters"]
LANG = "en"
# %% key="open"
from checker.workbook import Lab

lab = Lab("10_serving_environments_monitoring", LANG, edition=1)
lab
# %% [markdown] lang="en" key="words"
# ## Four words
#
# | word | for example |
# |---|---|
# | **batch inference** | every night: a file of berries in, a file of names out |
# | **online inference** | a service: one berry asked, one name answered, now |
# | **environment** | a place where the software runs, with its own data and people: `staging` |
# | **drift** | live data are no longer what the model learned from: a wet summer, larger berries |
# %% [markdown] lang="ru" key="words" of="4681bb98"
# ## Четыре слова
#
# | слово | например |
# |---|---|
# | **пакетная обработка** (batch inference) | каждую ночь: на входе файл с ягодами, на выходе файл с названиями |
# | **онлайн-обработка** (online inference) | сервис: спросили про одну ягоду — сразу получили название |
# | **окружение** (environment) | место, где работает программа, со своими данными и людьми: `staging` |
# | **дрейф** (drift) | живые данные уже не те, на которых модель училась: дождливое лето, крупные ягоды |
# %% key="connect"
from checker.workbook.contenders import contender

lab.connect()
for quality in ("first", "better"):
    version = contender(quality)
    lab.say("version", name=version.name, number=version.number, accuracy=f"{version.accuracy:.3f}")
model = version.name
# %% [markdown] lang="en" key="batch_wrong"
# **The wrong way.** The team's nightly batch has `models:/…/1` written into it, so somebody edits it at every release. Last
# week somebody forgot. Predict: what did the customers notice, and when?
# %% [markdown] lang="ru" key="batch_wrong" of="0a0c333b"
# **Как не надо.** В ночном расчёте команды написано `models:/…/1`, и при каждом релизе кто-нибудь правит эту строку. На
# прошлой неделе забыли. Предскажите: что заметили клиенты и когда?
# %% [markdown] lang="en" key="q1"
# ## q1 A batch that takes up the champion
#
# Write `batch(pieces)`. It gets pieces, lists of rows, one after the other; names **all** rows by the version that is
# `@champion` when it starts, though somebody may promote another meanwhile; writes `{"version": …, "berries": [...]}` into
# your bucket, under your prefix, in a key of each version's own; returns that key.
# %% [markdown] lang="ru" key="q1" of="24b952a1"
# ## q1 Пакетный расчёт, который сам берёт чемпиона
#
# Напишите `batch(pieces)`. Она получает порции, списки строк, одну за другой; называет **все** ягоды той версией, которая при
# запуске была `@champion`, даже если тем временем назначат другую; пишет `{"version": …, "berries": [...]}` в ваш бакет, под
# ваш префикс, в ключ, свой для каждой версии; возвращает этот ключ.
# %% key="q1" tags=["exercise"]
import json
import os

import boto3
import mlflow

batch = None  # a function
### BEGIN SOLUTION


def batch(pieces):
    version = mlflow.MlflowClient().get_model_version_by_alias(model, "champion").version
    champion = mlflow.pyfunc.load_model(f"models:/{model}/{version}")
    berries = [name for piece in pieces for name in champion.predict(piece)]
    key = f"{os.environ['S3_PREFIX']}/batches/version-{version}.json"
    body = json.dumps({"version": version, "berries": berries})
    boto3.client("s3").put_object(Bucket=os.environ["S3_BUCKET"], Key=key, Body=body)
    return key


### END SOLUTION
lab.check("q1", batch)
# %% key="q1.wrong1" tags=["wrong"] expect="q1.kept"
version = 1
champion = mlflow.pyfunc.load_model(f"models:/{model}/{version}")  # once, when the worker starts


def batch(pieces):
    berries = [name for piece in pieces for name in champion.predict(piece)]
    key = f"{os.environ['S3_PREFIX']}/batches/version-{version}.json"
    body = json.dumps({"version": version, "berries": berries})
    boto3.client("s3").put_object(Bucket=os.environ["S3_BUCKET"], Key=key, Body=body)
    return key


# %% key="q1.wrong2" tags=["wrong"] expect="q1.not_champion"
def batch(pieces):
    champion = mlflow.pyfunc.load_model(f"models:/{model}@latest")
    version = mlflow.MlflowClient().get_model_version_by_alias(model, "champion").version
    berries = [name for piece in pieces for name in champion.predict(piece)]
    key = f"{os.environ['S3_PREFIX']}/batches/version-{version}.json"
    body = json.dumps({"version": version, "berries": berries})
    boto3.client("s3").put_object(Bucket=os.environ["S3_BUCKET"], Key=key, Body=body)
    return key


# %% key="q1.wrong3" tags=["wrong"] expect="q1.two_versions"
def batch(pieces):
    berries = []
    for piece in pieces:
        version = mlflow.MlflowClient().get_model_version_by_alias(model, "champion").version
        berries += mlflow.pyfunc.load_model(f"models:/{model}/{version}").predict(piece)
    key = f"{os.environ['S3_PREFIX']}/batches/version-{version}.json"
    body = json.dumps({"version": version, "berries": berries})
    boto3.client("s3").put_object(Bucket=os.environ["S3_BUCKET"], Key=key, Body=body)
    return key


# %% key="q1.wrong4" tags=["wrong"] expect="q1.named_another"
def batch(pieces):
    champion = mlflow.pyfunc.load_model(f"models:/{model}@champion")
    berries = [name for piece in pieces for name in champion.predict(piece)]
    version = mlflow.MlflowClient().get_model_version_by_alias(model, "champion").version
    key = f"{os.environ['S3_PREFIX']}/batches/version-{version}.json"
    body = json.dumps({"version": version, "berries": berries})
    boto3.client("s3").put_object(Bucket=os.environ["S3_BUCKET"], Key=key, Body=body)
    return key


# %% key="q1.wrong5" tags=["wrong"] expect="q1.denied"
def batch(pieces):
    version = mlflow.MlflowClient().get_model_version_by_alias(model, "champion").version
    champion = mlflow.pyfunc.load_model(f"models:/{model}/{version}")
    berries = [name for piece in pieces for name in champion.predict(piece)]
    key = f"batches/version-{version}.json"
    body = json.dumps({"version": version, "berries": berries})
    boto3.client("s3").put_object(Bucket=os.environ["S3_BUCKET"], Key=key, Body=body)
    return key


# %% [markdown] lang="en" key="online"
# ## q2 ★ A service that changes its model while people ask
#
# The seminar knows two ways: stop the service and start it again, or an endpoint, planned beforehand, that replaces the
# model. This service loads the champion once, when it starts, and keeps it for ever. The endpoint is missing.
# %% [markdown] lang="ru" key="online" of="d25f0eca"
# ## q2 ★ Сервис, который меняет модель под запросами
#
# На семинаре назвали два пути: остановить сервис и запустить снова или заранее предусмотреть точку входа (endpoint), которая
# заменит модель. Этот сервис загружает чемпиона один раз, при запуске, и держит его вечно. Точки входа пока нет.
# %% key="service"
service = lab.scratch("service")
lab.sh("cat service.py", folder=service)
# %% [markdown] lang="en" key="q2"
# Add `POST /reload`. With the header `Authorization: Bearer` and the service's `TOKEN` it takes up the champion and returns its
# version; without, it answers 403. A model that cannot answer must not take over: `/reload` answers 500 then, and the old one
# goes on. Meanwhile more than 200 requests come, and none may fail.
# %% [markdown] lang="ru" key="q2" of="cffbf434"
# Добавьте `POST /reload`. С заголовком `Authorization: Bearer` и токеном `TOKEN` он берёт чемпиона и возвращает его версию;
# без них отвечает 403. Модель, которая не может ответить, не должна встать на место прежней: тогда `/reload` отвечает 500, а
# старая работает дальше. Тем временем идут больше 200 запросов, и ни один не должен пропасть.
# %% key="q2" tags=["exercise"]
from checker.workbook.lessons.n10_serving_environments_monitoring import under_load, with_endpoint

endpoint = ""  # Python: what is added to service.py
### BEGIN SOLUTION
endpoint = """
@app.post("/reload")
def reload(authorization: str = Header("")):
    global serving
    if not hmac.compare_digest(authorization.encode(), f"Bearer {TOKEN}".encode()):
        raise HTTPException(403, "this token opens nothing")
    fresh = load()
    fresh[1].predict([[15.0, 1.5]])  # raises before anybody else meets it
    serving = fresh
    return {"version": fresh[0]}
"""
### END SOLUTION
lab.write("service.py", with_endpoint(endpoint), folder=service)
story = under_load(lab)
lab.check("q2", story)
# %% key="q2.wrong1" tags=["wrong"] expect="q2.open_door"
endpoint = """
@app.post("/reload")
def reload(authorization: str = Header("")):
    global serving
    fresh = load()
    fresh[1].predict([[15.0, 1.5]])  # raises before anybody else meets it
    serving = fresh
    return {"version": fresh[0]}
"""
# %% key="q2.wrong2" tags=["wrong"] expect="q2.errors"
endpoint = """
@app.post("/reload")
def reload(authorization: str = Header("")):
    global serving
    if not hmac.compare_digest(authorization.encode(), f"Bearer {TOKEN}".encode()):
        raise HTTPException(403, "this token opens nothing")
    before = serving
    serving = None  # frees the memory first
    fresh = load()
    try:
        fresh[1].predict([[15.0, 1.5]])
    except Exception:
        serving = before
        raise
    serving = fresh
    return {"version": fresh[0]}
"""
# %% key="q2.wrong3" tags=["wrong"] expect="q2.broken_took_over"
endpoint = """
@app.post("/reload")
def reload(authorization: str = Header("")):
    global serving
    if not hmac.compare_digest(authorization.encode(), f"Bearer {TOKEN}".encode()):
        raise HTTPException(403, "this token opens nothing")
    fresh = load()
    serving = fresh
    return {"version": fresh[0]}
"""
# %% key="q2.wrong4" tags=["wrong"] expect="q2.stays_old"
endpoint = """
@app.post("/reload")
def reload(authorization: str = Header("")):
    if not hmac.compare_digest(authorization.encode(), f"Bearer {TOKEN}".encode()):
        raise HTTPException(403, "this token opens nothing")
    fresh = load()
    fresh[1].predict([[15.0, 1.5]])  # raises before anybody else meets it
    serving = fresh
    return {"version": fresh[0]}
"""
# %% key="q2.wrong5" tags=["wrong"] expect="q2.mixed"
endpoint = """
@app.post("/reload")
def reload(authorization: str = Header("")):
    global serving
    if not hmac.compare_digest(authorization.encode(), f"Bearer {TOKEN}".encode()):
        raise HTTPException(403, "this token opens nothing")
    version = mlflow.MlflowClient().get_model_version_by_alias(NAME, "champion").version
    before = serving
    serving = version, before[1]  # the number first, the model when it is here
    fresh = load()
    try:
        fresh[1].predict([[15.0, 1.5]])
    except Exception:
        serving = before
        raise
    serving = fresh
    return {"version": fresh[0]}
"""
# %% key="reload_picture"
from checker.workbook.lessons.n10_serving_environments_monitoring import reload_strip
from checker.workbook.pictures.requests_served import in_words, requests_served

words = {name: lab.text(name) for name in ("version", "lost", "seconds", "took")}
strips = [reload_strip(lab, story)]
lab.figure(requests_served(strips, words), "reload", live=True, **in_words(strips))
# %% [markdown] lang="en" key="reload_seen"
# One assignment swaps number and model together, so no request sees half of it. Each is loaded and tried **beside** the old
# one: for a moment the service needs memory for two. And the colour changes once, where the right token came.
# %% [markdown] lang="ru" key="reload_seen" of="54e456a9"
# Одно присваивание меняет номер и модель вместе, поэтому ни один запрос не видит половины. Новую загружают и пробуют **рядом**
# со старой: на миг сервису нужна память на двоих. А цвет меняется один раз — там, где пришёл верный токен.
# %% [markdown] lang="en" key="restart"
# ## q3 Restart, and a switch without a gap
#
# The other way needs no endpoint. Stop and start: how long is nobody there? With two places, **blue** and **green**, there is a
# third question between *started* and *gone*: a process that is **alive** answers `/alive`, but is **ready** only when its model
# is loaded.
# %% [markdown] lang="ru" key="restart" of="b1f60947"
# ## q3 Перезапуск и переключение без перерыва
#
# Другому пути точка входа не нужна. Остановить и запустить: сколько времени никого нет? Когда мест два, **blue** и **green**,
# между «запущен» и «остановлен» появляется ещё один вопрос: **живой** (alive) процесс уже отвечает на `/alive`, но **готов**
# (ready) он, только когда модель загружена.
# %% [markdown] lang="en" key="q3"
# `blue` serves; a new champion waits. Write two functions of a `site`: `restart` stops and starts blue; `blue_green` starts green,
# turns the road to it when it is ready, and stops blue. If green ends instead, blue stays.
#
# | `site.` | does |
# |---|---|
# | `start(place)`, `stop(place)` | a service there, with the champion; returns while it still loads |
# | `state(place)` | `"starting"`, `"alive"`, `"ready"` or `"ended"` |
# | `switch(place)` | from now on, requests go there |
# %% [markdown] lang="ru" key="q3" of="d549cc80"
# Работает `blue`; ждёт новый чемпион. Напишите две функции от `site`: `restart` останавливает и запускает blue; `blue_green`
# запускает green, переводит на него запросы, когда он готов, и останавливает blue. Если green завершился, остаётся blue.
#
# | `site.` | что делает |
# |---|---|
# | `start(place)`, `stop(place)` | сервис на этом месте, с чемпионом; возвращается, пока он ещё загружается |
# | `state(place)` | `"starting"`, `"alive"`, `"ready"` или `"ended"` |
# | `switch(place)` | с этого момента запросы идут туда |
# %% key="q3" tags=["exercise"]
import time

from checker.workbook.lessons.n10_serving_environments_monitoring import rehearsed

restart = blue_green = None  # two functions
### BEGIN SOLUTION


def restart(site):
    site.stop("blue")
    site.start("blue")


def blue_green(site):
    site.start("green")
    while site.state("green") in ("starting", "alive"):
        time.sleep(0.02)
    if site.state("green") == "ready":
        site.switch("green")
        site.stop("blue")


### END SOLUTION
seen = rehearsed(lab, restart, blue_green)
lab.check("q3", restart, blue_green, seen)


# %% key="q3.wrong1" tags=["wrong"] expect="q3.not_ready"
def restart(site):
    site.stop("blue")
    site.start("blue")


def blue_green(site):
    site.start("green")
    while site.state("green") == "starting":
        time.sleep(0.02)
    site.switch("green")
    site.stop("blue")


# %% key="q3.wrong2" tags=["wrong"] expect="q3.stopped_first"
def restart(site):
    site.stop("blue")
    site.start("blue")


def blue_green(site):
    site.stop("blue")
    site.start("green")
    while site.state("green") in ("starting", "alive"):
        time.sleep(0.02)
    site.switch("green")


# %% key="q3.wrong3" tags=["wrong"] expect="q3.left_running"
def restart(site):
    site.stop("blue")
    site.start("blue")


def blue_green(site):
    site.start("green")
    while site.state("green") in ("starting", "alive"):
        time.sleep(0.02)
    if site.state("green") == "ready":
        site.switch("green")


# %% key="q3.wrong4" tags=["wrong"] expect="q3.broken_switched"
def restart(site):
    site.stop("blue")
    site.start("blue")


def blue_green(site):
    site.start("green")
    while site.state("green") in ("starting", "alive"):
        time.sleep(0.02)
    site.switch("green")
    site.stop("blue")


# %% key="switch_picture"
from checker.workbook.lessons.n10_serving_environments_monitoring import switch_strips

strips = switch_strips(lab, seen)
lab.figure(requests_served(strips, words), "switch", live=True, **in_words(strips))
# %% [markdown] lang="en" key="switch_seen"
# Above, every ✗ is a customer. Real gaps are longer: here Python and MLflow are loaded already, elsewhere an image is pulled and
# imports run. Below, two services lived for a moment, which costs memory and no customer. Kubernetes calls the question
# `readinessProbe`.
# %% [markdown] lang="ru" key="switch_seen" of="9eaabaff"
# Сверху каждый ✗ — клиент. Настоящие перерывы длиннее: здесь Python и MLflow уже в памяти, а там скачивается образ и идут
# импорты. Снизу какое-то время жили два сервиса: это стоило памяти, но ни одного клиента. В Kubernetes этот вопрос называется
# `readinessProbe`.
# %% [markdown] lang="en" key="environments"
# ## q4 ★ Four environments, one image
#
# Between a commit and its users stand places where it may fail cheaply. Each has its own data; that is what makes it what it
# is. The image is the same in all: what was tested is what runs.
# %% [markdown] lang="ru" key="environments" of="d3b0178e"
# ## q4 ★ Четыре окружения, один образ
#
# Между коммитом и пользователями стоят места, где ошибиться дёшево. У каждого свои данные, они и делают его тем, что оно
# есть. Образ же везде один: работает именно то, что проверили.
# %% [markdown] lang="en" key="q4_words"
# Fill in the table with these words; of each question, four answers in the order development, test, staging, prod:
#
# | question | words |
# |---|---|
# | `data` | `seed`, `anonymised`, `private` |
# | `users` | `engineers`, `machines`, `team`, `end users` |
# | `deploys` | `constantly`, `per commit`, `per pull request`, `per release` |
# | `lifespan` | `recreated often`, `one test run`, `long`, `for ever` |
# | `purpose` | `local testing`, `automated tests`, `sandbox for a release`, `customers` |
# %% [markdown] lang="ru" key="q4_words" of="52845703"
# Заполните таблицу этими словами; на каждый вопрос четыре ответа, по порядку: development, test, staging, prod:
#
# | вопрос | слова |
# |---|---|
# | `data`, данные | `seed` (придуманные), `anonymised` (обезличенные), `private` (личные) |
# | `users`, кто пользуется | `engineers`, `machines`, `team` (вся команда), `end users` |
# | `deploys`, когда развёртывают | `constantly` (постоянно), `per commit`, `per pull request`, `per release` |
# | `lifespan`, сколько живёт | `recreated often` (часто создаётся заново), `one test run`, `long` (долго), `for ever` (вечно) |
# | `purpose`, зачем | `local testing`, `automated tests`, `sandbox for a release` (проба релиза), `customers` (для клиентов) |
# %% [markdown] lang="en" key="q4"
# Then live it: `deliver(build, deploy, seed, private)`. `build()` really builds and pushes an image and returns its name with a
# digest; `deploy(environment, image, rows)` has an environment take it from the registry and run it on these rows. Go through
# all four, in order, each with its data. Anonymised rows keep the measurements and tell nobody's name, address, number or birthday.
# %% [markdown] lang="ru" key="q4" of="4ce9e834"
# А теперь проживите её: `deliver(build, deploy, seed, private)`. `build()` по-настоящему собирает и отправляет образ и
# возвращает его имя с дайджестом; `deploy(environment, image, rows)` велит окружению взять его из реестра и запустить на этих
# строках. Пройдите все четыре по порядку, каждое со своими данными. В обезличенных строках остаются измерения, но нет ничьих имён, адресов, номеров и дней
# рождения.
# %% key="people"
from checker.workbook.environments import people

people("private")[0]
# %% key="q4" tags=["exercise"]
table = {  # of each question the answers for development, test, staging, prod
    "data": [None, None, None, None],
    "users": [None, None, None, None],
    "deploys": [None, None, None, None],
    "lifespan": [None, None, None, None],
    "purpose": [None, None, None, None],
}
deliver = None  # a function
### BEGIN SOLUTION
table = {
    "data": ["seed", "seed", "anonymised", "private"],
    "users": ["engineers", "machines", "team", "end users"],
    "deploys": ["constantly", "per commit", "per pull request", "per release"],
    "lifespan": ["recreated often", "one test run", "long", "for ever"],
    "purpose": ["local testing", "automated tests", "sandbox for a release", "customers"],
}


def deliver(build, deploy, seed, private):
    kept = ("diameter_mm", "weight_g", "berry")
    anonymised = [{column: row[column] for column in kept} for row in private]
    image = build()
    deploy("development", image, seed)
    deploy("test", image, seed)
    deploy("staging", image, anonymised)
    deploy("prod", image, private)


### END SOLUTION
lab.check("q4", table, deliver)
# %% key="q4.wrong1" tags=["wrong"] expect="q4.cell_data"
table = {
    "data": ["seed", "seed", "private", "private"],
    "users": ["engineers", "machines", "team", "end users"],
    "deploys": ["constantly", "per commit", "per pull request", "per release"],
    "lifespan": ["recreated often", "one test run", "long", "for ever"],
    "purpose": ["local testing", "automated tests", "sandbox for a release", "customers"],
}


def deliver(build, deploy, seed, private):
    kept = ("diameter_mm", "weight_g", "berry")
    anonymised = [{column: row[column] for column in kept} for row in private]
    image = build()
    deploy("development", image, seed)
    deploy("test", image, seed)
    deploy("staging", image, anonymised)
    deploy("prod", image, private)


# %% key="q4.wrong2" tags=["wrong"] expect="q4.rebuilt"
table = {
    "data": ["seed", "seed", "anonymised", "private"],
    "users": ["engineers", "machines", "team", "end users"],
    "deploys": ["constantly", "per commit", "per pull request", "per release"],
    "lifespan": ["recreated often", "one test run", "long", "for ever"],
    "purpose": ["local testing", "automated tests", "sandbox for a release", "customers"],
}


def deliver(build, deploy, seed, private):
    kept = ("diameter_mm", "weight_g", "berry")
    anonymised = [{column: row[column] for column in kept} for row in private]
    deploy("development", build(), seed)
    deploy("test", build(), seed)
    deploy("staging", build(), anonymised)
    deploy("prod", build(), private)


# %% key="q4.wrong3" tags=["wrong"] expect="q4.people_in_test"
table = {
    "data": ["seed", "seed", "anonymised", "private"],
    "users": ["engineers", "machines", "team", "end users"],
    "deploys": ["constantly", "per commit", "per pull request", "per release"],
    "lifespan": ["recreated often", "one test run", "long", "for ever"],
    "purpose": ["local testing", "automated tests", "sandbox for a release", "customers"],
}


def deliver(build, deploy, seed, private):
    kept = ("diameter_mm", "weight_g", "berry")
    anonymised = [{column: row[column] for column in kept} for row in private]
    image = build()
    deploy("development", image, seed)
    deploy("test", image, private)
    deploy("staging", image, anonymised)
    deploy("prod", image, private)


# %% key="q4.wrong4" tags=["wrong"] expect="q4.staging_private"
table = {
    "data": ["seed", "seed", "anonymised", "private"],
    "users": ["engineers", "machines", "team", "end users"],
    "deploys": ["constantly", "per commit", "per pull request", "per release"],
    "lifespan": ["recreated often", "one test run", "long", "for ever"],
    "purpose": ["local testing", "automated tests", "sandbox for a release", "customers"],
}


def deliver(build, deploy, seed, private):
    image = build()
    deploy("development", image, seed)
    deploy("test", image, seed)
    deploy("staging", image, private)
    deploy("prod", image, private)


# %% key="q4.wrong5" tags=["wrong"] expect="q4.staging_hashed"
table = {
    "data": ["seed", "seed", "anonymised", "private"],
    "users": ["engineers", "machines", "team", "end users"],
    "deploys": ["constantly", "per commit", "per pull request", "per release"],
    "lifespan": ["recreated often", "one test run", "long", "for ever"],
    "purpose": ["local testing", "automated tests", "sandbox for a release", "customers"],
}


def deliver(build, deploy, seed, private):
    import hashlib

    anonymised = [
        {
            "who": hashlib.sha256(row["email"].encode()).hexdigest(),
            **{column: row[column] for column in ("diameter_mm", "weight_g", "berry")},
        }
        for row in private
    ]
    image = build()
    deploy("development", image, seed)
    deploy("test", image, seed)
    deploy("staging", image, anonymised)
    deploy("prod", image, private)


# %% key="q4.wrong6" tags=["wrong"] expect="q4.staging_born"
table = {
    "data": ["seed", "seed", "anonymised", "private"],
    "users": ["engineers", "machines", "team", "end users"],
    "deploys": ["constantly", "per commit", "per pull request", "per release"],
    "lifespan": ["recreated often", "one test run", "long", "for ever"],
    "purpose": ["local testing", "automated tests", "sandbox for a release", "customers"],
}


def deliver(build, deploy, seed, private):
    secret = ("name", "email", "phone")
    anonymised = [{name: row[name] for name in row if name not in secret} for row in private]
    image = build()
    deploy("development", image, seed)
    deploy("test", image, seed)
    deploy("staging", image, anonymised)
    deploy("prod", image, private)


# %% key="q4.wrong7" tags=["wrong"] expect="q4.cell_deploys"
table = {
    "data": ["seed", "seed", "anonymised", "private"],
    "users": ["engineers", "machines", "team", "end users"],
    "deploys": ["constantly", "per commit", "per commit", "per release"],
    "lifespan": ["recreated often", "one test run", "long", "for ever"],
    "purpose": ["local testing", "automated tests", "sandbox for a release", "customers"],
}


def deliver(build, deploy, seed, private):
    kept = ("diameter_mm", "weight_g", "berry")
    anonymised = [{column: row[column] for column in kept} for row in private]
    image = build()
    deploy("development", image, seed)
    deploy("test", image, seed)
    deploy("staging", image, anonymised)
    deploy("prod", image, private)


# %% [markdown] lang="en" key="environments_seen"
# Build the same Dockerfile twice and you get two digests: times, base images and packages move. So *build once, promote the
# digest*. The hash of an address is no mask either: whoever has a list of addresses hashes them all.
# %% [markdown] lang="ru" key="environments_seen" of="c0678f77"
# Соберите один Dockerfile дважды — и получите два дайджеста: время, базовые образы и пакеты не стоят на месте. Поэтому
# *собирают один раз, а дальше продвигают дайджест*. И хеш адреса — не маска: у кого есть список адресов, тот посчитает хеши
# от всех.
# %% [markdown] lang="en" key="drift"
# ## q5 Drift starts one training
#
# Labels come late or never, so a monitor looks at the data: are today's diameters still those of the training? The two-sample
# Kolmogorov–Smirnov **statistic** is the largest distance between two distributions, from 0 to 1. Its p-value, with many
# rows, finds every trifle.
# %% [markdown] lang="ru" key="drift" of="c1f48019"
# ## q5 Дрейф запускает одно обучение
#
# Правильные ответы приходят поздно или никогда, поэтому мониторинг смотрит на данные: те ли сегодня диаметры, что при
# обучении? **Статистика** двухвыборочного критерия Колмогорова — Смирнова — наибольшее расстояние между распределениями, от 0
# до 1. Её p-значение на множестве строк замечает каждую мелочь.
# %% [markdown] lang="en" key="trigger"
# In life, the function that starts a training is one request to a workflow like this one, with
# `repository_dispatch` for machines and `workflow_dispatch` for people:
#
# ```yaml
# name: Train
# on:
#   workflow_dispatch:
#   repository_dispatch:
#     types: [drift]
# concurrency: train
# jobs:
#   train:
#     runs-on: ubuntu-latest
#     steps:
#       - uses: actions/checkout@v7
#       - run: python train.py
# ```
# %% [markdown] lang="ru" key="trigger" of="bc52d087"
# В жизни функция, которая запускает обучение, — это один запрос к такому workflow: `repository_dispatch` для
# программ, `workflow_dispatch` для людей:
#
# ```yaml
# name: Train
# on:
#   workflow_dispatch:
#   repository_dispatch:
#     types: [drift]
# concurrency: train
# jobs:
#   train:
#     runs-on: ubuntu-latest
#     steps:
#       - uses: actions/checkout@v7
#       - run: python train.py
# ```
# %% [markdown] lang="en" key="q5"
# Write `watch(reference, days, train)`: `reference` are the diameters of the training, `days` pairs of a number and that day's
# diameters. Call `train(day)` when a day has drifted. Then the model has learned **that day's** data, and for 7 days no other
# training begins. Some days are empty, and a scale may break.
# %% [markdown] lang="ru" key="q5" of="646c956d"
# Напишите `watch(reference, days, train)`: `reference` — диаметры из обучения, `days` — пары из номера дня и диаметров за день.
# Вызовите `train(day)`, когда день ушёл в дрейф. После этого модель обучена на данных **того дня**, и 7 дней другое обучение
# не начинается. Бывают пустые дни, а прибор может и сломаться.
# %% key="q5" tags=["exercise"]
from scipy.stats import ks_2samp

watch = None  # a function
### BEGIN SOLUTION


def watch(reference, days, train):
    trained = None
    for day, values in days:
        if not values or (trained is not None and day - trained < 7):
            continue
        if ks_2samp(reference, values, method="asymp").statistic > 0.2:
            train(day)
            trained, reference = day, values


### END SOLUTION
lab.check("q5", watch)


# %% key="q5.wrong1" tags=["wrong"] expect="q5.false_alarm"
def watch(reference, days, train):
    trained = None
    for day, values in days:
        if not values or (trained is not None and day - trained < 7):
            continue
        if ks_2samp(reference, values, method="asymp").pvalue < 0.05:
            train(day)
            trained, reference = day, values


# %% key="q5.wrong2" tags=["wrong"] expect="q5.in_cooldown"
def watch(reference, days, train):
    for day, values in days:
        if not values:
            continue
        if ks_2samp(reference, values, method="asymp").statistic > 0.2:
            train(day)
            reference = values


# %% key="q5.wrong3" tags=["wrong"] expect="q5.again_and_again"
def watch(reference, days, train):
    trained = None
    for day, values in days:
        if not values or (trained is not None and day - trained < 7):
            continue
        if ks_2samp(reference, values, method="asymp").statistic > 0.2:
            train(day)
            trained = day


# %% key="q5.wrong4" tags=["wrong"] expect="q5.outlier"
from statistics import fmean, stdev


def watch(reference, days, train):
    trained = None
    for day, values in days:
        if not values or (trained is not None and day - trained < 7):
            continue
        if abs(fmean(values) - fmean(reference)) > 0.5 * stdev(reference):
            train(day)
            trained, reference = day, values


# %% key="q5.wrong5" tags=["wrong"] expect="q5.empty"
from statistics import median


def watch(reference, days, train):
    trained = None
    for day, values in days:
        if trained is not None and day - trained < 7:
            continue
        if abs(median(values) - median(reference)) > 1.5:
            train(day)
            trained, reference = day, values


# %% key="q5.wrong6" tags=["wrong"] expect="q5.never_again"
def watch(reference, days, train):
    trained = None
    for day, values in days:
        if not values or trained is not None:
            continue
        if ks_2samp(reference, values, method="asymp").statistic > 0.2:
            train(day)
            trained, reference = day, values


# %% key="drift_picture"
from checker.workbook.lessons.n10_serving_environments_monitoring import drift_picture

figure, facts = drift_picture(lab, watch)
lab.figure(figure, "drift", **facts)
# %% [markdown] lang="en" key="drift_seen"
# The line falls after a training because the reference is new. The second drift came during the cooldown and had to wait: a
# week of worse answers against a training on one odd day. Which costs more is a question to your customers.
# %% [markdown] lang="ru" key="drift_seen" of="6ad5d534"
# После обучения линия падает: образец стал новым. Второй дрейф пришёл во время паузы, и ему пришлось ждать: неделя худших
# ответов против обучения на одном странном дне. Что дороже — вопрос к вашим клиентам.
# %% [markdown] lang="en" key="q6"
# ## q6 The whole loop
#
# *Pipeline CD* deploys the pipeline, *continuous training* runs it, *model CD* brings the model into the service, *monitoring*
# asks for the next training. Wire it: which step follows which event? A step may follow several. The loop then really runs,
# with bucket, registry and service.
#
# `deploy the pipeline`, `train`, `compare with the champion`, `reload the service`, `watch live data`
# %% [markdown] lang="ru" key="q6" of="e57c1c1e"
# ## q6 Весь цикл
#
# *CD конвейера* развёртывает конвейер, *непрерывное обучение* его запускает, *CD модели* доносит модель до сервиса,
# *мониторинг* просит следующего обучения. Соедините: какой шаг идёт за каким событием? Один шаг может идти за несколькими.
# Затем цикл запустится по-настоящему: с бакетом, реестром и сервисом.
#
# `deploy the pipeline` — развернуть конвейер, `train` — обучить, `compare with the champion` — сравнить с чемпионом,
# `reload the service` — обновить сервис, `watch live data` — следить за данными
# %% key="q6" tags=["exercise"]
from checker.workbook.lessons.n10_serving_environments_monitoring import went_round

wiring = {
    "a commit is merged": None,
    "the pipeline is deployed": None,
    "a version is registered": None,
    "the champion changes": None,
    "the service has reloaded": None,
    "drift is found": None,
}
### BEGIN SOLUTION
wiring = {
    "a commit is merged": "deploy the pipeline",
    "the pipeline is deployed": "train",
    "a version is registered": "compare with the champion",
    "the champion changes": "reload the service",
    "the service has reloaded": "watch live data",
    "drift is found": "train",
}
### END SOLUTION
told = went_round(lab, wiring)
lab.check("q6", wiring, told)
# %% key="q6.wrong1" tags=["wrong"] expect="q6.old_pipeline"
wiring = {
    "a commit is merged": "train",
    "the pipeline is deployed": "train",
    "a version is registered": "compare with the champion",
    "the champion changes": "reload the service",
    "the service has reloaded": "watch live data",
    "drift is found": "train",
}
# %% key="q6.wrong2" tags=["wrong"] expect="q6.never_compared"
wiring = {
    "a commit is merged": "deploy the pipeline",
    "the pipeline is deployed": "train",
    "a version is registered": "reload the service",
    "the champion changes": "reload the service",
    "the service has reloaded": "watch live data",
    "drift is found": "train",
}
# %% key="q6.wrong3" tags=["wrong"] expect="q6.never_reloaded"
wiring = {
    "a commit is merged": "deploy the pipeline",
    "the pipeline is deployed": "train",
    "a version is registered": "compare with the champion",
    "the champion changes": "watch live data",
    "the service has reloaded": "watch live data",
    "drift is found": "train",
}
# %% key="q6.wrong4" tags=["wrong"] expect="q6.drift_without_training"
wiring = {
    "a commit is merged": "deploy the pipeline",
    "the pipeline is deployed": "train",
    "a version is registered": "compare with the champion",
    "the champion changes": "reload the service",
    "the service has reloaded": "watch live data",
    "drift is found": "reload the service",
}
# %% [markdown] lang="en" key="trouble"
# ## Having trouble?
#
# | message | what it means |
# |---|---|
# | `RESOURCE_DOES_NOT_EXIST` `Registered model alias champion not found` | nobody promoted a version; `contender` above makes two, the checks promote |
# | `AccessDenied` when writing | the key does not begin with your prefix: `$S3_PREFIX/` |
# | `422` from `/reload` | FastAPI misses a parameter: give the header a default, `Header("")` |
# | `cannot access local variable 'serving'` | you read and assign it in one function: `global serving` |
# | `name 'ks_2samp' is not defined` | run the cell with the import again, the kernel was restarted |
# %% [markdown] lang="ru" key="trouble" of="ca21f591"
# ## Что-то не получается?
#
# | сообщение | что оно значит |
# |---|---|
# | `RESOURCE_DOES_NOT_EXIST` `Registered model alias champion not found` | чемпиона никто не назначил; две версии делает `contender` выше, назначают проверки |
# | `AccessDenied` при записи | ключ начинается не с вашего префикса: `$S3_PREFIX/` |
# | `422` от `/reload` | FastAPI не хватает параметра: дайте заголовку значение по умолчанию, `Header("")` |
# | `cannot access local variable 'serving'` | функция и читает, и присваивает: нужно `global serving` |
# | `name 'ks_2samp' is not defined` | ядро перезапускали: выполните ячейку с импортом ещё раз |
# %% [markdown] lang="en" key="end"
# ## What you can say now
#
# - My batch asks for the champion once, when it starts, and writes down which version answered.
# - My service loads a model beside the old one, tries it, and swaps in one assignment; a token opens that door.
# - Alive is not ready: whoever switches early has moved the gap, not closed it.
# - I build once; the same digest goes through four environments, and only the data differ.
# - A monitor needs a statistic, a threshold, a cooldown, and a new reference after each training.
#
# This was the last lesson: from a commit to a retrained model you can do each step and say how you know that it worked. Now
# the micro-homework, in a repository of your own: [accounts and secrets](../../docs/online.en.md), then `checker grade`.
# %% [markdown] lang="ru" key="end" of="ad6e9523"
# ## Что вы теперь можете сказать
#
# - Мой пакетный расчёт узнаёт, кто чемпион, один раз, при запуске, и записывает, какая версия отвечала.
# - Мой сервис загружает модель рядом со старой, пробует её и меняет одним присваиванием; эту дверь открывает токен.
# - Живой — ещё не готовый: кто переключает рано, тот перерыв передвинул, а не закрыл.
# - Я собираю один раз; один дайджест проходит четыре окружения, и различаются только данные.
# - Мониторингу нужны статистика, порог, пауза и новый образец после каждого обучения.
#
# Это был последний урок: от коммита до переобученной модели вы умеете каждый шаг и знаете, откуда видно, что он удался. Теперь
# домашнее задание, в вашем собственном репозитории: [учётные записи и секреты](../../docs/online.ru.md), затем `checker grade`.
