"""Who may see the base sees its replays, and nobody else; nothing is made for who may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.version import __version_info__

from regesta.archive import Archive
from regesta.publish._replays import site_of
from tests.publish.sites import in_one_loop, site
from tests.publish.test_timetravel import DAY, replay_files, small_archive

ROOT_ONLY = {"id": "root"}
STABLE = __version_info__[0] == "0"
QUERIES = {"all": "select count(*) as n from events", "mine": {"sql": "select 1 as n", "allow": ROOT_ONLY}}
ALL_PATHS = (
    "", ".json", ".db", "/answers", "/answers.json", "/answers.csv", "/answers.csv?_stream=1", "/letters/l1",
    "/events?_asof=2017-01-05", "/answer_counts", "/letter_sent", "/all", "/mine", "?sql=select+1", ".json?sql=select+1",
    "/nothing", "/letters/nothing", "/-/queries", "/-/schema", "/-/query?sql=select+1", "/answers/-/schema.json", "/answers?_facet=answer", "/answers?_where=1=1",
)  # fmt: skip
MISSING = re.compile("nothing|/-/")  # at least on one line of Datasette, or there for everybody
ONE_PATHS = ("/archive@known=2000", "/archive/answers?_known=2000", "/archive@2017-01-20,known=2000/events")

# What is kept from strangers, by its rule: the rule for the database, and the paths in it.
RULES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "database": ({"allow": ROOT_ONLY}, tuple(path for path in ALL_PATHS if not MISSING.search(path))),
    "table": (
        {"tables": {"answers": {"allow": ROOT_ONLY}}},
        ("/answers", "/answers.json", "/answers.csv", "/answers/l1,P01", "/answers?_sort=place"),
    ),
    "view": ({"tables": {"answer_counts": {"allow": ROOT_ONLY}}}, ("/answer_counts", "/answer_counts.json")),
    "sql": ({"allow_sql": False}, ("?sql=select+1", ".json?sql=select+1", "/answers?_where=1=1")),
    "query": ({}, ("/mine", "/mine.json")),
    "all but one table": (
        {"allow": ROOT_ONLY, "tables": {"letters": {"allow": True}}},
        ("", ".db", "/answers", "/events"),
    ),
}
REFUSED = [pytest.param(rule, path, id=f"{name} {path}") for name, (rule, paths) in RULES.items() for path in paths]


@contextmanager
def restricted(archive: Archive, rule: dict[str, Any], **instance: Any) -> Iterator[Datasette]:
    metadata = {**instance, "databases": {"archive": {"queries": QUERIES, **rule}}}
    with site(archive.database, metadata=metadata, with_plugin=True) as datasette:
        yield datasette


async def status(datasette: Datasette, path: str, user: str | None = None) -> int:
    await datasette.invoke_startup()
    cookies = {"ds_actor": datasette.sign({"a": {"id": user}}, "actor")} if user else {}
    response = await datasette.client.get(path, cookies=cookies, follow_redirects=True)
    return int(response.status_code)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The small archive, of which no replay is made by a stranger."""
    return small_archive(tmp_path_factory.mktemp("restricted"))


@in_one_loop
@pytest.mark.parametrize(("rule", "path"), REFUSED)
async def test_stranger_is_refused(archive: Archive, rule: dict[str, Any], path: str) -> None:
    """What the base keeps from a stranger the replay keeps too, made or not."""
    with restricted(archive, rule) as datasette:
        fresh = await status(datasette, f"/archive@{DAY}{path}")
        await status(datasette, f"/archive@{DAY}", "root")
        assert site_of(datasette)._held
        assert (fresh, await status(datasette, f"/archive@{DAY}{path}")) == (403, 403)


@in_one_loop
@pytest.mark.parametrize("path", [*(f"/archive@{DAY}{path}" for path in ALL_PATHS), *ONE_PATHS])
@pytest.mark.parametrize("level", ["instance", "database"])
async def test_nothing_is_made_for_a_stranger(tmp_path: Path, archive: Archive, level: str, path: str) -> None:
    """Who may see nothing of the base cannot make the server work: no file, and no open replay."""
    rules = {"instance": ({}, {"allow": ROOT_ONLY}), "database": ({"allow": ROOT_ONLY}, {})}
    rule, instance = rules[level]
    before = replay_files(archive)
    with restricted(archive, rule, **instance) as datasette:
        assert await status(datasette, path) == 403
        assert (replay_files(archive), site_of(datasette)._held) == (before, {})


