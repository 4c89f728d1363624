# %% [markdown] lang="en" key="intro"
# # 02 · Lint, format, test
#
# A pipeline only repeats what your tools can see. This lesson sharpens them: a **linter** that finds what matters,
# **tests** that notice when a program is broken, and a **hook** that asks both before a commit. The homework's criteria
# CI1, CI2 and CI3 are about these.

# %% [markdown] lang="ru" key="intro" of="134a61c5"
# # 02 · Стиль, формат, тесты
#
# Пайплайн повторяет только то, что видят ваши инструменты. В этом уроке вы их заострите: **линтер**, который находит
# важное, **тесты**, которые замечают поломку, и **хук**, который спрашивает и тех и других до коммита. Об этом
# критерии CI1, CI2 и CI3 домашней работы.

# %% tags=["parameters"]
LANG = "en"

# %% key="open"
from checker.workbook import Lab

lab = Lab("02_lint_format_test", LANG, edition=1)
lab

# %% [markdown] lang="en" key="words"
# ## Four words
#
# | word | looks at | for example |
# |---|---|---|
# | **linter** | code, without running it | `F401`: `os` is imported, and nobody uses it |
# | **formatter** | where blanks and line ends stand | `{'a':1}` becomes `{"a": 1}` |
# | **test** | what code does when it runs | `assert verdict(0.8) == "good"` |
# | **mutant** | a copy with one change for the worse | `>=` became `>`: does a test notice? |

# %% [markdown] lang="ru" key="words" of="4d93a3a2"
# ## Четыре слова
#
# | слово | на что смотрит | например |
# |---|---|---|
# | **линтер** | на код, не запуская его | `F401`: `os` импортирован, и никому не нужен |
# | **форматтер** | где стоят пробелы и концы строк | `{'a':1}` превращается в `{"a": 1}` |
# | **тест** | на то, что код делает при запуске | `assert verdict(0.8) == "good"` |
# | **мутант** | копия с одним изменением к худшему | `>=` стало `>`: заметит ли тест? |

# %% [markdown] lang="en" key="q1.text"
# ## q1 ★ Five findings
#
# `weights.py` reads tables that scales have written, and it works. Read it, then predict: what will a linter say
# about it?

# %% [markdown] lang="ru" key="q1.text" of="112de0d4"
# ## q1 ★ Пять замечаний
#
# `weights.py` читает таблицы, которые пишут весы, и он работает. Прочитайте его и предскажите: что скажет о нём
# линтер?

# %% key="weights.read"
print((lab.scratch("weights") / "weights.py").read_text())

# %% key="weights.lint"
lab.sh(
    "ruff check --select B,E7,F --output-format concise weights.py", folder=lab.scratch("weights")
)

# %% [markdown] lang="en" key="q1.task"
# Five findings; ruff could mend some by itself. Clear all five **so that the function does what it did**: it is compared
# on 200 tables with missing cells, empty lines and odd numbers. Two of the five are traps: there the obvious repair
# changes results. Edit the file, in your folder `02_lint_format_test/weights`, or write the whole of it between the quotes.

# %% [markdown] lang="ru" key="q1.task" of="d36d59d2"
# Пять замечаний; часть из них ruff исправил бы сам. Уберите все пять так, **чтобы функция делала то же самое**: её
# сравнят на 200 таблицах с пропусками, пустыми строками и странными числами. Два замечания — ловушки: очевидная
# правка меняет результат. Правьте файл в своей папке `02_lint_format_test/weights` или напишите его целиком в кавычках.

# %% key="q1" tags=["exercise"]
tidy = '''
'''  # the whole of weights.py; left empty, the file counts as it is  # fmt: skip
### BEGIN SOLUTION
tidy = '''
"""Weights of berries, from tables as scales write them."""

import csv
from io import StringIO


def read_weights(text, unit="g", known=("g", "kg")):
    """Return all weights of a table in grams, and how many lines were unusable."""
    if unit not in known:
        raise ValueError(f"a scale in {unit}? expected one of {known}")
    rows = csv.reader(StringIO(text))
    next(rows, None)  # the headings
    weights, unusable = [], 0
    for row in rows:
        try:
            weights.append(float(row[1]) * (1000 if unit == "kg" else 1))
        except (IndexError, ValueError):
            unusable += 1
    return weights, unusable
'''
### END SOLUTION
lab.write("weights.py", tidy, folder=lab.scratch("weights"))
lab.check("q1")

