# %% [markdown] lang="en" key="intro"
# # 05 · Publish a library
#
# A library in a folder helps one person. Published, it is one line for everybody: `pip install`. Here yours goes to an
# index: first by hand, to see what an index accepts, then by a workflow, so that nobody's hand can slip. It earns
# **LIB1–LIB6** of the homework, 10 points.
# %% [markdown] lang="ru" key="intro" of="434677c9"
# # 05 · Публикуем библиотеку
#
# Библиотека в папке помогает одному человеку. Опубликованная — всем, одной строкой: `pip install`. Сейчас ваша попадёт
# в индекс: сначала руками, чтобы увидеть, что индекс принимает, потом через workflow, чтобы рука не дрогнула. Это
# критерии **LIB1–LIB6** домашнего задания, 10 баллов.
# %% tags=["parameters"]
LANG = "en"
# %% key="open"
from checker.workbook import Lab

lab = Lab("05_publish_a_library", LANG, edition=1)
lab
# %% [markdown] lang="en" key="words"
# ## What is published: sdist and wheel
#
# | word | for example |
# |---|---|
# | **sdist** | `campfire_petrov_ivan-0.0.1.tar.gz`: the sources with their tests, to build from |
# | **wheel** | `campfire_petrov_ivan-0.0.1-py3-none-any.whl`: a zip that pip unpacks into `site-packages` as it is |
# | **version** | `0.0.1`: under one name, one version, one content, for ever |
#
# We work on two copies of your library: a crowded one that shows the mistake, and a rehearsal that you mend.
# %% [markdown] lang="ru" key="words" of="aea4b83c"
# ## Что публикуют: sdist и wheel
#
# | слово | например |
# |---|---|
# | **sdist** | `campfire_petrov_ivan-0.0.1.tar.gz`: исходники вместе с тестами, из них собирают |
# | **wheel** | `campfire_petrov_ivan-0.0.1-py3-none-any.whl`: zip-архив, который pip распаковывает в `site-packages` как есть |
# | **версия** | `0.0.1`: у одного имени одна версия — одно содержимое, навсегда |
#
# Работаем с двумя копиями вашей библиотеки: переполненная показывает ошибку, репетиционную вы приведёте в порядок.
# %% key="folders"
import shutil

library = "campfire-" + lab.me.replace("_", "-")
crowded, rehearsal = lab.scratch("crowded"), lab.scratch("rehearsal")
for folder in (crowded, rehearsal):
    for name in ("campfire", "tests"):
        shutil.copytree(lab.homework / name, folder / name, dirs_exist_ok=True)
    shutil.copy(lab.homework / "README.md", folder)
