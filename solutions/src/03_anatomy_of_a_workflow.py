# %% [markdown] lang="en" key="intro"
# # 03 · Anatomy of a workflow
#
# A robot does what a file in your repository tells it. At the end of this lesson yours says: *lint and test every push and
# every pull request*. That is `.github/workflows/ci.yml` of the homework. It earns **CI1**, **CI2** and **CI4**, and, once
# it has run and is green, **CI5**.
# %% [markdown] lang="ru" key="intro" of="53bfa0a6"
# # 03 · Анатомия workflow
#
# Робот делает то, что написано в файле вашего репозитория. К концу урока в нём будет сказано: *проверять стиль и запускать
# тесты при каждом push и каждом пул-реквесте*. Это `.github/workflows/ci.yml` из домашнего задания. Он приносит **CI1**,
# **CI2** и **CI4**, а когда отработает и станет зелёным — и **CI5**.
# %% tags=["parameters"]
LANG = "en"
# %% key="open"
from checker.workbook import Lab
from checker.workbook.lessons import n03_anatomy_of_a_workflow as lesson

lab = Lab("03_anatomy_of_a_workflow", LANG, edition=1)
lab
# %% [markdown] lang="en" key="words"
# ## Six words, one file
#
# Here is a whole workflow: each Monday it counts berries and draws a picture. Read it from the top, as GitHub does. The
# numbers on the left are not part of the file.
# %% [markdown] lang="ru" key="words" of="de039845"
# ## Шесть слов и один файл
#
# Вот целый рабочий процесс (workflow): по понедельникам он считает ягоды и рисует картинку. Прочтите его сверху вниз, как это
# делает GitHub. Числа слева в файл не входят.
# %% key="specimen"
report = lab.scratch("specimen") / ".github" / "workflows" / "report.yml"
for number, line in enumerate(report.read_text(encoding="utf-8").splitlines(), 1):
    print(f"{number:2}  {line}")