# %% key="q1.wrong1" tags=["wrong"] expect="q1.silenced"
from checker.workbook.lessons.n02_lint_format_test import given

tidy = "# ruff: noqa\n" + given("weights/weights.py")

# %% key="q1.wrong2" tags=["wrong"] expect="q1.header"
from checker.workbook.lessons.n02_lint_format_test import given

tidy = given("weights/weights.py").replace("import os\n", "").replace("not unit in", "unit not in")
tidy = tidy.replace('["g", "kg"]', '("g", "kg")').replace("    header = next(rows, None)\n", "")
tidy = tidy.replace("except:", "except Exception:")

# %% key="q1.wrong3" tags=["wrong"] expect="q1.narrowed"
from checker.workbook.lessons.n02_lint_format_test import given

tidy = given("weights/weights.py").replace("import os\n", "").replace("not unit in", "unit not in")
tidy = tidy.replace('["g", "kg"]', '("g", "kg")').replace("header = next", "next")
tidy = tidy.replace("except:", "except ValueError:")

# %% key="q1.wrong4" tags=["wrong"] expect="q1.left"
from checker.workbook.lessons.n02_lint_format_test import given

tidy = given("weights/weights.py").replace("import os\n", "").replace("not unit in", "unit not in")

# %% [markdown] lang="en" key="format.text"
# ## A formatter decides nothing
#
# It only lays out: what runs stays the same, and nobody argues about quotes any more. In a pipeline it is asked with
# `--check` (or `--diff`), which changes nothing and says no. Without it, it tidies up its own copy, says yes, and the
# mess stays in the repository.

# %% [markdown] lang="ru" key="format.text" of="b506cfa4"
# ## Форматтер ничего не решает
#
# Он только раскладывает: работает код по-прежнему, а о кавычках больше никто не спорит. В пайплайне его спрашивают с
# `--check` (или `--diff`): тогда он ничего не меняет и говорит «нет». Без этого он приберётся в своей копии, скажет
# «да», а беспорядок останется в репозитории.

# %% key="format.demo"
lab.write(
    "layout.py", "weights = {'bilberry':0.4,\n   'cranberry':1.1}", folder=lab.scratch("layout")
)
lab.sh("ruff format --diff layout.py", folder=lab.scratch("layout"))

# %% [markdown] lang="en" key="q2.text"
# ## q2 What your team wants
#
# Six files in the folder `probes`. Your `[tool.ruff]` settings decide. To be **found**: an unused import, a mutable
# default, a function of the library without a docstring, a line of 120 characters. To be **left alone**: a line of 97,
# and tests without docstrings. This is what ruff finds by itself:

# %% [markdown] lang="ru" key="q2.text" of="5b1e7483"
# ## q2 Чего хочет ваша команда
#
# В папке `probes` шесть файлов. Решают ваши настройки `[tool.ruff]`. Ruff должен **найти**: лишний импорт, изменяемое
# значение по умолчанию, функцию библиотеки без строки документации, строку в 120 символов. **Не трогать**: строку в 97
# и тесты без документации. Вот что он находит сам:

# %% key="probes.lint"
lab.sh("ruff check --isolated --output-format concise .", folder=lab.scratch("probes"))

# %% key="q2" tags=["exercise"]
settings = """
"""  # pyproject.toml with a table [tool.ruff]
### BEGIN SOLUTION
settings = """
[tool.ruff]
line-length = 100

[tool.ruff.lint]
select = ["B", "D", "E", "F"]

[tool.ruff.lint.per-file-ignores]
"tests/*" = ["D"]
"""
### END SOLUTION
lab.write("pyproject.toml", settings, folder=lab.scratch("probes"))
lab.check("q2")

# %% key="q2.wrong1" tags=["wrong"] expect="q2.cries_test_ripe"
settings = """
[tool.ruff]
line-length = 100
lint.select = ["B", "D", "E", "F"]
"""

