# %% [markdown] lang="en" key="intro"
# # 01 · Three questions of CI
#
# Each time somebody changes the code, a machine asks three things: **does it build, do the tests pass, is it
# good enough?** By the end of this lesson your own function asks them. Nothing is graded yet; the criteria
# CI1 to CI5 of the homework all grow from here.

# %% [markdown] lang="ru" key="intro" of="10df9b4a"
# # 01 · Три вопроса CI
#
# Каждый раз, когда кто-то меняет код, машина спрашивает три вещи: **собирается ли он, проходят ли тесты,
# достаточно ли он хорош?** К концу урока их будет задавать ваша собственная функция. Оценок пока нет, но
# критерии CI1–CI5 домашней работы растут отсюда.

# %% tags=["parameters"]
LANG = "en"

# %% key="open"
from checker.workbook import Lab

lab = Lab("01_three_questions", LANG, edition=1)
lab

# %% [markdown] lang="en" key="story"
# ## A merge on Friday
#
# Anna tuned features for three weeks on her branch, Boris rewrote the loader on his. On Friday they merged.
# Nothing ran, and nobody could tell which of two hundred changes had broken it. Had each change met the others
# within a day, there would have been one suspect.

# %% [markdown] lang="ru" key="story" of="1443ba73"
# ## Слияние в пятницу
#
# Анна три недели настраивала признаки в своей ветке, Борис в своей переписывал загрузчик. В пятницу ветки
# слили. Не заработало ничего, и никто не мог сказать, какое из двухсот изменений виновато. Встречайся
# изменения друг с другом каждый день, подозреваемый был бы один.

# %% [markdown] lang="en" key="words"
# ## The words, each with an example
#
# | word | meaning | for example |
# |---|---|---|
# | **CI**, continuous integration | every change is joined with everybody's, and checked by a machine | a push to `campfire` starts ruff and pytest |
# | **CD**, continuous delivery or deployment | what passed goes where it is used, without hands | a merge puts `campfire` 1.0.1 on the package index |
# | **CT**, continuous training | the pipeline fits the model anew, on a schedule or a trigger | on Monday at 03:00, version 8 |
# | **artefact** | a file that a run leaves behind | `campfire_centroids-1.0.1-py3-none-any.whl` |
# | **environment** | where a program runs, with its own data and users | development, test, staging, production |

# %% [markdown] lang="ru" key="words" of="475df85f"
# ## Слова, каждое с примером
#
# | слово | что значит | например |
# |---|---|---|
# | **CI**, непрерывная интеграция | каждое изменение соединяется с чужими, и машина его проверяет | push в `campfire` запускает ruff и pytest |
# | **CD**, непрерывная доставка или развёртывание | то, что прошло проверку, само попадает туда, где им пользуются | слияние выкладывает `campfire` 1.0.1 в индекс пакетов |
# | **CT**, непрерывное обучение | пайплайн заново обучает модель по расписанию или по сигналу | в понедельник в 03:00, версия 8 |
# | **артефакт** | файл, который остаётся после запуска | `campfire_centroids-1.0.1-py3-none-any.whl` |
# | **окружение** | место, где программа работает со своими данными и пользователями | development, test, staging, production |

# %% [markdown] lang="en" key="where"
# ## Where machine learning uses them
#
# | CI/CD does | you do it in lesson |
# |---|---|
# | linting, formatting and testing code | 02 to 04 |
# | publishing a library, an image | 05, 06 |
# | the same in Jenkins, Tekton and GitLab | 07 |
# | delivering pipelines to Airflow | 08 |
# | training, reports and their delivery | 09 |
# | delivering models, watching them | 10 |
#
# Marked ★ is a path of 90 minutes through all lessons; each lesson also opens by itself.

# %% [markdown] lang="ru" key="where" of="21b950be"
# ## Где это нужно в машинном обучении
#
# | что делает CI/CD | в каком уроке это сделаете вы |
# |---|---|
# | проверяет стиль, формат и тесты кода | 02–04 |
# | публикует библиотеку, образ | 05, 06 |
# | то же в Jenkins, Tekton и GitLab | 07 |
# | доставляет пайплайны в Airflow | 08 |
# | обучает, строит и рассылает отчёты | 09 |
# | доставляет модели и следит за ними | 10 |
#
# Значком ★ отмечен путь на 90 минут через все уроки; любой урок можно открыть и отдельно.

