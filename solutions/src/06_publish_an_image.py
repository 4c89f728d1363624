# %% [markdown] lang="en" key="intro"
# # 06 · Publish an image
#
# A library needs a Python around it. An **image** brings everything along: system, Python, packages, your code. Here you
# clean up a Dockerfile, build an image without Docker, and let a tag publish yours: **IMG1–IMG6** of the homework, 10
# points.
# %% [markdown] lang="ru" key="intro" of="17030d4c"
# # 06 · Публикуем образ
#
# Библиотеке нужен Python вокруг. **Образ (image)** везёт с собой всё: систему, Python, пакеты, ваш код. Здесь вы приведёте
# в порядок Dockerfile, соберёте образ без Docker и поручите публикацию тегу: это критерии **IMG1–IMG6** домашнего задания,
# 10 баллов.
# %% tags=["parameters"]
LANG = "en"
# %% key="open"
from checker.workbook import Lab

lab = Lab("06_publish_an_image", LANG, edition=1)
lab
# %% [markdown] lang="en" key="words"
# ## What is in an image
#
# | word | for example |
# |---|---|
# | **layer** | what one line of a Dockerfile changed in the files, packed: `COPY . /app` |
# | **manifest** | a page of JSON: these layers, in this order, started like that |
# | **digest** | `sha256:9f2c…`: the SHA-256 of that page; it *is* the image's name |
# | **tag** | `1.0.0`: a word that points at a digest today |
# | **registry** | Docker Hub, or the campus's own: it keeps all of them |
# %% [markdown] lang="ru" key="words" of="5a1616aa"
# ## Что внутри образа
#
# | слово | например |
# |---|---|
# | **слой** (layer) | то, что одна строка Dockerfile изменила в файлах, в упаковке: `COPY . /app` |
# | **манифест** (manifest) | страница JSON: вот слои, вот их порядок, вот что запускать |
# | **дайджест** (digest) | `sha256:9f2c…`: SHA-256 этой страницы; он и *есть* имя образа |
# | **тег** (tag) | `1.0.0`: слово, которое сегодня указывает на дайджест |
# | **реестр** (registry) | Docker Hub или реестр кампуса: хранит их все |
# %% key="service"
service = lab.scratch("service")
lab.sh("ls && echo && cat --number Dockerfile", folder=service)
# %% [markdown] lang="en" key="tired"
# **The wrong way.** It builds, it runs, and a reviewer has six things to say. Before you read on: which line gives a
# different image next month, and which gives your token to everybody?
# %% [markdown] lang="ru" key="tired" of="00f9782b"
# **Как не надо.** Он собирается и работает, а у рецензента шесть замечаний. Прежде чем читать дальше: какая строка через
# месяц даст другой образ, а какая отдаст ваш токен всем?
# %% [markdown] lang="en" key="q1"
# ## q1 Six findings in a Dockerfile
#
# Write it without them. It must still install what `requirements.txt` names, hold `serve.py` and `model.json`, and start
# the service. A secret is not moved to another line: it comes when the container starts.
# %% [markdown] lang="ru" key="q1" of="521b7807"
# ## q1 Шесть замечаний к Dockerfile
#
# Напишите его без них. Он по-прежнему должен ставить то, что названо в `requirements.txt`, содержать `serve.py` и
# `model.json` и запускать сервис. Секрет не переносят в другую строку: его передают при запуске контейнера.
# %% key="q1" tags=["exercise"]
tidy = ""  # the text of the Dockerfile
### BEGIN SOLUTION
tidy = """
FROM python:3.13-slim
WORKDIR /app
COPY . /app
RUN pip install --no-cache-dir -r requirements.txt && useradd --create-home berry
USER berry
CMD ["python", "serve.py"]
"""
### END SOLUTION
lab.write("Dockerfile", tidy, folder=service)
lab.check("q1", tidy)
# %% key="q1.wrong1" tags=["wrong"] expect="q1.latest"
tidy = """
FROM python:latest
WORKDIR /app
COPY . /app
RUN pip install --no-cache-dir -r requirements.txt && useradd --create-home berry
USER berry
CMD ["python", "serve.py"]
"""
# %% key="q1.wrong2" tags=["wrong"] expect="q1.secret"
tidy = """
FROM python:3.13-slim
WORKDIR /app
ARG API_TOKEN
COPY . /app
RUN pip install --no-cache-dir -r requirements.txt && useradd --create-home berry
USER berry
CMD ["python", "serve.py"]
"""
# %% key="q1.wrong3" tags=["wrong"] expect="q1.root"
tidy = """
FROM python:3.13-slim
WORKDIR /app
COPY . /app
RUN pip install --no-cache-dir -r requirements.txt && useradd --create-home berry
CMD ["python", "serve.py"]
"""
# %% key="q1.wrong4" tags=["wrong"] expect="q1.shell_form"
tidy = """
FROM python:3.13-slim
WORKDIR /app
COPY . /app
RUN pip install --no-cache-dir -r requirements.txt && useradd --create-home berry
USER berry
CMD python serve.py
"""
# %% key="q1.wrong5" tags=["wrong"] expect="q1.nothing_installed"
tidy = """
FROM python:3.13-slim
WORKDIR /app
COPY . /app
RUN useradd --create-home berry
USER berry
CMD ["python", "serve.py"]
"""
# %% [markdown] lang="en" key="order"
# ## q2 ★ Layers in the right order
#
# A builder keeps every layer. It takes one from its cache when the lines up to it, and the files they copy, are the same;
# from the first difference on, everything is made **anew**. So the order of lines decides who waits for `pip install`.
# %% [markdown] lang="ru" key="order" of="46a00b46"
# ## q2 ★ Слои в правильном порядке
#
# Сборщик хранит каждый слой. Он берёт его из кэша, если строки до него и файлы, которые они копируют, те же; с первого
# отличия всё создаётся **заново**. Поэтому порядок строк решает, кто ждёт `pip install`.
# %% [markdown] lang="en" key="q2"
# Write the Dockerfile once more, so that a change of the code, of a test, or of the README installs nothing. Then say for
# each of five edits whether **your** file installs again: `True` or `False`.
# %% [markdown] lang="ru" key="q2" of="fdcf4d61"
# Напишите Dockerfile ещё раз — так, чтобы правка кода, теста или README ничего не устанавливала. Затем скажите для каждой
# из пяти правок, будет ли с **вашим** файлом установка заново: `True` или `False`.
# %% key="q2" tags=["exercise"]
ordered = ""  # the text of the Dockerfile
installs_again = {
    "the code": None,
    "a test": None,
    "the README": None,
    "a dependency": None,
    "the base image": None,
}
### BEGIN SOLUTION
ordered = """
FROM python:3.13-slim
WORKDIR /app
RUN useradd --create-home berry
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY serve.py model.json ./
USER berry
CMD ["python", "serve.py"]
"""
installs_again = {
    "the code": False,
    "a test": False,
    "the README": False,
    "a dependency": True,
    "the base image": True,
}
### END SOLUTION
lab.write("Dockerfile", ordered, folder=service)
lab.check("q2", ordered, installs_again)
# %% key="q2.wrong1" tags=["wrong"] expect="q2.installs_again"
ordered = """
FROM python:3.13-slim
WORKDIR /app
COPY . /app
RUN pip install --no-cache-dir -r requirements.txt && useradd --create-home berry
USER berry
CMD ["python", "serve.py"]
"""
installs_again = {
    "the code": False,
    "a test": False,
    "the README": False,
    "a dependency": True,
    "the base image": True,
}
# %% key="q2.wrong2" tags=["wrong"] expect="q2.not_followed"
ordered = """
FROM python:3.13-slim
WORKDIR /app
RUN useradd --create-home berry
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY app ./serve.py
USER berry
CMD ["python", "serve.py"]
"""
installs_again = {
    "the code": False,
    "a test": False,
    "the README": False,
    "a dependency": True,
    "the base image": True,
}
# %% key="q2.wrong3" tags=["wrong"] expect="q2.row_wrong"
ordered = """
FROM python:3.13-slim
WORKDIR /app
RUN useradd --create-home berry
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY serve.py model.json ./
USER berry
CMD ["python", "serve.py"]
"""
installs_again = {
    "the code": False,
    "a test": False,
    "the README": False,
    "a dependency": True,
    "the base image": False,
}
# %% key="q2.wrong4" tags=["wrong"] expect="q2.no_model"
ordered = """
FROM python:3.13-slim
WORKDIR /app
RUN useradd --create-home berry
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY serve.py ./
USER berry
CMD ["python", "serve.py"]
"""
installs_again = {
    "the code": False,
    "a test": False,
    "the README": False,
    "a dependency": True,
    "the base image": True,
}
# %% key="q2.wrong5" tags=["wrong"] expect="q2.finding"
ordered = """
FROM python
WORKDIR /app
RUN useradd --create-home berry
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY serve.py model.json ./
USER berry
CMD ["python", "serve.py"]
"""
installs_again = {
    "the code": False,
    "a test": False,
    "the README": False,
    "a dependency": True,
    "the base image": True,
}
# %% key="layers"
from checker.workbook.lessons.n06_publish_an_image import first_order, stack
from checker.workbook.pictures.layer_cache import in_words, layer_cache