@in_one_loop
@pytest.mark.parametrize("path", [path for path in ALL_PATHS if not MISSING.search(path)])
async def test_who_may_sees_all(archive: Archive, path: str) -> None:
    """The person that the rules name sees every page of the replay."""
    with restricted(archive, {"allow": ROOT_ONLY}) as datasette:
        assert await status(datasette, f"/archive@{DAY}{path}", "root") == 200
        assert await status(datasette, f"/archive@{DAY}{path}", "somebody") == 403


@in_one_loop
@pytest.mark.parametrize("name", ["table", "view", "sql", "query"])
async def test_the_rest_stays_open(archive: Archive, name: str) -> None:
    """A rule for one part keeps strangers from no other."""
    with restricted(archive, RULES[name][0]) as datasette:
        answers = [
            await status(datasette, f"/archive@{DAY}{path}") for path in ("", "/letters", "/events.csv", "/all", ".db")
        ]
    assert answers == [200] * 5


@in_one_loop
async def test_table_that_is_open_in_a_closed_database(archive: Archive) -> None:
    """A table that strangers may see in a database that they may not is open in the replay as in the base."""
    with restricted(archive, RULES["all but one table"][0]) as datasette:
        found = [await status(datasette, f"/{name}/letters.json") for name in ("archive", f"archive@{DAY}")]
    assert found == [200, 200]


@in_one_loop
async def test_replay_that_root_opened_is_in_no_list_of_a_stranger(archive: Archive) -> None:
    """Once it is open, a replay of a closed archive shows nowhere."""
    with restricted(archive, {"allow": ROOT_ONLY}) as datasette:
        await status(datasette, f"/archive@{DAY}", "root")
        texts = [(await datasette.client.get(path)).text for path in ("/", "/.json", "/-/databases.json")]
    assert [text for text in texts if "archive@" in text or "archive~40" in text] == []


@pytest.mark.skipif(STABLE, reason="1.0 has permissions by action")
@in_one_loop
@pytest.mark.parametrize("action", ["view-database", "view-database-download", "view-table", "execute-sql"])
async def test_permissions_by_action(archive: Archive, action: str) -> None:
    """A rule for one action holds for that action on the replay."""
    paths = {
        "view-database": "",
        "view-database-download": ".db",
        "view-table": "/answers",
        "execute-sql": "/-/query?sql=select+1",
    }
    with restricted(archive, {"permissions": {action: ROOT_ONLY}}) as datasette:
        assert await status(datasette, f"/archive@{DAY}{paths[action]}") == 403


@pytest.mark.skipif(STABLE, reason="1.0 shows schemas")
@in_one_loop
async def test_schema_of_a_closed_archive(archive: Archive) -> None:
    """Pages that take the route for the name of a database keep to the rules too."""
    with restricted(archive, {"allow": ROOT_ONLY}) as datasette:
        await status(datasette, f"/archive@{DAY}", "root")
        paths = ("/-/schema", "/-/schema.json", "/answers/-/schema", "/-/query", "/-/query?sql=select+1")
        found = {path: await status(datasette, f"/archive@{DAY}{path}") for path in paths}
    assert {path: code for path, code in found.items() if code != 403} == {}


class Gatekeeper:
    """A plugin of somebody else that keeps strangers from one table of the archive, by the names of both."""

    __name__ = "gatekeeper"

    if STABLE:

        @hookimpl  # type: ignore[untyped-decorator]
        def permission_allowed(self, actor: Any, action: str, resource: Any) -> bool | None:
            """Say no to strangers."""
            return False if action == "view-table" and resource == ("archive", "letters") and not actor else None

    else:

        @hookimpl  # type: ignore[untyped-decorator]
        def permission_resources_sql(self, actor: Any, action: str) -> Any:
            """Say no to strangers."""
            from datasette.permissions import PermissionSQL

            if action != "view-table" or actor:
                return None
            return PermissionSQL(sql="select 'archive' as parent, 'letters' as child, 0 as allow, 'closed' as reason")


@in_one_loop
async def test_rules_of_other_plugins(archive: Archive) -> None:
    """What another plugin decides by the name of the base counts for its replays."""
    gatekeeper = Gatekeeper()
    pm.register(gatekeeper)
    try:
        with restricted(archive, {}) as datasette:
            paths = (f"/archive@{DAY}/letters", f"/archive@{DAY}/letters/l1", f"/archive@{DAY}/answers")
            found = [await status(datasette, path) for path in paths]
            seen = await status(datasette, paths[0], "root")
    finally:
        pm.unregister(gatekeeper)
    assert (found, seen) == ([403, 403, 200], 200)
