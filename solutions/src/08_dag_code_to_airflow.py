# %% [markdown] lang="en" key="intro"
# # 08 · DAG code to Airflow
#
# A package is published when it is in an index. A DAG is **delivered** when a worker runs it. You build the button, fill the
# bucket, write what `objinsync` does, keep a broken DAG out, and survive a crash in the middle: point 10 of the seminar.
# %% [markdown] lang="ru" key="intro" of="d5aae0d9"
# # 08 · Код DAG в Airflow
#
# Пакет опубликован, когда он в индексе. DAG **поставлен**, когда его запускает воркер. Вы сделаете кнопку, наполните бакет,
# напишете то, что делает `objinsync`, не пустите сломанный DAG и переживёте сбой посередине: это пункт 10 семинара.
# %% tags=["parameters"]
LANG = "en"
# %% key="open"
from checker.workbook import Lab

lab = Lab("08_dag_code_to_airflow", LANG, edition=1)
lab
# %% [markdown] lang="en" key="words"
# ## Who has which version
#
# | word | for example |
# |---|---|
# | **DAG** | `retrain`: take, train, keep; a Python file that Airflow loads again and again |
# | **worker** | the machine that runs its tasks, from files of its own |
# | **push** | `git push origin …:deploy/production`: somebody brings the files |
# | **pull** | `objinsync pull s3://bucket/dags dags`: the worker fetches them, every 5 seconds |
# | **bundle** | how Airflow 3 calls a place that DAGs come from: a folder, a git branch, a prefix in S3 |
# %% [markdown] lang="ru" key="words" of="8802a36d"
# ## У кого какая версия
#
# | слово | например |
# |---|---|
# | **DAG** | `retrain`: взять, обучить, сохранить; файл на Python, который Airflow загружает снова и снова |
# | **воркер** (worker) | машина, которая выполняет его задачи, из своих собственных файлов |
# | **push** | `git push origin …:deploy/production`: файлы кто-то приносит |
# | **pull** | `objinsync pull s3://bucket/dags dags`: воркер забирает их сам, каждые 5 секунд |
# | **бандл** (bundle) | так Airflow 3 зовёт место, откуда берутся DAG: папка, ветка git, префикс в S3 |
# %% key="dags"
from checker.workbook.lessons.n08_dag_code_to_airflow import lay_dags

dags = lay_dags(lab)
lab.sh("find . -name '*.py' | sort && echo && cat retrain.py", folder=dags)
# %% [markdown] lang="en" key="tired"
# **The wrong way.** Three people can tell why this hurts: who merges on Friday, who has to go back, and who looks for the
# DAG that never came.
#
# ```yaml
# name: Deliver
# on:
#   push:
#     branches: [main]
# jobs:
#   deliver:
#     runs-on: ubuntu-latest
#     steps:
#       - uses: actions/checkout@v7
#       - run: scp -r dags worker-1:airflow/dags || true
# ```
# %% [markdown] lang="ru" key="tired" of="98b0aca7"
# **Как не надо.** Почему от этого больно, расскажут трое: тот, кто сливает ветку в пятницу, тот, кому нужно откатиться, и
# тот, кто ищет DAG, который так и не пришёл.
#
# ```yaml
# name: Deliver
# on:
#   push:
#     branches: [main]
# jobs:
#   deliver:
#     runs-on: ubuntu-latest
#     steps:
#       - uses: actions/checkout@v7
#       - run: scp -r dags worker-1:airflow/dags || true
# ```
# %% [markdown] lang="en" key="q1"
# ## q1 ★ The button
#
# Production follows a branch: Airflow's [GitDagBundle](https://airflow.apache.org/docs/apache-airflow-providers-git/stable/bundles/index.html) pulls
# it. Write `deliver.yml`: a button asks for `environment` (staging, production) and `ref`, and puts the `dags` folder of that ref,
# and nothing else, on the branch `deploy/` + environment. Then it is pressed once, for `dags-1`, an older version.
# %% [markdown] lang="ru" key="q1" of="ac68bf5e"
# ## q1 ★ Кнопка
#
# Продакшен следует за веткой: её забирает [GitDagBundle](https://airflow.apache.org/docs/apache-airflow-providers-git/stable/bundles/index.html) из
# Airflow. Напишите `deliver.yml`: кнопка спрашивает `environment` (staging, production) и `ref` и кладёт папку `dags` из этого ref, и
# больше ничего, в ветку `deploy/` + окружение. Потом её нажмут один раз, для `dags-1`, версии постарше.
# %% key="q1" tags=["exercise"]
from checker.workbook.lessons.n08_dag_code_to_airflow import press