stacks = [first_order(lab), stack(lab, service, "yours")]
words = {name: lab.text(name) for name in ("cached", "anew", "edits")}
lab.figure(layer_cache(stacks, words), "layers", **in_words(stacks))
# %% [markdown] lang="en" key="layers_seen"
# Read a column from the top: above the first ✗ everything is kept, below it nothing is. One column is all ✗ in both: a
# new base image is a new image, and twice a year it is worth the wait.
# %% [markdown] lang="ru" key="layers_seen" of="05948ae5"
# Читайте столбец сверху: выше первого ✗ всё сохранено, ниже — ничего. Один столбец красный в обоих случаях: новый базовый
# образ — это новый образ, и дважды в год его стоит подождать.
# %% [markdown] lang="en" key="without"
# ## q3 ★ An image without Docker, and its digest
#
# An image is tar files and JSON, so whoever can write those can build one. On the campus `docker` is a small program that
# builds and pushes; it runs no containers. The folder `first` has three lines that start `FROM scratch`, from nothing.
# %% [markdown] lang="ru" key="without" of="420b0c30"
# ## q3 ★ Образ без Docker и его дайджест
#
# Образ — это tar-архивы и JSON, так что собрать его может всякий, кто умеет их писать. В кампусе `docker` — маленькая
# программа: она собирает и отправляет, а контейнеров не запускает. В папке `first` три строки, и начинаются они с
# `FROM scratch`, с пустоты.
# %% key="first"
first = lab.scratch("first")
lab.sh("cat Dockerfile && docker --version", folder=first)
# %% [markdown] lang="en" key="q3"
# Write commands that log in, build the folder as `{lab.me}/first:0.1` and push it. Your name and token for the registry are
# in `$DOCKERHUB_USERNAME` and `$DOCKERHUB_TOKEN`. Then a function: from the bytes of a manifest to its digest.
# %% [markdown] lang="ru" key="q3" of="c9c5d9c6"
# Напишите команды, которые войдут, соберут папку под именем `{lab.me}/first:0.1` и отправят её. Имя и токен для реестра —
# в `$DOCKERHUB_USERNAME` и `$DOCKERHUB_TOKEN`. Затем функция: из байтов манифеста — его дайджест.
# %% key="q3" tags=["exercise"]
import hashlib

