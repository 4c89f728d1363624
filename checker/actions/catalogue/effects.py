"""What a call does: the forms of its entry laid against what it was given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product

from checker.actions.activity import Effect, Kind, NearMiss, Target
from checker.actions.catalogue.call import Call
from checker.actions.catalogue.declared import composed_images, declared_url
from checker.actions.catalogue.destinations import (
    filled,
    image_target,
    index_of,
    named_url,
    plain_reference,
    registry_of,
)
from checker.actions.catalogue.entries import Entry, Form
from checker.actions.command import has_hole, holes
from checker.services.repository import Files

MAX_IMAGES = 200
_NOT_DONE = ("--help", "--version", "-h")


def effects(
    entry: Entry, call: Call, files: Files | None = None, cwd: str = "."
) -> tuple[Effect | NearMiss, ...]:
    """Return what the call does, and what it only looks like doing.

    A near miss is left out when another form of the same call does that very thing.
    """
    if not entry.is_action and any(
        call.given(spec) for spec in _NOT_DONE if spec not in entry.values
    ):
        return ()
    found: list[Effect | NearMiss] = []
    for form in entry.does:
        found.extend(_of_form(entry, form, call, files, cwd))
    done = {effect.kind for effect in found if isinstance(effect, Effect)}
    return tuple(
        dict.fromkeys(one for one in found if isinstance(one, Effect) or one.kind not in done)
    )


def _of_form(
    entry: Entry, form: Form, call: Call, files: Files | None, cwd: str
) -> Iterator[Effect | NearMiss]:
    rest = call.after(form.sub)
    if rest is None or (rest.arguments and rest.arguments[0] in form.not_sub):
        return
    if form.never:
        yield NearMiss(form.kind, _said(form.never, rest))
        return
    for spec, reason in form.unless.items():
        given = rest.given(spec)
        if given is not None and not given.unknown:
            if reason:
                yield NearMiss(form.kind, _said(reason, rest, given.value))
            return
    depends = ""
    if form.only_with:
        needed = rest.first(form.only_with)
        if needed is None:
            if form.otherwise:
                yield NearMiss(form.kind, _said(form.otherwise, rest))
            return
        depends = ", ".join(holes(needed[1].unknown))
    notes = [form.note, *(f"depends on {depends}" for _ in range(bool(depends)))]
    for spec, text in form.notes.items():
        given = rest.given(spec)
        if given is not None:
            notes.append(_said(text, rest, given.value))
    if form.kind == "lint" and not entry.is_action:
        notes.append(_narrow(rest.arguments))
    masked, mask_note = _mask(form, rest)
    notes.append(mask_note)
    base = Effect(form.kind, entry.name, form.target, masked=masked, depends=depends)
    yield from _going(base, form, rest, notes, files, cwd)


def _going(
    base: Effect, form: Form, call: Call, notes: list[str], files: Files | None, cwd: str
) -> Iterator[Effect]:
    """Add where the effect goes and what authorises it; an image pushed to two registries is two effects."""
    kind = base.kind
    places: dict[Target | None, tuple[str, ...]]
    if kind == "publish":
        target, destination, name, note = _index(form, call, files, cwd)
        secret, secret_note = _secret(form, call, name)
        places = {form.target or target: (destination,) if destination else ()}
        notes = [*notes, note, secret_note]
    elif kind == "registry-login":
        host = next(
            (value for spec in form.registry for value in _named(spec, call, files, cwd)), ""
        )
        secret, secret_note = _secret(form, call, "")
        places = {form.target or registry_of(host): (host,) if host else ()}
        notes = [*notes, secret_note]
    elif kind in {"image-build", "image-push"}:
        every = (value for spec in form.images for value in _named(spec, call, files, cwd))
        named = list(islice(every, MAX_IMAGES))
        images = tuple(dict.fromkeys(filter(None, map(plain_reference, named))))
        if named and not images:
            return  # copied into a folder or an archive, not into a registry
        secret, secret_note = _secret(form, call, "")
        notes = [*notes, secret_note]
        places = _by_target(images, form.target) if kind == "image-push" else {form.target: images}
    else:
        yield replace(base, note=_joined(notes))
        return
    for where, destinations in places.items():
        note = _joined(
            [
                *notes,
                _unnamed(destinations) if kind == "image-push" and where == "dockerhub" else "",
            ]
        )
        yield replace(base, target=where, destinations=destinations, credential=secret, note=note)


def _unnamed(images: tuple[str, ...]) -> str:
    """Say that Docker Hub refuses an image without a user's name, where there is one."""
    bare = next((image for image in images if "/" not in image and not has_hole(image)), "")
    return f"`{bare}` names no user: Docker Hub refuses it" if bare else ""


def _by_target(
    images: tuple[str, ...], fixed: Target | None
) -> dict[Target | None, tuple[str, ...]]:
    places: dict[Target | None, tuple[str, ...]] = {}
    for image in images:
        where = fixed or image_target(image)
        places[where] = (*places.get(where, ()), image)
    return places or {fixed: ()}