deliver = ""  # the text of .github/workflows/deliver.yml
### BEGIN SOLUTION
deliver = """
name: Deliver

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Who is to have it
        type: choice
        options: [staging, production]
        default: staging
      ref:
        description: Branch, tag or commit
        type: string
        default: main

permissions: {}

concurrency: deliver-${{ inputs.environment }}

jobs:
  deliver:
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v7
        with:
          ref: ${{ inputs.ref }}
      - name: Deliver
        env:
          TARGET: ${{ inputs.environment }}
        run: |
          git config user.name deliver
          git config user.email deliver@users.noreply.github.com
          dags=$(git commit-tree -m "DAGs of $(git rev-parse HEAD)" HEAD:dags)
          git push --force origin "$dags:refs/heads/deploy/$TARGET"
"""
### END SOLUTION
lab.write(".github/workflows/deliver.yml", deliver)
pressed = press(lab, environment="production", ref="dags-1")
lab.check("q1", deliver, pressed)
# %% key="q1.wrong1" tags=["wrong"] expect="q1.by_itself"
deliver = """
name: Deliver

on:
  push:
    branches: [main]
  workflow_dispatch:
    inputs:
      environment:
        description: Who is to have it
        type: choice
        options: [staging, production]
        default: staging
      ref:
        description: Branch, tag or commit
        type: string
        default: main

permissions: {}

concurrency: deliver-${{ inputs.environment }}

jobs:
  deliver:
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v7
        with:
          ref: ${{ inputs.ref }}
      - name: Deliver
        env:
          TARGET: ${{ inputs.environment }}
        run: |
          git config user.name deliver
          git config user.email deliver@users.noreply.github.com
          dags=$(git commit-tree -m "DAGs of $(git rev-parse HEAD)" HEAD:dags)
          git push --force origin "$dags:refs/heads/deploy/$TARGET"
"""
# %% key="q1.wrong2" tags=["wrong"] expect="q1.pasted"
deliver = """
name: Deliver

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Who is to have it
        type: choice
        options: [staging, production]
        default: staging
      ref:
        description: Branch, tag or commit
        type: string
        default: main

permissions: {}

concurrency: deliver-${{ inputs.environment }}

jobs:
  deliver:
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v7
        with:
          ref: ${{ inputs.ref }}
      - name: Deliver
        env:
          TARGET: ${{ inputs.environment }}
        run: |
          git config user.name deliver
          git config user.email deliver@users.noreply.github.com
          dags=$(git commit-tree -m "DAGs of $(git rev-parse HEAD)" HEAD:dags)
          git push --force origin "$dags:refs/heads/deploy/${{ inputs.environment }}"
"""
# %% key="q1.wrong3" tags=["wrong"] expect="q1.may_not_write"
deliver = """
name: Deliver

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Who is to have it
        type: choice
        options: [staging, production]
        default: staging
      ref:
        description: Branch, tag or commit
        type: string
        default: main

permissions: {}

concurrency: deliver-${{ inputs.environment }}

jobs:
  deliver:
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v7
        with:
          ref: ${{ inputs.ref }}
      - name: Deliver
        env:
          TARGET: ${{ inputs.environment }}
        run: |
          git config user.name deliver
          git config user.email deliver@users.noreply.github.com
          dags=$(git commit-tree -m "DAGs of $(git rev-parse HEAD)" HEAD:dags)
          git push --force origin "$dags:refs/heads/deploy/$TARGET"
"""
# %% key="q1.wrong4" tags=["wrong"] expect="q1.other_ref"
deliver = """
name: Deliver

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Who is to have it
        type: choice
        options: [staging, production]
        default: staging
      ref:
        description: Branch, tag or commit
        type: string
        default: main

permissions: {}

concurrency: deliver-${{ inputs.environment }}

jobs:
  deliver:
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v7
      - name: Deliver
        env:
          TARGET: ${{ inputs.environment }}
        run: |
          git config user.name deliver
          git config user.email deliver@users.noreply.github.com
          dags=$(git commit-tree -m "DAGs of $(git rev-parse HEAD)" HEAD:dags)
          git push --force origin "$dags:refs/heads/deploy/$TARGET"
"""
# %% key="q1.wrong5" tags=["wrong"] expect="q1.too_much"
deliver = """
name: Deliver

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Who is to have it
        type: choice
        options: [staging, production]
        default: staging
      ref:
        description: Branch, tag or commit
        type: string
        default: main

permissions: {}

concurrency: deliver-${{ inputs.environment }}

jobs:
  deliver:
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v7
        with:
          ref: ${{ inputs.ref }}
      - name: Deliver
        env:
          TARGET: ${{ inputs.environment }}
        run: |
          git config user.name deliver
          git config user.email deliver@users.noreply.github.com
          git push --force origin "HEAD:refs/heads/deploy/$TARGET"
"""
# %% [markdown] lang="en" key="q1.seen"
# What runs in production is a commit with a name, and going back is the same button with an older one. `concurrency` lets two
# impatient people press one after the other; `environment: production` is where GitHub can ask a second person to approve.
# %% [markdown] lang="ru" key="q1.seen" of="b36fdd4b"
# В продакшене работает коммит, у которого есть имя, а откат — та же кнопка с именем постарше. Благодаря `concurrency` нажатия двух
# нетерпеливых пройдут по очереди; `environment: production` — место, где GitHub может попросить согласия второго человека.
# %% [markdown] lang="en" key="q2"
# ## q2 Into the bucket, with checksums
#
# The seminar's other way goes through S3. Write `upload`: what lies under the prefix afterwards equals the folder, each object has
# its SHA-256, and nothing else in the bucket is touched. `prefix` ends with a slash; Python's `__pycache__` stays out.
# %% [markdown] lang="ru" key="q2" of="9edaffc3"
# ## q2 В бакет, с контрольными суммами
#
# Другой путь из семинара идёт через S3. Напишите `upload`: после неё под префиксом лежит то же, что в папке, у каждого объекта есть
# SHA-256, и больше ничего в бакете не тронуто. `prefix` кончается косой чертой; `__pycache__` остаётся дома.
# %% key="storage"
import os

import boto3

lab.connect()
s3 = boto3.client("s3")
bucket, prefix = os.environ["S3_BUCKET"], os.environ["S3_PREFIX"]
# %% key="q2" tags=["exercise"]
upload = None  # a function
### BEGIN SOLUTION


def upload(s3, folder, bucket, prefix):
    put = set()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            key = prefix + file.relative_to(folder).as_posix()
            s3.put_object(
                Bucket=bucket, Key=key, Body=file.read_bytes(), ChecksumAlgorithm="SHA256"
            )
            put.add(key)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            if found["Key"] not in put:
                s3.delete_object(Bucket=bucket, Key=found["Key"])


### END SOLUTION
lab.check("q2", upload)


# %% key="q2.wrong1" tags=["wrong"] expect="q2.no_checksum"
def upload(s3, folder, bucket, prefix):
    put = set()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            key = prefix + file.relative_to(folder).as_posix()
            s3.put_object(Bucket=bucket, Key=key, Body=file.read_bytes())
            put.add(key)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            if found["Key"] not in put:
                s3.delete_object(Bucket=bucket, Key=found["Key"])


# %% key="q2.wrong2" tags=["wrong"] expect="q2.flat"
def upload(s3, folder, bucket, prefix):
    put = set()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            key = prefix + file.name
            s3.put_object(
                Bucket=bucket, Key=key, Body=file.read_bytes(), ChecksumAlgorithm="SHA256"
            )
            put.add(key)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            if found["Key"] not in put:
                s3.delete_object(Bucket=bucket, Key=found["Key"])