commands = ""  # for bash, a command a line
digest_of = None  # a function
### BEGIN SOLUTION
commands = f"""
echo "$DOCKERHUB_TOKEN" | docker login -u "$DOCKERHUB_USERNAME" --password-stdin
docker build --quiet -t {lab.me}/first:0.1 .
docker push {lab.me}/first:0.1
"""


def digest_of(raw):
    return "sha256:" + hashlib.sha256(raw).hexdigest()


### END SOLUTION
said = commands and lab.sh(commands, folder=first)
lab.check("q3", commands, digest_of, said)
# %% key="q3.wrong1" tags=["wrong"] expect="q3.not_pushed"
commands = f"""
docker build --quiet -t {lab.me}/first:0.1 .
"""


def digest_of(raw):
    return "sha256:" + hashlib.sha256(raw).hexdigest()


# %% key="q3.wrong2" tags=["wrong"] expect="q3.not_yours"
commands = """
echo "$DOCKERHUB_TOKEN" | docker login -u "$DOCKERHUB_USERNAME" --password-stdin
docker build --quiet -t sidorova_vera/first:0.1 .
docker push sidorova_vera/first:0.1
"""


def digest_of(raw):
    return "sha256:" + hashlib.sha256(raw).hexdigest()


# %% key="q3.wrong3" tags=["wrong"] expect="q3.no_algorithm"
commands = f"""
echo "$DOCKERHUB_TOKEN" | docker login -u "$DOCKERHUB_USERNAME" --password-stdin
docker build --quiet -t {lab.me}/first:0.1 .
docker push {lab.me}/first:0.1
"""


def digest_of(raw):
    return hashlib.sha256(raw).hexdigest()


# %% key="q3.wrong4" tags=["wrong"] expect="q3.not_the_bytes"
commands = f"""
echo "$DOCKERHUB_TOKEN" | docker login -u "$DOCKERHUB_USERNAME" --password-stdin
docker build --quiet -t {lab.me}/first:0.1 .
docker push {lab.me}/first:0.1
"""


def digest_of(raw):
    import json

    return (
        "sha256:"
        + hashlib.sha256(json.dumps(json.loads(raw), separators=(",", ":")).encode()).hexdigest()
    )


