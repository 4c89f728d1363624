"""What expressions are worth, what they hang on when something is unknown, and what is refused."""

from __future__ import annotations

import copy
import math
import random

import pytest

from checker.actions.command import hole, holes
from checker.actions.expressions import (
    UNKNOWN,
    ExpressionError,
    Judgement,
    Partial,
    evaluate,
    interpolate,
    is_condition_with_status,
    judge,
    references,
    to_text,
    truthy,
    validate,
)
from tests.generated_expressions import CONTEXTS, dice_for, expression

TAG_PUSH = {
    "github": {
        "event_name": "push",
        "ref": "refs/tags/v1.2.3",
        "ref_type": "tag",
        "event": {"commits": [{"author": {"name": "Ann"}}, {"author": {"name": "Bo"}}, {"id": 3}]},
    },
    "matrix": {"os": "linux", "versions": ["3.11", "3.12"]},
    "secrets": Partial(KNOWN="x"),
    "inputs": UNKNOWN,
    "steps": Partial({"meta": {"outputs": Partial(tag="v1.2.3")}}),
    "env": {"IMAGE": f"{hole('secrets.USER')}/app:v1.2.3", "ALL": hole("vars.ALL"), "EMPTY": ""},
    "job": {"status": "success"},
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("null", None),
        ("true", True),
        ("1", 1),
        ("1.0", 1),
        ("-0", 0),
        ("3.10", 3.1),
        (".5", 0.5),
        ("0xFF", 255),
        ("0o17", 15),
        ("1e3", 1000),
        ("-Infinity", -math.inf),
        ("'it''s, isn''t it'", "it's, isn't it"),
        ("''", ""),
    ],
)
def test_literals(source: str, value: object):
    found = evaluate(source, {})
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("'PUSH' == 'push'", True),
        ("'Привет' == 'ПРИВЕТ'", True),
        ("'ı' == 'I'", False),
        ("'' == 0", True),
        ("' 7 ' == 7", True),
        ("'0x10' == 16", True),
        ("'0o10' == 8", True),
        ("'seven' == 7", False),
        ("'NaN' == NaN", False),
        ("null == ''", True),
        ("null == 0", True),
        ("null == true", False),
        ("true == 'true'", False),
        ("true == '1'", True),
        ("github.event == github.event", True),
        ("fromJSON('[1]') == fromJSON('[1]')", False),
        ("matrix.versions == 'Array'", False),
        ("'b' > 'A'", True),
        ("'10' > 9", True),
        ("'10' > '9'", False),
        ("true > false", True),
        ("null >= 0", True),
        ("matrix >= matrix", True),
        ("matrix > matrix", False),
    ],
)
def test_comparisons_are_loose(source: str, value: bool):
    assert evaluate(source, TAG_PUSH) is value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 || 2 && 0", 1),
        ("(1 || 2) && 0", 0),
        ("!true == false", True),
        ("!(true == false)", True),
        ("1 < 2 == true", True),
        ("'a' && 'b'", "b"),
        ("'' && 'b'", ""),
        ("'' || 'b'", "b"),
        ("matrix.os == 'linux' && 'yes' || 'no'", "yes"),
        ("true && '' || 'the well-known trap'", "the well-known trap"),
        ("false && fromJSON('broken')", False),
    ],
)
def test_operators_return_an_operand_and_bind_as_in_javascript(source: str, value: object):
    assert evaluate(source, TAG_PUSH) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("GitHub.Ref_Name", None),
        ("GITHUB.REF", "refs/tags/v1.2.3"),
        ("github['event_name']", "push"),
        ("github.ref.what.ever", None),
        ("matrix.versions[1]", "3.12"),
        ("matrix.versions['1']", "3.12"),
        ("matrix.versions[2]", None),
        ("matrix.versions[-1]", None),
        ("github.event.commits.*.author.name", ["Ann", "Bo"]),
        ("github.event.commits[*].author.*", ["Ann", "Bo"]),
        ("matrix.*[0]", ["3.11"]),
        ("github.ref.*", []),
        ("matrix[github.nothing]", None),
    ],
)
def test_properties_and_items(source: str, value: object):
    assert evaluate(source, TAG_PUSH) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("contains('Hello', 'hELL')", True),
        ("contains(matrix.versions, '3.11')", True),
        ("contains(matrix.versions, 3.11)", True),
        ("contains(matrix, 'linux')", False),
        ("contains(github.event.commits.*.author.name, 'ann')", True),
        ("startsWith(github.ref, 'REFS/TAGS/')", True),
        ("endsWith(github.ref, '.3')", True),
        ("startsWith(matrix, 'Object')", False),
        ("format('{0} {{0}} {1}{0}', 'a', 1.50)", "a {0} 1.5a"),
        ("format(null, 1)", ""),
        ("join(matrix.versions)", "3.11,3.12"),
        ("join(matrix.versions, ' or ')", "3.11 or 3.12"),
        ("join('one')", "one"),
        ("join(matrix)", ""),
        ("fromJSON('{\"a\": [1.0, null]}').A[0]", 1),
        ("fromJSON(' true ')", True),
        ("case(false, 1, 2 > 1, 'two', 3)", "two"),
        ("case(false, fromJSON('broken'), 3)", 3),
        ("success()", True),
        ("failure() || cancelled()", False),
        ("always()", True),
        ("SUCCESS()", True),
    ],
)
def test_functions(source: str, value: object):
    assert evaluate(source, TAG_PUSH) == value