# %% key="q2.wrong3" tags=["wrong"] expect="q2.stale"
def upload(s3, folder, bucket, prefix):
    put = set()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            key = prefix + file.relative_to(folder).as_posix()
            s3.put_object(
                Bucket=bucket, Key=key, Body=file.read_bytes(), ChecksumAlgorithm="SHA256"
            )
            put.add(key)


# %% key="q2.wrong4" tags=["wrong"] expect="q2.elsewhere"
def upload(s3, folder, bucket, prefix):
    put = set()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            key = "dags/" + file.relative_to(folder).as_posix()
            s3.put_object(
                Bucket=bucket, Key=key, Body=file.read_bytes(), ChecksumAlgorithm="SHA256"
            )
            put.add(key)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            if found["Key"] not in put:
                s3.delete_object(Bucket=bucket, Key=found["Key"])


# %% key="there"
from checker.workbook.lessons.n08_dag_code_to_airflow import delivered, refused

delivered(lab)
refused(lab, "sidorova_vera/dags/retrain.py")
# %% [markdown] lang="en" key="there.seen"
# The refusal is no formality. One bucket serves the class, and a key opens one prefix: whoever can write DAGs can run code
# on the workers, so a leaked key should open as little as this one.
# %% [markdown] lang="ru" key="there.seen" of="4292c7ff"
# Отказ — не формальность. Бакет один на всю группу, а ключ открывает один префикс: кто может писать DAG, тот может запускать код на
# воркерах, поэтому утёкший ключ должен открывать так же мало.
# %% [markdown] lang="en" key="q3"
# ## q3 Pull once, past seven traps
#
# Now the worker's side, once around: `pull_once` makes `folder` equal to the prefix, leaves alone what fits a pattern in `exclude`
# (on both sides), and **returns the names that failed**. All seven traps are bugs that real programs had.
#
# | trap | the bug |
# |---|---|
# | same size | only sizes were compared |
# | nested and stale | deleted files in a folder inside stayed |
# | a failed download | half a file replaced a whole one |
# | atomic | a reader met the file while it was written |
# | exclude | the worker's own files were deleted |
# | paging | everything beyond the first page was deleted |
# | retry | what failed once was never tried again |
# %% [markdown] lang="ru" key="q3" of="db3eaa46"
# ## q3 Забрать один раз и пройти семь ловушек
#
# Теперь сторона воркера, один обход: `pull_once` делает `folder` равной префиксу, не трогает то, что подходит под шаблон из `exclude`
# (с обеих сторон), и **возвращает имена того, что не удалось**. Все семь ловушек — ошибки настоящих программ.
#
# | ловушка | ошибка |
# |---|---|
# | тот же размер | сравнивали только размеры |
# | вложенное и лишнее | удалённые файлы во вложенной папке оставались |
# | неудачное скачивание | половина файла заменяла целый |
# | атомарность | читатель заставал файл недописанным |
# | исключения | удаляли собственные файлы воркера |
# | страницы | удаляли всё, что не на первой странице |
# | повтор | не вышло один раз — больше не пробовали |
# %% key="q3" tags=["exercise"]
import hashlib
from fnmatch import fnmatch

from botocore.exceptions import BotoCoreError, ClientError

pull_once = None  # pull_once(s3, bucket, prefix, folder, exclude=())
### BEGIN SOLUTION


def md5(file):
    return hashlib.md5(file.read_bytes()).hexdigest()


def pull_once(s3, bucket, prefix, folder, exclude=()):
    there, failed = set(), []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            name = found["Key"].removeprefix(prefix)
            if any(fnmatch(name, pattern) for pattern in exclude):
                continue
            target = folder / name
            there.add(target)
            if target.is_file() and md5(target) == found["ETag"].strip('"'):
                continue
            try:
                body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            except (BotoCoreError, ClientError):
                failed.append(name)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.new")
            fresh.write_bytes(body)
            fresh.replace(target)
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        kept = any(fnmatch(name, pattern) for pattern in exclude)
        if file.is_file() and file not in there and not kept:
            file.unlink()
    return failed


### END SOLUTION
lab.check("q3", pull_once)


# %% key="q3.wrong1" tags=["wrong"] expect="q3.same_size"
def md5(file):
    return hashlib.md5(file.read_bytes()).hexdigest()


def pull_once(s3, bucket, prefix, folder, exclude=()):
    there, failed = set(), []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            name = found["Key"].removeprefix(prefix)
            if any(fnmatch(name, pattern) for pattern in exclude):
                continue
            target = folder / name
            there.add(target)
            if target.is_file() and target.stat().st_size == found["Size"]:
                continue
            try:
                body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            except (BotoCoreError, ClientError):
                failed.append(name)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.new")
            fresh.write_bytes(body)
            fresh.replace(target)
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        kept = any(fnmatch(name, pattern) for pattern in exclude)
        if file.is_file() and file not in there and not kept:
            file.unlink()
    return failed


# %% key="q3.wrong2" tags=["wrong"] expect="q3.stale_nested"
def md5(file):
    return hashlib.md5(file.read_bytes()).hexdigest()


def pull_once(s3, bucket, prefix, folder, exclude=()):
    there, failed = set(), []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            name = found["Key"].removeprefix(prefix)
            if any(fnmatch(name, pattern) for pattern in exclude):
                continue
            target = folder / name
            there.add(target)
            if target.is_file() and md5(target) == found["ETag"].strip('"'):
                continue
            try:
                body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            except (BotoCoreError, ClientError):
                failed.append(name)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.new")
            fresh.write_bytes(body)
            fresh.replace(target)
    for file in folder.glob("*"):
        name = file.relative_to(folder).as_posix()
        kept = any(fnmatch(name, pattern) for pattern in exclude)
        if file.is_file() and file not in there and not kept:
            file.unlink()
    return failed


# %% key="q3.wrong3" tags=["wrong"] expect="q3.failed_download"
def md5(file):
    return hashlib.md5(file.read_bytes()).hexdigest()