# %% key="q2.wrong2" tags=["wrong"] expect="q2.cries_wide"
settings = """
[tool.ruff.lint]
select = ["B", "D", "E", "F"]
per-file-ignores = { "tests/*" = ["D"] }
"""

# %% key="q2.wrong3" tags=["wrong"] expect="q2.misses_too_wide"
settings = """
[tool.ruff]
line-length = 100
lint.extend-select = ["D"]
lint.per-file-ignores = { "tests/*" = ["D"] }
"""

# %% key="q2.wrong4" tags=["wrong"] expect="q2.misses_untold"
settings = """
[tool.ruff]
line-length = 100
lint.select = ["B", "E", "F"]
"""

# %% key="q2.wrong5" tags=["wrong"] expect="q2.refused"
settings = """
[tool.ruff]
line-length = 100
lint.select = ["bugbear", "docstrings"]
"""

# %% [markdown] lang="en" key="q3.text"
# ## q3 ★ Do your tests notice anything?
#
# `scores.py` decides whether a model is good enough. Its three tests run every line of it: 100 % coverage. Predict: of
# six mutants, each with one change for the worse, how many do they kill?

# %% [markdown] lang="ru" key="q3.text" of="5c33d03b"
# ## q3 ★ Замечают ли тесты хоть что-то?
#
# `scores.py` решает, достаточно ли хороша модель. Три его теста проходят каждую строку: покрытие 100 %. Предскажите:
# скольких мутантов из шести, в каждом одно изменение к худшему, они убьют?

# %% key="scores.read"
print((lab.scratch("scores") / "scores.py").read_text())
print((lab.scratch("scores") / "test_scores.py").read_text())

# %% key="scores.map"
from checker.workbook.lessons.n02_lint_format_test import kill_map

figure, facts = kill_map(lab)
lab.figure(figure, "map", **facts)

# %% [markdown] lang="en" key="q3.task"
# Coverage says what ran, not what was *looked at*. Now write tests that kill all six and pass on `scores.py` itself. A
# test kills when it names a value that only the right program gives. The interesting values lie on borders: exactly
# 0.8, nothing at all, one guess too few.

# %% [markdown] lang="ru" key="q3.task" of="b4ef96a0"
# Покрытие говорит, что выполнялось, а не на что *посмотрели*. Напишите тесты, которые убивают всех шестерых и проходят
# на самом `scores.py`. Тест убивает, когда называет значение, которое даёт только верная программа. Интересные
# значения лежат на границах: ровно 0.8, пустой список, на один ответ меньше.

# %% key="q3" tags=["exercise"]
tests = '''
'''  # the whole of test_scores.py  # fmt: skip
### BEGIN SOLUTION
tests = """
import pytest
from scores import accuracy, verdict


def test_accuracy_is_the_share_of_right_guesses():
    assert accuracy(["a", "b", "b", "a"], ["a", "b", "b", "b"]) == 0.75


def test_no_guess_at_all_scores_nothing():
    assert accuracy([], []) == 0.0


def test_each_truth_needs_a_guess():
    with pytest.raises(ValueError, match="one guess"):
        accuracy(["a", "b"], ["a"])


def test_exactly_what_is_needed_is_good():
    assert verdict(0.8) == "good"
    assert verdict(0.79) == "weak"
"""
### END SOLUTION
lab.write("test_scores.py", tests, folder=lab.scratch("scores"))
lab.check("q3")

# %% key="q3.wrong1" tags=["wrong"] expect="q3.lives_border"
tests = """
import pytest
from scores import accuracy, verdict


def test_scores():
    assert accuracy(["a", "b"], ["a", "a"]) == 0.5
    assert accuracy([], []) == 0
    with pytest.raises(ValueError):
        accuracy(["a"], [])
    assert verdict(0.85) == "good"
    assert verdict(0.2) == "weak"
"""

# %% key="q3.wrong2" tags=["wrong"] expect="q3.no_tests"
tests = """
from scores import verdict


def check_border():
    assert verdict(0.8) == "good"
"""

# %% key="q3.wrong3" tags=["wrong"] expect="q3.red_on_right"
tests = """
from scores import accuracy, verdict


def test_accuracy_in_per_cent():
    assert accuracy(["a", "b"], ["a", "a"]) == 50
"""