# %% [markdown] lang="en" key="digest_seen"
# Whoever pulls `first:0.1` gets what the word points at today. Whoever pulls `first@sha256:…` gets these bytes or an error.
# Deployments that must be the same everywhere, test and production alike, name a digest.
# %% [markdown] lang="ru" key="digest_seen" of="615486dd"
# Кто скачивает `first:0.1`, получит то, на что слово указывает сегодня. Кто скачивает `first@sha256:…`, получит эти байты
# или ошибку. Развёртывания, которые обязаны совпадать везде, на тесте и в продакшене, называют дайджест.
# %% [markdown] lang="en" key="every"
# ## q4 ★ An image on a tag, and on nothing else
#
# This workflow was found on the web. Whose commit becomes `latest` on a Friday evening?
#
# ```yaml
# name: Image
# on: push
# jobs:
#   image:
#     runs-on: ubuntu-latest
#     steps:
#       - uses: actions/checkout@v7
#       - uses: docker/login-action@v4
#         with:
#           username: petrov_ivan
#           password: ${{ secrets.DOCKERHUB_TOKEN }}
#       - uses: docker/build-push-action@v7
#         with:
#           push: true
#           tags: petrov_ivan/campfire:latest
# ```
# %% [markdown] lang="ru" key="every" of="18f15158"
# ## q4 ★ Образ по тегу и больше ни по чему
#
# Этот workflow нашли в интернете. Чей коммит в пятницу вечером станет `latest`?
#
# ```yaml
# name: Image
# on: push
# jobs:
#   image:
#     runs-on: ubuntu-latest
#     steps:
#       - uses: actions/checkout@v7
#       - uses: docker/login-action@v4
#         with:
#           username: petrov_ivan
#           password: ${{ secrets.DOCKERHUB_TOKEN }}
#       - uses: docker/build-push-action@v7
#         with:
#           push: true
#           tags: petrov_ivan/campfire:latest
# ```
# %% [markdown] lang="en" key="q4"
# Anybody's, of any branch. Write your own: first a `Dockerfile` for the library, whose command is `campfire`; then
# `image.yml`, which on a pushed tag sets up QEMU and Buildx, logs in with secrets, and builds and pushes
# `${{ secrets.DOCKERHUB_USERNAME }}/campfire` for `linux/amd64` and `linux/arm64`, called as the tag.
# %% [markdown] lang="ru" key="q4" of="2170828b"
# Любой, с любой ветки. Напишите свой: сначала `Dockerfile` для библиотеки, её команда — `campfire`; затем `image.yml`,
# который при отправке тега готовит QEMU и Buildx, входит с секретами, собирает и отправляет
# `${{ secrets.DOCKERHUB_USERNAME }}/campfire` для `linux/amd64` и `linux/arm64` с именем, как у тега.
# %% key="q4" tags=["exercise"]
dockerfile = ""  # the text of the Dockerfile
image = ""  # the text of .github/workflows/image.yml
### BEGIN SOLUTION
dockerfile = """
FROM python:3.13-slim
COPY pyproject.toml README.md /source/
COPY campfire /source/campfire
RUN pip install --no-cache-dir /source && useradd --create-home camper
USER camper
WORKDIR /data
ENTRYPOINT ["campfire"]
CMD ["--help"]
"""
image = """
name: Image

on:
  push:
    tags: ["v*"]

permissions: {}

jobs:
  image:
    runs-on: ubuntu-latest
    environment: dockerhub
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: docker/setup-qemu-action@v4
      - uses: docker/setup-buildx-action@v4
      - name: Log in to Docker Hub
        uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
      - name: Name the image after the tag
        id: meta
        uses: docker/metadata-action@v6
        with:
          images: ${{ secrets.DOCKERHUB_USERNAME }}/campfire
          tags: type=semver,pattern={{version}}
      - name: Build and push
        uses: docker/build-push-action@v7
        with:
          platforms: linux/amd64,linux/arm64
          push: true
          tags: ${{ steps.meta.outputs.tags }}
          labels: ${{ steps.meta.outputs.labels }}
"""
### END SOLUTION
lab.write("Dockerfile", dockerfile)
lab.write(".github/workflows/image.yml", image)
lab.check("q4", dockerfile, image)
# %% key="q4.wrong1" tags=["wrong"] expect="q4.on_branches"
dockerfile = """
FROM python:3.13-slim
COPY pyproject.toml README.md /source/
COPY campfire /source/campfire
RUN pip install --no-cache-dir /source && useradd --create-home camper
USER camper
WORKDIR /data
ENTRYPOINT ["campfire"]
CMD ["--help"]
"""
image = """
name: Image

on: push

permissions: {}

jobs:
  image:
    runs-on: ubuntu-latest
    environment: dockerhub
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: docker/setup-qemu-action@v4
      - uses: docker/setup-buildx-action@v4
      - name: Log in to Docker Hub
        uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
      - name: Name the image after the tag
        id: meta
        uses: docker/metadata-action@v6
        with:
          images: ${{ secrets.DOCKERHUB_USERNAME }}/campfire
          tags: type=semver,pattern={{version}}
      - name: Build and push
        uses: docker/build-push-action@v7
        with:
          platforms: linux/amd64,linux/arm64
          push: true
          tags: ${{ steps.meta.outputs.tags }}
          labels: ${{ steps.meta.outputs.labels }}
"""
# %% key="q4.wrong2" tags=["wrong"] expect="q4.fixed_tag"
dockerfile = """
FROM python:3.13-slim
COPY pyproject.toml README.md /source/
COPY campfire /source/campfire
RUN pip install --no-cache-dir /source && useradd --create-home camper
USER camper
WORKDIR /data
ENTRYPOINT ["campfire"]
CMD ["--help"]
"""
image = """
name: Image

on:
  push:
    tags: ["v*"]

permissions: {}

jobs:
  image:
    runs-on: ubuntu-latest
    environment: dockerhub
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: docker/setup-qemu-action@v4
      - uses: docker/setup-buildx-action@v4
      - name: Log in to Docker Hub
        uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
      - name: Name the image after the tag
        id: meta
        uses: docker/metadata-action@v6
        with:
          images: ${{ secrets.DOCKERHUB_USERNAME }}/campfire
          tags: type=semver,pattern={{version}}
      - name: Build and push
        uses: docker/build-push-action@v7
        with:
          platforms: linux/amd64,linux/arm64
          push: true
          tags: ${{ secrets.DOCKERHUB_USERNAME }}/campfire:latest
          labels: ${{ steps.meta.outputs.labels }}
"""
# %% key="q4.wrong3" tags=["wrong"] expect="q4.nothing_pushed"
dockerfile = """
FROM python:3.13-slim
COPY pyproject.toml README.md /source/
COPY campfire /source/campfire
RUN pip install --no-cache-dir /source && useradd --create-home camper
USER camper
WORKDIR /data
ENTRYPOINT ["campfire"]
CMD ["--help"]
"""
image = """
name: Image

on:
  push:
    tags: ["v*"]

permissions: {}

jobs:
  image:
    runs-on: ubuntu-latest
    environment: dockerhub
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: docker/setup-qemu-action@v4
      - uses: docker/setup-buildx-action@v4
      - name: Log in to Docker Hub
        uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
      - name: Name the image after the tag
        id: meta
        uses: docker/metadata-action@v6
        with:
          images: ${{ secrets.DOCKERHUB_USERNAME }}/campfire
          tags: type=semver,pattern={{version}}
      - name: Build and push
        uses: docker/build-push-action@v7
        with:
          platforms: linux/amd64,linux/arm64
          tags: ${{ steps.meta.outputs.tags }}
          labels: ${{ steps.meta.outputs.labels }}
"""
# %% key="q4.wrong4" tags=["wrong"] expect="q4.no_secret"
dockerfile = """
FROM python:3.13-slim
COPY pyproject.toml README.md /source/
COPY campfire /source/campfire
RUN pip install --no-cache-dir /source && useradd --create-home camper
USER camper
WORKDIR /data
ENTRYPOINT ["campfire"]
CMD ["--help"]
"""
image = """
name: Image

on:
  push:
    tags: ["v*"]

permissions: {}

jobs:
  image:
    runs-on: ubuntu-latest
    environment: dockerhub
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: docker/setup-qemu-action@v4
      - uses: docker/setup-buildx-action@v4
      - name: Log in to Docker Hub
        uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: my-token-from-the-settings-page
      - name: Name the image after the tag
        id: meta
        uses: docker/metadata-action@v6
        with:
          images: ${{ secrets.DOCKERHUB_USERNAME }}/campfire
          tags: type=semver,pattern={{version}}
      - name: Build and push
        uses: docker/build-push-action@v7
        with:
          platforms: linux/amd64,linux/arm64
          push: true
          tags: ${{ steps.meta.outputs.tags }}
          labels: ${{ steps.meta.outputs.labels }}
"""
# %% key="q4.wrong5" tags=["wrong"] expect="q4.not_on_tag"
dockerfile = """
FROM python:3.13-slim
COPY pyproject.toml README.md /source/
COPY campfire /source/campfire
RUN pip install --no-cache-dir /source && useradd --create-home camper
USER camper
WORKDIR /data
ENTRYPOINT ["campfire"]
CMD ["--help"]
"""
image = """
name: Image

on:
  release:
    types: [published]

permissions: {}

jobs:
  image:
    runs-on: ubuntu-latest
    environment: dockerhub
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: docker/setup-qemu-action@v4
      - uses: docker/setup-buildx-action@v4
      - name: Log in to Docker Hub
        uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
      - name: Name the image after the tag
        id: meta
        uses: docker/metadata-action@v6
        with:
          images: ${{ secrets.DOCKERHUB_USERNAME }}/campfire
          tags: type=semver,pattern={{version}}
      - name: Build and push
        uses: docker/build-push-action@v7
        with:
          platforms: linux/amd64,linux/arm64
          push: true
          tags: ${{ steps.meta.outputs.tags }}
          labels: ${{ steps.meta.outputs.labels }}
"""
# %% key="q4.wrong6" tags=["wrong"] expect="q4.dockerfile"
dockerfile = """
FROM python:3.13-slim
COPY pyproject.toml README.md /source/
COPY campfire /source/campfire
RUN pip install --no-cache-dir /source && useradd --create-home camper
WORKDIR /data
ENTRYPOINT ["campfire"]
CMD ["--help"]
"""
image = """
name: Image

on:
  push:
    tags: ["v*"]

permissions: {}

jobs:
  image:
    runs-on: ubuntu-latest
    environment: dockerhub
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: docker/setup-qemu-action@v4
      - uses: docker/setup-buildx-action@v4
      - name: Log in to Docker Hub
        uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
      - name: Name the image after the tag
        id: meta
        uses: docker/metadata-action@v6
        with:
          images: ${{ secrets.DOCKERHUB_USERNAME }}/campfire
          tags: type=semver,pattern={{version}}
      - name: Build and push
        uses: docker/build-push-action@v7
        with:
          platforms: linux/amd64,linux/arm64
          push: true
          tags: ${{ steps.meta.outputs.tags }}
          labels: ${{ steps.meta.outputs.labels }}
"""
# %% key="q4.wrong7" tags=["wrong"] expect="q4.not_yaml"
dockerfile = """
FROM python:3.13-slim
COPY pyproject.toml README.md /source/
COPY campfire /source/campfire
RUN pip install --no-cache-dir /source && useradd --create-home camper
USER camper
WORKDIR /data
ENTRYPOINT ["campfire"]
CMD ["--help"]
"""
image = """
name: Image

on:
  push:
    tags: ["v*"]

permissions: {}

jobs:
  image:
    runs-on: ubuntu-latest
    environment: dockerhub
    permissions:
      contents: read
   steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: docker/setup-qemu-action@v4
      - uses: docker/setup-buildx-action@v4
      - name: Log in to Docker Hub
        uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
      - name: Name the image after the tag
        id: meta
        uses: docker/metadata-action@v6
        with:
          images: ${{ secrets.DOCKERHUB_USERNAME }}/campfire
          tags: type=semver,pattern={{version}}
      - name: Build and push
        uses: docker/build-push-action@v7
        with:
          platforms: linux/amd64,linux/arm64
          push: true
          tags: ${{ steps.meta.outputs.tags }}
          labels: ${{ steps.meta.outputs.labels }}
"""
# %% [markdown] lang="en" key="real"
# Now for real: a push to `main`, then a tag on the same commit. Which workflows will run on each?
# %% [markdown] lang="ru" key="real" of="b332c310"
# Теперь по-настоящему: отправка в `main`, затем тег на том же коммите. Какие workflow запустятся в каждом случае?
# %% key="branch"
pushed = lab.push("An image on a tag")
# %% key="tag"
from checker.workbook.lessons.n06_publish_an_image import index_of, next_tag