def pull_once(s3, bucket, prefix, folder, exclude=()):
    there, failed = set(), []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            name = found["Key"].removeprefix(prefix)
            if any(fnmatch(name, pattern) for pattern in exclude):
                continue
            target = folder / name
            there.add(target)
            if target.is_file() and md5(target) == found["ETag"].strip('"'):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.new")
            try:
                with fresh.open("wb") as opened:
                    for piece in s3.get_object(Bucket=bucket, Key=found["Key"])["Body"]:
                        opened.write(piece)
            except (BotoCoreError, ClientError):
                failed.append(name)
            fresh.replace(target)
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        kept = any(fnmatch(name, pattern) for pattern in exclude)
        if file.is_file() and file not in there and not kept:
            file.unlink()
    return failed


# %% key="q3.wrong4" tags=["wrong"] expect="q3.not_atomic"
def md5(file):
    return hashlib.md5(file.read_bytes()).hexdigest()


def pull_once(s3, bucket, prefix, folder, exclude=()):
    there, failed = set(), []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            name = found["Key"].removeprefix(prefix)
            if any(fnmatch(name, pattern) for pattern in exclude):
                continue
            target = folder / name
            there.add(target)
            if target.is_file() and md5(target) == found["ETag"].strip('"'):
                continue
            try:
                body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            except (BotoCoreError, ClientError):
                failed.append(name)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        kept = any(fnmatch(name, pattern) for pattern in exclude)
        if file.is_file() and file not in there and not kept:
            file.unlink()
    return failed


# %% key="q3.wrong5" tags=["wrong"] expect="q3.excluded_deleted"
def md5(file):
    return hashlib.md5(file.read_bytes()).hexdigest()


def pull_once(s3, bucket, prefix, folder, exclude=()):
    there, failed = set(), []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            name = found["Key"].removeprefix(prefix)
            if any(fnmatch(name, pattern) for pattern in exclude):
                continue
            target = folder / name
            there.add(target)
            if target.is_file() and md5(target) == found["ETag"].strip('"'):
                continue
            try:
                body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            except (BotoCoreError, ClientError):
                failed.append(name)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.new")
            fresh.write_bytes(body)
            fresh.replace(target)
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and file not in there:
            file.unlink()
    return failed


# %% key="q3.wrong6" tags=["wrong"] expect="q3.paging"
def md5(file):
    return hashlib.md5(file.read_bytes()).hexdigest()


def pull_once(s3, bucket, prefix, folder, exclude=()):
    there, failed = set(), []
    for page in [s3.list_objects_v2(Bucket=bucket, Prefix=prefix)]:
        for found in page.get("Contents", []):
            name = found["Key"].removeprefix(prefix)
            if any(fnmatch(name, pattern) for pattern in exclude):
                continue
            target = folder / name
            there.add(target)
            if target.is_file() and md5(target) == found["ETag"].strip('"'):
                continue
            try:
                body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            except (BotoCoreError, ClientError):
                failed.append(name)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.new")
            fresh.write_bytes(body)
            fresh.replace(target)
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        kept = any(fnmatch(name, pattern) for pattern in exclude)
        if file.is_file() and file not in there and not kept:
            file.unlink()
    return failed


# %% key="q3.wrong7" tags=["wrong"] expect="q3.no_retry"
known = {}


def md5(file):
    return hashlib.md5(file.read_bytes()).hexdigest()


def pull_once(s3, bucket, prefix, folder, exclude=()):
    there, failed = set(), []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            name = found["Key"].removeprefix(prefix)
            if any(fnmatch(name, pattern) for pattern in exclude):
                continue
            target = folder / name
            there.add(target)
            if known.get(target) == found["ETag"]:
                continue
            known[target] = found["ETag"]
            try:
                body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            except (BotoCoreError, ClientError):
                failed.append(name)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.new")
            fresh.write_bytes(body)
            fresh.replace(target)
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        kept = any(fnmatch(name, pattern) for pattern in exclude)
        if file.is_file() and file not in there and not kept:
            file.unlink()
    return failed


# %% key="q3.wrong8" tags=["wrong"] expect="q3.swallowed"
def md5(file):
    return hashlib.md5(file.read_bytes()).hexdigest()


def pull_once(s3, bucket, prefix, folder, exclude=()):
    there, failed = set(), []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            name = found["Key"].removeprefix(prefix)
            if any(fnmatch(name, pattern) for pattern in exclude):
                continue
            target = folder / name
            there.add(target)
            if target.is_file() and md5(target) == found["ETag"].strip('"'):
                continue
            try:
                body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            except (BotoCoreError, ClientError):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.new")
            fresh.write_bytes(body)
            fresh.replace(target)
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        kept = any(fnmatch(name, pattern) for pattern in exclude)
        if file.is_file() and file not in there and not kept:
            file.unlink()
    return failed


# %% key="hook"
from checker.workbook.lessons.n08_dag_code_to_airflow import hook

hook(lab)
# %% [markdown] lang="en" key="hook.seen"
# Nobody has to write this twice: Airflow 3 has [S3DagBundle](https://airflow.apache.org/docs/apache-airflow-providers-amazon/stable/bundles/index.html), which uses that hook,
# and `objinsync` had its last commit in October 2023. Whoever has written it once knows what to ask the next tool.
# %% [markdown] lang="ru" key="hook.seen" of="31513468"
# Писать это второй раз никому не нужно: в Airflow 3 есть [S3DagBundle](https://airflow.apache.org/docs/apache-airflow-providers-amazon/stable/bundles/index.html), внутри которого
# этот метод, а последний коммит в `objinsync` сделан в октябре 2023 года. Кто написал это однажды, знает, о чём спросить следующий инструмент.
# %% key="times"
from checker.workbook.lessons.n08_dag_code_to_airflow import times