def _mask(form: Form, call: Call) -> tuple[str, str]:
    """Return what swallows a failure, and a note when that is unknown."""
    if form.fails_only_with:
        needed = call.first(form.fails_only_with)
        if needed is None:
            return f"not failing without {form.fails_only_with[0].replace('=', ': ')}", ""
        if needed[1].unknown:
            return "", f"whether it can fail depends on {needed[1].unknown}"
    mask = call.first(form.masks)
    if mask is None:
        return "", ""
    if mask[1].unknown:
        return "", f"whether it can fail depends on {mask[1].unknown}"
    return mask[1].text, ""


def _index(
    form: Form, call: Call, files: Files | None, cwd: str
) -> tuple[Target | None, str, str, str]:
    """Return the target, the address or name as written, the name alone, and a note."""
    given = next((value for spec in form.index for value in call.values(spec)), "").strip()
    if not given:
        return "pypi", "", "pypi", ""
    if "/" in given:
        target, note = index_of(given)
        return target, given, "pypi", note
    address = named_url(call.env, form.index_url, given)
    if not address and form.declared and files is not None:
        address = declared_url(files, cwd, form.declared, given)
    target, note = index_of(address or given)
    return target, address or given, given, note


def _secret(form: Form, call: Call, name: str) -> tuple[str, str]:
    """Return what authorises the call, and a note when it is read from standard input or not given."""
    for spec in form.secret:
        if spec == "STDIN":
            if call.given("--password-stdin") is not None:
                text = call.stdin.strip()
                return text, "" if text else "password from standard input"
            continue
        for value in call.values(filled(spec, name or "pypi")):
            if value.strip():
                return value.strip(), ""
    return "", form.without_secret


def _named(spec: str, call: Call, files: Files | None, cwd: str) -> Iterator[str]:
    """Yield the images or hosts that a spec of `images` or `registry` leads to."""
    if spec == "ARGUMENTS":
        yield from call.arguments
    elif spec == "FIRST":
        yield from call.arguments[:1]
    elif spec == "LAST":
        yield from call.arguments[-1:]
    elif spec == "COMPOSE":
        if files is not None:
            chosen = [value for option in ("-f", "--file") for value in call.values(option)]
            yield from composed_images(files, cwd, tuple(chosen), call.arguments, call.env)
    elif "{" in spec:
        yield from _assembled(spec, call)
    else:
        option, colon, part = spec.partition(":")
        for value in call.values(option):
            for item in _items(value):
                if not colon:
                    yield item
                elif item.startswith(f"{part}="):
                    yield item.removeprefix(f"{part}=")


def _assembled(spec: str, call: Call) -> Iterator[str]:
    """Yield `{registry}/{image}:{tags}` for each of the tags; a part that is not given goes with its separator."""
    pieces: list[list[str]] = []
    rest = spec
    while rest:
        before, brace, rest = rest.partition("{")
        if not brace:
            pieces.append([before])
            break
        name, _, rest = rest.partition("}")
        values = [item for value in call.values(name) for item in _items(value)]
        if not values and before in {"", ":"}:
            rest = rest.removeprefix("/")
            continue
        if not values:
            return
        pieces.append([f"{before}{value}" for value in values])
    if not pieces:
        return
    for parts in islice(product(*pieces), MAX_IMAGES):
        first = parts[0].rstrip("/")
        whole = "".join(parts)
        # An image that already names its registry is not given it twice.
        twice = f"{first}/{first}/"
        yield whole.replace(twice, f"{first}/", 1) if whole.startswith(twice) else whole


def _items(value: str) -> Iterator[str]:
    """Yield the items of a list as actions and buildx take it: by lines, commas or blanks."""
    for item in value.replace(",", " ").split():
        yield item.strip("\"'")


def _narrow(arguments: tuple[str, ...]) -> str:
    files = [
        argument
        for argument in arguments
        if argument.endswith(".py") and not set("*?[⟦") & set(argument)
    ]
    if not files or len(files) != len(arguments):
        return ""
    return "checks one file only" if len(files) == 1 else f"checks {len(files)} files only"


def _said(text: str, call: Call, value: str = "") -> str:
    """Fill a sentence of the catalogue: `{value}` is what was given, `{push}` an input."""
    said = text.replace("{value}", value)
    if "{" in said:
        for option in call.options:
            said = said.replace(f"{{{option.name}}}", option.value or "")
    return said


def _joined(notes: list[str]) -> str:
    return "; ".join(dict.fromkeys(note for note in notes if note))


def kinds_of(found: tuple[Effect | NearMiss, ...]) -> tuple[Kind, ...]:
    """Return the activities that are really done, each once."""
    return tuple(dict.fromkeys(effect.kind for effect in found if isinstance(effect, Effect)))
