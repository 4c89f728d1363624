"""What one student tries on another's things with the programs that students have: each is refused, and the owner may.

The table is the whole list. The parts' own tests try what no program would send: `forge/test_forge_rules.py` every page
of the API, `test_campus_registry.py` every verb and token, `test_campus_storage.py` and `test_campus_tracking.py`
every detour.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from checker.campus.forge.site import Site
from checker.campus.index import packages
from checker.campus.people import BUCKET, People, Person
from checker.campus.registry.listing import images
from checker.campus.storage import weed
from checker.campus.store import Event, Issue, PullRequest, Release, Repository, Secret
from tests.standins.index_servers import wheel
from tests.standins.processes import program
from tests.standins.town import Town, town

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
    pytest.mark.skipif(weed() is None, reason="no wheel of SeaweedFS for this machine"),
]


@dataclass(frozen=True)
class Attempt:
    """A program's call on Anna's things, and what it says to somebody who is not Anna."""

    tool: str
    code: str
    """For a shell; for `boto3` and `mlflow` an expression of Python."""
    says: str
    """A pattern."""
    is_for_owners: bool = True
    """Whether Anna may do it: what was pushed stays."""


CURL = 'curl -sS --fail-with-body -H "Authorization: Bearer $CHECKER_GITHUB_TOKEN" '
HERS = '"$CHECKER_GITHUB_URL/repos/ivanova_anna/homework'
GIT = "cd clone && git push $CAMPUS_GIT/ivanova_anna/homework.git "
DENIED = "Permission to ivanova_anna/homework.git denied to petrov_boris"
NOT_OWNER = (
    "petrov_boris may not change ivanova_anna/homework; its owner and the teacher may.*error: 403"
)
SKOPEO = "skopeo copy --dest-tls-verify=false --dest-creds $MLFLOW_TRACKING_USERNAME:$TWINE_PASSWORD oci:image:1.0 "
TWINE = "twine upload --non-interactive --disable-progress-bar "
OWNED = "403.*isn't allowed to upload to project 'hers': it belongs to ivanova_anna"
NOT_HERS = "denied: petrov_boris may not push to ivanova_anna/"
NO_KEY = "^AccessDenied: "
NO_MLFLOW = "error code 403 != 200. Response body: 'Permission denied'"
ATTEMPTS = {
    "push to a branch": Attempt("git", f"{GIT} HEAD:refs/heads/topic", DENIED),
    "push over what is there": Attempt("git", f"{GIT} --force HEAD:refs/heads/main", DENIED),
    "push a tag": Attempt("git", f"{GIT} HEAD:refs/tags/v9.9.9", DENIED),
    "delete a branch": Attempt("git", f"{GIT} :refs/heads/spare", DENIED),
    "add a file": Attempt(
        "curl",
        f'{CURL} {HERS}/contents/x.yml" -X PUT -d \'{{"message": "x", "content": "eA=="}}\'',
        NOT_OWNER,
    ),
    "see the names of secrets": Attempt("curl", f'{CURL} {HERS}/actions/secrets"', NOT_OWNER),
    "delete a secret": Attempt(
        "curl", f'{CURL} -X DELETE {HERS}/actions/secrets/ACCOUNT"', NOT_OWNER
    ),
    "make a release": Attempt(
        "curl", f'{CURL} {HERS}/releases" -d \'{{"tag_name": "v8"}}\'', NOT_OWNER
    ),
    "upload a new version with twine": Attempt(
        "twine", f"{TWINE} hers-2.0-py3-none-any.whl", OWNED
    ),
    "upload the same name in other letters": Attempt(
        "twine", f"{TWINE} Hers-2.1-py3-none-any.whl", OWNED
    ),
    "upload a file that is there": Attempt("twine", f"{TWINE} hers-1.0-py3-none-any.whl", OWNED),
    "upload a new version with uv": Attempt(
        "uv", "uv publish --quiet hers-3.0-py3-none-any.whl", "403.*it belongs to ivanova_anna"
    ),
    "push over a tag of an image": Attempt(
        "skopeo", f"{SKOPEO} docker://$CAMPUS_REGISTRY/ivanova_anna/app:1.0", NOT_HERS
    ),
    "push a new tag": Attempt(
        "skopeo", f"{SKOPEO} docker://$CAMPUS_REGISTRY/ivanova_anna/app:2.0", NOT_HERS
    ),
    "push a new image": Attempt(
        "skopeo", f"{SKOPEO} docker://$CAMPUS_REGISTRY/ivanova_anna/other:1.0", NOT_HERS
    ),
    "delete an image": Attempt(
        "skopeo",
        "skopeo delete --tls-verify=false --creds $MLFLOW_TRACKING_USERNAME:$TWINE_PASSWORD"
        " docker://$CAMPUS_REGISTRY/ivanova_anna/app:1.0",
        "UNAUTHORIZED",
        is_for_owners=False,
    ),
    "list a prefix": Attempt(
        "boto3", "s3.list_objects_v2(Bucket=bucket, Prefix='ivanova_anna/')", NO_KEY
    ),
    "read an object": Attempt("boto3", "s3.get_object(Bucket=bucket, Key=key)", NO_KEY),
    "see how large it is": Attempt("boto3", "s3.head_object(Bucket=bucket, Key=key)", r"\(403\)"),
    "overwrite it": Attempt("boto3", "s3.put_object(Bucket=bucket, Key=key, Body=b'x')", NO_KEY),
    "add one": Attempt(
        "boto3", "s3.put_object(Bucket=bucket, Key='ivanova_anna/new', Body=b'x')", NO_KEY
    ),
    "upload a large one": Attempt(
        "boto3", "s3.create_multipart_upload(Bucket=bucket, Key='ivanova_anna/large')", NO_KEY
    ),
    "copy it to oneself": Attempt(
        "boto3",
        "s3.copy_object(Bucket=bucket, Key=own + '/got', CopySource=bucket + '/' + key)",
        NO_KEY,
    ),
    "delete it": Attempt("boto3", "s3.delete_object(Bucket=bucket, Key=key)", NO_KEY),
    "see an experiment": Attempt("mlflow", "client.get_experiment(experiment)", NO_MLFLOW),
    "read a run": Attempt("mlflow", "client.get_run(run)", NO_MLFLOW),
    "log to it": Attempt("mlflow", "client.log_metric(run, 'accuracy', 1.0)", NO_MLFLOW),
    "begin a run in an experiment": Attempt("mlflow", "client.create_run(experiment)", NO_MLFLOW),
    "leave a file with a run": Attempt(
        "mlflow", "client.log_text(run, 'x', 'report.txt')", NO_MLFLOW
    ),
    "fetch a file of it": Attempt(
        "mlflow", "client.download_artifacts(run, 'note.txt')", NO_MLFLOW
    ),
    "keep an experiment under a prefix": Attempt(
        "mlflow",
        "client.create_experiment(own + ' too', artifact_location='s3://' + bucket + '/ivanova_anna/too')",
        "artifact_location has to be s3://mlflow/petrov_boris",
    ),
    "let oneself in": Attempt(
        "mlflow",
        "access.grant_user_permission('petrov_boris', 'experiment', experiment, 'MANAGE')",
        NO_MLFLOW,
    ),
    "rename an experiment": Attempt(
        "mlflow", "client.rename_experiment(experiment, 'mine')", NO_MLFLOW
    ),
    "delete a run": Attempt("mlflow", "client.delete_run(run)", NO_MLFLOW),
    "delete an experiment": Attempt("mlflow", "client.delete_experiment(experiment)", NO_MLFLOW),
}

BEGIN = {
    "boto3": "import boto3\ns3, key = boto3.client('s3'), 'ivanova_anna/kept/note.txt'\n",
    "mlflow": """