def test_to_json_is_printed_as_github_prints_it():
    value = {"a": [1, 1.5, True, None], "empty": [{}, []], 'q"': "Я\n\x01"}
    assert evaluate("toJSON(x)", {"x": value}) == (
        '{\n  "a": [\n    1,\n    1.5,\n    true,\n    null\n  ],\n'
        '  "empty": [\n    {},\n    []\n  ],\n  "q\\"": "Я\\n\\u0001"\n}'
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (1, "1"),
        (1.0, "1"),
        (-0.0, "0"),
        (3.1, "3.1"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (10**20, "100000000000000000000"),
        (1.5e-7, "1.5e-7"),
        (1e-20, "0"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
        ([1], "Array"),
        ({}, "Object"),
    ],
)
def test_values_as_text(value: object, text: str):
    assert to_text(value) == text


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("", 0),
        ("  ", 0),
        ("nobody.home", 0),
        ("true && nobody", 8),
        ("false && nobody", 9),
        ("1 +1", 2),
        ("github.", 7),
        ("github.1", 7),
        ("github.b@r", 7),
        ("github ref", 7),
        ("1 &", 2),
        ("1 & 2", 2),
        ("github = 1", 7),
        ("'open", 0),
        ("'open''", 0),
        ('"double"', 0),
        ("$x", 0),
        ("(1", 2),
        ("1)", 1),
        ("github[", 7),
        ("github[0", 8),
        ("true[0]", 4),
        ("'a'.b", 3),
        ("format()", 0),
        ("format('a',)", 11),
        ("contains('a')", 0),
        ("1 == contains('a', 'b', 'c')", 5),
        ("case(true, 1)", 0),
        ("case(true, 1, false, 2)", 0),
        ("case('true', 1, 2)", 0),
        ("always(1)", 0),
        ("hashFiles()", 0),
        ("toYAML(1)", 0),
        ("True", 0),
        ("0x", 0),
        ("1_000", 0),
        ("1.2.3", 0),
        ("format('{0}')", 0),
        ("format('{', 1)", 0),
        ("format('}', 1)", 0),
        ("format('{x}', 1)", 0),
        ("format('{0:N}', 1)", 0),
        ("format('{99999999999999999999}', 1)", 0),
        ("fromJSON('')", 0),
        ("1 && fromJSON('{')", 5),
        ("fromJSON('NaN')", 0),
        ("fromJSON('[1,]')", 0),
        ("fromJSON(github)", 0),
    ],
)
def test_what_github_refuses_is_refused_with_the_place(source: str, position: int):
    with pytest.raises(ExpressionError) as refusal:
        evaluate(source, {"github": {}})
    assert refusal.value.position == position
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("secrets.TOKEN", UNKNOWN),
        ("secrets.KNOWN", "x"),
        ("inputs.anything.at.all", UNKNOWN),
        ("false && secrets.TOKEN", False),
        ("secrets.TOKEN && false", False),
        ("true || secrets.TOKEN", True),
        ("secrets.TOKEN || true", True),
        ("true && secrets.TOKEN", UNKNOWN),
        ("secrets.TOKEN && true", UNKNOWN),
        ("false || secrets.TOKEN", UNKNOWN),
        ("secrets.TOKEN || false", UNKNOWN),
        ("secrets.TOKEN || 'default'", UNKNOWN),
        ("!secrets.TOKEN", UNKNOWN),
        ("!(secrets.TOKEN || 'default')", False),
        ("secrets.TOKEN && '' || 'b'", "b"),
        ("secrets.TOKEN == 'x'", UNKNOWN),
        ("secrets.TOKEN != null", UNKNOWN),
        ("1 < inputs.n", UNKNOWN),
        ("startsWith(inputs.ref, 'v')", UNKNOWN),
        ("startsWith(github, inputs.ref)", False),
        ("contains(inputs.list, 1)", UNKNOWN),
        ("contains(fromJSON('[]'), inputs.a)", False),
        ("contains(matrix, inputs.a)", False),
        ("format('{0}', inputs.a)", UNKNOWN),
        ("format('only {0}', 1, inputs.a)", "only 1"),
        ("join(inputs.list, ',')", UNKNOWN),
        ("join(matrix.versions, inputs.separator)", UNKNOWN),
        ("join('one', inputs.separator)", "one"),
        ("toJSON(secrets)", UNKNOWN),
        ("fromJSON(inputs.json).a", UNKNOWN),
        ("hashFiles('**/lock')", UNKNOWN),
        ("case(inputs.a == 1, 2, 3)", UNKNOWN),
        ("case(true, 2, inputs.a == 1, 3, 4)", 2),
        ("matrix[inputs.name]", UNKNOWN),
        ("github.nothing[inputs.name]", None),
        ("steps.meta.outputs.tag", "v1.2.3"),
        ("steps.meta.outputs.version", UNKNOWN),
        ("steps.meta.outcome", None),
        ("steps.other.outputs.tag", UNKNOWN),
        ("steps.*.outputs.tag", UNKNOWN),
        ("secrets.TOKEN && fromJSON('broken')", UNKNOWN),
    ],
)
def test_unknown_propagates_like_null_in_sql(source: str, value: object):
    found = evaluate(source, TAG_PUSH)
    assert found is value if value is UNKNOWN else found == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("env.IMAGE", TAG_PUSH["env"]["IMAGE"]),
        ("env.IMAGE == 'ann/app:v1.2.3'", UNKNOWN),
        ("env.IMAGE == 'ann/app:latest'", False),
        ("env.IMAGE != ''", True),
        ("env.IMAGE && true", True),
        ("endsWith(env.IMAGE, ':V1.2.3')", True),
        ("endsWith(env.IMAGE, ':latest')", False),
        ("startsWith(env.IMAGE, 'ann/')", UNKNOWN),
        ("contains(env.IMAGE, '/app:')", True),
        ("contains(env.IMAGE, 'ann')", UNKNOWN),
        ("env.ALL == ''", UNKNOWN),
        ("env.ALL && true", UNKNOWN),
        ("!env.ALL", UNKNOWN),
        ("env.ALL == matrix", False),
        ("env.ALL == 1", UNKNOWN),
        ("env.IMAGE <= 'b'", UNKNOWN),
        ("fromJSON(env.ALL)", UNKNOWN),
        ("matrix[env.ALL]", UNKNOWN),
    ],
)
def test_a_text_with_a_hole_is_known_where_the_rest_decides(source: str, value: object):
    found = evaluate(source, TAG_PUSH)
    assert found is value if value is UNKNOWN else found == value