times(lab)
# %% [markdown] lang="en" key="times.seen"
# Red is the time in which the bucket and the worker disagree. A look that fails costs a whole interval; a version that was
# replaced too soon never runs at all. The interval is what you promise, and what you watch is the age of the version.
# %% [markdown] lang="ru" key="times.seen" of="a8ba87f8"
# Красным отмечено время, когда бакет и воркер расходятся. Неудачный обход стоит целого интервала; версия, которую слишком быстро
# сменили, не запустится вовсе. Интервал — это то, что вы обещаете, а следить нужно за возрастом версии.
# %% [markdown] lang="en" key="q4"
# ## q4 A gate for broken DAGs
#
# Airflow finds a broken DAG when it is in production. `reading.py` reads a file's syntax tree and answers five questions; `gate.py`
# asks none of them yet. Write the whole `gate.py`, so that it refuses the seven broken folders below and passes the six right ones.
# %% [markdown] lang="ru" key="q4" of="1ba2c424"
# ## q4 Ворота для сломанных DAG
#
# Airflow находит сломанный DAG, когда тот уже в продакшене. `reading.py` читает синтаксическое дерево файла и отвечает на пять вопросов;
# `gate.py` пока не задаёт ни одного. Напишите весь `gate.py`: пусть он отвергает семь сломанных папок из списка ниже и пропускает шесть правильных.
# %% key="tools"
tools, specimens = lab.scratch("tools"), lab.scratch("specimens")
lab.write("tools/reading.py", (tools / "reading.py").read_text())
lab.sh("cat gate.py && echo && grep --no-group-separator -A1 '^def [a-z]' reading.py", folder=tools)
lab.sh("ls", folder=specimens)
# %% [markdown] lang="en" key="q4.task"
# Then stand it in `deliver.yml`, before the delivery, as `python3 tools/gate.py dags`. The button is pressed once more, for a
# branch whose DAG imports what no worker has: the run must be red, and production must not move.
# %% [markdown] lang="ru" key="q4.task" of="5bf9e027"
# Потом поставьте их в `deliver.yml` перед поставкой: `python3 tools/gate.py dags`. Кнопку нажмут ещё раз, для ветки, где DAG
# импортирует то, чего нет ни на одном воркере: запуск должен стать красным, а продакшен — не сдвинуться.
# %% key="q4" tags=["exercise"]
gate = ""  # the text of tools/gate.py
deliver = ""  # the text of deliver.yml, with the gate in it
### BEGIN SOLUTION
gate = r'''
"""Say what is wrong with the DAGs of a folder, without running them."""

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from reading import arrows, calls, dag_ids, imports, uncalled

SLOW = ("time.sleep", "urllib.", "requests.", "socket.")

folder = Path(sys.argv[1])
files = sorted(folder.rglob("*.py"))
known = {*sys.stdlib_module_names, "airflow"}
known |= {part.removesuffix(".py") for file in files for part in file.relative_to(folder).parts}
found, seen = [], {}
for file in files:
    name = file.relative_to(folder).as_posix()
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        found.append(f"{name}:{error.lineno}: {error.msg}")
        continue
    found += [f"{name}: no worker has {module}" for module in imports(tree) - known]
    found += [f"{name}: nobody calls {function}()" for function in uncalled(tree)]
    found += [f"{name}: {call} while it loads" for call in calls(tree) if call.startswith(SLOW)]
    for id in dag_ids(tree):
        if id in seen:
            found.append(f"{name}: {id} is made in {seen[id]}, too")
        seen[id] = name
    try:
        TopologicalSorter(arrows(tree)).prepare()
    except CycleError as error:
        found.append(f"{name}: a circle of {' > '.join(error.args[1])}")
print(*found, sep="\n")
sys.exit(1 if found else 0)
'''
deliver = """
name: Deliver

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Who is to have it
        type: choice
        options: [staging, production]
        default: staging
      ref:
        description: Branch, tag or commit
        type: string
        default: main

permissions: {}

concurrency: deliver-${{ inputs.environment }}

jobs:
  deliver:
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v7
        with:
          ref: ${{ inputs.ref }}
      - name: Keep broken DAGs out
        run: python3 tools/gate.py dags
      - name: Deliver
        env:
          TARGET: ${{ inputs.environment }}
        run: |
          git config user.name deliver
          git config user.email deliver@users.noreply.github.com
          dags=$(git commit-tree -m "DAGs of $(git rev-parse HEAD)" HEAD:dags)
          git push --force origin "$dags:refs/heads/deploy/$TARGET"
"""
### END SOLUTION
lab.write("tools/gate.py", gate)
lab.write(".github/workflows/deliver.yml", deliver)
pressed = press(lab, environment="production", ref="broken-dag")
lab.check("q4", gate, deliver, pressed)
# %% key="q4.wrong1" tags=["wrong"] expect="q4.loads"
gate = r"""
import importlib
import sys
from pathlib import Path

folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))
found = []
for file in sorted(folder.glob("*.py")):
    try:
        importlib.import_module(file.stem)
    except Exception as error:
        found.append(f"{file.name}: {error}")
print(*found, sep="\n")
sys.exit(1 if found else 0)
"""
deliver = """
name: Deliver

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Who is to have it
        type: choice
        options: [staging, production]
        default: staging
      ref:
        description: Branch, tag or commit
        type: string
        default: main

permissions: {}

concurrency: deliver-${{ inputs.environment }}

jobs:
  deliver:
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v7
        with:
          ref: ${{ inputs.ref }}
      - name: Keep broken DAGs out
        run: python3 tools/gate.py dags
      - name: Deliver
        env:
          TARGET: ${{ inputs.environment }}
        run: |
          git config user.name deliver
          git config user.email deliver@users.noreply.github.com
          dags=$(git commit-tree -m "DAGs of $(git rev-parse HEAD)" HEAD:dags)
          git push --force origin "$dags:refs/heads/deploy/$TARGET"
"""
# %% key="q4.wrong2" tags=["wrong"] expect="q4.lets_cycle"
gate = r'''
"""Say what is wrong with the DAGs of a folder, without running them."""

import ast
import sys
from pathlib import Path

from reading import calls, dag_ids, imports, uncalled

SLOW = ("time.sleep", "urllib.", "requests.", "socket.")

folder = Path(sys.argv[1])
files = sorted(folder.rglob("*.py"))
known = {*sys.stdlib_module_names, "airflow"}
known |= {part.removesuffix(".py") for file in files for part in file.relative_to(folder).parts}
found, seen = [], {}
for file in files:
    name = file.relative_to(folder).as_posix()
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        found.append(f"{name}:{error.lineno}: {error.msg}")
        continue
    found += [f"{name}: no worker has {module}" for module in imports(tree) - known]
    found += [f"{name}: nobody calls {function}()" for function in uncalled(tree)]
    found += [f"{name}: {call} while it loads" for call in calls(tree) if call.startswith(SLOW)]
    for id in dag_ids(tree):
        if id in seen:
            found.append(f"{name}: {id} is made in {seen[id]}, too")
        seen[id] = name
print(*found, sep="\n")
sys.exit(1 if found else 0)
'''
deliver = """
name: Deliver

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Who is to have it
        type: choice
        options: [staging, production]
        default: staging
      ref:
        description: Branch, tag or commit
        type: string
        default: main

permissions: {}

concurrency: deliver-${{ inputs.environment }}

jobs:
  deliver:
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v7
        with:
          ref: ${{ inputs.ref }}
      - name: Keep broken DAGs out
        run: python3 tools/gate.py dags
      - name: Deliver
        env:
          TARGET: ${{ inputs.environment }}
        run: |
          git config user.name deliver
          git config user.email deliver@users.noreply.github.com
          dags=$(git commit-tree -m "DAGs of $(git rev-parse HEAD)" HEAD:dags)
          git push --force origin "$dags:refs/heads/deploy/$TARGET"
"""
# %% key="q4.wrong3" tags=["wrong"] expect="q4.lets_uncalled"
gate = r'''
"""Say what is wrong with the DAGs of a folder, without running them."""

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from reading import arrows, calls, dag_ids, imports

SLOW = ("time.sleep", "urllib.", "requests.", "socket.")

folder = Path(sys.argv[1])
files = sorted(folder.rglob("*.py"))
known = {*sys.stdlib_module_names, "airflow"}
known |= {part.removesuffix(".py") for file in files for part in file.relative_to(folder).parts}
found, seen = [], {}
for file in files:
    name = file.relative_to(folder).as_posix()
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        found.append(f"{name}:{error.lineno}: {error.msg}")
        continue
    found += [f"{name}: no worker has {module}" for module in imports(tree) - known]
    found += [f"{name}: {call} while it loads" for call in calls(tree) if call.startswith(SLOW)]
    for id in dag_ids(tree):
        if id in seen:
            found.append(f"{name}: {id} is made in {seen[id]}, too")
        seen[id] = name
    try:
        TopologicalSorter(arrows(tree)).prepare()
    except CycleError as error:
        found.append(f"{name}: a circle of {' > '.join(error.args[1])}")
print(*found, sep="\n")
sys.exit(1 if found else 0)
'''
deliver = """
name: Deliver

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Who is to have it
        type: choice
        options: [staging, production]
        default: staging
      ref:
        description: Branch, tag or commit
        type: string
        default: main

permissions: {}

concurrency: deliver-${{ inputs.environment }}

jobs:
  deliver:
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v7
        with:
          ref: ${{ inputs.ref }}
      - name: Keep broken DAGs out
        run: python3 tools/gate.py dags
      - name: Deliver
        env:
          TARGET: ${{ inputs.environment }}
        run: |
          git config user.name deliver
          git config user.email deliver@users.noreply.github.com
          dags=$(git commit-tree -m "DAGs of $(git rev-parse HEAD)" HEAD:dags)
          git push --force origin "$dags:refs/heads/deploy/$TARGET"
"""
# %% key="q4.wrong4" tags=["wrong"] expect="q4.refuses_right"
gate = r'''
"""Say what is wrong with the DAGs of a folder, without running them."""

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from reading import arrows, calls, dag_ids, imports, uncalled

SLOW = ("time.sleep", "urllib.", "requests.", "socket.")

folder = Path(sys.argv[1])
files = sorted(folder.rglob("*.py"))
known = {*sys.stdlib_module_names, "airflow"}
found, seen = [], {}
for file in files:
    name = file.relative_to(folder).as_posix()
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        found.append(f"{name}:{error.lineno}: {error.msg}")
        continue
    found += [f"{name}: no worker has {module}" for module in imports(tree) - known]
    found += [f"{name}: nobody calls {function}()" for function in uncalled(tree)]
    found += [f"{name}: {call} while it loads" for call in calls(tree) if call.startswith(SLOW)]
    for id in dag_ids(tree):
        if id in seen:
            found.append(f"{name}: {id} is made in {seen[id]}, too")
        seen[id] = name
    try:
        TopologicalSorter(arrows(tree)).prepare()
    except CycleError as error:
        found.append(f"{name}: a circle of {' > '.join(error.args[1])}")
print(*found, sep="\n")
sys.exit(1 if found else 0)
'''
deliver = """
name: Deliver

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Who is to have it
        type: choice
        options: [staging, production]
        default: staging
      ref:
        description: Branch, tag or commit
        type: string
        default: main

permissions: {}

concurrency: deliver-${{ inputs.environment }}

jobs:
  deliver:
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v7
        with:
          ref: ${{ inputs.ref }}
      - name: Keep broken DAGs out
        run: python3 tools/gate.py dags
      - name: Deliver
        env:
          TARGET: ${{ inputs.environment }}
        run: |
          git config user.name deliver
          git config user.email deliver@users.noreply.github.com
          dags=$(git commit-tree -m "DAGs of $(git rev-parse HEAD)" HEAD:dags)
          git push --force origin "$dags:refs/heads/deploy/$TARGET"
"""
# %% key="q4.wrong5" tags=["wrong"] expect="q4.lets_duplicate"
gate = r'''
"""Say what is wrong with the DAGs of a folder, without running them."""

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from reading import arrows, calls, dag_ids, imports, uncalled

SLOW = ("time.sleep", "urllib.", "requests.", "socket.")

folder = Path(sys.argv[1])
files = sorted(folder.rglob("*.py"))
known = {*sys.stdlib_module_names, "airflow"}
known |= {part.removesuffix(".py") for file in files for part in file.relative_to(folder).parts}
found = []
for file in files:
    seen = {}
    name = file.relative_to(folder).as_posix()
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        found.append(f"{name}:{error.lineno}: {error.msg}")
        continue
    found += [f"{name}: no worker has {module}" for module in imports(tree) - known]
    found += [f"{name}: nobody calls {function}()" for function in uncalled(tree)]
    found += [f"{name}: {call} while it loads" for call in calls(tree) if call.startswith(SLOW)]
    for id in dag_ids(tree):
        if id in seen:
            found.append(f"{name}: {id} is made in {seen[id]}, too")
        seen[id] = name
    try:
        TopologicalSorter(arrows(tree)).prepare()
    except CycleError as error:
        found.append(f"{name}: a circle of {' > '.join(error.args[1])}")
print(*found, sep="\n")
sys.exit(1 if found else 0)
'''
deliver = """
name: Deliver

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Who is to have it
        type: choice
        options: [staging, production]
        default: staging
      ref:
        description: Branch, tag or commit
        type: string
        default: main

permissions: {}

concurrency: deliver-${{ inputs.environment }}

jobs:
  deliver:
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v7
        with:
          ref: ${{ inputs.ref }}
      - name: Keep broken DAGs out
        run: python3 tools/gate.py dags
      - name: Deliver
        env:
          TARGET: ${{ inputs.environment }}
        run: |
          git config user.name deliver
          git config user.email deliver@users.noreply.github.com
          dags=$(git commit-tree -m "DAGs of $(git rev-parse HEAD)" HEAD:dags)
          git push --force origin "$dags:refs/heads/deploy/$TARGET"
"""
# %% key="q4.wrong6" tags=["wrong"] expect="q4.gate_behind"
gate = r'''
"""Say what is wrong with the DAGs of a folder, without running them."""

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from reading import arrows, calls, dag_ids, imports, uncalled

SLOW = ("time.sleep", "urllib.", "requests.", "socket.")

folder = Path(sys.argv[1])
files = sorted(folder.rglob("*.py"))
known = {*sys.stdlib_module_names, "airflow"}
known |= {part.removesuffix(".py") for file in files for part in file.relative_to(folder).parts}
found, seen = [], {}
for file in files:
    name = file.relative_to(folder).as_posix()
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        found.append(f"{name}:{error.lineno}: {error.msg}")
        continue
    found += [f"{name}: no worker has {module}" for module in imports(tree) - known]
    found += [f"{name}: nobody calls {function}()" for function in uncalled(tree)]
    found += [f"{name}: {call} while it loads" for call in calls(tree) if call.startswith(SLOW)]
    for id in dag_ids(tree):
        if id in seen:
            found.append(f"{name}: {id} is made in {seen[id]}, too")
        seen[id] = name
    try:
        TopologicalSorter(arrows(tree)).prepare()
    except CycleError as error:
        found.append(f"{name}: a circle of {' > '.join(error.args[1])}")
print(*found, sep="\n")
sys.exit(1 if found else 0)
'''
deliver = """
name: Deliver

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Who is to have it
        type: choice
        options: [staging, production]
        default: staging
      ref:
        description: Branch, tag or commit
        type: string
        default: main

permissions: {}

concurrency: deliver-${{ inputs.environment }}

jobs:
  deliver:
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v7
        with:
          ref: ${{ inputs.ref }}
      - name: Deliver
        env:
          TARGET: ${{ inputs.environment }}
        run: |
          git config user.name deliver
          git config user.email deliver@users.noreply.github.com
          dags=$(git commit-tree -m "DAGs of $(git rev-parse HEAD)" HEAD:dags)
          git push --force origin "$dags:refs/heads/deploy/$TARGET"
      - name: Keep broken DAGs out
        run: python3 tools/gate.py dags
"""
# %% key="airflow"
from checker.workbook.lessons.n08_dag_code_to_airflow import airflow