tag = next_tag(lab)
tagged = lab.tag(tag)
# %% [markdown] lang="en" key="ran"
# `CI` for the branch, `Image` for the tag, and neither for the other. What is in the registry now? (On the campus a line
# `RUN` is carried out where buildah and the base image are at hand, and otherwise named in the step's log: `not executed`.)
# %% [markdown] lang="ru" key="ran" of="caaab54e"
# `CI` для ветки, `Image` для тега, и ни одно наоборот. Что теперь в реестре? (В кампусе строка `RUN` выполняется там, где
# есть buildah и базовый образ, а иначе называется в журнале шага: `not executed`.)
# %% key="there"
names = [one.name for one in lab.image("campfire").tags]
lab.say("pushed", name=f"{lab.me}/campfire", tags=", ".join(names) or "–")
# %% [markdown] lang="en" key="q5"
# ## q5 What six pushes are called
#
# `docker/metadata-action` makes tags by rules. With these, and a commit `4f2a9c1…`, which tags does each push get?
#
# ```text
# type=semver,pattern={{version}}
# type=semver,pattern={{major}}.{{minor}}
# type=ref,event=branch
# type=ref,event=pr
# type=sha,enable={{is_default_branch}}
# ```
# %% [markdown] lang="ru" key="q5" of="77a4f42e"
# ## q5 Как назовут шесть отправок
#
# `docker/metadata-action` делает теги по правилам. Какие теги с этими правилами и коммитом `4f2a9c1…` получит каждая
# отправка?
#
# ```text
# type=semver,pattern={{version}}
# type=semver,pattern={{major}}.{{minor}}
# type=ref,event=branch
# type=ref,event=pr
# type=sha,enable={{is_default_branch}}
# ```
# %% key="q5" tags=["exercise"]
tags_for = {
    "tag v1.2.0": None,
    "tag v1.3.0-rc.1": None,
    "tag version-2": None,
    "branch main": None,
    "branch fix/scale": None,
    "pull request 7": None,
}
### BEGIN SOLUTION
tags_for = {
    "tag v1.2.0": ["1.2.0", "1.2", "latest"],
    "tag v1.3.0-rc.1": ["1.3.0-rc.1"],
    "tag version-2": [],
    "branch main": ["main", "sha-4f2a9c1"],
    "branch fix/scale": ["fix-scale"],
    "pull request 7": ["pr-7"],
}
### END SOLUTION
lab.check("q5", tags_for)
# %% key="q5.wrong1" tags=["wrong"] expect="q5.latest_too_often"
tags_for = {
    "tag v1.2.0": ["1.2.0", "1.2", "latest"],
    "tag v1.3.0-rc.1": ["1.3.0-rc.1"],
    "tag version-2": [],
    "branch main": ["main", "sha-4f2a9c1", "latest"],
    "branch fix/scale": ["fix-scale"],
    "pull request 7": ["pr-7"],
}
# %% key="q5.wrong2" tags=["wrong"] expect="q5.prerelease"
tags_for = {
    "tag v1.2.0": ["1.2.0", "1.2", "latest"],
    "tag v1.3.0-rc.1": ["1.3.0-rc.1", "1.3"],
    "tag version-2": [],
    "branch main": ["main", "sha-4f2a9c1"],
    "branch fix/scale": ["fix-scale"],
    "pull request 7": ["pr-7"],
}
# %% key="q5.wrong3" tags=["wrong"] expect="q5.slash"
tags_for = {
    "tag v1.2.0": ["1.2.0", "1.2", "latest"],
    "tag v1.3.0-rc.1": ["1.3.0-rc.1"],
    "tag version-2": [],
    "branch main": ["main", "sha-4f2a9c1"],
    "branch fix/scale": ["fix/scale"],
    "pull request 7": ["pr-7"],
}
# %% key="q5.wrong4" tags=["wrong"] expect="q5.latest_forgotten"
tags_for = {
    "tag v1.2.0": ["1.2.0", "1.2"],
    "tag v1.3.0-rc.1": ["1.3.0-rc.1"],
    "tag version-2": [],
    "branch main": ["main", "sha-4f2a9c1"],
    "branch fix/scale": ["fix-scale"],
    "pull request 7": ["pr-7"],
}
# %% key="q5.wrong5" tags=["wrong"] expect="q5.no_version"
tags_for = {
    "tag v1.2.0": ["1.2.0", "1.2", "latest"],
    "tag v1.3.0-rc.1": ["1.3.0-rc.1"],
    "tag version-2": ["version-2"],
    "branch main": ["main", "sha-4f2a9c1"],
    "branch fix/scale": ["fix-scale"],
    "pull request 7": ["pr-7"],
}
# %% [markdown] lang="en" key="q6"
# ## q6 For which machines?
#
# A laptop with an ARM processor and a server with an Intel one pull the same name, and each gets its own image: under the tag
# lies an **index**. Look at yours, then write `platforms(index)`: a list such as `["linux/amd64"]`.
# %% [markdown] lang="ru" key="q6" of="7fc8c956"
# ## q6 Для каких машин?
#
# Ноутбук с процессором ARM и сервер с Intel скачивают одно и то же имя, и каждый получает свой образ: под тегом лежит
# **индекс** (index). Посмотрите на свой и напишите `platforms(index)`: список вроде `["linux/amd64"]`.
# %% key="index"
index = index_of(lab, "campfire", tag.removeprefix("v"))
for one in index.get("manifests", []):
    print(one["platform"], one.get("annotations", {}).get("vnd.docker.reference.type", ""))