# %% [markdown] lang="en" key="how"
# ## How an exercise works
#
# Replace `None` in a cell and run it: `lab.check` says *correct*, or *not yet* and why. Three hints wait, from a
# nudge to nearly the answer: `lab.hint("q1")`. Then there are `lab.solution("q1")` and `lab.reset("q1")`, and
# `lab.progress()` shows how you stand. What you tried stays in your own folder; nobody else sees it.

# %% [markdown] lang="ru" key="how" of="94b0ed7e"
# ## Как устроено упражнение
#
# Замените `None` в ячейке и выполните её: `lab.check` ответит «верно» или «пока неверно» и объяснит почему. Есть
# три подсказки, от намёка до почти ответа: `lab.hint("q1")`. Ещё есть `lab.solution("q1")` и `lab.reset("q1")`, а
# `lab.progress()` покажет, сколько уже сделано. Ваши попытки остаются в вашей папке, их больше никто не видит.

# %% key="caps"
lab.caps()

# %% [markdown] lang="en" key="q1.text"
# ## q1 ★ Your prefix
#
# A **prefix** is the name under which a shared place keeps what is yours: `petrov_ivan/` in the class's bucket.
# One name should do everywhere. Predict: which of these five do a package index and an image registry both take?

# %% [markdown] lang="ru" key="q1.text" of="e96702f9"
# ## q1 ★ Ваш префикс
#
# **Префикс** — имя, под которым общее хранилище держит ваше: `petrov_ivan/` в бакете группы. Хорошо, когда одно
# имя годится везде. Предскажите: какие из этих пяти примут и индекс пакетов, и реестр образов?

# %% key="shelves"
from checker.workbook.lessons.n01_three_questions import shelves

shelves(lab, "Петров Иван", "Petrov Ivan", "Petrov_Ivan", "petrov_ivan_", "petrov_ivan")

# %% [markdown] lang="en" key="q1.read"
# The bucket takes everything, and its addresses show what that costs: a script will stumble over them. Images want
# small letters, packages a letter or digit at the end. What is left is `surname_name`: small Latin letters with one
# underscore between.

# %% [markdown] lang="ru" key="q1.read" of="6f92025b"
# Бакет принимает всё, и цену видно в его адресах: об них споткнётся любой скрипт. Образам нужны строчные буквы,
# пакетам — буква или цифра в конце. Остаётся `surname_name`: фамилия и имя строчными латинскими буквами, между ними
# одно подчёркивание.

# %% key="q1" tags=["exercise"]
name = "Петров Иван"  # your surname and name, as in the class list
prefix = None  # what your folder is called
### BEGIN SOLUTION
prefix = "petrov_ivan"
### END SOLUTION
lab.check("q1", name, prefix)

# %% key="q1.wrong1" tags=["wrong"] expect="q1.capitals"
name = "Петров Иван"
prefix = "Petrov_Ivan"

# %% key="q1.wrong2" tags=["wrong"] expect="q1.cyrillic"
name = "Петров Иван"
prefix = "петров_иван"

# %% key="q1.wrong3" tags=["wrong"] expect="q1.hyphen"
name = "Петров Иван"
prefix = "petrov-ivan"

# %% key="q1.wrong4" tags=["wrong"] expect="q1.name_first"
name = "Петров Иван"
prefix = "ivan_petrov"

# %% key="q1.wrong5" tags=["wrong"] expect="q1.patronymic"
name = "Петров Иван Сергеевич"
prefix = "petrov_ivan_sergeevich"

# %% key="q1.wrong6" tags=["wrong"] expect="q1.space"
name = "Петров Иван"
prefix = "petrov ivan"

# %% [markdown] lang="en" key="join"
# ## Join the campus
#
# The **campus** is the outside world in miniature, on your own machine: a place for git, a package index, an image
# registry, a bucket. With your prefix you join it, and later lessons publish there under your name, with no account.

# %% [markdown] lang="ru" key="join" of="ca1492f1"
# ## Вступите в кампус
#
# **Кампус** — внешний мир в миниатюре на вашей машине: место для git, индекс пакетов, реестр образов, бакет. Со
# своим префиксом вы вступаете в него, и следующие уроки публикуют там от вашего имени без единого аккаунта.

