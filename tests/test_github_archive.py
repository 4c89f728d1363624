"""Archives that a stranger made: what is taken out of them, and what they cannot do."""

from __future__ import annotations

import gzip
import io
import tarfile
import tracemalloc
from collections.abc import Iterable

import pytest

from checker.services.github import archive
from checker.services.github.archive import unpack

TOP = "ivanova-hw-1234567"


def member(
    name: str, data: bytes = b"x", kind: bytes = tarfile.REGTYPE, link: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, len(data)
    return info, data


def packed(members: Iterable[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz", format=tarfile.PAX_FORMAT) as tar:
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    return raw.getvalue()


def test_files_come_without_the_top_folder() -> None:
    found = unpack(packed([member(f"{TOP}/a.py", b"x = 1\n"), member(f"{TOP}/src/b.py", b"")]))
    assert found is not None
    assert found.paths == ("a.py", "src/b.py")
    assert found.text("a.py") == "x = 1\n"
    assert found.text("./src/../a.py") == "x = 1\n"
    assert found.names("src") == ("b.py",)
    assert not found.cut


@pytest.mark.parametrize(
    "evil",
    [
        pytest.param(member("../../etc/passwd"), id="climbing"),
        pytest.param(member(f"{TOP}/../../etc/passwd"), id="climbing inside"),
        pytest.param(member("/etc/passwd"), id="absolute"),
        pytest.param(member(f"{TOP}//etc/passwd"), id="a folder without a name"),
        pytest.param(member(f"{TOP}/a\\..\\b"), id="backslashes"),
        pytest.param(
            member(f"{TOP}/link", b"", tarfile.SYMTYPE, "/etc/passwd"), id="symbolic link"
        ),
        pytest.param(member(f"{TOP}/hard", b"", tarfile.LNKTYPE, f"{TOP}/good.py"), id="hard link"),
        pytest.param(member(f"{TOP}/device", b"", tarfile.CHRTYPE), id="device"),
        pytest.param(member(f"{TOP}/pipe", b"", tarfile.FIFOTYPE), id="pipe"),
        pytest.param(member(f"{TOP}/{'d/' * 30}deep.py"), id="too deep"),
        pytest.param(member(f"{TOP}/{'n' * 5_000}"), id="a long name"),
        pytest.param(member(f"{TOP}/venv/x.py"), id="vendored"),
        pytest.param(member("alone"), id="beside the top folder"),
    ],
)
def test_what_is_no_file_of_the_repository_is_passed_over(
    evil: tuple[tarfile.TarInfo, bytes],
) -> None:
    found = unpack(packed([evil, member(f"{TOP}/good.py", b"good")]))
    assert found is not None
    assert found.paths == ("good.py",)
    assert found.text("good.py") == "good"


def test_a_virtual_environment_by_any_name_is_left_out() -> None:
    names = ("env2/bin/x.py", "env2/pyvenv.cfg", "env2x/y.py", "a.py")
    found = unpack(packed(member(f"{TOP}/{name}") for name in names))
    assert found is not None
    assert found.paths == ("a.py", "env2x/y.py")


@pytest.mark.parametrize(
    ("name", "size", "is_read"),
    [
        ("data.csv", 150_000, True),
        ("data.csv", 250_000, False),
        ("workflow.yml", 900_000, True),
        ("workflow.yml", 1_000_001, False),
    ],
)
def test_a_file_is_kept_when_it_may_be_read(name: str, size: int, is_read: bool) -> None:
    found = unpack(packed([member(f"{TOP}/{name}", b"x" * size)]))
    assert found is not None
    assert found.paths == (name,)
    assert (found.text(name) is not None) == is_read


@pytest.mark.parametrize(
    "data",
    [b"", b"no archive", gzip.compress(b"no tar" * 999)],
    ids=["nothing", "a text", "a packed text"],
)
def test_what_is_no_archive_is_none(data: bytes) -> None:
    assert unpack(data) is None


def test_an_archive_that_breaks_off_is_none() -> None:
    whole = packed(member(f"{TOP}/{n}.bin", bytes([n]) * 50_000) for n in range(20))
    assert unpack(whole[: len(whole) // 2]) is None


def test_a_small_archive_of_a_huge_file_takes_little_memory_and_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 50_000_000)
    bomb = packed([member(f"{TOP}/a.py"), member(f"{TOP}/zeros", b"\0" * 100_000_000)])
    assert len(bomb) < 200_000
    tracemalloc.start()
    found = unpack(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found is not None
    assert (found.paths, found.cut) == (("a.py", "zeros"), True)
    assert most < 10_000_000


def test_a_huge_header_is_not_read() -> None:
    info, data = member(f"{TOP}/a.py")
    info.pax_headers = {"comment": "x" * 50_000_000}
    bomb = packed([member(f"{TOP}/first.py"), (info, data)])
    tracemalloc.start()
    found = unpack(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found is not None
    assert (found.paths, found.cut) == (("first.py",), True)
    assert most < 30_000_000


def test_more_files_than_are_looked_at_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_PATHS", 10)
    found = unpack(packed(member(f"{TOP}/{n}.py") for n in range(20)))
    assert found is not None
    assert (len(found.paths), found.cut) == (10, True)


def test_more_text_than_is_kept_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_KEPT", 1_500)
    found = unpack(packed(member(f"{TOP}/{n}.py", b"x" * 1_000) for n in range(2)))
    assert found is not None
    assert (found.text("0.py") is not None, found.text("1.py"), found.cut) == (True, None, True)
