"""tox's configuration in its five places, read as one kind of thing: sections of keys for environments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from checker.actions.command import has_hole, hole
from checker.actions.filling import filled
from checker.actions.recipes.descent import Descent
from checker.actions.recipes.paths import WORKSPACE, inside, parent
from checker.actions.recipes.tox.factors import alternatives, conditional, expanded, holds
from checker.documents import ini_document, listed, mapping, text_of, toml_document, within

_ALIASES = {
    "set_env": "setenv",
    "change_dir": "changedir",
    "env_list": "envlist",
    "base_python": "basepython",
}
_SUBSTITUTION = re.compile(r"(?<!\\)\{([^{}]*)\}")
_MAX_DEPTH = 8
_MAX_NAMES = 3_000  # environments of one configuration
_MAX_OWN = 20  # sections about one environment
_MAX_LINES = 500  # of one setting
_MAX_ITEMS = 2_000  # in lists that a list of TOML stands for
_MAX_FILLED = 20_000
_MAX_ALTERNATIVES = 100_000  # of all conditions that are asked
_MAX_VALUE = 40_000
_A_TEXT = 100  # characters that count as one more text


@dataclass(slots=True)
class Spent:
    """What has been done so far: values that name each other twice would double for ever."""

    texts: int = 0
    """Texts filled, and stretches of long ones."""
    alternatives: int = 0
    """Alternatives of conditions asked."""


@dataclass(frozen=True)
class Settings:
    """One configuration of tox, and the folder it stands in (`{toxinidir}`)."""

    folder: str
    sections: Mapping[str, Mapping[str, Any]]
    """`tox` is the core, `testenv` the base of all environments, `testenv:x` one of them."""
    plugin: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What tox-gh-actions and tox-gh read: `gh-actions`, `gh-actions:env`, `gh`."""
    spent: Spent = field(default_factory=Spent)

    def core(self, key: str) -> Any:
        """Return a setting of tox itself, under its old or new name."""
        return _either(self.sections.get("tox", {}), key)

    @cached_property
    def listed_envs(self) -> tuple[str, ...]:
        """The environments of `env_list`, in order."""
        value = self.core("envlist")
        if isinstance(value, list):
            names = (name for item in value for name in _env_item(item))
            return tuple(islice(names, _MAX_NAMES))
        return expanded(Reader(self, "", ()).put_in(text_of(value), "tox"))

    @property
    def named_envs(self) -> tuple[str, ...]:
        """The environments that have a section of their own."""
        return tuple(self._own_sections)

    @cached_property
    def _own_sections(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for section in self.sections:
            if section.startswith("testenv:"):
                for name in expanded(section.removeprefix("testenv:")):
                    if len(found) < _MAX_NAMES or name in found:
                        found[name] = (*found.get(name, ())[:_MAX_OWN], section)
            if len(found) >= _MAX_NAMES:
                break
        return found

    def sections_of(self, env: str) -> tuple[str, ...]:
        """Return the sections that say something about an environment, its own first."""
        own = self._own_sections.get(env, ())
        bases: list[str] = []
        for section in own:
            base = self.sections[section].get("base")
            names = listed(base) if isinstance(base, list) else text_of(base).split(",")
            bases.extend(
                text_of(name).strip() for name in names if text_of(name).strip() in self.sections
            )
        return (*own, *bases, "testenv")


def settings_of(place: Descent, folder: str, config: str = "") -> Settings | None:
    """Find and read tox's configuration: the file it was pointed to, or the first in a folder that has one."""
    here = inside(folder)
    if config:
        path = inside(folder, config)
        if place.is_folder(path):
            return settings_of(place, path)
        return _read(path, place.text(".", path))
    for name in ("tox.ini", "setup.cfg", "pyproject.toml", "tox.toml"):
        path, text = place.first(here, (name,))
        found = _read(path, text) if text else None
        if found is not None:
            return found
    return None


def _read(path: str, text: str) -> Settings | None:
    folder = parent(path)
    name = path.rpartition("/")[2]
    if name == "pyproject.toml" or name.endswith(".toml"):
        document = toml_document(text)
        table = mapping(within(document, "tool", "tox")) if name == "pyproject.toml" else document
        if isinstance(table.get("legacy_tox_ini"), str):
            return _of_ini(folder, ini_document(table["legacy_tox_ini"]), "tox")
        return _of_toml(folder, table) if table else None
    document = ini_document(text)
    core = "tox:tox" if name == "setup.cfg" else "tox"
    named = core in document or any(section.startswith("testenv") for section in document)
    if not named or (name == "setup.cfg" and core not in document):
        return None
    return _of_ini(folder, document, core)


def _of_ini(folder: str, document: Mapping[str, Mapping[str, str]], core: str) -> Settings:
    sections = {("tox" if name == core else name): keys for name, keys in document.items()}
    plugin = {
        name: keys
        for name, keys in document.items()
        if name in {"gh-actions", "gh-actions:env", "gh"}
    }
    return Settings(folder, sections, plugin)


def _of_toml(folder: str, table: Mapping[str, Any]) -> Settings:
    sections: dict[str, Mapping[str, Any]] = {
        "tox": {key: value for key, value in table.items() if key not in {"env", "env_run_base"}},
        "testenv": mapping(table.get("env_run_base")),
    }
    for name, keys in mapping(table.get("env")).items():
        sections[f"testenv:{name}"] = mapping(keys)
    for name, keys in mapping(table.get("env_base")).items():
        sections[f"env_base.{name}"] = mapping(keys)
    plugin = {"gh": mapping(table.get("gh")), "gh-actions": mapping(table.get("gh-actions"))}
    return Settings(folder, sections, {name: keys for name, keys in plugin.items() if keys})


def _env_item(item: object) -> tuple[str, ...]:
    """Return the names of one entry of a TOML env_list, which may be a product of several."""
    if not isinstance(item, dict):
        return (text_of(item),)
    names = [""]
    for group in listed(item.get("product"))[:8]:
        choices = _group(group)
        longer = (f"{name}-{choice}".strip("-") for name in names for choice in choices)
        names = list(islice(longer, 300))
    excluded = set(map(text_of, listed(item.get("exclude"))))
    return tuple(name for name in names if name not in excluded)


def _group(group: object) -> list[str]:
    if isinstance(group, dict):
        first, last = group.get("start"), group.get("stop")
        if isinstance(first, int) and isinstance(last, int):
            stop = min(last, first + 100)
            return [f"{group.get('prefix', '')}{number}" for number in range(first, stop + 1)]
        return [""]
    return [text_of(choice) for choice in listed(group)]


def _either(keys: Mapping[str, Any], key: str) -> Any:
    new = next((name for name, old in _ALIASES.items() if old == key), key)
    return keys.get(new, keys.get(key))


@dataclass(frozen=True, slots=True)
class Reader:
    """The settings of one environment, with everything in braces put in."""

    settings: Settings
    env: str
    posargs: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)

    def raw(self, key: str) -> tuple[Any, str]:
        """Return a setting as written and its section, the environment's own before its base's."""
        for section in self.settings.sections_of(self.env):
            value = _either(self.settings.sections.get(section, {}), key)
            if value is not None:
                return value, section
        return None, "testenv"

    def text(self, key: str) -> str:
        """Return a setting as text."""
        value, section = self.raw(key)
        if isinstance(value, (dict, list)):
            return " ".join(self.words(listed(value), section))
        return self.put_in(self._chosen(text_of(value)), section).strip()

    def lines(self, key: str) -> tuple[str, ...]:
        """Return the lines of an INI setting that this environment's factors choose."""
        value, section = self.raw(key)
        text = text_of(value)
        # A reference may bring lines and conditions of its own.
        text = self._chosen(self.put_in(self._chosen(text), section))
        return tuple(line for line in _joined_lines(text) if line.strip())

    def _chosen(self, text: str) -> str:
        kept: list[str] = []
        for line in text.split("\n", _MAX_LINES)[:_MAX_LINES]:
            factors, content = conditional(line.strip())
            if factors:
                self.settings.spent.alternatives += len(alternatives(factors))
                if self.settings.spent.alternatives > _MAX_ALTERNATIVES:
                    break
            if not factors or holds(factors, self.env):
                kept.append(content)
        return "\n".join(kept)

    def words(self, items: list[Any], section: str, depth: int = 0) -> list[str]:
        """Return a TOML list of words with its replacements carried out."""
        found: list[str] = []
        for item in items:
            if self._spend() or len(found) > _MAX_ITEMS:
                break
            if isinstance(item, dict):
                found += self._replacement(item, section, depth)
            elif isinstance(item, list):
                found += self.words(item, section, depth + 1) if depth < _MAX_DEPTH else []
            elif text_of(item) == "{posargs}":
                found += self.posargs
            else:
                found.append(self.put_in(text_of(item), section))
        return found

    def _replacement(self, item: dict[str, Any], section: str, depth: int) -> list[str]:
        kind = item.get("replace")
        if depth > _MAX_DEPTH:
            return []
        if kind == "posargs":
            return list(self.posargs) or self.words(listed(item.get("default")), section, depth + 1)
        if kind == "env":
            name = text_of(item.get("name"))
            given = self.environ.get(name)
            return (
                [given]
                if given is not None
                else [self.put_in(text_of(item.get("default")), section)]
            )
        if kind == "ref":
            of = [text_of(part) for part in listed(item.get("of"))]
            value = self._reference(of, text_of(item.get("env")), text_of(item.get("key")))
            return self.words(listed(value), section, depth + 1)
        if kind == "if":
            chosen = listed(item.get("then")) + listed(item.get("else"))
            return self.words(chosen[:1], section, depth + 1)
        return []

    def _reference(self, of: list[str], env: str, key: str) -> Any:
        if env:
            return self.settings.sections.get(f"testenv:{env}", {}).get(key)
        if of[:1] == ["tool"]:
            of = of[2:]
        if of[:1] == ["env"] and len(of) > 2:
            return self.settings.sections.get(f"testenv:{of[1]}", {}).get(of[2])
        if of[:1] == ["env_run_base"] and len(of) > 1:
            return self.settings.sections.get("testenv", {}).get(of[1])
        return self.settings.sections.get("tox", {}).get(of[-1]) if of else None

    def put_in(self, text: str, section: str, depth: int = 0) -> str:
        """Return a text with its substitutions put in, the innermost first; unknown ones are holes."""
        text = text[:_MAX_VALUE]
        if "{" not in text:
            return text
        if self._spend(len(text)) or depth > _MAX_DEPTH:
            return hole("tox")
        for _ in range(_MAX_DEPTH):
            replaced = filled(
                _SUBSTITUTION,
                lambda found: self._substitution(found[1], section, depth),
                text,
                _MAX_VALUE,
            )
            if self._spend(len(replaced)) or replaced == text:
                break
            text = replaced
        return text.replace("\\{", "{").replace("\\}", "}")

    def _spend(self, characters: int = 0) -> bool:
        """Count a text; say whether there were too many."""
        spent = self.settings.spent
        spent.texts += 1 + characters // _A_TEXT
        return spent.texts > _MAX_FILLED

    def _substitution(self, inner: str, section: str, depth: int) -> str:
        if inner in {"/", ":"}:
            return inner
        if inner.startswith("["):
            other, _, key = inner[1:].partition("]")
            value = _either(self.settings.sections.get(other, {}), key)
            return self.put_in(_as_text(value), other, depth + 1) if value is not None else ""
        name, colon, default = inner.partition(":")
        if name in {"posargs", ""} and (name or colon):
            return " ".join(map(_quoted, self.posargs)) if self.posargs else default
        if name == "env":
            variable, _, default = default.partition(":")
            return self.environ.get(variable, default)
        if name == "tty":
            return default.partition(":")[2]
        known = self._constant(name)
        if known:
            return known
        value = _either(self.settings.sections.get(section, {}), name)
        if value is not None and not has_hole(name):
            return self.put_in(_as_text(value), section, depth + 1)
        return hole(inner) if re.match(r"^[\w.:]+$", inner) else "\\{" + inner + "\\}"

    def _constant(self, name: str) -> str:
        root = WORKSPACE if self.settings.folder == "." else f"{WORKSPACE}/{self.settings.folder}"
        if name in {"envpython", "env_python", "basepython", "base_python"}:
            return "python"
        if name in {"toxinidir", "tox_root", "package_root"}:
            return root
        if name in {"envname", "env_name"}:
            return self.env
        if name in {"envbindir", "env_bin_dir"}:
            return f"{root}/.tox/{self.env}/bin"
        if name in {"toxworkdir", "work_dir"}:
            return f"{root}/.tox"
        if name in {"distdir", "distshare", "temp_dir"}:
            return f"{root}/.tox/{name}"
        if name in {"envdir", "env_dir"}:
            return f"{root}/.tox/{self.env}"
        if name in {"envtmpdir", "env_tmp_dir", "envlogdir", "env_log_dir"}:
            return f"{root}/.tox/{self.env}/tmp"  # noqa: S108 - where tox puts it, never opened
        return ""


def _as_text(value: object) -> str:
    return "\n".join(map(text_of, value)) if isinstance(value, list) else text_of(value)


def _quoted(word: str) -> str:
    return f"'{word}'" if " " in word and "'" not in word else word


def _joined_lines(text: str) -> list[str]:
    """Return lines with those that end in a backslash joined to the next."""
    found: list[str] = []
    open_line = ""
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped.startswith("#"):
            continue
        if stripped.endswith("\\"):
            open_line += stripped[:-1] + " "
            continue
        found.append(open_line + stripped)
        open_line = ""
    return [*found, open_line] if open_line else found
