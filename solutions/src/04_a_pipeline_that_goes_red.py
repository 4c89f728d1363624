# %% [markdown] lang="en" key="title"
# # 04 · A pipeline that goes red
#
# A pipeline that cannot go red tests nothing. You break your own code on purpose, read the red run as a piece of
# news, and then make sure that no fault gets past your gates. This earns CI3, CI4 and CI5 of the homework.
# %% [markdown] lang="ru" key="title" of="eaf59506"
# # 04 · Конвейер, который умеет краснеть
#
# Конвейер, который не может покраснеть, ничего не проверяет. Вы нарочно сломаете свой код, прочтёте красный запуск
# как новость, а потом убедитесь, что ни один дефект не проходит мимо заслонов. Это критерии CI3, CI4 и CI5 домашней работы.
# %% tags=["parameters"]
LANG = "en"
# %% key="open"
from checker.workbook import Lab

lab = Lab("04_a_pipeline_that_goes_red", LANG, edition=1)
lab
# %% [markdown] lang="en" key="words"
# ## Three words
#
# - **Exit status**: the number a program leaves behind. `0` means "all is well", anything else fails the step.
# - **Gate**: a step that can fail. `ruff check .` is one.
# - **Mask**: what hides the number from the runner, such as `|| true`.
#
# Predict before you run the cell: which of the three lines say `0`?
# %% [markdown] lang="ru" key="words" of="e04ac522"
# ## Три слова
#
# - **Код возврата**: число, которое оставляет после себя программа. `0` значит «всё хорошо», любое другое роняет шаг.
# - **Заслон**: шаг, который может упасть. Например, `ruff check .`.
# - **Глушитель**: то, что прячет это число от раннера, например `|| true`.
#
# Предскажите до запуска ячейки: какие из трёх строк покажут `0`?
# %% key="status"
lab.sh("false; echo alone: $?")
lab.sh("false || true; echo with a mask: $?")
lab.sh("false | cat; echo in a pipe: $?")
# %% [markdown] lang="en" key="status_read"
# Two of three. `|| true` answers for the program in front of it, and a pipe answers with its *last* program: `cat`
# was content, so nobody hears about `false`. The runner sees that number and nothing else.
# %% [markdown] lang="ru" key="status_read" of="17358067"
# Две из трёх. `|| true` отвечает вместо программы слева, а конвейер из команд отвечает за *последнюю* из них: `cat`
# всем доволен, и о `false` никто не узнает. Раннер видит только это число и больше ничего.
# %% [markdown] lang="en" key="red"
# ## Red first
#
# Push a test that cannot pass. Predict: which job goes red, which step, and what happens to the other job?
# %% [markdown] lang="ru" key="red" of="7b410e87"
# ## Сначала красное
#
# Отправьте тест, который не может пройти. Предскажите: какое задание покраснеет, какой шаг и что будет с другим заданием?
# %% key="broken"
test = """
from campfire import NearestCentroid


def test_a_lonely_berry_is_the_nearest():
    assert NearestCentroid().fit([[2.0]], ["cranberry"]).predict([[9.0]]) == ["blueberry"]
"""
lab.write("tests/test_red.py", test)
run = lab.push("A test that cannot pass")
# %% [markdown] lang="en" key="news"
# "Failed" is no verdict on you. It is a message with an address: job, step, line, what was expected, what came. It tells
# you before it reaches anybody else, and that is what you have a pipeline for. Read it:
# %% [markdown] lang="ru" key="news" of="be1fcd54"
# «Failed» — не оценка вам. Это письмо с адресом: задание, шаг, строка, чего ждали и что получили. Вы узнали об ошибке
# раньше всех остальных — ради этого конвейер и нужен. Прочтите его:
# %% key="log"
lines = run.log("test", "Test").splitlines()
print(*[line for line in lines if "AssertionError" in line or "exit code" in line], sep="\n")
# %% [markdown] lang="en" key="mend"
# The code is right and the test was not: with one class only, every berry is a cranberry. Mend the test, push, and
# predict the colour.
# %% [markdown] lang="ru" key="mend" of="7b982271"
# Код прав, а тест нет: если класс один, любая ягода — клюква. Исправьте тест, отправьте и предскажите цвет.
# %% key="mended"
lab.write("tests/test_red.py", test.replace("blueberry", "cranberry"))
run = lab.push("The test says what the code promises")
# %% [markdown] lang="en" key="colour"
# Now green means something: you have seen the same gate say no. A green run of a pipeline that was never red is like
# a smoke detector nobody has tested. The grader looks at the newest run, so a red history does no harm:
# %% [markdown] lang="ru" key="colour" of="c38433f2"
# Теперь зелёный цвет что-то значит: вы видели, как тот же заслон сказал «нет». Зелёный запуск конвейера, который ни
# разу не краснел, — всё равно что датчик дыма, который никто не проверял. Проверяющая программа смотрит на последний
# запуск, и красная история вам не повредит:
# %% key="grade"
lab.grade("CI")
# %% [markdown] lang="en" key="eight"
# ## Eight workflows
#
# They guard one small project. The first is right. Each of the others differs by one line, and every one of those
# lines is in use somewhere.
# %% [markdown] lang="ru" key="eight" of="948adf0a"
# ## Восемь workflow
#
# Они охраняют один маленький проект. Первый рабочий процесс (workflow) правильный. Остальные отличаются одной строкой,
# и каждая такая строка где-нибудь да живёт.
# %% key="strict"
specimens = lab.scratch("specimens")
strict = (specimens / "strict.yml").read_text()
print(strict)
# %% key="others"
for one in sorted(specimens.glob("*.yml")):
    lines = one.read_text().splitlines()
    print(f"{one.stem:18}", *[line.strip() for line in lines if line not in strict.splitlines()])