# %% [markdown] lang="en" key="crowded"
# **The wrong way.** The crowded copy also has `data/august.csv`. With two folders setuptools refused to guess, so somebody
# searched the web and wrote:
#
# ```toml
# [tool.setuptools.packages.find]
#
# [tool.setuptools.package-data]
# "*" = ["*.csv"]
# ```
#
# The build is green. Before you run it: which files of `data` and `tests` will be in the wheel?
# %% [markdown] lang="ru" key="crowded" of="f0ee5f4b"
# **Как не надо.** В переполненной копии есть ещё `data/august.csv`. С двумя папками setuptools отказался гадать, и кто-то
# нашёл в интернете совет:
#
# ```toml
# [tool.setuptools.packages.find]
#
# [tool.setuptools.package-data]
# "*" = ["*.csv"]
# ```
#
# Сборка зелёная. Прежде чем запускать: какие файлы из `data` и `tests` окажутся в wheel?
# %% key="crowd"
lab.sh("rm -rf dist build && python -m build --wheel --quiet 2>build.log", folder=crowded)
lab.sh("python -m zipfile --list dist/*.whl", folder=crowded)
# %% [markdown] lang="en" key="crowd_seen"
# All of them. Who installs this gets a package named `tests` in `site-packages`, where it hides their own, and August's
# data are public for good. A green build says that a wheel exists, not that it is the right one. So we look inside.
# %% [markdown] lang="ru" key="crowd_seen" of="dcf78d48"
# Все. Кто это установит, получит в `site-packages` пакет `tests`, который заслонит его собственный, а данные за август
# станут публичными навсегда. Зелёная сборка говорит, что wheel есть, а не что он правильный. Поэтому заглядываем внутрь.
# %% [markdown] lang="en" key="q1"
# ## q1 ★ A wheel with the library and nothing else
#
# Write `pyproject.toml` for the rehearsal: what builds it, a name, a version, and which package goes in. The name must be
# yours alone: take the one in `library`. The version is `0.0.1`. Any backend will do: hatchling, setuptools, flit,
# poetry-core, uv.
# %% [markdown] lang="ru" key="q1" of="79721854"
# ## q1 ★ Wheel, в котором библиотека и ничего больше
#
# Напишите `pyproject.toml` для репетиции: чем собирать, имя, версия и какой пакет входит. Имя должно быть только вашим:
# возьмите то, что в `library`. Версия — `0.0.1`. Сборщик любой: hatchling, setuptools, flit, poetry-core, uv.
# %% key="q1" tags=["exercise"]
pyproject = ""  # the text of pyproject.toml
### BEGIN SOLUTION
pyproject = f"""
[build-system]
requires = ["hatchling>=1.33,<2"]
build-backend = "hatchling.build"

[project]
name = "{library}"
version = "0.0.1"

[tool.hatch.build.targets.wheel]
packages = ["campfire"]
"""
### END SOLUTION
lab.write("pyproject.toml", pyproject, folder=rehearsal)
built = lab.sh("rm -rf dist build && python -m build", folder=rehearsal)
lab.check("q1", pyproject, built)
# %% key="q1.wrong1" tags=["wrong"] expect="q1.tests_inside"
pyproject = f"""
[build-system]
requires = ["hatchling>=1.33,<2"]
build-backend = "hatchling.build"

[project]
name = "{library}"
version = "0.0.1"

[tool.hatch.build.targets.wheel]
packages = ["campfire", "tests"]
"""
# %% key="q1.wrong2" tags=["wrong"] expect="q1.nothing_chosen"
pyproject = f"""
[build-system]
requires = ["hatchling>=1.33,<2"]
build-backend = "hatchling.build"

[project]
name = "{library}"
version = "0.0.1"
"""
# %% key="q1.wrong3" tags=["wrong"] expect="q1.everybodys_name"
pyproject = """
[build-system]
requires = ["hatchling>=1.33,<2"]
build-backend = "hatchling.build"

[project]
name = "campfire"
version = "0.0.1"
"""
# %% key="q1.wrong4" tags=["wrong"] expect="q1.not_toml"
pyproject = "[project]\nname = campfire"
# %% [markdown] lang="en" key="wheels"
# The two wheels side by side. The files about the wheel are written by the build: `METADATA` says who it is, `RECORD`
# lists every file with its hash.
# %% [markdown] lang="ru" key="wheels" of="575227cf"
# Два wheel рядом. Файлы о самом wheel пишет сборка: `METADATA` говорит, кто это, `RECORD` перечисляет все файлы с их
# хешами.
# %% key="wheels"
from checker.workbook.pictures.shelves import inside, newest, wheel_contents

packed = newest("campfire", crowded / "dist", rehearsal / "dist")
words = {name: lab.text(name) for name in ("wheels", "library", "about", "stray")}
lab.figure(wheel_contents(packed, words), "wheels", **inside(packed))
# %% [markdown] lang="en" key="strict"
# ## q2 What a stranger reads first
#
# An index shows what `METADATA` says. `twine check --strict` reads it as PyPI will, and takes a warning for an error.
# Your wheel has a name and a version. Will it pass?
# %% [markdown] lang="ru" key="strict" of="c6f0b6ad"
# ## q2 Что незнакомец прочтёт первым
#
# Индекс показывает то, что сказано в `METADATA`. `twine check --strict` читает его так же, как PyPI, и считает
# предупреждение ошибкой. У вашего wheel есть имя и версия. Пройдёт ли он?
# %% key="strict"
from checker.workbook.distributions import wheels

lab.sh("twine check --strict dist/*", folder=rehearsal)
for one in wheels(rehearsal / "dist"):
    print(*(f"{name}: {', '.join(values)}" for name, values in one.fields.items()), sep="\n")