# %% key="join.cell"
lab.join(prefix or name)

# %% [markdown] lang="en" key="q2.text"
# ## q2 Who does what
#
# Five boxes: **CI** checks a change. **Pipeline CD** delivers a changed pipeline. **Continuous training** is that
# pipeline running in production: it leaves a model in the registry. **Model CD** brings a model into service.
# **Monitoring** watches live data and raises the alarm.
#
# | | action |
# |---|---|
# | a | The new DAG file of a merged change is copied to Airflow in production |
# | b | ruff finds an unused import, and the pull request turns red |
# | c | On Monday at 03:00 the production pipeline fits a model on last week's rows |
# | d | The prediction service loads version 8 without a restart |
# | e | The image with new feature code replaces the old one on the training cluster |
# | f | Every hour the share of empty fields in live requests is counted |
# | g | pytest runs on four Pythons after a push |
# | h | What a merge built is rolled out to staging: the whole pipeline, with a new way of fitting |
# | i | 10,000 new rows have arrived: the pipeline starts and registers version 8 |
# | j | Tonight's batch run predicts with the version that the alias `champion` names |
# | k | A wheel is built from the commit and imported in an empty environment |
# | l | A feature has drifted past 0.2: a signal asks for a new training run |
# | m | In each pull request, a training on 200 rows shows that the loss falls |
# | n | 5 % of the requests go to version 8, an hour later all of them |

# %% [markdown] lang="ru" key="q2.text" of="71860f19"
# ## q2 Кто чем занят
#
# Пять коробок. **CI** проверяет изменение. **Pipeline CD** доставляет изменённый пайплайн. **Непрерывное обучение**
# — этот пайплайн за работой: после него в реестре лежит модель. **Model CD** вводит модель в сервис.
# **Мониторинг** смотрит на живые данные и поднимает тревогу.
#
# | | действие |
# |---|---|
# | a | Новый файл DAG из слитого изменения копируется в Airflow в production |
# | b | ruff находит лишний импорт, и пул-реквест краснеет |
# | c | В понедельник в 03:00 пайплайн в production обучает модель на строках прошлой недели |
# | d | Сервис предсказаний без перезапуска загружает версию 8 |
# | e | Образ с новым кодом признаков заменяет старый на обучающем кластере |
# | f | Каждый час считается доля пустых полей в живых запросах |
# | g | После push pytest проходит на четырёх Python |
# | h | Собранное после слияния выкатывается на staging: весь пайплайн, с новым способом обучения |
# | i | Пришло 10 000 новых строк: пайплайн стартует и регистрирует версию 8 |
# | j | Ночной пакетный запуск предсказывает той версией, на которую указывает алиас `champion` |
# | k | Из коммита собирается wheel и импортируется в пустом окружении |
# | l | Дрейф признака превысил 0.2: сигнал просит новый запуск обучения |
# | m | В каждом пул-реквесте обучение на 200 строках показывает, что функция потерь падает |
# | n | 5 % запросов идут на версию 8, через час — все |

# %% key="q2" tags=["exercise"]
ci = pipeline_cd = training = model_cd = monitoring = ""  # letters, such as "xyz"
### BEGIN SOLUTION
ci = "bgkm"
pipeline_cd = "aeh"
training = "ci"
model_cd = "djn"
monitoring = "fl"
### END SOLUTION
lab.check("q2", ci, pipeline_cd, training, model_cd, monitoring)

# %% key="q2.wrong1" tags=["wrong"] expect="q2.model_is_not_pipeline"
ci, pipeline_cd, training, model_cd, monitoring = "bgkm", "aehdjn", "ci", "", "fl"

# %% key="q2.wrong2" tags=["wrong"] expect="q2.smoke_is_not_training"
ci, pipeline_cd, training, model_cd, monitoring = "bgk", "aeh", "cim", "djn", "fl"

# %% key="q2.wrong3" tags=["wrong"] expect="q2.trigger_is_not_training"
ci, pipeline_cd, training, model_cd, monitoring = "bgkm", "aeh", "cil", "djn", "f"

# %% key="q2.wrong4" tags=["wrong"] expect="q2.left"
ci, pipeline_cd, training, model_cd, monitoring = "bgkm", "aeh", "ci", "djn", "f"