# %% [markdown] lang="en" key="glossary"
# | word | what it is | in this file |
# |---|---|---|
# | **workflow** | a set of instructions: one file | `Weekly report` |
# | **event** | what happened, and starts it | `schedule`, `push` |
# | **job** | steps that run on one runner, one after another | `count`, `draw` |
# | **runner** | the machine of a job, fresh each time | `ubuntu-latest` |
# | **step** | one command, or one action | `Count the berries` |
# | **action** | a reusable piece that somebody wrote for you | `actions/checkout@v7` |
# %% [markdown] lang="ru" key="glossary" of="97333fec"
# | слово | что это | в этом файле |
# |---|---|---|
# | **workflow** (рабочий процесс) | набор инструкций, один файл | `Weekly report` |
# | **событие** (event) | то, что произошло и запускает workflow | `schedule`, `push` |
# | **задание** (job) | шаги, которые идут друг за другом на одном раннере | `count`, `draw` |
# | **раннер** (runner) | машина, на которой идёт задание, каждый раз чистая | `ubuntu-latest` |
# | **шаг** (step) | одна команда или один экшен | `Count the berries` |
# | **экшен** (action) | готовый кусок, который кто-то уже написал за вас | `actions/checkout@v7` |
# %% [markdown] lang="en" key="q1.task"
# ## Exercise 1 ★ · Point at it
#
# For each word give the number of a line that shows one. Often several lines are right; one will do. Point at *a job*, not at
# the heading `jobs:` above all of them.
# %% [markdown] lang="ru" key="q1.task" of="100e8580"
# ## Упражнение 1 ★ · Покажите пальцем
#
# Для каждого слова назовите номер строки, в которой его видно. Часто подходят несколько строк, хватит одной. Укажите на
# *само задание*, а не на заголовок `jobs:` над всеми сразу.
# %% key="q1" tags=["exercise"]
lines = {"workflow": None, "event": None, "job": None, "runner": None, "step": None, "action": None}
### BEGIN SOLUTION
lines = {"workflow": 1, "event": 6, "job": 13, "runner": 14, "step": 17, "action": 25}
### END SOLUTION
lab.check("q1", lines)
# %% key="q1.wrong1" tags=["wrong"] expect="q1.heading"
lines = {"workflow": 1, "event": 6, "job": 12, "runner": 14, "step": 17, "action": 25}
# %% key="q1.wrong2" tags=["wrong"] expect="q1.run_is_no_action"
lines = {"workflow": 1, "event": 6, "job": 13, "runner": 14, "step": 17, "action": 29}
# %% key="q1.wrong3" tags=["wrong"] expect="q1.filter_is_no_event"
lines = {"workflow": 1, "event": 7, "job": 13, "runner": 14, "step": 17, "action": 25}
# %% key="q1.wrong4" tags=["wrong"] expect="q1.from_zero"
lines = {"workflow": 0, "event": 5, "job": 12, "runner": 13, "step": 16, "action": 24}
# %% key="q1.wrong5" tags=["wrong"] expect="q1.other_word"
lines = {"workflow": 1, "event": 6, "job": 17, "runner": 14, "step": 17, "action": 25}
# %% [markdown] lang="en" key="fresh"
# Each job gets a runner of its own, and an empty one: your code is not on it, nor anything another job made. That is why both
# jobs begin with `actions/checkout`. A job that forgets it lints an empty folder, and an empty folder is faultless.
# %% [markdown] lang="ru" key="fresh" of="73a75256"
# У каждого задания свой раннер, и он пуст: на нём нет ни вашего кода, ни того, что сделало соседнее задание. Поэтому оба
# задания начинаются с `actions/checkout`. Если о нём забыть, линтер проверит пустую папку, а в пустой папке ошибок не бывает.
# %% [markdown] lang="en" key="silent.task"
# ## The wrong way: a file that nobody reads
#
# The same file, put into `workflows/` instead of `.github/workflows/`. Guess before you run the cell: what happens on a push,
# and what does GitHub say about it?
# %% [markdown] lang="ru" key="silent.task" of="2743dae6"
# ## Как не надо: файл, который никто не читает
#
# Тот же файл, но в папке `workflows/`, а не `.github/workflows/`. Прежде чем запускать ячейку, предположите: что произойдёт
# при push и что скажет об этом GitHub?
# %% key="silent"
silent = lab.scratch("silent")
lab.write("workflows/report.yml", report.read_text(encoding="utf-8"), folder=silent)
lab.would("push", folder=silent)
# %% [markdown] lang="en" key="silent.seen"
# Nothing, and not a word about it. GitHub reads `.yml` and `.yaml` files in `.github/workflows/` at the root of the repository
# and nowhere else. The symptom is silence: the page *Actions* stays empty. Remember it, it is the first thing to look at.
# %% [markdown] lang="ru" key="silent.seen" of="5e92adba"
# Ничего, и ни слова об этом. GitHub читает файлы `.yml` и `.yaml` в папке `.github/workflows/` в корне репозитория, и больше
# нигде. Признак один — тишина: страница *Actions* пуста. Запомните его: с этого стоит начинать поиски.
# %% [markdown] lang="en" key="q2.task"
# ## Exercise 2 ★ · Lint and test every change
#
# Write the workflow of your homework. It should start on each push to `main` and on each pull request, and then, on one runner:
#
# - fetch the code with `actions/checkout@v7` and set Python up with `actions/setup-python@v7`;
# - install the library with its tools: `python -m pip install ".[dev]"`;
# - run a linter, `ruff check .`, and the tests, `python -m pytest`.
#
# Other ways are as right: make, tox, pre-commit, uv, two files. You may also edit the file itself and leave the string empty.
# %% [markdown] lang="ru" key="q2.task" of="5feaf667"
# ## Упражнение 2 ★ · Проверять каждое изменение
#
# Напишите workflow для домашнего задания. Он запускается при каждом push в `main` и при каждом пул-реквесте, а затем на одном
# раннере:
#
# - получает код экшеном `actions/checkout@v7` и ставит Python экшеном `actions/setup-python@v7`;
# - устанавливает библиотеку с инструментами: `python -m pip install ".[dev]"`;
# - запускает линтер, `ruff check .`, и тесты, `python -m pytest`.
#
# Другие пути тоже верны: make, tox, pre-commit, uv, два файла. Можно править и сам файл, а строку оставить пустой.
# %% key="q2" tags=["exercise"]
ci = ""  # the text of .github/workflows/ci.yml, between """ and """
### BEGIN SOLUTION
ci = """\
name: CI

on:
  push:
    branches: [main, master]
  pull_request:

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install ".[dev]"
      - name: Lint
        run: ruff check .
      - name: Test
        run: python -m pytest
"""
### END SOLUTION
lab.write(".github/workflows/ci.yml", ci)
lab.check("q2")
# %% key="q2.wrong1" tags=["wrong"] expect="q2.no_pull_request"
ci = """\
name: CI
on: push
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install ".[dev]"
      - run: ruff check .
      - run: python -m pytest
"""
# %% key="q2.wrong2" tags=["wrong"] expect="q2.no_checkout"
ci = """\
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-python@v7
        with: {python-version: "3.13"}
      - run: python -m pip install ruff pytest
      - run: ruff check .
      - run: python -m pytest
"""
# %% key="q2.wrong3" tags=["wrong"] expect="q2.not_yaml"
ci = """\
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: echo Lint: ruff check .
"""
# %% key="q2.wrong4" tags=["wrong"] expect="q2.refused"
ci = """\
name: CI
on: [push, pull_request]
jobs:
  check:
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install ".[dev]"
      - run: ruff check .
      - run: python -m pytest
"""
# %% key="q2.wrong5" tags=["wrong"] expect="q2.never_on_change"
ci = """\
name: CI
on: workflow_dispatch
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install ".[dev]"
      - run: ruff check .
      - run: python -m pytest
"""
# %% key="q2.wrong6" tags=["wrong"] expect="q2.no_test"
ci = """\
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install ".[dev]"
      - run: ruff check .
"""
# %% key="q2.wrong7" tags=["wrong"] expect="q2.only_looks_so"
ci = """\
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install ".[dev]"
      - run: echo "ruff check ."
      - run: python -m pytest
"""
# %% key="q2.wrong8" tags=["wrong"] expect="q2.pull_request_filtered"
ci = """\
name: CI
on:
  push:
  pull_request:
    branches: [develop]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install ".[dev]"
      - run: ruff check .
      - run: python -m pytest
"""
# %% [markdown] lang="en" key="q2.seen"
# Nothing has run yet. The check read the file as GitHub would, and asked what the homework's criteria **CI1**, **CI2** and
# **CI4** ask. `checker grade` will say the same of the same file: in this workbook there is no second opinion.
# %% [markdown] lang="ru" key="q2.seen" of="aabf2bc8"
# Пока ничего не запускалось. Проверка прочла файл так, как его прочёл бы GitHub, и задала вопросы критериев **CI1**, **CI2** и
# **CI4**. О том же файле `checker grade` скажет то же самое: второго мнения в этом практикуме нет.
# %% [markdown] lang="en" key="triggers"
# ## What starts it
#
# Under `on:` stand events, and under an event its filters. Three files, three ideas: code is checked, an image is made of a
# tag, a library is published after a merge. Only the heads matter here.
# %% [markdown] lang="ru" key="triggers" of="304e24e0"
# ## Что его запускает
#
# Под `on:` перечислены события, под событием — его фильтры. Три файла, три замысла: проверить код, собрать образ по тегу,
# опубликовать библиотеку после слияния. Сейчас важны только их начала.
# %% key="heads"
triggers = lab.scratch("triggers") / ".github" / "workflows"
for name in ("ci.yml", "image.yml", "publish.yml"):
    text = (triggers / name).read_text(encoding="utf-8")
    print(f"──── {name}", text.partition("    steps:")[0], sep="\n")