# %% key="q3.wrong4" tags=["wrong"] expect="q3.lives_lengths"
tests = """
import pytest
from scores import accuracy, verdict


def test_scores():
    assert accuracy(["a", "b", "b", "a"], ["a", "b", "b", "b"]) == 0.75
    assert accuracy([], []) == 0
    assert verdict(0.8) == "good"
    with pytest.raises(TypeError):
        accuracy(["a"], 5)
"""

# %% key="scores.again"
figure, facts = kill_map(lab)
lab.figure(figure, "map", **facts)

# %% [markdown] lang="en" key="q3.read"
# A row without a mark is a test that adds nothing; a column without a mark is a fault that would reach your users. That
# is what the checker does with your whole pipeline in lesson 04: it plants faults, and looks whether it turns red.

# %% [markdown] lang="ru" key="q3.read" of="ed47fade"
# Строка без отметок — тест, который ничего не добавляет; столбец без отметок — ошибка, которая дойдёт до пользователей.
# Ровно так в уроке 04 проверят весь ваш пайплайн: посадят ошибки и посмотрят, покраснеет ли он.

# %% [markdown] lang="en" key="q4.text"
# ## q4 Tests of a model
#
# Nobody knows the right probabilities of a berry, so a test cannot name them. It can name what holds for *any* right
# model. Here is one, with four properties to test.

# %% [markdown] lang="ru" key="q4.text" of="04b1504f"
# ## q4 Тесты модели
#
# Верных вероятностей для ягоды не знает никто, и тест не может их назвать. Зато он может назвать то, что выполнено для
# *любой* верной модели. Вот она и четыре свойства для проверки.

# %% key="berries.read"
print((lab.scratch("berries") / "berries.py").read_text())

# %% [markdown] lang="en" key="q4.task"
# - **shape**: a row of probabilities for each berry, a column for each kind. Also for a batch of one.
# - **range**: from 0 to 1, and each row sums to 1.
# - **determinism**: one seed, one split.
# - **no leakage**: no berry is trained on *and* tested on.
#
# Your tests run on this model, on another that is right as well, and on four with a bug each.

# %% [markdown] lang="ru" key="q4.task" of="53364a85"
# - **форма**: строка вероятностей на ягоду, столбец на вид. И для одной-единственной ягоды тоже.
# - **диапазон**: от 0 до 1, и каждая строка в сумме даёт 1.
# - **детерминизм**: одно зерно — одно разбиение.
# - **нет утечки**: ни одна ягода не попадает *и* в обучение, *и* в проверку.
#
# Ваши тесты выполнят на этой модели, на другой, тоже верной, и на четырёх, в каждой по ошибке.

# %% key="q4" tags=["exercise"]
tests = '''
'''  # test_berries.py  # fmt: skip
### BEGIN SOLUTION
tests = """
import numpy as np
import pytest
from berries import KINDS, fit, predict, split, table


@pytest.fixture
def parts():
    return split(*table(), seed=3)


def test_shape(parts):
    train_rows, train_kinds, test_rows, _ = parts
    centres = fit(train_rows, train_kinds)
    assert predict(centres, test_rows).shape == (len(test_rows), len(KINDS))
    assert predict(centres, test_rows[:1]).shape == (1, len(KINDS))


def test_range(parts):
    train_rows, train_kinds, test_rows, _ = parts
    shares = predict(fit(train_rows, train_kinds), test_rows)
    assert shares.min() >= 0 and shares.max() <= 1
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)


def test_determinism(parts):
    for one, again in zip(parts, split(*table(), seed=3)):
        np.testing.assert_array_equal(one, again)


def test_no_leakage(parts):
    train_rows, _, test_rows, _ = parts
    assert not {*map(tuple, train_rows)} & {*map(tuple, test_rows)}
"""
### END SOLUTION
lab.write("test_berries.py", tests, folder=lab.scratch("berries"))
lab.check("q4")

# %% key="q4.wrong1" tags=["wrong"] expect="q4.too_strict"
tests = """
import numpy as np
from berries import fit, predict, split, table


def test_the_first_berry_tested_is_number_27():
    rows, kinds = table()
    assert np.array_equal(split(rows, kinds)[2][0], rows[27])
"""