# %% [markdown] lang="en" key="q2.read"
# A habit that helps: ask what is *left behind*. A verdict: CI. A running pipeline: pipeline CD. A model in the
# registry: training. A service that predicts: model CD. An alarm: monitoring.

# %% [markdown] lang="ru" key="q2.read" of="2fc8d99b"
# Полезная привычка: спросите, что *остаётся*. Приговор — это CI. Работающий пайплайн — pipeline CD. Модель в реестре
# — обучение. Сервис, который предсказывает, — model CD. Тревога — мониторинг.

# %% [markdown] lang="en" key="q3.text"
# ## q3 ★ Which question failed?
#
# Here is one week of a tiny library, `ripe`, a folder a day. Its `ci.sh` asks: 1 **builds** (a wheel comes out),
# 2 **tests** (pytest), 3 **good enough** (ruff finds nothing *and* `gate.py` sees enough accuracy on frozen rows).
# Three logs follow. In each, one question got a *no*.

# %% [markdown] lang="ru" key="q3.text" of="f4114790"
# ## q3 ★ Какой вопрос провалился?
#
# Перед вами неделя крошечной библиотеки `ripe`, по папке на день. Её `ci.sh` спрашивает: 1 **сборка** (получается
# wheel), 2 **тесты** (pytest), 3 **качество** (ruff ничего не находит *и* `gate.py` доволен точностью на
# замороженных строках). Ниже три лога. В каждом ровно на один вопрос ответили «нет».

# %% key="week.tuesday"
week = lab.scratch("week")
lab.sh("sh ci.sh", folder=week / "tuesday")

# %% key="week.wednesday"
lab.sh("sh ci.sh", folder=week / "wednesday")

# %% key="week.thursday"
lab.sh("sh ci.sh", folder=week / "thursday")

# %% key="q3" tags=["exercise"]
tuesday = wednesday = thursday = None  # 1, 2 or 3
### BEGIN SOLUTION
tuesday, wednesday, thursday = 1, 2, 3
### END SOLUTION
lab.check("q3", tuesday, wednesday, thursday)

# %% key="q3.wrong1" tags=["wrong"] expect="q3.word_error"
tuesday, wednesday, thursday = 2, 2, 3

# %% key="q3.wrong2" tags=["wrong"] expect="q3.warning"
tuesday, wednesday, thursday = 1, 2, 2

# %% key="q3.wrong3" tags=["wrong"] expect="q3.wednesday"
tuesday, wednesday, thursday = 1, 3, 3

# %% [markdown] lang="en" key="q3.read"
# You did what a reviewer does each morning: find the *tool* that stopped, then its last line. Words such as *error* or
# *warning* decide nothing: they stand in names of tests, in texts of programs, in healthy logs too.

# %% [markdown] lang="ru" key="q3.read" of="b7a50d0b"
# Вы сделали то, чем рецензент занят каждое утро: нашли *инструмент*, который остановился, и его последнюю строку.
# Слова *error* и *warning* ничего не решают: они бывают в именах тестов, в сообщениях программ и в здоровых логах.

# %% [markdown] lang="en" key="q4.wrong_way"
# ## q4 Ask the questions yourself
#
# A machine does not read logs as you did: the word *error* stands in the log of a healthy Monday too. Look at what
# happens when a function searches for it. The day is sound; what will it say?

# %% [markdown] lang="ru" key="q4.wrong_way" of="7ed45944"
# ## q4 Спросите сами
#
# Машина не читает логи так, как вы: слово *error* есть и в логе здорового понедельника. Посмотрите, что выйдет, если
# функция ищет его. День исправен; что она ответит?

# %% key="search"
import subprocess
import sys

ask = [sys.executable, "-m", "pytest", "--verbose"]
done = subprocess.run(ask, cwd=week / "monday", capture_output=True, text=True)
("error" not in done.stdout, done.returncode)

# %% [markdown] lang="en" key="q4.text"
# It says *no* to a sound day. The **exit status** is the answer: 0 means yes, anything else no. Every CI system
# looks at that number alone. Write `three_questions(repo)`: it runs the commands of `ci.sh` in the folder and returns
# `{"builds": ..., "tests": ..., "good": ...}` with `True` or `False`, all three asked each time.