# %% [markdown] lang="en" key="q2"
# Twine misses the README and nothing else. A stranger misses more: what is it, may I use it, on which Python does it run
# (`typing.Self` came with 3.11), where is its source? Write the file anew: your lines of q1, and these five. The
# repository is at `{forge}/{lab.me}/homework`.
# %% [markdown] lang="ru" key="q2" of="aa4180bb"
# Twine не нашёл README, остальное его устроило. Незнакомцу мало: что это, можно ли этим пользоваться, на каком Python
# работает (`typing.Self` появился в 3.11), где исходники? Напишите файл заново: ваши строки из q1 и эти пять. Репозиторий
# лежит по адресу `{forge}/{lab.me}/homework`.
# %% key="q2" tags=["exercise"]
forge = lab.variables["CAMPUS_FORGE"]
complete = ""  # the text of pyproject.toml, complete
### BEGIN SOLUTION
complete = f"""
[build-system]
requires = ["hatchling>=1.33,<2"]
build-backend = "hatchling.build"

[project]
name = "{library}"
version = "0.0.1"
description = "A nearest-centroid classifier without dependencies."
readme = "README.md"
license = "MIT"
requires-python = ">=3.11"

[project.urls]
Repository = "{forge}/{lab.me}/homework"

[tool.hatch.build.targets.wheel]
packages = ["campfire"]
"""
### END SOLUTION
lab.write("pyproject.toml", complete, folder=rehearsal)
checked = lab.sh(
    "rm -rf dist build && python -m build --wheel && twine check --strict dist/*", folder=rehearsal
)
lab.check("q2", complete, checked)
# %% key="q2.wrong1" tags=["wrong"] expect="q2.no_readme"
complete = pyproject.replace(
    "[tool.hatch", 'description = "A classifier."\nlicense = "MIT"\n\n[tool.hatch'
)
# %% key="q2.wrong2" tags=["wrong"] expect="q2.any_python"
complete = pyproject.replace(
    "[tool.hatch",
    f'description = "A classifier."\nreadme = "README.md"\nlicense = "MIT"\nurls.Source = "{forge}/x/y"\n\n[tool.hatch',
)
# %% key="q2.wrong3" tags=["wrong"] expect="q2.no_link"
complete = pyproject.replace(
    "[tool.hatch",
    'description = "A classifier."\nreadme = "README.md"\nlicense = "MIT"\nrequires-python = ">=3.11"\n\n[tool.hatch',
)
# %% [markdown] lang="en" key="index"
# ## Index and token
#
# | word | for example |
# |---|---|
# | **index** | PyPI, or the campus's own: names, and the releases of each |
# | **token** | `pypi-AgEI…`: a password for uploads alone. Here it is in `TWINE_PASSWORD`, and no cell prints it |
#
# For five uploads we need three wheels: `0.0.1`, `0.0.1` once more with another line of code, and `0.0.2`.
# %% [markdown] lang="ru" key="index" of="f8b94a9c"
# ## Индекс и токен
#
# | слово | например |
# |---|---|
# | **индекс** | PyPI или индекс кампуса: имена и релизы каждого |
# | **токен** | `pypi-AgEI…`: пароль только для загрузок. Здесь он в `TWINE_PASSWORD`, и ни одна ячейка его не печатает |
#
# Для пяти загрузок нужны три wheel: `0.0.1`, ещё раз `0.0.1` с лишней строкой кода и `0.0.2`.
# %% key="three"
from checker.workbook.lessons.n05_publish_a_library import answered, called, free_version, is_ready
from checker.workbook.versions import raise_version

if is_ready(lab, "q1"):
    library = called(rehearsal) or library
    version = free_version(lab, rehearsal)  # 0.0.1, or on a second visit the next one
    lab.sh("rm -rf build first again raised && mkdir first", folder=rehearsal)
    lab.sh(
        f"cp dist/*-{version}-*.whl first || python -m build --wheel --outdir first 2>build.log",
        folder=rehearsal,
    )
    lab.sh(
        "echo '# More' >>campfire/cli.py && python -m build --wheel --outdir again 2>build.log",
        folder=rehearsal,
    )
    raise_version(rehearsal)
    lab.sh("python -m build --wheel --outdir raised 2>build.log", folder=rehearsal)