# %% key="q4.wrong2" tags=["wrong"] expect="q4.misses_range"
tests = """
from berries import fit, predict, split, table


def test_shape_and_range():
    rows, kinds, new, _ = split(*table())
    shares = predict(fit(rows, kinds), new)
    assert predict(fit(rows, kinds), new[:1]).shape == (1, 3)
    assert (shares >= 0).all() and (shares <= 1).all()
"""

# %% key="q4.wrong3" tags=["wrong"] expect="q4.misses_leakage"
tests = """
import numpy as np
from berries import fit, predict, split, table


def test_all():
    rows, kinds, new, _ = split(*table(), seed=1)
    shares = predict(fit(rows, kinds), new)
    assert predict(fit(rows, kinds), new[:1]).shape == (1, 3)
    assert np.allclose(shares.sum(axis=1), 1)
    assert np.array_equal(rows, split(*table(), seed=1)[0])
    assert len(rows) + len(new) == 90
"""

# %% key="q4.wrong4" tags=["wrong"] expect="q4.misses_shape"
tests = """
from berries import fit, predict, split, table


def test_shape():
    rows, kinds, new, _ = split(*table())
    assert predict(fit(rows, kinds), new).shape == (18, 3)
"""

# %% [markdown] lang="en" key="q5.text"
# ## q5 A smoke training
#
# The real training takes too long for a pull request. A **smoke** training takes a handful of berries and steps, and a
# seed; it shows that the code still *learns*. Here are the losses of 2,000 steps, a tenth at a time.

# %% [markdown] lang="ru" key="q5.text" of="1e2c85b2"
# ## q5 Дымовое обучение
#
# Настоящее обучение слишком долгое для пул-реквеста. **Дымовое** (smoke) берёт горсть ягод, немного шагов и зерно и
# показывает, что код ещё *учится*. Вот потери за 2 000 шагов, по десятым долям.

# %% key="train.demo"
import runpy

train = runpy.run_path(str(lab.scratch("training") / "training.py"))["train"]
[round(loss, 2) for loss in train(berries=200, steps=2_000, seed=1)]

# %% [markdown] lang="en" key="q5.task"
# They fall, by jumps. Write `smoke(train)`: within **2 seconds** it returns `True` when the training learns and repeats itself with a seed, and
# `False` otherwise. It will be given trainings that climb, stand still, ignore the seed, or lose themselves in `nan`.
# With its defaults, `train()` takes 30 million steps.

# %% [markdown] lang="ru" key="q5.task" of="3847ff96"
# Они падают, хотя и скачками. Напишите `smoke(train)`: за **2 секунды** она возвращает `True`, если обучение учится и с одним зерном повторяется, и
# `False`, если нет. Ей дадут обучения, которые растут, стоят на месте, не смотрят на зерно или теряются в `nan`. По
# умолчанию `train()` делает 30 миллионов шагов.


# %% key="q5" tags=["exercise"]
def smoke(train):
    return None  # True or False


### BEGIN SOLUTION
def smoke(train):
    losses = train(berries=200, steps=2_000, seed=1)
    again = train(berries=200, steps=2_000, seed=1)
    return losses == again and losses[-1] < 0.8 * losses[0]


### END SOLUTION
lab.check("q5", smoke)


# %% key="q5.wrong1" tags=["wrong"] expect="q5.too_slow"
def smoke(train):
    losses = train(seed=1)
    return losses[-1] < losses[0]


# %% key="q5.wrong2" tags=["wrong"] expect="q5.passes_unseeded"
def smoke(train):
    losses = train(berries=200, steps=20_000, seed=1)
    return losses[-1] < losses[0]


# %% key="q5.wrong3" tags=["wrong"] expect="q5.passes_stands"
def smoke(train):
    first, again = (train(berries=200, steps=2_000, seed=1) for _ in range(2))
    return first == again and first[-1] < 1


# %% key="q5.wrong4" tags=["wrong"] expect="q5.sound_fails"
def smoke(train):
    losses = train(berries=200, steps=2_000, seed=1)
    return losses == sorted(losses, reverse=True)


# %% [markdown] lang="en" key="q6.text"
# ## q6 Ask before the commit
#
# A pipeline answers in minutes, a **hook** in a second. `pre-commit` reads `.pre-commit-config.yaml`, and each commit
# asks its hooks first. Write one for your homework `campfire`: ruff's linter and ruff's formatter, at a version that
# does not move. It is tried on your homework with planted faults.