# %% [markdown] lang="en" key="q1_text"
# ### Exercise 1 ★ Foresee the colours
#
# A pull request brings one of five changes: `good`, or a fault that one gate sees: `lint` (an unused import), `format`
# (two spaces), `test` (a failing test), `import` (a module that is not installed). Which changes turn which run red?
# Write, for example, `{"strict": "lint format"}`, a row for each workflow.
# %% [markdown] lang="ru" key="q1_text" of="b7dc3940"
# ### Упражнение 1 ★ Предскажите цвета
#
# Пул-реквест приносит одно из пяти изменений: `good` — хорошее, или дефект, который видит один заслон: `lint` (лишний
# импорт), `format` (два пробела), `test` (падающий тест), `import` (модуль не установлен). От каких изменений какой
# запуск покраснеет? Пишите, например, `{"strict": "lint format"}`, по строке на каждый workflow.
# %% key="q1" tags=["exercise"]
red = {}  # the name of a workflow: the changes that turn its run red
### BEGIN SOLUTION
red = {
    "strict": "lint format test import",
    "exit_zero": "format test import",
    "or_true": "test import",
    "continue_on_error": "lint format",
    "pipe": "lint format",
    "if_false": "",
    "only_main": "",
    "rewrites": "lint test import",
}
### END SOLUTION
lab.check("q1", red)
# %% key="q1.wrong1" tags=["wrong"] expect="q1.pipe"
red = {
    "strict": "lint format test import",
    "exit_zero": "format test import",
    "or_true": "test import",
    "continue_on_error": "lint format",
    "pipe": "lint format test import",  # the report shows the failures, after all
    "if_false": "",
    "only_main": "",
    "rewrites": "lint test import",
}
# %% key="q1.wrong2" tags=["wrong"] expect="q1.inverted"
red = {
    "strict": "",
    "exit_zero": "lint",
    "or_true": "lint format",
    "continue_on_error": "test import",
    "pipe": "test import",
    "if_false": "lint format test import",
    "only_main": "lint format test import",
    "rewrites": "format",
}
# %% key="q1.wrong3" tags=["wrong"] expect="q1.only_main"
red = {
    "strict": "lint format test import",
    "exit_zero": "format test import",
    "or_true": "test import",
    "continue_on_error": "lint format",
    "pipe": "lint format",
    "if_false": "",
    "only_main": "lint format test import",  # a push is a push
    "rewrites": "lint test import",
}
# %% key="q1.wrong4" tags=["wrong"] expect="q1.open"
red = {"strict": ["lint", "format", "test", "import"], "exit_zero": ["format", "test", "import"]}
# %% [markdown] lang="en" key="map_text"
# Here is your prediction against what forty real runs did. A good pipeline has a green tile in the first column and
# red ones in all the others. Framed tiles surprised you: those are worth a minute each.
# %% [markdown] lang="ru" key="map_text" of="a7edebfa"
# Вот ваше предсказание рядом с тем, что показали сорок настоящих запусков. У хорошего конвейера в первом столбце
# зелёная клетка, а во всех остальных красные. Клетки в рамке вас удивили: каждая стоит минуты раздумий.
# %% key="map"
from checker.workbook.lessons.n04_a_pipeline_that_goes_red import colour_map