# %% [markdown] lang="en" key="q3"
# ## q3 ★ 403, 200, 400
#
# Five uploads, one after the other. Say before you see it what the index answers to each: `200` takes the file, `400`
# refuses the file, `403` refuses the person. The fourth sends the second's files once more, to the byte.
# %% [markdown] lang="ru" key="q3" of="387be727"
# ## q3 ★ 403, 200, 400
#
# Пять загрузок подряд. Скажите заранее, что ответит индекс: `200` — файл принят, `400` — отвергнут файл, `403` —
# отвергнут человек. Четвёртая ещё раз отправляет файлы второй, байт в байт.
# %% key="q3" tags=["exercise"]
predicted = {
    "a wrong token": None,
    "the right token": None,
    "same version, new code": None,
    "the same files again": None,
    "a raised version": None,
}
### BEGIN SOLUTION
predicted = {
    "a wrong token": 403,
    "the right token": 200,
    "same version, new code": 400,
    "the same files again": 200,
    "a raised version": 200,
}
### END SOLUTION
# %% key="q3.uploads"
uploads = {
    "a wrong token": "TWINE_PASSWORD=not-my-token twine upload first/*",
    "the right token": "twine upload first/*",
    "same version, new code": "twine upload again/*",
    "the same files again": "twine upload first/*",
    "a raised version": "twine upload raised/*",
}
happened, shelf = {}, []
for attempt, command in uploads.items() if is_ready(lab, "q1") else ():
    happened[attempt] = answered(lab.sh(command, folder=rehearsal))
    shelf.append({file.version for file in lab.package(library).files})
# %% key="q3.check"
lab.check("q3", predicted, happened)
# %% key="q3.wrong1" tags=["wrong"] expect="q3.overwrites"
predicted = {
    "a wrong token": 403,
    "the right token": 200,
    "same version, new code": 200,
    "the same files again": 200,
    "a raised version": 200,
}
# %% key="q3.wrong2" tags=["wrong"] expect="q3.same_bytes"
predicted = {
    "a wrong token": 403,
    "the right token": 200,
    "same version, new code": 400,
    "the same files again": 400,
    "a raised version": 200,
}
# %% key="q3.wrong3" tags=["wrong"] expect="q3.asks_who"
predicted = {
    "a wrong token": 401,
    "the right token": 200,
    "same version, new code": 400,
    "the same files again": 200,
    "a raised version": 200,
}
# %% key="states"
from checker.workbook.pictures.shelves import Upload, index_states, on_the_index

tries = [
    Upload(lab.text(f"attempt_{number}"), happened[attempt], tuple(sorted(versions)))
    for number, (attempt, versions) in enumerate(zip(happened, shelf, strict=True), 1)
]
words = {name: lab.text(name) for name in ("index", "answer", "shelf")}
if tries:
    lab.figure(index_states(tries, words), "index", **on_the_index(tries))