# %% [markdown] lang="en" key="q3.task"
# ## Exercise 3 ★ · Twelve events
#
# | word | what happens |
# |---|---|
# | `push main` | a commit is pushed to `main`, the default branch |
# | `push feature-7` | a commit is pushed to another branch |
# | `push feature/7` | the same, and the branch has a slash in its name |
# | `push master` | a commit is pushed to `master`, in a repository where *that* is the default branch |
# | `pull request opened` | somebody proposes `feature-7` for `main` |
# | `pull request merged` | the proposal is accepted |
# | `pull request closed` | the proposal is refused |
# | `tag v1.2.0` | a tag is pushed |
# | `tag nightly` | another tag is pushed |
# | `release published` | a release is made of a tag that has long been there |
# | `by hand` | somebody presses the button *Run workflow* |
# | `on schedule` | it is six o'clock on Monday |
#
# In which of them does at least one job *run*? Say it for each file, before you look at the picture.
# %% [markdown] lang="ru" key="q3.task" of="d3f4d12c"
# ## Упражнение 3 ★ · Двенадцать событий
#
# | слово | что происходит |
# |---|---|
# | `push main` | коммит отправлен в `main`, ветку по умолчанию |
# | `push feature-7` | коммит отправлен в другую ветку |
# | `push feature/7` | то же, но в имени ветки есть косая черта |
# | `push master` | коммит отправлен в `master`, и в этом репозитории *она* — ветка по умолчанию |
# | `pull request opened` | кто-то предлагает `feature-7` в `main` |
# | `pull request merged` | предложение принято |
# | `pull request closed` | предложение отклонено |
# | `tag v1.2.0` | отправлен тег |
# | `tag nightly` | отправлен другой тег |
# | `release published` | выпущен релиз по тегу, который давно существует |
# | `by hand` | кто-то нажал кнопку *Run workflow* |
# | `on schedule` | наступило шесть утра понедельника |
#
# В каких случаях *выполнится* хотя бы одно задание? Ответьте для каждого файла, не заглядывая в картинку ниже.
# %% key="q3" tags=["exercise"]
starts = {"ci.yml": None, "image.yml": None, "publish.yml": None}  # a list of words each
### BEGIN SOLUTION
starts = {
    "ci.yml": ["push main", "push feature-7", "pull request opened", "pull request merged"],
    "image.yml": ["tag v1.2.0", "by hand"],
    "publish.yml": ["pull request merged"],
}
### END SOLUTION
lab.check("q3", starts)
# %% key="q3.wrong1" tags=["wrong"] expect="q3.merge_is_a_push"
starts = {
    "ci.yml": ["push main", "push feature-7", "pull request opened"],
    "image.yml": ["tag v1.2.0", "by hand"],
    "publish.yml": ["pull request merged"],
}
# %% key="q3.wrong2" tags=["wrong"] expect="q3.star_stops_at_slash"
starts = {
    "ci.yml": [
        "push main",
        "push feature-7",
        "push feature/7",
        "pull request opened",
        "pull request merged",
    ],
    "image.yml": ["tag v1.2.0", "by hand"],
    "publish.yml": ["pull request merged"],
}
# %% key="q3.wrong3" tags=["wrong"] expect="q3.tag_is_no_branch"
starts = {
    "ci.yml": [
        "push main",
        "push feature-7",
        "pull request opened",
        "pull request merged",
        "tag v1.2.0",
    ],
    "image.yml": ["tag v1.2.0", "by hand"],
    "publish.yml": ["pull request merged"],
}
# %% key="q3.wrong4" tags=["wrong"] expect="q3.closed_is_not_merged"
starts = {
    "ci.yml": ["push main", "push feature-7", "pull request opened", "pull request merged"],
    "image.yml": ["tag v1.2.0", "by hand"],
    "publish.yml": ["pull request merged", "pull request closed"],
}
# %% key="q3.wrong5" tags=["wrong"] expect="q3.other_default_branch"
starts = {
    "ci.yml": [
        "push main",
        "push master",
        "push feature-7",
        "pull request opened",
        "pull request merged",
    ],
    "image.yml": ["tag v1.2.0", "by hand"],
    "publish.yml": ["pull request merged"],
}
# %% key="q3.wrong6" tags=["wrong"] expect="q3.release_is_no_push"
starts = {
    "ci.yml": ["push main", "push feature-7", "pull request opened", "pull request merged"],
    "image.yml": ["tag v1.2.0", "release published", "by hand"],
    "publish.yml": ["pull request merged"],
}
# %% key="q3.wrong7" tags=["wrong"] expect="q3.rest_open"
starts = {
    "ci.yml": None,
    "image.yml": ["tag v1.2.0", "by hand"],
    "publish.yml": ["pull request merged"],
}
# %% [markdown] lang="en" key="q3.picture"
# The picture compares what you said with what the simulator says. A full dot runs, a ring does not, a red square is where you
# and the simulator differ. A file of which you said nothing keeps its answers to itself.
# %% [markdown] lang="ru" key="q3.picture" of="0a036d79"
# На картинке ваши ответы рядом с ответами симулятора. Закрашенный круг — задание выполнится, кольцо — нет, красный квадрат —
# вы с симулятором разошлись. Файл, о котором вы ничего не сказали, свои ответы не выдаёт.
# %% key="q3.table"
lesson.table(lab, starts)
# %% [markdown] lang="en" key="q3.own"
# Now ask about your own file. Which of your jobs would a pull request start? And a tag? Guess first: the answer to the second is
# the reason why images get a workflow of their own in lesson 06.
# %% [markdown] lang="ru" key="q3.own" of="c383ade7"
# Теперь спросите о своём файле. Какие задания запустит пул-реквест? А тег? Сначала предположите: ответ на второй вопрос
# объясняет, зачем в уроке 06 образам понадобится отдельный workflow.
# %% key="own"
lab.would("pull-request")
# %% key="own.tag"
lab.would("tag")
# %% [markdown] lang="en" key="run"
# ## Run it
#
# The campus on this machine does what GitHub does: it takes the push, finds the workflows that it starts, and runs them with the
# same actions. Predict: how many jobs, how many steps, and which step takes longest?
# %% [markdown] lang="ru" key="run" of="b3ba0839"
# ## Запустите
#
# Кампус на этой машине делает то же, что GitHub: принимает push, находит workflow, которые он запускает, и выполняет их теми же
# экшенами. Предположите: сколько будет заданий, сколько шагов и какой шаг окажется самым долгим?
# %% key="push"
runs = lab.push("Lint and test every change")
# %% [markdown] lang="en" key="run.seen"
# A *run* is one execution of a workflow; it has jobs, and they have steps. GitHub's page shows a few steps more that nobody wrote:
# `Set up job` at the beginning, `Post …` where an action cleans up, and `Complete job` at the end.
# %% [markdown] lang="ru" key="run.seen" of="c0a70d15"
# *Запуск* (run) — одно исполнение workflow; в нём задания, в заданиях шаги. На странице GitHub видны ещё несколько шагов, которых
# никто не писал: `Set up job` в начале, `Post …` там, где экшен за собой убирает, и `Complete job` в конце.
# %% [markdown] lang="en" key="colleague"
# Green says little until you have seen red. A colleague proposes a new test in a pull request. Your workflow runs on it, since
# you asked for `pull_request`, and this time it has something to say.
# %% [markdown] lang="ru" key="colleague" of="7d0a48a5"
# Зелёный цвет мало о чём говорит, пока вы не видели красного. Коллега предлагает в пул-реквесте новый тест. Ваш workflow
# запускается и на нём, раз вы попросили `pull_request`, и на этот раз ему есть что сказать.
# %% key="surprise"
ties = lab.scratch("colleague") / "tests" / "test_ties.py"
lab.write("tests/test_ties.py", ties.read_text(encoding="utf-8"))
proposal = lab.pull_request("Decide ties", branch="ties")
# %% [markdown] lang="en" key="q4.task"
# ## Exercise 4 · Read a red run
#
# Which job failed (`job`), at which step (`step`)? And why: which `test` is it, and what did the library answer (`got`) where
# the test expected something else? `print(proposal.runs.log("JOB", "STEP"))` shows a step's log.
# %% [markdown] lang="ru" key="q4.task" of="bcbee28f"
# ## Упражнение 4 · Прочтите красный запуск
#
# Какое задание упало (`job`) и на каком шаге (`step`)? И почему: какой это тест (`test`) и что ответила библиотека (`got`) там,
# где тест ждал другого? `print(proposal.runs.log("JOB", "STEP"))` покажет журнал шага.
# %% key="q4" tags=["exercise"]
red = {"job": "", "step": "", "test": "", "got": ""}
### BEGIN SOLUTION
log = proposal.runs.log("check", "Test")
print(*(line for line in log.splitlines() if line.startswith("FAILED")))
red = {
    "job": "check",
    "step": "Test",
    "test": "test_of_two_equally_near_classes_the_last_one_wins",
    "got": "left",
}
### END SOLUTION
lab.check("q4", red, proposal)
# %% key="q4.wrong1" tags=["wrong"] expect="q4.workflow_is_no_job"
red = {
    "job": "CI",
    "step": "Test",
    "test": "test_of_two_equally_near_classes_the_last_one_wins",
    "got": "left",
}
# %% key="q4.wrong2" tags=["wrong"] expect="q4.other_step"
red = {
    "job": "check",
    "step": "Lint",
    "test": "test_of_two_equally_near_classes_the_last_one_wins",
    "got": "left",
}
# %% key="q4.wrong3" tags=["wrong"] expect="q4.file_is_no_test"
red = {"job": "check", "step": "Test", "test": "tests/test_ties.py", "got": "left"}
# %% key="q4.wrong4" tags=["wrong"] expect="q4.expected_not_got"
red = {
    "job": "check",
    "step": "Test",
    "test": "test_of_two_equally_near_classes_the_last_one_wins",
    "got": "right",
}
# %% [markdown] lang="en" key="q4.seen"
# Read a red run from the outside in: run, job, step, and only then the log, from its *last* lines up. Steps behind a red one are
# skipped: they say nothing. The pull request stays unmerged, `main` stays green, and nobody had to notice by accident.
#
# The colleague's branch stays where it is. Back to your own:
# %% [markdown] lang="ru" key="q4.seen" of="2336ec95"
# Красный запуск читают снаружи внутрь: запуск, задание, шаг и только потом журнал, с *последних* строк вверх. Шаги после красного
# пропускаются и ни о чём не говорят. Пул-реквест не слит, `main` остаётся зелёной, и никому не пришлось заметить ошибку случайно.
#
# Ветка коллеги пусть остаётся. Вернитесь на свою:
# %% key="back"
lab.sh("git switch --quiet main && git status --short --branch")
# %% [markdown] lang="en" key="split"
# ## Several jobs
#
# Jobs of a workflow run side by side, unless one says `needs`: then it waits, and does not run at all if the other fails. A
# `matrix` makes several jobs of one, with another value in each.
# %% [markdown] lang="ru" key="split" of="f2b9d4e9"
# ## Несколько заданий
#
# Задания одного workflow идут параллельно, если только в задании не сказано `needs`: тогда оно ждёт другое, а если то упало, не
# запускается вовсе. `matrix` делает из одного задания несколько, каждое со своим значением.
# %% [markdown] lang="en" key="number.task"
# A trap first. Somebody wants three Pythons and writes them as they come to mind. Guess what YAML makes of the one in the
# middle, then run the cell.
# %% [markdown] lang="ru" key="number.task" of="f77325ad"
# Сначала ловушка. Кто-то хочет три версии Python и пишет их как придётся. Предположите, что сделает YAML из той, что посередине, и
# запустите ячейку.
# %% key="number"
import yaml