figure, facts = colour_map(lab, red)
lab.figure(figure, "map", **facts)
# %% [markdown] lang="en" key="really_text"
# Do not take a map's word for it. Run two tiles of the row `pipe` now: the project as it is, then with a failing test in
# it. Predict: which program's exit status will the runner get?
# %% [markdown] lang="ru" key="really_text" of="c3ec08a3"
# Не верьте карте на слово. Запустите две клетки строки `pipe`: проект как есть и проект с падающим тестом. Предскажите:
# код возврата какой программы получит раннер?
# %% key="really"
from checker.workbook.specimens import assembled

proof = lab.prove(assembled("pipe", lab.scratch("pipe")), faults=("failing-test",))
# %% [markdown] lang="en" key="pipe_read"
# The tests failed, `tee` wrote it down, and the run is green. GitHub starts a `run` with `bash -e`, which knows nothing
# of pipes; only a step that says `shell: bash` gets `pipefail` too.
# %% [markdown] lang="ru" key="pipe_read" of="85cee2b3"
# Тесты упали, `tee` это записал, а запуск зелёный. GitHub запускает `run` через `bash -e`, а тот о конвейерах команд
# ничего не знает; `pipefail` получает только шаг, в котором написано `shell: bash`.
# %% [markdown] lang="en" key="q2_text"
# ### Exercise 2. Repair three lines
#
# Three of those habits met in one workflow. Repair it so that each gate, linter, format and tests, can stop a pull
# request. The report may stay. If you move work into a Makefile or a script, write it with `lab.write` too.
# %% [markdown] lang="ru" key="q2_text" of="15715165"
# ### Упражнение 2. Почините три строки
#
# Три такие привычки встретились в одном workflow. Почините его так, чтобы каждый заслон — линтер, формат и тесты — мог
# остановить пул-реквест. Отчёт можно оставить. Если уносите работу в Makefile или скрипт, запишите и их через `lab.write`.
# %% key="q2" tags=["exercise"]
ci = """
name: CI
on: [push, pull_request]
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
      - run: python -m pip install pytest ruff
      - run: ruff check . || true
      - run: ruff format .
      - run: python -m pytest | tee report.txt
"""
### BEGIN SOLUTION
ci = """
name: CI
on: [push, pull_request]
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
      - run: python -m pip install pytest ruff
      - run: ruff check .
      - run: ruff format --check .
      - run: python -m pytest | tee report.txt
        shell: bash
"""
### END SOLUTION
lab.write(".github/workflows/ci.yml", ci, lab.scratch("tired"))
lab.check("q2")
# %% key="q2.wrong1" tags=["wrong"] expect="q2.masked"
ci = """
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install pytest ruff
      - run: ruff check .
      - run: ruff format --check .
      - run: python -m pytest | tee report.txt
"""
# %% key="q2.wrong2" tags=["wrong"] expect="q2.missing"
ci = """
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install pytest ruff
      - run: ruff check .
      - run: python -m pytest
"""
# %% key="q2.wrong3" tags=["wrong"] expect="q2.rewrites"
ci = """
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install pytest ruff
      - run: ruff check .
      - run: ruff format .
      - run: python -m pytest
"""
# %% key="q2.wrong4" tags=["wrong"] expect="q2.refused"
ci = """
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m pip install pytest ruff
      - run: ruff check .
      - run: ruff format --check .
     - run: python -m pytest
"""
# %% [markdown] lang="en" key="q3_text"
# ### Exercise 3 ★ Your own pipeline runs the gauntlet
#
# Now your homework. A copy of it gets three faults, one at a time, and your workflow really runs on each. First predict:
# which step will go red? Map `unused-import`, `format` and `failing-test` to the names of your steps. Mend `ci` if you
# must; leave it empty to keep what you have. It takes some twenty seconds.
# %% [markdown] lang="ru" key="q3_text" of="450704a8"
# ### Упражнение 3 ★ Ваш конвейер на полосе препятствий
#
# Теперь ваша домашняя работа. В её копию по очереди подложат три дефекта, и ваш workflow действительно запустится на
# каждом. Сначала предскажите: какой шаг покраснеет? Сопоставьте `unused-import`, `format` и `failing-test` именам своих
# шагов. Если нужно, поправьте `ci`; пустая строка оставит всё как есть. Это займёт секунд двадцать.
# %% key="q3" tags=["exercise"]
ci = ""  # your workflow; empty keeps the one you have
expected = {}  # a fault: the name of the step that goes red
### BEGIN SOLUTION
ci = """
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
        with:
          persist-credentials: false
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: python -m pip install ".[dev]"
      - name: Lint
        run: ruff check .
      - name: Check the format
        run: ruff format --check .
      - name: Test
        run: python -m pytest
"""
expected = {"unused-import": "Lint", "format": "Check the format", "failing-test": "Test"}
### END SOLUTION
lab.write(".github/workflows/ci.yml", ci)
proof = lab.prove(lab.homework, faults=tuple(expected)) if expected else None
lab.check("q3", expected, proof)
# %% key="q3.wrong1" tags=["wrong"] expect="q3.nothing_runs"
ci = """
name: CI
on: workflow_dispatch
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: ruff check .
      - run: ruff format --check .
      - run: python -m pytest
"""
expected = {
    "unused-import": "ruff check .",
    "format": "ruff format --check .",
    "failing-test": "Test",
}
# %% key="q3.wrong2" tags=["wrong"] expect="q3.red_already"
ci = """
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - run: ruff check .
      - run: python -m pytest campfire tests
"""
expected = {
    "unused-import": "ruff check .",
    "format": "ruff check .",
    "failing-test": "python -m pytest",
}
# %% key="q3.wrong3" tags=["wrong"] expect="q3.got_through"
ci = """
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: echo "ruff check . ; ruff format --check . ; python -m pytest"
"""
expected = {"unused-import": "echo", "format": "echo", "failing-test": "echo"}
# %% key="q3.wrong4" tags=["wrong"] expect="q3.too_few"
ci = ""
expected = {"failing-test": "Test"}
# %% [markdown] lang="en" key="give"
# ## What a pipeline gives away
#
# A pipeline holds keys: it may publish in your name. So it has to be able to say no to strangers too. This workflow
# builds an image, and it is modelled on what courses really show. Ask zizmor, an auditor of workflows, what it sees.
# %% [markdown] lang="ru" key="give" of="58a276b8"
# ## Что конвейер отдаёт чужим
#
# В руках у конвейера ключи: он публикует от вашего имени. Значит, он должен уметь говорить «нет» и посторонним. Этот
# workflow собирает образ, и написан он так, как это и правда показывают на курсах. Спросите zizmor, аудитора workflow, что видит он.
# %% key="zizmor"
image = lab.scratch("image")
lab.sh("zizmor --offline --quiet --no-progress --show-audit-urls never .", folder=image)
# %% [markdown] lang="en" key="q4_text"
# ### Exercise 4. Close five holes
#
# zizmor names three. Two more it passes over: whose rights are too wide, and which secret stays inside the image for
# everybody who pulls it? Mend all five; the image must still be pushed on a tag. Version 1.0.0 of
# `berry-tools/stamp` is the commit `8a518d2fa246846bba6a9a25d21c88090b91f96d`; exercise 5 shows how to find that out.
# %% [markdown] lang="ru" key="q4_text" of="1544784a"
# ### Упражнение 4. Закройте пять дыр
#
# zizmor называет три. Две он пропускает: чьи права слишком широки и какой секрет останется внутри образа у каждого,
# кто его скачает? Исправьте все пять; по тегу образ должен по-прежнему отправляться. Версия 1.0.0 экшена
# `berry-tools/stamp` — это коммит `8a518d2fa246846bba6a9a25d21c88090b91f96d`; как это узнать, покажет упражнение 5.
# %% key="q4" tags=["exercise"]
workflow = """
name: Image
on:
  push:
    tags: ["v*"]
  pull_request:
permissions: write-all
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - name: Say what is built
        run: echo "Building ${{ github.event.pull_request.title }}"
      - name: Stamp the build
        id: stamp
        uses: berry-tools/stamp@main
      - name: Log in to Docker Hub
        uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
      - name: Build and push
        if: ${{ steps.stamp.outcome }} == 'success'
        uses: docker/build-push-action@v7
        with:
          push: ${{ github.ref_type == 'tag' }}
          tags: ${{ secrets.DOCKERHUB_USERNAME }}/campfire:${{ github.ref_name }}
          build-args: |
            S3_KEY=${{ secrets.S3_KEY }}
"""
### BEGIN SOLUTION
workflow = """
name: Image
on:
  push:
    tags: ["v*"]
  pull_request:
permissions:
  contents: read
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - name: Say what is built
        env:
          TITLE: ${{ github.event.pull_request.title }}
        run: echo "Building $TITLE"
      - name: Stamp the build
        id: stamp
        uses: berry-tools/stamp@8a518d2fa246846bba6a9a25d21c88090b91f96d # v1.0.0
      - name: Log in to Docker Hub
        uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
      - name: Build and push
        if: steps.stamp.outcome == 'success'
        uses: docker/build-push-action@v7
        with:
          push: ${{ github.ref_type == 'tag' }}
          tags: ${{ secrets.DOCKERHUB_USERNAME }}/campfire:${{ github.ref_name }}
          secrets: |
            s3_key=${{ secrets.S3_KEY }}
"""
### END SOLUTION
lab.write(".github/workflows/image.yml", workflow, image)
lab.check("q4")
# %% key="q4.wrong1" tags=["wrong"] expect="q4.zizmor"
workflow = """
name: Image
on:
  push:
    tags: ["v*"]
  pull_request:
permissions:
  contents: read
env:
  TITLE: ${{ github.event.pull_request.title }}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - name: Say what is built
        run: echo "Building ${{ env.TITLE }}"
      - uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
      - uses: docker/build-push-action@v7
        with:
          push: ${{ github.ref_type == 'tag' }}
          tags: ${{ secrets.DOCKERHUB_USERNAME }}/campfire:${{ github.ref_name }}
"""
# %% key="q4.wrong2" tags=["wrong"] expect="q4.build_arg"
workflow = """
name: Image
on:
  push:
    tags: ["v*"]
permissions:
  contents: read
jobs:
  image:
    runs-on: ubuntu-latest
    env:
      S3_KEY: ${{ secrets.S3_KEY }}
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
      - uses: docker/build-push-action@v7
        with:
          push: true
          tags: ${{ secrets.DOCKERHUB_USERNAME }}/campfire:${{ github.ref_name }}
          build-args: S3_KEY=${{ env.S3_KEY }}
"""
# %% key="q4.wrong3" tags=["wrong"] expect="q4.pushes_nothing"
workflow = """
name: Image
on:
  push:
    tags: ["v*"]
permissions:
  contents: read
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - run: echo "no holes left"
"""
# %% key="q4.wrong4" tags=["wrong"] expect="q4.unpinned"
workflow = """
name: Image
on:
  push:
    tags: ["v*"]
permissions:
  contents: read
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: berry-tools/stamp@v1.2.0
      - uses: docker/login-action@v4
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
      - uses: docker/build-push-action@v7
        with:
          push: true
          tags: ${{ secrets.DOCKERHUB_USERNAME }}/campfire:${{ github.ref_name }}
"""
# %% [markdown] lang="en" key="leak"
# ## When a key has leaked
#
# It happens on slides, in notebooks, in logs: a key is shown "for a moment", and every viewer, recording and copy has
# it. Many think that deleting the line ends it. Predict: will git still find the word after the second commit?
# %% [markdown] lang="ru" key="leak" of="be6936cf"
# ## Когда ключ утёк
#
# Так бывает на слайдах, в ноутбуках, в логах: ключ показали «на минутку», и он остался у каждого зрителя, в записи и в
# копиях. Многие думают, что достаточно удалить строку. Предскажите: найдёт ли git это слово после второго коммита?
# %% key="history"
lab.sh("""rm -rf .git && git init -q
echo 'key = "this-is-no-real-key"' > settings.py && git add . && git commit -qm "Add settings"
echo 'key = os.environ["S3_KEY"]' > settings.py && git commit -qam "Take the key out again"
git grep -n real-key $(git rev-list --all)""", folder=lab.scratch("leak"))  # fmt: skip
# %% [markdown] lang="en" key="leak_read"
# It is there for everybody who clones. So the order is:
#
# 1. **Rotate**: make the old key worthless, at once. Nothing else undoes a leak.
# 2. **Look** what was done with it meanwhile.
# 3. **Move** the new one into secrets or the environment.
# 4. **Scan**, so that the next one is noticed in minutes: [push protection](https://docs.github.com/en/code-security/concepts/secret-security/push-protection) stops it before it is pushed.
# %% [markdown] lang="ru" key="leak_read" of="4883fc2a"
# Оно есть у каждого, кто клонирует репозиторий. Поэтому порядок такой:
#
# 1. **Заменить**: старый ключ сразу сделать бесполезным. Больше ничем утечку не исправить.
# 2. **Посмотреть**, что с ним успели сделать.
# 3. **Перенести** новый в секреты или в переменные окружения.
# 4. **Сканировать**, чтобы следующую утечку заметить за минуты: [push protection](https://docs.github.com/en/code-security/concepts/secret-security/push-protection) остановит её ещё до отправки.
# %% [markdown] lang="en" key="pin"
# ## A tag is a promise, a commit is a fact
#
# `stamp@v1.2.0` runs whatever that tag points at *today*. Here is the action's repository. It has two releases, and
# its tags are objects of their own: they have a hash, and it is not the commit's.
# %% [markdown] lang="ru" key="pin" of="85ef507c"
# ## Тег — обещание, коммит — факт
#
# `stamp@v1.2.0` запускает то, на что этот тег указывает *сегодня*. Вот репозиторий экшена. В нём два выпуска, а его
# теги — самостоятельные объекты: у них есть свой хеш, и это не хеш коммита.
# %% key="stamp"
stamp = lab.scratch("stamp")
lab.sh("rm -rf .git && git init -q && git fast-import --quiet < day_one.txt", folder=stamp)
lab.sh("git log --format='%s · %D' --all && git cat-file -t v1.2.0", folder=stamp)
# %% [markdown] lang="en" key="q5_text"
# ### Exercise 5. Pin it
#
# Which line takes version 1.2.0 of `berry-tools/stamp`, whatever happens to its tags? Write what stands behind `uses:`,
# and the version as a comment, for people and for Dependabot.
# %% [markdown] lang="ru" key="q5_text" of="dec2a42e"
# ### Упражнение 5. Закрепите версию
#
# Какая строка возьмёт версию 1.2.0 экшена `berry-tools/stamp`, что бы ни случилось с его тегами? Напишите то, что стоит
# после `uses:`, и версию в комментарии — для людей и для Dependabot.
# %% key="q5" tags=["exercise"]
uses = ""  # owner/name@...
### BEGIN SOLUTION
import subprocess