@pytest.mark.parametrize(
    ("source", "judgement"),
    [
        ("secrets.TOKEN", Judgement(UNKNOWN, ("secrets.TOKEN",))),
        ("Secrets['TOKEN'] != ''", Judgement(UNKNOWN, ("secrets.TOKEN",))),
        ("inputs.a == inputs.b && inputs.a", Judgement(UNKNOWN, ("inputs.a", "inputs.b"))),
        ("secrets.A && matrix.os == 'linux'", Judgement(UNKNOWN, ("secrets.A",))),
        ("secrets.A && matrix.os == 'windows'", Judgement(value=False, truth=False)),
        ("secrets.A || 'default'", Judgement(UNKNOWN, ("secrets.A",), truth=True)),
        ("env.IMAGE == 'a/app:v1.2.3'", Judgement(UNKNOWN, ("secrets.USER",))),
        (
            "env.IMAGE",
            Judgement(TAG_PUSH["env"]["IMAGE"], ("secrets.USER",), truth=True),
        ),
        ("toJSON(secrets)", Judgement(UNKNOWN, ("toJSON(secrets)",))),
        ("fromJSON(inputs.m).os", Judgement(UNKNOWN, ("inputs.m",))),
        ("steps['my step'].outputs.x", Judgement(UNKNOWN, ("steps['my step'].outputs.x",))),
        ("hashFiles('a', 'b') != ''", Judgement(UNKNOWN, ("hashFiles('a', 'b')",))),
        ("1 == 1", Judgement(value=True, truth=True)),
        ("''", Judgement("", truth=False)),
    ],
)
def test_a_judgement_names_what_decided_it(source: str, judgement: Judgement):
    assert judge(source, TAG_PUSH) == judgement