yaml.safe_load("python: [3.9, 3.10, 3.11]")
# %% [markdown] lang="en" key="number.seen"
# `3.10` is a number, and a number has no zero at its end: the job would ask for Python 3.1, of 2009. Versions are texts. Write
# them in quotes: `["3.10", "3.11"]`.
# %% [markdown] lang="ru" key="number.seen" of="9b0aa390"
# `3.10` — это число, а у числа нет нуля на конце: задание попросило бы Python 3.1 2009 года. Версии — это текст, пишите их в
# кавычках: `["3.10", "3.11"]`.
# %% [markdown] lang="en" key="q5.task"
# ## Exercise 5 · First the linter, then two Pythons
#
# Write `ci.yml` anew: one job lints; another tests, on **two** versions of Python, and only after the first has succeeded.
# `actions/setup-python` takes the version as `${{ matrix.python }}`, or whatever you call the row of your matrix.
# %% [markdown] lang="ru" key="q5.task" of="6efc2cf7"
# ## Упражнение 5 · Сначала линтер, потом два Python
#
# Перепишите `ci.yml`: одно задание проверяет стиль, другое запускает тесты на **двух** версиях Python, и только после того, как
# первое завершилось успешно. Версию `actions/setup-python` получает как `${{ matrix.python }}` — или как вы назовёте строку матрицы.
# %% key="q5" tags=["exercise"]
ci = ""  # ci.yml with two jobs
### BEGIN SOLUTION
ci = """\
name: CI

on:
  push:
    branches: [main, master]
  pull_request:

permissions:
  contents: read

jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install ".[dev]"
      - name: Lint
        run: ruff check .

  test:
    needs: lint
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: ["3.12", "3.13"]
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with:
          python-version: ${{ matrix.python }}
      - run: python -m pip install ".[dev]"
      - name: Test
        run: python -m pytest
"""
### END SOLUTION
lab.write(".github/workflows/ci.yml", ci)
lab.check("q5")
# %% key="q5.wrong1" tags=["wrong"] expect="q5.no_needs"
ci = """\
name: CI
on: [push, pull_request]
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install ".[dev]"
      - run: ruff check .
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: ["3.12", "3.13"]
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with:
          python-version: ${{ matrix.python }}
      - run: python -m pip install ".[dev]"
      - run: python -m pytest
"""
# %% key="q5.wrong2" tags=["wrong"] expect="q5.matrix_unused"
ci = """\
name: CI
on: [push, pull_request]
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install ".[dev]"
      - run: ruff check .
  test:
    needs: lint
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: ["3.12", "3.13"]
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install ".[dev]"
      - run: python -m pytest
"""
# %% key="q5.wrong3" tags=["wrong"] expect="q5.three_point_one"
ci = """\
name: CI
on: [push, pull_request]
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install ".[dev]"
      - run: ruff check .
  test:
    needs: lint
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: [3.10, 3.13]
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with:
          python-version: ${{ matrix.python }}
      - run: python -m pip install ".[dev]"
      - run: python -m pytest
"""
# %% key="q5.wrong4" tags=["wrong"] expect="q5.one_job"
ci = """\
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: ["3.12", "3.13"]
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with:
          python-version: ${{ matrix.python }}
      - run: python -m pip install ".[dev]"
      - run: ruff check .
      - run: python -m pytest
"""
# %% key="q5.wrong5" tags=["wrong"] expect="q5.refused"
ci = """\
name: CI
on: [push, pull_request]
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install ".[dev]"
      - run: ruff check .
  test:
    needs: linter
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: ["3.12", "3.13"]
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with:
          python-version: ${{ matrix.python }}
      - run: python -m pip install ".[dev]"
      - run: python -m pytest
"""
# %% [markdown] lang="en" key="q5.seen"
# One file, three jobs: the matrix made two of `test`. The check judged the *expanded* graph, the one GitHub draws on the page of
# a run. You will see it drawn from a real run in a moment.
# %% [markdown] lang="ru" key="q5.seen" of="cb97d218"
# Один файл, три задания: матрица сделала из `test` два. Проверка судила по *развёрнутому* графу, тому самому, который GitHub
# рисует на странице запуска. Скоро вы увидите его нарисованным по настоящему запуску.
# %% [markdown] lang="en" key="composite"
# ## An action of your own
#
# Both jobs repeat themselves: set Python up, install. What repeats belongs into an action. A *composite* action is a folder with
# an `action.yml`: steps of yours, under a name, with inputs and outputs.
#
# | key | says |
# |---|---|
# | `inputs` | what a caller may hand in; inside it is `${{ inputs.NAME }}` |
# | `outputs` | what it hands on: each with a `value`, such as `${{ steps.ID.outputs.NAME }}` |
# | `runs` | `using: composite`, and `steps`; a step with `run` must name its `shell` |
# %% [markdown] lang="ru" key="composite" of="6c4de5bb"
# ## Свой экшен
#
# Оба задания повторяют одно и то же: поставить Python, установить библиотеку. Повторы выносят в экшен. *Составной* (composite)
# экшен — это папка с файлом `action.yml`: ваши шаги под общим именем, со входами и выходами.
#
# | ключ | о чём говорит |
# |---|---|
# | `inputs` | что можно передать внутрь; там это `${{ inputs.NAME }}` |
# | `outputs` | что он отдаёт: у каждого есть `value`, например `${{ steps.ID.outputs.NAME }}` |
# | `runs` | `using: composite` и шаги `steps`; шаг с `run` обязан назвать свой `shell` |
# %% [markdown] lang="en" key="q6.task"
# ## Exercise 6 · Prepare once, use twice
#
# Write the action `prepare`: its input is the Python to set up; it installs the library, and its output is the *version* of
# `campfire` that was installed. Use it in `ci.yml` as `./.github/actions/prepare`, and let a later step print the version. Inside
# an action a step hands on with `echo "NAME=value" >> "$GITHUB_OUTPUT"`.
# %% [markdown] lang="ru" key="q6.task" of="c9fe0ee8"
# ## Упражнение 6 · Написать раз, применить дважды
#
# Напишите экшен `prepare`: на входе — версия Python, внутри установка библиотеки, на выходе — *версия* установленной `campfire`.
# Примените его в `ci.yml` как `./.github/actions/prepare`, и пусть один из следующих шагов напечатает эту версию. Внутри экшена шаг
# передаёт значение строкой `echo "NAME=value" >> "$GITHUB_OUTPUT"`.
# %% key="q6" tags=["exercise"]
action = ""  # .github/actions/prepare/action.yml
ci = ""  # ci.yml, which uses it
### BEGIN SOLUTION
action = """\
name: Prepare
description: Set Python up and install the library with its tools
inputs:
  python:
    description: The version of Python
    default: "3.13"
outputs:
  version:
    description: The version of the library
    value: ${{ steps.library.outputs.version }}
runs:
  using: composite
  steps:
    - uses: actions/setup-python@v7
      with:
        python-version: ${{ inputs.python }}
    - run: python -m pip install ".[dev]"
      shell: bash
    - id: library
      run: echo "version=$(python -c 'import campfire; print(campfire.__version__)')" >> "$GITHUB_OUTPUT"
      shell: bash
"""
ci = """\
name: CI

on:
  push:
    branches: [main, master]
  pull_request:

permissions:
  contents: read

jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: ./.github/actions/prepare
        with:
          python: "3.13"
      - name: Lint
        run: ruff check .

  test:
    needs: lint
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: ["3.12", "3.13"]
    steps:
      - uses: actions/checkout@v7
      - id: prepare
        uses: ./.github/actions/prepare
        with:
          python: ${{ matrix.python }}
      - name: Say what is tested
        run: echo "This is campfire ${{ steps.prepare.outputs.version }}"
      - name: Test
        run: python -m pytest
"""
### END SOLUTION
lab.write(".github/actions/prepare/action.yml", action)
lab.write(".github/workflows/ci.yml", ci)
# %% key="q6.run"
runs = lab.push("An action of our own")
lab.check("q6", runs)
# %% key="q6.wrong1" tags=["wrong"] expect="q6.no_shell"
action = """\
name: Prepare
description: Set Python up and install the library
inputs:
  python:
    default: "3.13"
outputs:
  version:
    value: ${{ steps.library.outputs.version }}
runs:
  using: composite
  steps:
    - uses: actions/setup-python@v7
      with:
        python-version: ${{ inputs.python }}
    - id: library
      run: |
        python -m pip install ".[dev]"
        echo "version=$(python -c 'import campfire; print(campfire.__version__)')" >> "$GITHUB_OUTPUT"
"""
ci = """\
on: workflow_dispatch
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: ./.github/actions/prepare
"""
# %% key="q6.wrong2" tags=["wrong"] expect="q6.output_empty"
action = """\
name: Prepare
description: Set Python up and install the library
inputs:
  python:
    default: "3.13"
outputs:
  version:
    description: The version of the library
runs:
  using: composite
  steps:
    - uses: actions/setup-python@v7
      with:
        python-version: ${{ inputs.python }}
    - run: python -m pip install ".[dev]"
      shell: bash
"""
ci = """\
on: workflow_dispatch
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: ./.github/actions/prepare
"""
# %% key="q6.wrong3" tags=["wrong"] expect="q6.wrong_path"
action = """\
name: Prepare
description: Set Python up and install the library
inputs:
  python:
    default: "3.13"
outputs:
  version:
    value: ${{ steps.library.outputs.version }}
runs:
  using: composite
  steps:
    - uses: actions/setup-python@v7
      with:
        python-version: ${{ inputs.python }}
    - id: library
      shell: bash
      run: |
        python -m pip install ".[dev]"
        echo "version=$(python -c 'import campfire; print(campfire.__version__)')" >> "$GITHUB_OUTPUT"
"""
ci = """\
on: workflow_dispatch
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: .github/actions/prepare
        with:
          python: "3.13"
"""
# %% key="q6.wrong4" tags=["wrong"] expect="q6.output_unread"
action = """\
name: Prepare
description: Set Python up and install the library
inputs:
  python:
    default: "3.13"
outputs:
  version:
    value: ${{ steps.library.outputs.version }}
runs:
  using: composite
  steps:
    - uses: actions/setup-python@v7
      with:
        python-version: ${{ inputs.python }}
    - id: library
      shell: bash
      run: |
        python -m pip install ".[dev]"
        echo "version=$(python -c 'import campfire; print(campfire.__version__)')" >> "$GITHUB_OUTPUT"
"""
ci = """\
on: workflow_dispatch
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: ./.github/actions/prepare
        with:
          python: "3.13"
      - run: echo "This is campfire ${{ steps.prepare.outputs.version }}"
"""
# %% [markdown] lang="en" key="graph.task"
# ## Two pictures of one run
#
# First who waits for whom, then who waited how long. Guess: which step would you make faster first?
# %% [markdown] lang="ru" key="graph.task" of="8bc181de"
# ## Две картинки одного запуска
#
# Сначала — кто кого ждёт, затем — кто сколько ждал. Предположите: какой шаг вы стали бы ускорять первым?
# %% key="graph"
lesson.graph(lab, runs)
# %% key="times"
lesson.times(lab, runs)
# %% [markdown] lang="en" key="graph.seen"
# The tests cost nothing; installing does, and it is paid once a job. And `needs` has a price: the tests begin later, so you learn
# of two mistakes one after the other. Without `needs` you learn of both at once. Both are in use; you choose.
# %% [markdown] lang="ru" key="graph.seen" of="f23ac528"
# Тесты почти ничего не стоят, стоит установка, и платят за неё в каждом задании. У `needs` тоже есть цена: тесты начинаются позже,
# и о двух ошибках вы узнаёте по очереди. Без `needs` — сразу об обеих. Делают и так и так, выбор за вами.
# %% [markdown] lang="en" key="secret"
# ## A secret in a log
#
# A workflow logs in to a store with the secret `STORE_KEY`, a piece of JSON with a user and a password. In logs GitHub puts `***`
# in the place of secrets. Read the file: will that be enough here?
# %% [markdown] lang="ru" key="secret" of="3de9baf0"
# ## Секрет в журнале
#
# Этот workflow входит в хранилище с секретом `STORE_KEY`: это JSON с именем и паролем. В журналах GitHub ставит на место секретов
# `***`. Прочтите файл: хватит ли здесь этого?
# %% key="leak"
lesson.keep_secret(lab)
given = lab.scratch("leak") / ".github" / "workflows" / "deliver.yml"
lab.write(".github/workflows/deliver.yml", given.read_text(encoding="utf-8"))
print(given.read_text(encoding="utf-8"))
# %% key="told"
told = lab.push("Deliver the report", branch="deliver")
print(told.log("deliver", "Log in to the store"))
# %% [markdown] lang="en" key="q7.task"
# ## Exercise 7 · Find it, then keep it
#
# First, `found`: the password, as the log tells it. Then mend the workflow, so that it still logs in and still delivers:
#
# - hand the secret over in `env:`, not with `${{ }}` inside of `run`, where it becomes part of the script;
# - `echo "::add-mask::$value"` makes a value a secret for all that is printed *after* it.
# %% [markdown] lang="ru" key="q7.task" of="62e930a5"
# ## Упражнение 7 · Найти и не выдать
#
# Сначала `found`: пароль, каким его выдал журнал. Затем почините workflow так, чтобы он по-прежнему входил и доставлял:
#
# - передайте секрет через `env:`, а не через `${{ }}` внутри `run`, где он становится частью скрипта;
# - `echo "::add-mask::$value"` делает значение секретом для всего, что напечатано *после*.
# %% key="q7" tags=["exercise"]
found = ""  # the password
deliver = ""  # .github/workflows/deliver.yml, mended
### BEGIN SOLUTION
found = "gooseberry-jam-1912"
deliver = """\
name: Deliver
on:
  push:
    branches: [deliver]
permissions: {}
jobs:
  deliver:
    runs-on: ubuntu-latest
    steps:
      - name: Log in to the store
        env:
          STORE_KEY: ${{ secrets.STORE_KEY }}
        run: |
          password=$(python3 -c 'import json, os; print(json.loads(os.environ["STORE_KEY"])["password"])')
          echo "::add-mask::$password"
          echo "robot logs in with $password"
          echo "PASSWORD=$password" >> "$GITHUB_ENV"
      - name: Deliver the report
        run: echo "delivered with a password of ${#PASSWORD} letters"
"""
### END SOLUTION
lab.write(".github/workflows/deliver.yml", deliver)
# %% key="q7.run"
kept = lab.push("Keep the password", branch="deliver")
lab.check("q7", found, kept)
# %% key="q7.wrong1" tags=["wrong"] expect="q7.inline"
found = "gooseberry-jam-1912"
deliver = """\
name: Deliver
on:
  push:
    branches: [deliver]
permissions: {}
jobs:
  deliver:
    runs-on: ubuntu-latest
    steps:
      - name: Log in to the store
        run: |
          password=$(echo '${{ secrets.STORE_KEY }}' | python3 -c 'import json; print(json.loads(input())["password"])')
          echo "::add-mask::$password"
          echo "PASSWORD=$password" >> "$GITHUB_ENV"
      - name: Deliver the report
        run: echo "delivered with a password of ${#PASSWORD} letters"
"""
# %% key="q7.wrong2" tags=["wrong"] expect="q7.masked_too_late"
found = "gooseberry-jam-1912"
deliver = """\
name: Deliver
on:
  push:
    branches: [deliver]
permissions: {}
jobs:
  deliver:
    runs-on: ubuntu-latest
    steps:
      - name: Log in to the store
        env:
          STORE_KEY: ${{ secrets.STORE_KEY }}
        run: |
          password=$(python3 -c 'import json, os; print(json.loads(os.environ["STORE_KEY"])["password"])')
          echo "robot logs in with $password"
          echo "::add-mask::$password"
          echo "PASSWORD=$password" >> "$GITHUB_ENV"
      - name: Deliver the report
        run: echo "delivered with a password of ${#PASSWORD} letters"
"""
# %% key="q7.wrong3" tags=["wrong"] expect="q7.hard_coded"
found = "gooseberry-jam-1912"
deliver = """\
name: Deliver
on:
  push:
    branches: [deliver]
permissions: {}
jobs:
  deliver:
    runs-on: ubuntu-latest
    env:
      PASSWORD: gooseberry-jam-1912
    steps:
      - name: Deliver the report
        run: echo "delivered with a password of ${#PASSWORD} letters"
"""
# %% key="q7.wrong4" tags=["wrong"] expect="q7.stars"
found = "***"
# %% [markdown] lang="en" key="q7.seen"
# GitHub knows the secret as a whole and hides it as a whole. A *part* of it, or anything computed from it, is news to GitHub, until
# you say `add-mask`. Better still: one secret a value, no JSON. And what was told once is known: a leaked password is changed, not
# deleted from a log.
# %% [markdown] lang="ru" key="q7.seen" of="314e65c7"
# GitHub знает секрет целиком и прячет его целиком. *Часть* секрета или что-то вычисленное из него для GitHub — новость, пока вы не
# скажете `add-mask`. Ещё лучше, когда на каждое значение свой секрет и никакого JSON. А сказанное однажды уже известно: утёкший пароль
# меняют, а не стирают из журнала.
# %% [markdown] lang="en" key="trouble"
# ## Having trouble?
#
# | you see | look here |
# |---|---|
# | nothing runs at all | the file's folder; the branch under `branches:`; the spelling of the event |
# | `mapping values are not allowed` | a colon inside of a `run:` line: put the command into quotes, or below a `run: \|` |
# | `Every step must define a 'uses' or 'run' key` | a `-` too many: `name:` and `run:` belong to the same item |
# | `No module named pytest` | the tool is not installed in *this* job; each job begins empty |
# | `Neither 'setup.py' nor 'pyproject.toml' found` | the code is not there: `actions/checkout` comes first |
# | `Can't find 'action.yml'` | the same, or `./` is missing before `.github/actions/…` |
# | `Process completed with exit code 1` | never the cause; the cause stands in the lines above it |
# %% [markdown] lang="ru" key="trouble" of="68733223"
# ## Что-то не получается?
#
# | вы видите | смотрите сюда |
# |---|---|
# | не запускается вообще ничего | папка файла; ветка под `branches:`; как написано событие |
# | `mapping values are not allowed` | двоеточие в строке `run:`: возьмите команду в кавычки или перенесите её под `run: \|` |
# | `Every step must define a 'uses' or 'run' key` | лишний `-`: `name:` и `run:` — части одного пункта |
# | `No module named pytest` | инструмент не установлен в *этом* задании: каждое начинается с пустого места |
# | `Neither 'setup.py' nor 'pyproject.toml' found` | кода ещё нет: `actions/checkout` должен идти первым |
# | `Can't find 'action.yml'` | то же самое, или перед `.github/actions/…` нет `./` |
# | `Process completed with exit code 1` | это никогда не причина; причина в строках выше |
# %% key="home"
lab.sh("git switch --quiet main && git status --short --branch")
# %% [markdown] lang="en" key="grade"
# ## The homework so far
#
# The grader looks at your repository on the campus as it will look at yours on GitHub. What does it say of the first item?
# %% [markdown] lang="ru" key="grade" of="a49623ff"
# ## Что уже есть в домашнем задании
#
# Программа проверки смотрит на ваш репозиторий на кампусе так же, как посмотрит на GitHub. Что она скажет о первом пункте?
# %% key="graded"
lab.grade("CI")
# %% [markdown] lang="en" key="end"
# ## What you can say now
#
# - A *workflow* is a file in `.github/workflows/`; an *event* starts it; its *jobs* run on *runners* of their own, in *steps*.
# - Filters decide: `branches` leaves tags out, `*` stops at a slash, a merge is also a push.
# - `needs` orders jobs, `matrix` multiplies them, an *action* of my own keeps them short.
# - I read a red run from the outside in, and a secret reaches my steps by `env` alone.
#
# A green run proves little until you know that it *can* go red. That is [04 · A pipeline that goes red](04_a_pipeline_that_goes_red.ipynb).
# The words in full: [GitHub's reference](https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax).
# %% [markdown] lang="ru" key="end" of="81af2aa6"
# ## Теперь вы можете сказать
#
# - *Workflow* — файл в `.github/workflows/`; запускает его *событие*; его *задания* идут по *шагам*, каждое на своём *раннере*.
# - Решают фильтры: `branches` не пропускает теги, `*` не переходит через косую черту, слияние — это тоже push.
# - `needs` выстраивает задания по порядку, `matrix` размножает, а собственный *экшен* сокращает.
# - Красный запуск я читаю снаружи внутрь, а секрет попадает в мои шаги только через `env`.
#
# Зелёный запуск мало что доказывает, пока не известно, что он *умеет* краснеть. Об этом [04 · Конвейер, который умеет краснеть](04_a_pipeline_that_goes_red.ipynb).
# Все слова целиком: [справочник GitHub](https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax).