words = ["git", "-C", str(stamp), "rev-parse", "v1.2.0^{commit}"]
uses = f"berry-tools/stamp@{subprocess.check_output(words, text=True).strip()} # v1.2.0"
### END SOLUTION
lab.check("q5", uses)
# %% key="q5.wrong1" tags=["wrong"] expect="q5.tag_object"
import subprocess

words = ["git", "-C", str(stamp), "rev-parse", "v1.2.0"]
uses = f"berry-tools/stamp@{subprocess.check_output(words, text=True).strip()}"
# %% key="q5.wrong2" tags=["wrong"] expect="q5.short"
uses = "berry-tools/stamp@cb1bf8b # v1.2.0"
# %% key="q5.wrong3" tags=["wrong"] expect="q5.can_move"
uses = "berry-tools/stamp@v1.2.0"
# %% key="q5.wrong4" tags=["wrong"] expect="q5.first_release"
uses = "berry-tools/stamp@8a518d2fa246846bba6a9a25d21c88090b91f96d"
# %% [markdown] lang="en" key="day_two"
# Now somebody steals a maintainer's token and moves the tags. In 2025 that happened to a popular action
# ([advisory](https://github.com/advisories/GHSA-mrrh-fwg8-r2c3)): it printed its users' secrets into their logs.
# Predict: what does `v1.2.0` run now, and what does your pin run?
# %% [markdown] lang="ru" key="day_two" of="ad6d607b"
# А теперь у автора крадут токен и передвигают теги. В 2025 году так случилось с популярным экшеном
# ([описание](https://github.com/advisories/GHSA-mrrh-fwg8-r2c3)): он печатал секреты своих пользователей в их логи.
# Предскажите: что теперь запустит `v1.2.0`, а что — закреплённый коммит?
# %% key="moved"
lab.sh("git fast-import --quiet --force < day_two.txt", folder=stamp)
lab.sh("git show v1.2.0:action.yml | grep run:", folder=stamp)
lab.sh("git show v1.2.0^:action.yml | grep run:", folder=stamp)
# %% [markdown] lang="en" key="moved_read"
# The tag sends every variable of the job away, secrets included. The commit you pinned, now the one before it, still
# does what you read when you chose it.
# `actions/*`, `docker/*` and `pypa/*` come from those who run the platforms; there most people accept a tag.
# %% [markdown] lang="ru" key="moved_read" of="c34370f0"
# Тег теперь отсылает наружу все переменные задания вместе с секретами. Закреплённый вами коммит, теперь предыдущий,
# делает то же, что вы прочли, когда выбирали его. `actions/*`, `docker/*` и `pypa/*` ведут сами владельцы платформ; для них обычно хватает тега.
# %% [markdown] lang="en" key="logs"
# ## The first true error
#
# A red step is where the run *ended*, and its last lines are symptoms. Here is the end of a real log, 295 lines long:
# %% [markdown] lang="ru" key="logs" of="493571c0"
# ## Первая настоящая ошибка
#
# Красный шаг — это место, где запуск *закончился*, и его последние строки — симптомы. Вот конец настоящего лога длиной
# в 295 строк:
# %% key="tail"
log = (lab.scratch("log") / "run.log").read_text().splitlines()
for number, text in [*enumerate(log, 1)][-5:]:
    print(number, text[:95])