@pytest.mark.parametrize(
    ("contexts", "value"),
    [
        ({}, UNKNOWN),
        ({"job": {}}, UNKNOWN),
        ({"job": {"status": UNKNOWN}}, UNKNOWN),
        ({"job": {"status": "success"}}, True),
        ({"job": {"status": "failure"}}, False),
    ],
)
def test_success_asks_the_status_of_the_job(contexts: dict[str, object], value: object):
    assert evaluate("success()", contexts) is value
    assert evaluate("always()", contexts) is True


def test_an_unknown_value_has_no_truth_in_python():
    with pytest.raises(TypeError):
        bool(UNKNOWN)
    assert truthy(UNKNOWN) is UNKNOWN
    assert truthy("false") is True
    assert repr(UNKNOWN) == "UNKNOWN"


def masked(dice: random.Random, value: object) -> object:
    """Make parts of a context unknown: values, keys, and parts of texts."""
    if dice.random() < 0.15:
        return UNKNOWN
    if isinstance(value, str) and value and dice.random() < 0.3:
        start, end = sorted(dice.choices(range(len(value) + 1), k=2))
        return value[:start] + hole("x") + value[end:]
    if isinstance(value, dict):
        kept = {key: masked(dice, item) for key, item in value.items()}
        for key in [key for key in kept if dice.random() < 0.1]:
            del kept[key]
        return Partial(kept)
    return [masked(dice, item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(8))
def test_an_answer_given_in_spite_of_unknowns_stays_true_when_they_become_known(seed: int):
    dice = dice_for(f"unknowns {seed}")
    answered = 0
    for _ in range(500):
        source = expression(dice, dice.randint(1, 3))
        seen = {name: masked(dice, value) for name, value in CONTEXTS.items()}
        try:
            known = evaluate(source, CONTEXTS)
            judgement = judge(source, seen)
        except ExpressionError:
            continue
        if judgement.truth is not UNKNOWN:
            answered += 1
            assert judgement.truth is truthy(known), source
        if isinstance(judgement.value, str) and not holes(judgement.value):
            assert judgement.value == known, source
    assert answered > 100


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("always()", True),
        ("github.ref == 'x' && !Cancelled()", True),
        ("contains(steps.*.outcome, success())", True),
        ("'always()'", False),
        ("github.success", False),
    ],
)
def test_whether_a_condition_asks_for_the_status_itself(source: str, answer: bool):
    assert is_condition_with_status(source) is answer


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("github.ref == 'x' && steps.vars.outputs.tag", ("github.ref", "steps.vars.outputs.tag")),
        ("GitHub.Ref || github['Ref']", ("github.Ref",)),
        ("matrix[env.KEY].x", ("matrix", "env.KEY")),
        ("github.event.commits.*.id", ("github.event.commits",)),
        ("contains(needs.a.outputs.b, inputs.c)", ("needs.a.outputs.b", "inputs.c")),
        ("always()", ()),
    ],
)
def test_references_are_dotted_and_in_order(source: str, names: tuple[str, ...]):
    assert references(source) == names