import mlflow
from mlflow.server import get_app_client
client, access = mlflow.MlflowClient(), get_app_client("basic-auth", tracking_uri=os.environ["MLFLOW_TRACKING_URI"])
""",
}
TRY = """
import json, os, sys
{begin}
own, bucket, given = os.environ["S3_PREFIX"], os.environ["S3_BUCKET"], json.load(sys.stdin)
experiment, run = given["known"]
said = {{}}
for name, code in given["attempts"].items():
    try:
        eval(code)
        said[name] = ""
    except Exception as error:
        said[name] = f"{{type(error).__name__}}: {{error}}"
print(json.dumps(said))
"""
TRAIN = """
import mlflow
with mlflow.start_run() as run:
    mlflow.log_metric("accuracy", 0.9)
    mlflow.log_text("hers", "note.txt")
print(run.info.experiment_id, run.info.run_id)
"""


@dataclass(frozen=True)
class Tried:
    """What the programs said to one student, by attempt; empty for what was done."""

    said: Mapping[str, str]
    before: object
    after: object


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    root = tmp_path_factory.mktemp("streets")
    with town(root, "forge", "index", "registry", "storage", "tracking") as made:
        yield made


@pytest.fixture(scope="module")
def anna(streets: Town) -> Person:
    return streets.student("Иванова Анна")


@pytest.fixture(scope="module")
def known(streets: Town, anna: Person) -> tuple[str, str]:
    """Make all that Anna has; return the ids of her experiment and run."""
    for one in ("skopeo", "umoci", "curl"):
        program(one, one)
    for name, version in (("hers", "1.0"), ("hers", "2.0"), ("Hers", "2.1"), ("hers", "3.0")):
        made = wheel(streets.root, name, version)
        made.rename(made.with_name(f"{name}-{version}-py3-none-any.whl"))
    desk = streets.desk(anna, streets.root / "clone")
    desk.folder.mkdir()
    (desk.folder / "README.md").write_text("# Hers\n", encoding="utf-8")
    streets.begin(desk, ACCOUNT="hush")
    desk.git("push", "origin", "main:spare")
    desk.git("commit", "--quiet", "--allow-empty", "--amend", "--message=Anew")
    script = f"""
        umoci init --layout image && umoci new --image image:1.0
        mkdir -p $HOME/.config/containers
        echo '{{"default": [{{"type": "insecureAcceptAnything"}}]}}' > $HOME/.config/containers/policy.json
        {TWINE} hers-1.0-py3-none-any.whl
        {SKOPEO} docker://$CAMPUS_REGISTRY/ivanova_anna/app:1.0
    """
    done = streets.run(anna, "bash", "-euc", script)
    assert done.returncode == 0, done.stdout + done.stderr
    client(streets, anna).put_object(Bucket=BUCKET, Key="ivanova_anna/kept/note.txt", Body=b"hers")
    trained = streets.python(anna, TRAIN)
    assert trained.returncode == 0, trained.stderr
    experiment, run = trained.stdout.splitlines()[-1].split()
    return experiment, run


@pytest.fixture(scope="module")
def boris_tried(streets: Town, anna: Person, known: tuple[str, str]) -> Tried:
    boris = streets.student("Петров Борис")
    policy = ".config/containers"
    home = streets.root / "homes"
    (home / boris.login / policy).mkdir(parents=True)
    (home / boris.login / policy / "policy.json").write_text(
        (home / anna.login / policy / "policy.json").read_text()
    )
    return tried(streets, boris, known)


@pytest.fixture(scope="module")
def anna_tried(streets: Town, anna: Person, known: tuple[str, str], boris_tried: Tried) -> Tried:
    assert boris_tried
    return tried(streets, anna, known)


def client(streets: Town, person: Person) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=streets.place.url("s3"),
        aws_access_key_id=person.s3_key,
        aws_secret_access_key=person.s3_secret,
        region_name="us-east-1",
    )


def tried(streets: Town, person: Person, known: tuple[str, str]) -> Tried:
    """Let a student try all of it, in order."""
    before = all_there_is(streets)
    said: dict[str, str] = {}
    for tool, begin in BEGIN.items():
        codes = {name: one.code for name, one in ATTEMPTS.items() if one.tool == tool}
        given = json.dumps({"known": known, "attempts": codes})
        words = (sys.executable, "-W", "ignore", "-c", TRY.format(begin=begin))
        done = streets.run(person, *words, given=given)
        assert done.returncode == 0, done.stderr
        said |= json.loads(done.stdout.splitlines()[-1])
    for name, one in ATTEMPTS.items():
        if one.tool not in BEGIN:
            done = streets.run(person, "bash", "-euc", one.code)
            said[name] = (done.stdout + done.stderr or "?") if done.returncode else ""
    return Tried(said, before, all_there_is(streets))


def all_there_is(streets: Town) -> object:
    """Return everything that Anna has on the campus, as its parts keep it."""
    site = Site.of(streets.place)
    [row] = site.store.find(Repository, owner="ivanova_anna")
    kinds = (Event, Secret, Release, PullRequest, Issue)
    rows = [site.store.find(kind, repository=row.id) for kind in kinds]
    refs = site.bare(row).refs()
    site.store.close()
    listed = client(streets, People(streets.place).teacher).list_objects_v2(Bucket=BUCKET)[
        "Contents"
    ]
    objects = [(one["Key"], one["ETag"]) for one in listed]
    return rows, refs, packages(streets.place), images(streets.place), objects


@pytest.mark.parametrize("name", ATTEMPTS)
def test_what_is_anothers_is_refused(boris_tried: Tried, name: str) -> None:
    said = boris_tried.said[name]
    assert re.search(ATTEMPTS[name].says, said, re.DOTALL), said or "it was done"


def test_after_all_of_it_nothing_of_hers_is_changed(boris_tried: Tried) -> None:
    assert boris_tried.after == boris_tried.before


@pytest.mark.parametrize("name", [name for name, one in ATTEMPTS.items() if one.is_for_owners])
def test_its_owner_may(anna_tried: Tried, name: str) -> None:
    assert anna_tried.said[name] == ""


def test_no_program_was_told_a_token(boris_tried: Tried, anna: Person) -> None:
    said = "".join(boris_tried.said.values())
    assert not any(one in said for one in (anna.token, anna.s3_secret, anna.s3_key))