# %% key="q6" tags=["exercise"]
platforms = None  # a function


### BEGIN SOLUTION
def platforms(index):
    found = []
    for one in index.get("manifests", []):
        where = one["platform"]
        if where["os"] != "unknown":
            parts = [where["os"], where["architecture"], where.get("variant")]
            found.append("/".join(part for part in parts if part))
    return found


### END SOLUTION
lab.check("q6", platforms, index)


# %% key="q6.wrong1" tags=["wrong"] expect="q6.attestations"
def platforms(index):
    return [
        f"{m['platform']['os']}/{m['platform']['architecture']}" for m in index.get("manifests", [])
    ]


# %% key="q6.wrong2" tags=["wrong"] expect="q6.variant"
def platforms(index):
    places = [m["platform"] for m in index.get("manifests", [])]
    return [f"{p['os']}/{p['architecture']}" for p in places if p["os"] != "unknown"]


# %% key="q6.wrong3" tags=["wrong"] expect="q6.single"
def platforms(index):
    places = [m["platform"] for m in index["manifests"]]
    parts = [(p["os"], p["architecture"], p.get("variant")) for p in places if p["os"] != "unknown"]
    return ["/".join(part for part in one if part) for one in parts]


# %% [markdown] lang="en" key="grade"
# And the grader's own word. IMG6 asks whether the image came from that very run: where do you expect it to look?
# %% [markdown] lang="ru" key="grade" of="fe2ccac9"
# И слово проверяющего. IMG6 спрашивает, из того ли самого запуска образ: куда, по-вашему, он посмотрит?
# %% key="grade"
grade = lab.grade("IMG")
# %% [markdown] lang="en" key="grade_seen"
# Into the attestation: the entry `unknown/unknown` of q6 says which run built the image, and from which commit. With
# lessons 03 to 05 done, `lab.grade()` shows all 30 points.
# %% [markdown] lang="ru" key="grade_seen" of="d615f7b8"
# В аттестацию: запись `unknown/unknown` из q6 говорит, какой запуск собрал образ и из какого коммита. Если пройдены уроки
# 03–05, `lab.grade()` покажет все 30 баллов.
# %% [markdown] lang="en" key="trouble"
# ## Having trouble?
#
# | message | what it means |
# |---|---|
# | `denied: requested access to the resource is denied` | not logged in, or the namespace is somebody else's |
# | `unauthorized: incorrect username or password` | the secret is not a token, or is called otherwise |
# | `invalid reference format` | the name is empty or has capitals: look at what metadata-action printed |
# | `tag is needed when pushing to registry` | no rule fitted the git tag: `version-2` is none |
# | `no match for platform in manifest` | the image is for another machine: `platforms:` |
# | nothing runs after `git push` | tags are not pushed along: `git push origin v1.0.0` |
#
# On the real Docker Hub: [account, token, secrets](../../docs/online.en.md).
# %% [markdown] lang="ru" key="trouble" of="2678e887"
# ## Что-то не получается?
#
# | сообщение | что оно значит |
# |---|---|
# | `denied: requested access to the resource is denied` | вы не вошли, или пространство имён чужое |
# | `unauthorized: incorrect username or password` | секрет — не токен, или называется иначе |
# | `invalid reference format` | имя пустое или с заглавными буквами: посмотрите, что напечатал metadata-action |
# | `tag is needed when pushing to registry` | ни одно правило не подошло к тегу git: `version-2` — не версия |
# | `no match for platform in manifest` | образ для другой машины: `platforms:` |
# | после `git push` ничего не запускается | теги сами не отправляются: `git push origin v1.0.0` |
#
# На настоящем Docker Hub: [учётная запись, токен, секреты](../../docs/online.ru.md).
# %% [markdown] lang="en" key="end"
# ## What you can say now
#
# - My Dockerfile names its base, keeps no secret, and does not run as root.
# - What changes rarely comes first, so nobody waits for `pip install`.
# - A tag is a word that moves; a digest is the image.
# - A pushed tag publishes my image, and a branch publishes nothing.
# - I can read for which machines an image is, and which run made it.
#
# Next: [07 · One pipeline, four systems](07_one_pipeline_four_systems.ipynb).
# %% [markdown] lang="ru" key="end" of="83efca36"
# ## Что вы теперь можете сказать
#
# - Мой Dockerfile называет базовый образ, не хранит секретов и работает не от root.
# - Редко меняющееся идёт первым, и никто не ждёт `pip install`.
# - Тег — слово, которое переезжает; дайджест — сам образ.
# - Отправленный тег публикует мой образ, а ветка не публикует ничего.
# - Я могу прочесть, для каких машин образ и какой запуск его создал.
#
# Дальше: [07 · Один конвейер, четыре системы](07_one_pipeline_four_systems.ipynb).