# %% [markdown] lang="en" key="states_seen"
# Look at the third and the fourth. A version is never replaced: whoever pinned `0.0.1` gets the same bytes for ever. And
# 200 alone does not mean that something arrived. After an upload, look at the index, not at the colour.
# %% [markdown] lang="ru" key="states_seen" of="92610eec"
# Посмотрите на третью и четвёртую. Версию не заменяют: кто закрепил `0.0.1`, всегда получит те же байты. А 200 само по
# себе не значит, что что-то прибыло. После загрузки смотрите на индекс, а не на цвет.
# %% [markdown] lang="en" key="here"
# ## q4 Install it as a stranger does
#
# Does it work for others? Try it in the rehearsal's folder, and read the path that Python prints:
# %% [markdown] lang="ru" key="here" of="767aee66"
# ## q4 Установите её как незнакомец
#
# Работает ли она у других? Попробуем в папке репетиции и прочтём путь, который напечатает Python:
# %% key="here"
lab.sh("python -c 'import campfire; print(campfire.__file__)'", folder=rehearsal)
# %% [markdown] lang="en" key="q4"
# It took the folder, where everything is; the wheel was never asked. In the empty folder `clean`, write commands that make a
# new virtual environment, install the library from the index, and print `campfire.__file__` with the environment's own Python.
# %% [markdown] lang="ru" key="q4" of="de64c6de"
# Он взял папку, где есть всё; wheel никто не проверил. В пустой папке `clean` напишите команды, которые создадут новое
# виртуальное окружение, установят библиотеку из индекса и напечатают `campfire.__file__` питоном этого окружения.
# %% key="q4" tags=["exercise"]
shutil.rmtree(lab.scratch("clean"))
commands = ""  # for bash, a command a line
### BEGIN SOLUTION
commands = f"""
python -m venv fresh
fresh/bin/pip install --quiet {library}
fresh/bin/python -c "import campfire, pathlib; print(*pathlib.Path(campfire.__file__).parts[-3:], sep='/')"
"""
### END SOLUTION
said = commands and lab.sh(commands, folder=lab.scratch("clean"))
lab.check("q4", commands, said)
# %% key="q4.wrong1" tags=["wrong"] expect="q4.from_folder"
commands = f"python -m venv fresh\nfresh/bin/pip install {rehearsal}\nfresh/bin/python -c 'import campfire; print(campfire.__file__)'"
# %% key="q4.wrong2" tags=["wrong"] expect="q4.import_name"
commands = "python -m venv --without-pip fresh\npip --python fresh install campfire"
# %% key="q4.wrong3" tags=["wrong"] expect="q4.no_environment"
commands = f"cd {rehearsal} && python -c 'import campfire; print(campfire.__file__)'"
# %% [markdown] lang="en" key="release"
# ## q5 A workflow publishes
#
# A hand publishes from a dirty folder, untested, at night. A workflow publishes what was reviewed. The homework asks it to
# *build and publish the library on a pull request to master*. This one starts on a release. What will it do when a pull
# request is merged?
# %% [markdown] lang="ru" key="release" of="c569aabe"
# ## q5 Публикует workflow
#
# Человек публикует из неубранной папки, без тестов, ночью. Рабочий процесс (workflow) публикует то, что прошло ревью. Задание
# просит *собирать и публиковать библиотеку по пул-реквесту в master*. Этот запускается по релизу. Что он сделает, когда
# пул-реквест сольют?
# %% key="release"
lab.sh("checker explain . --event merge", folder=lab.scratch("released"))
# %% [markdown] lang="en" key="q5"
# Nothing. Write your own `publish.yml`: on a pull request to `main`, merged rather than opened, build and upload with the
# secret `PYPI_TOKEN`. Mind that `closed` comes for refused ones too. Then the table: what does the index answer when somebody
# **pushes to an open pull request a second time** — `"400"`, `"200"`, or is it `"not asked"`?
# %% [markdown] lang="ru" key="q5" of="5ebb426a"
# Ничего. Напишите свой `publish.yml`: по пул-реквесту в `main`, лучше слитому, чем открытому, собрать и загрузить с секретом
# `PYPI_TOKEN`. Помните: `closed` приходит и для отвергнутых. Затем таблица: что ответит индекс, когда **в открытый пул-реквест
# отправят второй коммит** — `"400"`, `"200"`, или его не спросят, `"not asked"`?
# %% key="q5" tags=["exercise"]
publish = ""  # the text of .github/workflows/publish.yml
second_push = {
    "pull_request, 1.0.0": None,
    "pull_request, 1.0.0.dev<run>": None,
    "merge": None,
    "tag": None,
}
### BEGIN SOLUTION
publish = """
name: Publish

on:
  pull_request:
    types: [closed]
    branches: [main]

permissions:
  contents: read

jobs:
  publish:
    if: github.event.pull_request.merged == true
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install build
      - name: Build
        run: python -m build
      - name: Publish
        uses: pypa/gh-action-pypi-publish@release/v1
        with:
          password: ${{ secrets.PYPI_TOKEN }}
"""
second_push = {
    "pull_request, 1.0.0": "400",
    "pull_request, 1.0.0.dev<run>": "200",
    "merge": "not asked",
    "tag": "not asked",
}
### END SOLUTION
lab.write(".github/workflows/publish.yml", publish)
lab.check("q5", publish, second_push)
# %% key="q5.wrong1" tags=["wrong"] expect="q5.release_only"
publish = """
name: Publish

on:
  release:
    types: [published]

permissions:
  contents: read

jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install build
      - name: Build
        run: python -m build
      - name: Publish
        uses: pypa/gh-action-pypi-publish@release/v1
        with:
          password: ${{ secrets.PYPI_TOKEN }}
"""
# %% key="q5.wrong2" tags=["wrong"] expect="q5.refused_too"
publish = """
name: Publish

on:
  pull_request:
    types: [closed]
    branches: [main]

permissions:
  contents: read

jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install build
      - name: Build
        run: python -m build
      - name: Publish
        uses: pypa/gh-action-pypi-publish@release/v1
        with:
          password: ${{ secrets.PYPI_TOKEN }}
"""
# %% key="q5.wrong3" tags=["wrong"] expect="q5.secret_in_file"
publish = """
name: Publish

on:
  pull_request:
    types: [closed]
    branches: [main]

permissions:
  contents: read

jobs:
  publish:
    if: github.event.pull_request.merged == true
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install build
      - name: Build
        run: python -m build
      - name: Publish
        uses: pypa/gh-action-pypi-publish@release/v1
        with:
          password: my-token-from-the-settings-page
"""
# %% key="q5.wrong4" tags=["wrong"] expect="q5.not_built"
publish = """
name: Publish

on:
  pull_request:
    types: [closed]
    branches: [main]

permissions:
  contents: read

jobs:
  publish:
    if: github.event.pull_request.merged == true
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - name: Publish
        uses: pypa/gh-action-pypi-publish@release/v1
        with:
          password: ${{ secrets.PYPI_TOKEN }}
"""
# %% key="q5.wrong5" tags=["wrong"] expect="q5.skips_existing"
publish = """
name: Publish

on:
  pull_request:
    types: [closed]
    branches: [main]

permissions:
  contents: read

jobs:
  publish:
    if: github.event.pull_request.merged == true
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install build
      - name: Build
        run: python -m build
      - name: Publish
        uses: pypa/gh-action-pypi-publish@release/v1
        with:
          skip-existing: true
          password: ${{ secrets.PYPI_TOKEN }}
"""
# %% key="q5.wrong6" tags=["wrong"] expect="q5.hidden_failure"
publish = """
name: Publish

on:
  pull_request:
    types: [closed]
    branches: [main]

permissions:
  contents: read

jobs:
  publish:
    if: github.event.pull_request.merged == true
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install build
      - name: Build
        run: python -m build
      - name: Publish
        continue-on-error: true
        uses: pypa/gh-action-pypi-publish@release/v1
        with:
          password: ${{ secrets.PYPI_TOKEN }}
"""
# %% key="q5.wrong7" tags=["wrong"] expect="q5.push_overwrites"
publish = """
name: Publish

on:
  pull_request:
    types: [closed]
    branches: [main]

permissions:
  contents: read

jobs:
  publish:
    if: github.event.pull_request.merged == true
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install build
      - name: Build
        run: python -m build
      - name: Publish
        uses: pypa/gh-action-pypi-publish@release/v1
        with:
          password: ${{ secrets.PYPI_TOKEN }}
"""
second_push = {
    "pull_request, 1.0.0": "200",
    "pull_request, 1.0.0.dev<run>": "200",
    "merge": "not asked",
    "tag": "not asked",
}
# %% [markdown] lang="en" key="safer"
# Publishing on every push puts on PyPI, for ever, what nobody has read, and the second push clashes: 400. A number of its
# own for each run, `1.0.0.dev7`, ends the clash and not the haste. A merge has passed review; a tag is a decision
# about this very version. So both are safer.
# %% [markdown] lang="ru" key="safer" of="b3bf8f14"
# Публикация на каждый push навсегда кладёт на PyPI то, чего никто не читал, а второй push спорит с первым: 400. Свой номер у
# каждого запуска, `1.0.0.dev7`, убирает спор, но не спешку. Слияние прошло ревью; тег — решение именно об этой
# версии. Поэтому оба надёжнее.
# %% [markdown] lang="en" key="trust"
# ## q6 No token at all
#
# | word | for example |
# |---|---|
# | **trusted publishing** | PyPI believes GitHub that *this is the job `publish` of `publish.yml` in petrov_ivan/homework*, and lends it a token for 15 minutes |
# | **attestation** | the signed statement beside a file on PyPI: made by that workflow, from that commit |
#
# A stored token is good for anybody who finds it, for years. What is not stored cannot leak.
# %% [markdown] lang="ru" key="trust" of="1cc2097d"
# ## q6 Совсем без токена
#
# | слово | например |
# |---|---|
# | **доверенная публикация** (trusted publishing) | PyPI верит GitHub, что *это задание `publish` из `publish.yml` в petrov_ivan/homework*, и даёт ему токен на 15 минут |
# | **аттестация** (attestation) | подписанное свидетельство рядом с файлом на PyPI: собран этим workflow из этого коммита |
#
# Сохранённый токен годами служит любому, кто его найдёт. Что не хранится, то не утечёт.
# %% [markdown] lang="en" key="q6"
# Rewrite `publish.yml` so that no password stands in it. The job that uploads asks for its identity with
# `permissions: id-token: write`, and that job alone: what runs your build code should not be able to publish. Two jobs,
# with an artefact between them, say this most clearly.
# %% [markdown] lang="ru" key="q6" of="f3bf2c8c"
# Перепишите `publish.yml` так, чтобы пароля в нём не было. Задание (job), которое загружает, просит удостоверение через
# `permissions: id-token: write`, и только оно: код вашей сборки не должен уметь публиковать. Яснее всего это видно в двух
# заданиях с артефактом между ними.
# %% key="q6" tags=["exercise"]
trusted = ""  # the new text of .github/workflows/publish.yml
### BEGIN SOLUTION
trusted = """
name: Publish

on:
  pull_request:
    types: [closed]
    branches: [main]

permissions: {}

jobs:
  build:
    if: github.event.pull_request.merged == true
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install build
      - name: Build
        run: python -m build
      - uses: actions/upload-artifact@v7
        with:
          name: dist
          path: dist/

  publish:
    needs: build
    runs-on: ubuntu-latest
    environment: pypi
    permissions:
      id-token: write
    steps:
      - uses: actions/download-artifact@v8
        with:
          name: dist
          path: dist/
      - name: Publish
        uses: pypa/gh-action-pypi-publish@release/v1
"""
### END SOLUTION
lab.write(".github/workflows/publish.yml", trusted)
lab.check("q6", trusted)
# %% key="q6.wrong1" tags=["wrong"] expect="q6.both"
trusted = """
name: Publish

on:
  pull_request:
    types: [closed]
    branches: [main]

permissions: {}

jobs:
  build:
    if: github.event.pull_request.merged == true
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install build
      - name: Build
        run: python -m build
      - uses: actions/upload-artifact@v7
        with:
          name: dist
          path: dist/

  publish:
    needs: build
    runs-on: ubuntu-latest
    environment: pypi
    permissions:
      id-token: write
    steps:
      - uses: actions/download-artifact@v8
        with:
          name: dist
          path: dist/
      - name: Publish
        uses: pypa/gh-action-pypi-publish@release/v1
        with:
          password: ${{ secrets.PYPI_TOKEN }}
"""
# %% key="q6.wrong2" tags=["wrong"] expect="q6.no_identity"
trusted = """
name: Publish

on:
  pull_request:
    types: [closed]
    branches: [main]

permissions:
  contents: read

jobs:
  publish:
    if: github.event.pull_request.merged == true
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install build
      - name: Build
        run: python -m build
      - name: Publish
        uses: pypa/gh-action-pypi-publish@release/v1
"""
# %% key="q6.wrong3" tags=["wrong"] expect="q6.wrong_job"
trusted = """
name: Publish

on:
  pull_request:
    types: [closed]
    branches: [main]

permissions: {}

jobs:
  build:
    if: github.event.pull_request.merged == true
    runs-on: ubuntu-latest
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install build
      - name: Build
        run: python -m build
      - uses: actions/upload-artifact@v7
        with:
          name: dist
          path: dist/

  publish:
    needs: build
    runs-on: ubuntu-latest
    environment: pypi
    steps:
      - uses: actions/download-artifact@v8
        with:
          name: dist
          path: dist/
      - name: Publish
        uses: pypa/gh-action-pypi-publish@release/v1
"""
# %% key="q6.wrong4" tags=["wrong"] expect="q6.write_all"
trusted = """
name: Publish

on:
  pull_request:
    types: [closed]
    branches: [main]

permissions: write-all

jobs:
  publish:
    if: github.event.pull_request.merged == true
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install build
      - name: Build
        run: python -m build
      - name: Publish
        uses: pypa/gh-action-pypi-publish@release/v1
"""
# %% key="q6.wrong5" tags=["wrong"] expect="q6.still_a_token"
trusted = """
name: Publish

on:
  pull_request:
    types: [closed]
    branches: [main]

permissions:
  contents: read

jobs:
  publish:
    if: github.event.pull_request.merged == true
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install build
      - name: Build
        run: python -m build
      - name: Publish
        uses: pypa/gh-action-pypi-publish@release/v1
        with:
          password: ${{ secrets.PYPI_TOKEN }}
"""
# %% [markdown] lang="en" key="real"
# ## For real
#
# So far nothing ran: the workflow was read. Now a pull request, and its merge. On which of the two will *Publish* run? (Should
# your version be on the index already, it is raised first.)
# %% [markdown] lang="ru" key="real" of="c89e20e2"
# ## По-настоящему
#
# Пока ничего не запускалось: workflow прочли. Теперь пул-реквест и его слияние. На чём из двух запустится *Publish*? (Если
# ваша версия уже есть в индексе, она сначала повысится.)
# %% key="proposed"
library = called(lab.homework) or library
free_version(lab, lab.homework)
if is_ready(lab, "q5"):
    pull = lab.pull_request("Publish the library", branch="publish")