# %% [markdown] lang="ru" key="q6.text" of="1fc76d0d"
# ## q6 Спросить до коммита
#
# Пайплайн отвечает через минуты, **хук** — через секунду. `pre-commit` читает `.pre-commit-config.yaml`, и каждый коммит
# сначала спрашивает хуки. Напишите такой файл для своей домашней работы `campfire`: линтер и форматтер ruff, версия
# закреплена. Его испытают на вашей работе с посаженными ошибками.

# %% key="q6" tags=["exercise"]
config = """
"""  # .pre-commit-config.yaml
### BEGIN SOLUTION
config = """
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.17.6
    hooks:
      - id: ruff-check
      - id: ruff-format
"""
### END SOLUTION
lab.write(".pre-commit-config.yaml", config)
lab.check("q6")

# %% key="q6.wrong1" tags=["wrong"] expect="q6.moving"
config = """
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: main
    hooks:
      - id: ruff-check
      - id: ruff-format
"""

# %% key="q6.wrong2" tags=["wrong"] expect="q6.no_format"
config = """
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.17.6
    hooks:
      - id: ruff-check
"""

# %% key="q6.wrong3" tags=["wrong"] expect="q6.lets_through_lint"
config = """
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.17.6
    hooks:
      - id: ruff-check
        args: [--exit-zero]
      - id: ruff-format
"""

# %% key="q6.wrong4" tags=["wrong"] expect="q6.refused"
config = """
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    hooks:
      - id: ruff-check
      - id: ruff-format
"""

# %% [markdown] lang="en" key="q6.read"
# On your own machine, `pre-commit install` ties the hooks to `git commit`. Who skips them with `--no-verify` meets the
# same questions in the pipeline: a hook is a kindness, CI is the rule. That pipeline comes next.

# %% [markdown] lang="ru" key="q6.read" of="bc65a0b3"
# На своей машине привяжите хуки к `git commit` командой `pre-commit install`. Кто обойдёт их с `--no-verify`, встретит те
# же вопросы в пайплайне: хук — любезность, CI — правило. Этот пайплайн впереди.

# %% [markdown] lang="en" key="trouble"
# ## Having trouble?
#
# - `E999` or `invalid-syntax`: is a quote or a bracket left open? In the string of an answer, `'''` ends it too early.
# - `ModuleNotFoundError: No module named 'scores'`: tests import the module by its name, as the tests given do.
# - `fixture 'x' not found`: pytest takes a test's parameters for fixtures; a test that needs none has no parameters.

# %% [markdown] lang="ru" key="trouble" of="e02982e5"
# ## Что-то не получается?
#
# - `E999` или `invalid-syntax`: не осталась ли незакрытой кавычка или скобка? В строке с ответом `'''` закончит её раньше
#   времени.
# - `ModuleNotFoundError: No module named 'scores'`: тесты импортируют модуль по имени, как это делают данные вам.
# - `fixture 'x' not found`: параметры теста pytest считает фикстурами; если они не нужны, у теста нет параметров.

# %% [markdown] lang="en" key="end"
# ## What you can say now
#
# - I clear a linter's findings and can show that nothing else changed.
# - My settings find what my team cares about, and leave the rest alone.
# - I judge tests by the mutants they kill, not by the lines they run.
# - For a model I test shape, range, determinism and leakage, and I keep a training of a second for pull requests.
#
# Next: [03 · Anatomy of a workflow](03_anatomy_of_a_workflow.ipynb), where a machine asks all this for you.

# %% [markdown] lang="ru" key="end" of="69d49251"
# ## Что вы теперь можете сказать
#
# - Я убираю замечания линтера и могу показать, что больше ничего не изменилось.
# - Мои настройки находят важное для команды и не трогают остального.
# - О тестах я сужу по убитым мутантам, а не по пройденным строкам.
# - У модели я проверяю форму, диапазон, детерминизм и утечку, а для пул-реквестов держу обучение на секунду.
#
# Дальше: [03 · Анатомия workflow](03_anatomy_of_a_workflow.ipynb), где всё это за вас спросит машина.
