"""People's names become the names of the class's folders."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.services.names import collisions, guesses, surname_name


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Иванов Иван", "ivanov_ivan"),
        ("  Иванов   Иван ", "ivanov_ivan"),
        ("ИВАНОВ ИВАН", "ivanov_ivan"),
        ("Иванов Иван Петрович", "ivanov_ivan"),
        ("Иван Петрович Иванов", "ivanov_ivan"),
        ("Петрович Иван Сергеевич", "petrovich_ivan"),
        ("Петрович Иван", "petrovich_ivan"),
        ("Иванова Анна Ильинична", "ivanova_anna"),
        ("Мамедов Али Гасан оглы", "mamedov_ali"),
        ("Щёголева Юлия", "shchegoleva_iuliia"),
        ("Подъячев Илья", "podieiachev_ilia"),
        ("Соловьёв Артём", "solovev_artem"),
        ("Соловье\u0308в Арте\u0308м", "solovev_artem"),
        ("Цой Андрей", "tsoi_andrei"),
        ("Римский-Корсаков Николай", "rimskii-korsakov_nikolai"),
        ("Римский – Корсаков Николай", "rimskii-korsakov_nikolai"),
        ("О’Коннор Анна-Мария", "okonnor_anna-mariia"),
        ("Їжакевич Ґалаґан Юрійович", "izhakevich_galagan"),
        ("Їжакевич Марія Юріївна", "izhakevich_mariia"),
        ("Мар'яненко Олена", "marianenko_olena"),
        ("Быкаў Васіль", "bykau_vasil"),
        ("Нұрсұлтанов Әбілқайыр", "nursultanov_abilkaiyr"),
        ("Өмірбек Қожа Серікұлы қызы", "omirbek_kozha"),
        ("Ђоковић Новак", "dokovic_novak"),
        ("Ivanov Ivan", "ivanov_ivan"),
        ("Ivanov, Ivan", "ivanov_ivan"),
        ("van der Berg, Jan", "van-der-berg_jan"),
        ("García Márquez, Gabriel", "garcia-marquez_gabriel"),
        ("Müller Jürgen", "muller_jurgen"),
        ("Sørensen Łukasz", "sorensen_lukasz"),
        ("Đặng Thảo", "dang_thao"),
        ("İnci Yıldız", "inci_yildiz"),
        ("Weiß Ægir", "weiss_aegir"),
        ("ivanov_ivan", "ivanov_ivan"),
        ("Ivanov_Ivan", "ivanov_ivan"),
        ("ivanov_ivan_2", "ivanov_ivan_2"),
    ],
)
def test_a_name_is_spelled_as_its_passport_spells_it(name: str, folder: str) -> None:
    assert surname_name(name) == folder


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "the name is empty"),
        ("   ", "the name is empty"),
        ("Иванов", "is one word"),
        ("Иванов И. П.", "nobody can tell"),
        ("Иванов И.П.", "holds initials"),
        ("Иван Петрович", "a name and a patronymic, and no surname"),
        ("Иван Сергеевич Петрович", "nobody can tell which are the surname"),
        ("Мамедов Али Гасан", "nobody can tell which are the surname"),
        ("García Márquez Gabriel José", "nobody can tell which are the surname"),
        (", Ivan", "before the comma"),
        ("Ivanov,", "before the comma"),
        ("王 小明", "holds '王'"),
        ("Иванов Иван2", "holds '2'"),
        ("Ivanov <b>", "holds '<'"),
        ("- -", "is one word"),
        ("Иванов Иван\u202e", "holds '\\u202e'"),
        ("ivanov_../x", "is no surname_name"),
        ("_", "is no surname_name"),
        ("x" * 201, "201 characters"),
    ],
)
def test_a_name_that_cannot_be_spelled_is_refused_in_one_sentence(name: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as caught:
        surname_name(name)
    assert words in str(caught.value)


@given(st.text(max_size=60))
def test_whatever_comes_is_spelled_in_plain_letters_or_refused(text: str) -> None:
    try:
        folder = surname_name(text)
    except ValueError:
        return
    assert re.fullmatch(r"[a-z0-9_-]+", folder)
    assert surname_name(folder) == folder


def test_two_people_of_one_name_are_told() -> None:
    rows = [("ivanov_ivan", "line 2"), ("petrov_petr", "line 3"), ("ivanov_ivan", "line 4")]
    assert collisions(rows) == {"ivanov_ivan": ("line 2", "line 4")}


def test_people_of_different_names_and_rows_without_one_are_no_collision() -> None:
    rows = [("ivanov_ivan", "line 2"), ("petrov_petr", "line 3"), ("", "line 4"), ("", "line 5")]
    assert collisions(rows) == {}


@pytest.mark.parametrize(
    ("repository", "students"),
    [
        ("course/ivan-ivanov-b05-123", ["ivanov_ivan", "ivan_ivanov"]),
        ("course/mlops-hw-ivan_ivanov", ["ivanov_ivan", "ivan_ivanov"]),
        ("course/Ivan-Ivanov", ["ivanov_ivan", "ivan_ivanov"]),
        ("course/homework", []),
        ("course/ivanov", []),
        ("course/anna-maria-ivanova", []),
        ("course/my-library", []),
    ],
)
def test_a_repositorys_name_gives_guesses_or_nothing(repository: str, students: list[str]) -> None:
    found = guesses(repository)
    assert [one.student for one in found] == students
    assert all("a guess from the repository's name" in one.why for one in found)