# %% key="merged"
if is_ready(lab, "q5"):
    merged = lab.merge(pull.number)
    print(*sorted(file.name for file in lab.package(library).files), sep="\n")
# %% [markdown] lang="en" key="arrived"
# On the merge alone: an sdist and a wheel arrived, made of what was reviewed. What does the grader say? LIB3 names what
# authorised the upload; what do you expect to read there?
# %% [markdown] lang="ru" key="arrived" of="fbad9c61"
# Только на слиянии: прибыли sdist и wheel, собранные из того, что прошло ревью. Что скажет проверяющий? LIB3 назовёт, что дало
# право на загрузку; что вы ожидаете там прочесть?
# %% key="grade"
if is_ready(lab, "q5"):
    grade = lab.grade("LIB")
# %% [markdown] lang="en" key="trouble"
# ## Having trouble?
#
# | message | what it means |
# |---|---|
# | `Unable to determine which files to ship inside the wheel` | the package's folder is not called as the project: name it under `[tool.hatch.build.targets.wheel]` |
# | `403 Forbidden` `Invalid or non-existent authentication` | the token, or the user, which is always `__token__` |
# | `403 Forbidden` `isn't allowed to upload to project` | somebody else has this name: choose another |
# | `400 Bad Request` `File already exists` | raise the version; deleting a release does not free it |
# | `No matching distribution found` | the name on the index is not the name you import |
# | `ACTIONS_ID_TOKEN_REQUEST_TOKEN … was unset` | the uploading job lacks `id-token: write` |
# | `invalid-publisher` (PyPI) | repository, file or environment differ from what the publisher on PyPI says |
#
# On the real PyPI: [accounts, tokens, trusted publishers](../../docs/online.en.md).
# %% [markdown] lang="ru" key="trouble" of="1753c382"
# ## Что-то не получается?
#
# | сообщение | что оно значит |
# |---|---|
# | `Unable to determine which files to ship inside the wheel` | папка пакета называется не так, как проект: укажите её в `[tool.hatch.build.targets.wheel]` |
# | `403 Forbidden` `Invalid or non-existent authentication` | не тот токен или не тот пользователь: он всегда `__token__` |
# | `403 Forbidden` `isn't allowed to upload to project` | имя уже занято другим: выберите своё |
# | `400 Bad Request` `File already exists` | повысьте версию; удаление релиза её не освобождает |
# | `No matching distribution found` | имя в индексе — не то имя, которое вы импортируете |
# | `ACTIONS_ID_TOKEN_REQUEST_TOKEN … was unset` | загружающему заданию не хватает `id-token: write` |
# | `invalid-publisher` (PyPI) | репозиторий, файл или окружение не те, что названы у издателя на PyPI |
#
# На настоящем PyPI: [учётная запись, токены, доверенные издатели](../../docs/online.ru.md).
# %% [markdown] lang="en" key="end"
# ## What you can say now
#
# - I look inside a wheel before others do: no tests, no data, no warnings.
# - 403 is about me, 400 about the file; 200 is not yet an arrival.
# - A version is published once, so I raise it in each pull request.
# - I test what the index hands out, not my folder.
# - My library is published by a reviewed merge, with no token anywhere.
#
# Next comes an image, with a registry and tags of its own: [06 · Publish an image](06_publish_an_image.ipynb).
# %% [markdown] lang="ru" key="end" of="34a38419"
# ## Что вы теперь можете сказать
#
# - Я заглядываю в wheel раньше других: ни тестов, ни данных, ни предупреждений.
# - 403 — обо мне, 400 — о файле; 200 — ещё не прибытие.
# - Версия публикуется один раз, поэтому я повышаю её в каждом пул-реквесте.
# - Я проверяю то, что отдаёт индекс, а не свою папку.
# - Мою библиотеку публикует слияние, прошедшее ревью, и токена нет нигде.
#
# Дальше — образ, у него свой реестр и свои теги: [06 · Публикуем образ](06_publish_an_image.ipynb).