# %% [markdown] lang="en" key="q6_text"
# ### Exercise 6. Find it
#
# On which line does the log first tell of the *cause*? Steps begin with `▸`. Search from the top, open the file in
# JupyterLab, or use Python; and beware of lines that only contain the word "error".
# %% [markdown] lang="ru" key="q6_text" of="d8a7f7f1"
# ### Упражнение 6. Найдите её
#
# В какой строке лог впервые говорит о *причине*? Шаги начинаются с `▸`. Ищите сверху, откройте файл в JupyterLab или
# возьмите Python; и осторожно со строками, в которых просто есть слово «error».
# %% key="q6" tags=["exercise"]
line = 0
### BEGIN SOLUTION
line = next(number for number, text in enumerate(log, 1) if "Cannot open" in text)
### END SOLUTION
lab.check("q6", line)
# %% key="q6.wrong1" tags=["wrong"] expect="q6.last_word"
line = len(log)
# %% key="q6.wrong2" tags=["wrong"] expect="q6.consequence"
line = next(number for number, text in enumerate(log, 1) if "ERROR" in text)
# %% key="q6.wrong3" tags=["wrong"] expect="q6.only_a_word"
line = next(number for number, text in enumerate(log, 1) if "error" in text and "an_error" in text)
# %% [markdown] lang="en" key="trouble"
# ## Having trouble?
#
# | the log says | it means |
# |---|---|
# | `Process completed with exit code 1.` | the program above said no: read up from here |
# | `Would reformat: campfire/table.py` | `ruff format --check` found a file: run `ruff format .` at home and commit |
# | `No module named 'campfire'` | the job tests, but never installs the project |
# | `Resource not accessible by integration` | the job's token may not do that: give *this* right to *this* job |
# | the project is red as it is | the gauntlet needs a green start: mend that step first |
# | a fault got through | its gate is missing, masked, or does not look at that file |
# %% [markdown] lang="ru" key="trouble" of="82d5a2f3"
# ## Не получается?
#
# | лог говорит | это значит |
# |---|---|
# | `Process completed with exit code 1.` | программа выше сказала «нет»: читайте отсюда вверх |
# | `Would reformat: campfire/table.py` | `ruff format --check` нашёл файл: выполните у себя `ruff format .` и сделайте коммит |
# | `No module named 'campfire'` | задание тестирует проект, но не устанавливает его |
# | `Resource not accessible by integration` | у токена задания нет на это прав: дайте *это* право *этому* заданию |
# | проект красный и без дефектов | полоса препятствий начинается с зелёного: сначала почините этот шаг |
# | дефект прошёл | его заслона нет, он заглушён или не смотрит на этот файл |
# %% [markdown] lang="en" key="now"
# ## What you can say now
#
# - "I have seen my pipeline red, and I know which step stops which fault."
# - "`|| true`, `--exit-zero`, `continue-on-error`, a bare pipe, `if: false`: each is a gate left open."
# - "A linter of workflows finds some holes; the others one has to read."
# - "A leaked key is rotated first."
# - "The first true error stands above the red one."
#
# Next: [05 · Publish a library](05_publish_a_library.ipynb) puts your library on an index, through gates that hold.
# %% [markdown] lang="ru" key="now" of="faf38d0e"
# ## Что вы теперь можете сказать
#
# - «Я видел(а) свой конвейер красным и знаю, какой шаг какой дефект останавливает».
# - «`|| true`, `--exit-zero`, `continue-on-error`, голый конвейер команд, `if: false` — всё это открытые заслоны».
# - «Аудитор находит одни дыры в workflow, другие нужно вычитывать самому».
# - «Утёкший ключ прежде всего заменяют».
# - «Первая настоящая ошибка стоит выше красной».
#
# Дальше: [05 · Публикуем библиотеку](05_publish_a_library.ipynb): ваша библиотека попадёт в индекс через крепкие заслоны.