# %% [markdown] lang="ru" key="q4.text" of="a258ddfa"
# Исправному дню она говорит «нет». Настоящий ответ — **код возврата**: 0 значит «да», всё остальное — «нет». Любая
# система CI смотрит только на это число. Напишите `three_questions(repo)`: она выполняет в папке команды из `ci.sh` и
# возвращает `{"builds": ..., "tests": ..., "good": ...}` со значениями `True` или `False`; каждый раз задаются все три
# вопроса.


# %% key="q4" tags=["exercise"]
def three_questions(repo):
    return None  # your function


### BEGIN SOLUTION
def three_questions(repo):
    def says_yes(*module):
        command = [sys.executable, "-m", *module]
        return subprocess.run(command, cwd=repo, capture_output=True).returncode == 0

    return {
        "builds": says_yes("build", "--wheel", "--no-isolation"),
        "tests": says_yes("pytest"),
        "good": says_yes("ruff", "check", ".") and says_yes("gate"),
    }


### END SOLUTION
lab.check("q4", three_questions)


# %% key="q4.wrong1" tags=["wrong"] expect="q4.always_yes"
def three_questions(repo):
    def says_yes(*module):
        return bool(subprocess.run([sys.executable, "-m", *module], cwd=repo, capture_output=True))

    return {
        "builds": says_yes("build", "-wn"),
        "tests": says_yes("pytest"),
        "good": says_yes("gate"),
    }


# %% key="q4.wrong2" tags=["wrong"] expect="q4.compiles_is_no_build"
def three_questions(repo):
    def says_yes(*module):
        command = [sys.executable, "-m", *module]
        return subprocess.run(command, cwd=repo, capture_output=True).returncode == 0

    good = says_yes("ruff", "check", ".") and says_yes("gate")
    return {"builds": says_yes("compileall", "ripe"), "tests": says_yes("pytest"), "good": good}


# %% key="q4.wrong3" tags=["wrong"] expect="q4.same_everywhere"
def three_questions(repo):
    def says_yes(*module):
        command = [sys.executable, "-m", *module]
        return subprocess.run(command, capture_output=True, timeout=20).returncode == 0

    return {
        "builds": says_yes("build", "."),
        "tests": says_yes("nothing"),
        "good": says_yes("gate"),
    }


# %% key="q4.wrong4" tags=["wrong"] expect="q4.sound_is_refused"
def three_questions(repo):
    def says_yes(*module):
        command = [sys.executable, "-m", *module]
        done = subprocess.run(command, cwd=repo, capture_output=True, text=True)
        return "error" not in (done.stdout + done.stderr).lower()

    good = says_yes("ruff", "check", ".") and says_yes("gate")
    return {"builds": says_yes("build", "-wn"), "tests": says_yes("pytest", "-v"), "good": good}


# %% key="q4.wrong5" tags=["wrong"] expect="q4.gate_is_not_asked"
def three_questions(repo):
    def says_yes(*module):
        command = [sys.executable, "-m", *module]
        return subprocess.run(command, cwd=repo, capture_output=True).returncode == 0

    return [says_yes("build", "-wn"), says_yes("pytest"), says_yes("ruff", "check", ".")]


# %% [markdown] lang="en" key="q4.read"
# You have written a CI system. What GitHub adds is the rest of this course: *when* to ask, on *which* machine, with
# which secrets, and what to do after three times yes.

# %% [markdown] lang="ru" key="q4.read" of="bc78135c"
# Вы написали систему CI. Всё, что добавляет к ней GitHub, — содержание этого курса: *когда* спрашивать, на *какой*
# машине, с какими секретами и что делать после трёх «да».

# %% [markdown] lang="en" key="q5.text"
# ## q5 Why *continuous*
#
# How long does a defect stay unnoticed? Simulate it. A defect waits for the next integration; the checks catch 8 of
# 10, the others wait for one more. Predict: somebody integrates every 6 days instead of every 2; how many times
# longer do defects wait?

# %% [markdown] lang="ru" key="q5.text" of="8a754db5"
# ## q5 Почему *непрерывная*
#
# Сколько времени ошибку не замечают? Смоделируем. Ошибка ждёт ближайшей интеграции; проверки ловят 8 из 10,
# остальные ждут следующей. Предскажите: кто-то интегрирует раз в 6 дней, а не раз в 2; во сколько раз дольше
# ждут ошибки?

# %% key="simulate"
from random import Random


