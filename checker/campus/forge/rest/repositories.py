"""Accounts, repositories, their branches, tags and commits."""

from __future__ import annotations

from checker.campus.forge.changes import author, settle
from checker.campus.forge.git.writing import commit
from checker.campus.forge.rest.call import REPO, Answer, Call, Pages, Refused, invalid, not_found
from checker.campus.people import Person
from checker.campus.store import Repository

PAGES = Pages()


@PAGES.get("/user")
def user(call: Call) -> Answer:
    """Return who asks."""
    return Answer(call.accounts.private_user(call.person))


@PAGES.get("/users/{login}")
def somebody(call: Call) -> Answer:
    """Return an account."""
    return Answer(call.accounts.public_user(_person(call)))


@PAGES.get("/users/{login}/repos")
def repositories_of(call: Call) -> Answer:
    """Return somebody's repositories by name."""
    found = call.site.store.find(Repository, owner=_person(call).login)
    return call.paged(sorted(found, key=lambda one: one.name), call.accounts.repository)


@PAGES.get("/user/repos")
def own_repositories(call: Call) -> Answer:
    """Return the repositories of who asks; the teacher's are all."""
    found = (
        call.site.store.find(Repository)
        if call.person.is_teacher
        else call.site.store.find(Repository, owner=call.person.login)
    )
    return call.paged(sorted(found, key=lambda one: one.full_name), call.accounts.repository)


@PAGES.get("/repositories")
def all_repositories(call: Call) -> Answer:
    """Return all repositories in the order in which they were made."""
    return call.paged(call.site.store.find(Repository), call.accounts.minimal)


@PAGES.post("/user/repos")
def create(call: Call) -> Answer:
    """Make a repository; with `auto_init` it gets a README."""
    name = call.needed("name", "Repository", most=100)
    if call.flag("private"):
        raise invalid("Repository", "private", "on the campus all repositories are public")
    try:
        made = call.site.create(call.person, name, call.text("description", most=350))
    except ValueError as error:
        raise invalid("Repository", "name", str(error)) from None
    if call.flag("auto_init"):
        bare, by = call.site.bare(made), author(made.owner, call.site.now)
        with bare.locked():
            blob = bare.git("hash-object", "-w", "--stdin", data=f"# {name}\n".encode()).strip()
            tree = bare.git("mktree", data=f"100644 blob {blob}\tREADME.md\n".encode()).strip()
            bare.update("refs/heads/main", commit(bare, tree, (), "Initial commit\n", by))
            settle(call.site, made, call.asker.login)
        made = call.site.store.one(Repository, id=made.id) or made
    return Answer(call.accounts.repository(made), 201)


@PAGES.get(REPO)
def repository(call: Call) -> Answer:
    """Return a repository, with what who asks may do."""
    found = call.accounts.repository(call.repository)
    if call.asker.login:
        writes = call.asker.may_write(call.repository)
        rights = dict.fromkeys(("admin", "maintain", "push", "triage"), writes)
        found["permissions"] = {**rights, "pull": True}
    return Answer(found)


@PAGES.patch(REPO)
def change(call: Call) -> Answer:
    """Change a repository's description or default branch."""
    row = call.must_write()
    branch = call.text("default_branch", row.default_branch, most=250)
    bare = call.bare
    with bare.locked():
        if branch != row.default_branch:
            if not bare.resolve(f"refs/heads/{branch}"):
                raise invalid("Repository", "default_branch", f"The branch {branch} was not found.")
            bare.set_head(branch)
        description = call.text("description", row.description, most=350)
        row = call.site.store.change(row, default_branch=branch, description=description)
    return Answer(call.accounts.repository(row))


@PAGES.get(f"{REPO}/branches")
def branches(call: Call) -> Answer:
    """Return the branches by name."""
    found = list(call.bare.refs("refs/heads/").items())
    with call.history() as history:
        return call.paged(
            found, lambda one: history.branch(one[0].removeprefix("refs/heads/"), one[1])
        )


@PAGES.get(f"{REPO}/branches/{{branch:path}}")
def branch(call: Call) -> Answer:
    """Return a branch."""
    name = call.params["branch"]
    sha = call.bare.resolve(f"refs/heads/{name}")
    if not sha:
        raise Refused(404, "Branch not found")
    with call.history() as history:
        return Answer(history.whole_branch(name, sha))


@PAGES.get(f"{REPO}/tags")
def tags(call: Call) -> Answer:
    """Return the tags, the last name first."""
    found = list(reversed(call.bare.refs("refs/tags/").items()))
    with call.history() as history:
        return call.paged(found, lambda one: history.tag(one[0].removeprefix("refs/tags/"), one[1]))


@PAGES.get(f"{REPO}/commits")
def commits(call: Call) -> Answer:
    """Return the newest thousand commits of a branch, newest first."""
    sha = call.bare.revision(call.query.get("sha") or "HEAD")
    if not sha:
        if not call.bare.refs():
            raise Refused(409, "Git Repository is empty.")
        raise not_found()
    words = ["rev-list", "--max-count=1000", sha, "--", *filter(None, [call.query.get("path")])]
    with call.history() as history:
        return call.paged(call.bare.git("--literal-pathspecs", *words).split(), history.commit)


@PAGES.get(f"{REPO}/commits/{{ref:path}}")
def one_commit(call: Call) -> Answer:
    """Return a commit by its id or the name of a branch or tag."""
    ref = call.params["ref"]
    if not call.bare.refs():
        raise Refused(409, "Git Repository is empty.")
    sha = call.bare.revision(ref)
    if not sha:
        raise Refused(422, f"No commit found for SHA: {ref[:100]}")
    with call.history() as history:
        return Answer(history.commit(sha))


def _person(call: Call) -> Person:
    found = next((one for one in call.site.people if one.login == call.params["login"]), None)
    if found is None:
        raise not_found()
    return found