def test_a_context_must_exist_where_the_expression_stands():
    validate("GitHub.ref", {"github"})
    with pytest.raises(ExpressionError, match="'secrets'") as refusal:
        validate("github.ref && secrets.A", {"github"})
    assert refusal.value.position == 14


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("no expression }}", "no expression }}"),
        ("v${{ 1.50 }}-${{github.ref_type}}!", "v1.5-tag!"),
        ("${{ null }}", ""),
        ("${{ '}}' }}", "}}"),
        ("${{ secrets.TOKEN }}:x", "<secrets.TOKEN>:x"),
        ("${{ secrets.A || 'x' }}", "<secrets.A || 'x'>"),
        ("${{ format('{0}/app:{1}', secrets.U, github.ref_type) }}", "<secrets.U>/app:tag"),
        ("${{ join(fromJSON('[1, 2]'), inputs.s) }}", "1<inputs.s>2"),
        ("${{ env.IMAGE }}", TAG_PUSH["env"]["IMAGE"]),
    ],
)
def test_interpolation_keeps_what_is_known(text: str, filled: str):
    assert interpolate(text, TAG_PUSH, lambda name: f"<{name}>") == filled


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("a ${{ b", 2),
        ("a ${{ 'b }}", 2),
        ("a ${{ nobody }}", 6),
        ("${{}}", 3),
        ("${{ 1 }} ${{ 1 2 }}", 15),
    ],
)
def test_interpolation_refuses_with_the_place_in_the_whole_text(text: str, position: int):
    with pytest.raises(ExpressionError) as refusal:
        interpolate(text, {}, hole)
    assert refusal.value.position == position


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("(" * 20_000, id="groups"),
        pytest.param("(" * 9_000 + "1" + ")" * 9_000, id="closed groups"),
        pytest.param("!" * 20_000 + "1", id="negations"),
        pytest.param("a" + ".a" * 10_000, id="properties"),
        pytest.param("a" + "[a" * 9_000, id="indices"),
        pytest.param("join(" * 4_000, id="calls"),
        pytest.param("(1&&" * 5_000, id="conjunctions"),
        pytest.param("x" * 30_000, id="one long word"),
        pytest.param("'" * 20_999, id="quotes"),
        pytest.param("(" * 200_000, id="too long"),
        pytest.param(f"fromJSON('{'[' * 9_000}{']' * 9_000}')", id="deep JSON"),
        pytest.param("format('" + "{0}" * 2_000 + "', toJSON(a))", id="much from little"),
        pytest.param("a" + ".*" * 45, id="an alias bomb"),
        pytest.param("toJSON(a)", id="an alias bomb printed"),
        pytest.param("toJSON(b)", id="a list in itself"),
    ],
)
def test_hostile_expressions_are_refused(source: str):
    bomb: list[object] = ["boom" * 100]
    for _ in range(60):
        bomb = [bomb, bomb]
    ouroboros: list[object] = []
    ouroboros.append(ouroboros)
    with pytest.raises(ExpressionError):
        evaluate(source, {"a": bomb, "b": ouroboros})


def test_long_chains_are_no_depth():
    assert evaluate("1" + " == 1" * 4_000, {}) is True
    assert evaluate("0" + " || 0" * 4_000 + " || 'end'", {}) == "end"


def test_evaluation_leaves_the_contexts_alone():
    before = copy.deepcopy(CONTEXTS)
    dice = dice_for("leave alone")
    for _ in range(200):
        try:
            evaluate(expression(dice, 3), CONTEXTS)
        except ExpressionError:
            continue
    assert before == CONTEXTS