def days_to_notice(every, catch=0.8, defects=4000):
    dice = Random(every)
    waits = [every * dice.random() for _ in range(defects)]
    for at in range(defects):
        while dice.random() > catch:  # overlooked: it waits for one integration more
            waits[at] += every
    return sorted(waits)


def nine_of_ten(days):
    return days[int(0.9 * len(days))]


# %% key="picture"
from checker.workbook.waiting import noticing

waits = {every: days_to_notice(every) for every in range(1, 21)}
figure, facts = noticing(waits, lab.text)
lab.figure(figure, "noticing", **facts)

# %% [markdown] lang="en" key="q5.read"
# Both lines rise straight: three times rarer is three times later. Now read. `longest`: the longest whole interval,
# in days, with which **nine of ten** defects are noticed within **6 days**. `better`: you integrate every 10 days; what
# shortens the wait of nine in ten more, perfect tests (`catch=1.0`, the answer `"tests"`) or half the interval (the
# answer `"interval"`)?

# %% [markdown] lang="ru" key="q5.read" of="857a341c"
# Обе линии прямые: втрое реже — втрое позже. Теперь прочитайте. `longest` — самый длинный интервал в целых днях, при
# котором **девять из десяти** ошибок замечают за **6 дней**. `better`: вы интегрируете раз в 10 дней; что сильнее
# сократит ожидание девяти из десяти — идеальные тесты (`catch=1.0`, ответ `"tests"`) или вдвое меньший интервал
# (ответ `"interval"`)?

# %% key="q5" tags=["exercise"]
longest = None  # days
better = None  # "tests" or "interval"
### BEGIN SOLUTION
longest = max(every for every in waits if nine_of_ten(waits[every]) <= 6)
perfect, halved = nine_of_ten(days_to_notice(10, catch=1.0)), nine_of_ten(days_to_notice(5))
better = "interval" if halved < perfect else "tests"
### END SOLUTION
lab.check("q5", longest, better)

# %% key="q5.wrong1" tags=["wrong"] expect="q5.interval_is_no_wait"
longest, better = 6, "interval"

# %% key="q5.wrong2" tags=["wrong"] expect="q5.half_is_read"
longest, better = 9, "interval"

# %% key="q5.wrong3" tags=["wrong"] expect="q5.tests"
longest, better = 3, "tests"

# %% [markdown] lang="en" key="trouble"
# ## Having trouble?
#
# - `No module named build` (or `pytest`, `ruff`): the notebook's Python is not the one with the workbook. `sys.executable`
#   says which it is.
# - The build fails on every day: leave out `--no-isolation` only where there is a network; with it, everything needed is
#   installed already.
# - Your folder of the week looks odd: delete it and run the cell with `lab.scratch("week")` again.

# %% [markdown] lang="ru" key="trouble" of="c427efbe"
# ## Что-то не получается?
#
# - `No module named build` (или `pytest`, `ruff`): у ноутбука не тот Python, в который установлен курс. Какой он, скажет
#   `sys.executable`.
# - Сборка не проходит ни в один день: без `--no-isolation` нужна сеть, а с ним всё необходимое уже установлено.
# - Папка недели выглядит странно: удалите её и снова выполните ячейку с `lab.scratch("week")`.

# %% [markdown] lang="en" key="end"
# ## What you can say now
#
# - CI checks a change, CD delivers it, CT trains anew; I can tell pipeline CD from model CD.
# - CI asks three questions, and the exit status answers.
# - A log's words mislead: tests may pass while the build fails, and a model may be bad while all tests pass.
# - Integrating twice as often halves the time in which a defect goes unnoticed.
#
# Next: [02 · Lint, format, test](02_lint_format_test.ipynb), where you sharpen the second and the third question.

# %% [markdown] lang="ru" key="end" of="57423e8f"
# ## Что вы теперь можете сказать
#
# - CI проверяет изменение, CD доставляет, CT обучает заново; я отличаю pipeline CD от model CD.
# - CI задаёт три вопроса, а отвечает на них код возврата.
# - Слова в логе обманчивы: тесты проходят, а сборка падает; все тесты прошли, а модель плоха.
# - Интегрировать вдвое чаще — значит вдвое быстрее замечать ошибки.
#
# Дальше: [02 · Стиль, формат, тесты](02_lint_format_test.ipynb), где вы заострите второй и третий вопросы.