airflow(lab)
lab.caps()
# %% [markdown] lang="en" key="airflow.seen"
# Airflow reports most of it, minutes later and in production; of two it never says a word. A gate asks before, in a second, on a
# machine that has no Airflow. It reads and does not run: a DAG file is code of whoever opened the pull request.
# %% [markdown] lang="ru" key="airflow.seen" of="9f7b0e94"
# О большей части Airflow сообщит сам, через минуты и в продакшене; о двух не скажет ни слова. Ворота спрашивают раньше, за секунду, на
# машине без Airflow. Они читают, а не запускают: файл DAG — это код того, кто открыл пул-реквест.
# %% [markdown] lang="en" key="q5"
# ## q5 A crash in the middle
#
# Single files are whole now; a version is several. Write `take.py INCOMING ROOT VERSION`: it takes what was pulled into use, and the
# worker reads `ROOT/current`. It will be killed at each of its steps. What was read must be the old version or the new one.
# %% [markdown] lang="ru" key="q5" of="debde668"
# ## q5 Сбой посередине
#
# Отдельные файлы теперь целы, но версия — это несколько файлов. Напишите `take.py INCOMING ROOT VERSION`: она вводит забранное в работу, а
# воркер читает `ROOT/current`. Её убьют на каждом шаге по очереди. Прочитанное должно быть либо старой версией, либо новой.
# %% key="q5" tags=["exercise"]
take = ""  # the text of take.py
### BEGIN SOLUTION
take = """
import os
import shutil
import sys
from pathlib import Path

incoming, root, version = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
shutil.rmtree(root / version, ignore_errors=True)
shutil.copytree(incoming, root / version)
fresh = root / "current.new"
fresh.unlink(missing_ok=True)
fresh.symlink_to(version)
os.replace(fresh, root / "current")
"""
### END SOLUTION
lab.check("q5", take)
# %% key="q5.wrong1" tags=["wrong"] expect="q5.half"
take = """
import shutil
import sys
from pathlib import Path

incoming, root = Path(sys.argv[1]), Path(sys.argv[2])
shutil.copytree(incoming, root / "current", dirs_exist_ok=True)
"""
# %% key="q5.wrong2" tags=["wrong"] expect="q5.nothing"
take = """
import shutil
import sys
from pathlib import Path

incoming, root, version = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
shutil.rmtree(root / version, ignore_errors=True)
shutil.copytree(incoming, root / version)
(root / "current").unlink(missing_ok=True)
(root / "current").symlink_to(version)
"""
# %% key="q5.wrong3" tags=["wrong"] expect="q5.trusts_leftovers"
take = """
import os
import shutil
import sys
from pathlib import Path

incoming, root, version = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
if not (root / version).exists():
    shutil.copytree(incoming, root / version)
fresh = root / "current.new"
fresh.unlink(missing_ok=True)
fresh.symlink_to(version)
os.replace(fresh, root / "current")
"""
# %% key="q5.wrong4" tags=["wrong"] expect="q5.no_recovery"
take = """
import os
import shutil
import sys
from pathlib import Path

incoming, root, version = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
shutil.rmtree(root / version, ignore_errors=True)
shutil.copytree(incoming, root / version)
fresh = root / "current.new"
fresh.symlink_to(version)
os.replace(fresh, root / "current")
"""
# %% [markdown] lang="en" key="q5.seen"
# In a bucket there is no link to swap. There the trick is order: the files first, under the version's own prefix, and last a small
# `manifest.json` that names the version. Who reads begins with the manifest, and a crash before it changed nothing.
# %% [markdown] lang="ru" key="q5.seen" of="0b3bebbb"
# В бакете ссылку не подменить. Там всё решает порядок: сначала файлы, под собственным префиксом версии, и последним маленький
# `manifest.json`, который называет версию. Кто читает, начинает с манифеста, и сбой до него ничего не изменил.
# %% [markdown] lang="en" key="q6"
# ## q6 Push or pull, and six failures
#
# An hour passes, the button is pressed in minute 10, one thing goes wrong. With which way has **every** worker the new version at
# the end, though nobody did anything? And whose run is **red**? Two words a row: `push`, `pull`, `both`, `neither`.
# %% [markdown] lang="ru" key="q6" of="d01397a1"
# ## q6 Push или pull и шесть отказов
#
# Проходит час, кнопку нажали на десятой минуте, и что-то одно сломалось. При каком способе новая версия в конце есть на **каждом**
# воркере, хотя никто ничего не делал? И чей запуск **красный**? По два слова в строке: `push`, `pull`, `both`, `neither`.
# %% key="q6" tags=["exercise"]
table = {
    "a worker is down": (None, None),
    "the bucket is out of reach": (None, None),
    "a worker is added later": (None, None),
    "somebody edits a DAG on a worker": (None, None),
    "the run is cancelled half-way": (None, None),
    "the program that pulls has died": (None, None),
}
### BEGIN SOLUTION
table = {
    "a worker is down": ("pull", "push"),
    "the bucket is out of reach": ("push", "pull"),
    "a worker is added later": ("pull", "neither"),
    "somebody edits a DAG on a worker": ("pull", "neither"),
    "the run is cancelled half-way": ("neither", "both"),
    "the program that pulls has died": ("push", "neither"),
}
### END SOLUTION
lab.check("q6", table)
# %% key="q6.wrong1" tags=["wrong"] expect="q6.red"
table = {
    "a worker is down": ("pull", "push"),
    "the bucket is out of reach": ("push", "pull"),
    "a worker is added later": ("pull", "neither"),
    "somebody edits a DAG on a worker": ("pull", "neither"),
    "the run is cancelled half-way": ("neither", "both"),
    "the program that pulls has died": ("push", "pull"),
}
# %% key="q6.wrong2" tags=["wrong"] expect="q6.everywhere"
table = {
    "a worker is down": ("pull", "push"),
    "the bucket is out of reach": ("push", "pull"),
    "a worker is added later": ("pull", "neither"),
    "somebody edits a DAG on a worker": ("pull", "neither"),
    "the run is cancelled half-way": ("pull", "both"),
    "the program that pulls has died": ("push", "neither"),
}
# %% key="q6.wrong3" tags=["wrong"] expect="q6.row_open"
table = {
    "a worker is down": (None, None),
    "the bucket is out of reach": ("push", "pull"),
    "a worker is added later": ("pull", "neither"),
    "somebody edits a DAG on a worker": ("pull", "neither"),
    "the run is cancelled half-way": ("neither", "both"),
    "the program that pulls has died": ("push", "neither"),
}
# %% [markdown] lang="en" key="trouble"
# ## Having trouble?
#
# | message | what it means |
# |---|---|
# | `403` on `git push` from a job | its token may only read: `permissions: contents: write` |
# | `refusing to allow a GitHub App to create or update workflow` | the commit holds workflow files; push the folder alone |
# | `AccessDenied` | the key is outside of your prefix, or the prefix lacks its slash |
# | `BadDigest` | the checksum is of other bytes, or in hexadecimal digits instead of Base64 |
# | `Broken DAG: … No module named` | the gate would have said so; look at what the worker has installed |
# | a DAG is not there, and nothing is red | `@dag` without a call, or the worker's last look failed |
# %% [markdown] lang="ru" key="trouble" of="c7d76713"
# ## Что-то не получается?
#
# | сообщение | что оно значит |
# |---|---|
# | `403` на `git push` из задания | токену можно только читать: `permissions: contents: write` |
# | `refusing to allow a GitHub App to create or update workflow` | в коммите есть файлы workflow; отправляйте одну папку |
# | `AccessDenied` | ключ вне вашего префикса, или у префикса нет косой черты |
# | `BadDigest` | сумма от других байтов или шестнадцатеричная вместо Base64 |
# | `Broken DAG: … No module named` | ворота бы сказали; посмотрите, что установлено на воркере |
# | DAG нет, и ничего не красное | `@dag` без вызова, или последний обход воркера не удался |
# %% [markdown] lang="en" key="end"
# ## What you can say now
#
# - Delivery is a button with a name for what it delivers, and going back is the same button.
# - What is in the bucket equals the folder, has checksums, and lies under my prefix alone.
# - I know seven ways in which a puller goes wrong, and which of them Airflow's own has.
# - A broken DAG is stopped by reading it, before it is anywhere.
# - A version changes in one instant, whatever dies; push is loud and once, pull is silent and again.
#
# Next: [09 · Continuous training](09_continuous_training.ipynb).
# %% [markdown] lang="ru" key="end" of="765c2788"
# ## Что вы теперь можете сказать
#
# - Поставка — это кнопка с именем того, что она поставляет, а откат — та же кнопка.
# - В бакете то же, что в папке, с контрольными суммами и только под моим префиксом.
# - Я знаю семь ошибок того, кто делает pull, и какая из них есть в самом Airflow.
# - Сломанный DAG останавливают чтением, пока он ещё нигде.
# - Версия меняется в одно мгновение, что бы ни упало; push громкий и один раз, pull тихий и снова.
#
# Дальше: [09 · Непрерывное обучение](09_continuous_training.ipynb).
