"""A night in which AD-mastered accounts leave: Riverside, whose accounts were there before us.

Graph revokes their sessions, Active Directory is asked to disable them, and the rows end when the
tenant shows it.
"""

import asyncio
import json
import os
import ssl
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from api.demo.stage import TIME_SCALE, Stage
from graphsync import matching_desk, run, worklist_desk
from graphsync.report import RunReport
from graphsync.run import Scope, Sources
from graphsync.worklist_desk import WorkLine
from policies.people import PersonKey
from reports.powershell import script

RIVER = "river"


class Riverside:
    """The school on the demo's stage, adopted and loaded; nights follow one another."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.number = 1
        self.exported = ""
        self.leavers: dict[str, str] = {}
        self.sources = Sources({RIVER: (stage.exports / RIVER,)})

    def adopt(self) -> None:
        with self.stage.bench("it-manager") as bench:
            asyncio.run(run.plan(bench, self.sources, Scope()))
            lines = [one for one in matching_desk.proposals(bench, RIVER) if not one.rivals]
            file = self.stage.out / "matches.csv"
            pairs = "".join(f"{one.person},{one.account}\n" for one in lines)
            file.write_text(f"person,account\n{pairs}")
            matching_desk.accept_file(bench, file)
        with self.stage.bench("schedule") as bench:
            (planned,) = asyncio.run(run.plan(bench, self.sources, Scope())).runs
        with self.stage.bench("it-manager") as bench:
            codes = [reason.code for reason in planned.verdict.reasons]
            run.approve(bench, planned.run, planned.digest, codes, [])
            assert asyncio.run(run.apply(bench, planned.run)).exit_code == 0

    def mastered_staff(self) -> list[PersonKey]:
        """Linked members of staff whose enabled account is mastered in Active Directory."""
        with self.stage.bench("test") as bench:
            mirror = bench.store.mirror.load(bench.tenant.tenant_id)
            assert mirror is not None
            links = bench.store.links.of(RIVER)
        accounts = {key: mirror.accounts[link.object_id] for key, link in links.items()}
        return [
            key
            for key, account in accounts.items()
            if links[key].kind == "staff" and account.mastered_in_ad and account.account_enabled
        ]

    def night(self) -> RunReport:
        """The next night's sync."""
        self.number += 1
        day = self.stage.today + timedelta(days=self.number)
        moment = datetime(day.year, day.month, day.day, 2, tzinfo=self.stage.clock.now().tzinfo)
        file = self.stage.exports / RIVER / "staff.csv"
        if not self.exported:
            self.stage.night(3, moment)
            self.exported = file.read_text("utf-8-sig")
        else:
            self.stage.clock.move_to(moment)
            self.stage.control("clock", {"now": self.stage.clock.now().isoformat()})
        lines = self.exported.splitlines()
        file.write_text("\r\n".join(self._left(line) for line in lines) + "\r\n", "utf-8-sig")
        fresh = (self.stage.clock.now() - timedelta(hours=1)).timestamp()
        for each in file.parent.iterdir():
            os.utime(each, (fresh, fresh))
        with self.stage.bench("schedule") as bench:
            (report,) = asyncio.run(run.sync(bench, self.sources, Scope())).runs
        return report

    def _left(self, line: str) -> str:
        leaving = self.leavers.get(line.partition(",")[0])
        return f"{line.rpartition(',')[0]},{leaving}" if leaving else line

    def worklist(self) -> tuple[WorkLine, ...]:
        with self.stage.bench("test") as bench:
            return worklist_desk.listing(bench, RIVER, overdue_only=False)

    def ad_does(self, account: str | None, **properties: object) -> None:
        """Somebody works in Active Directory; it has synchronised, and every replica knows."""
        values = self.stage.settings().values
        call = Request(  # noqa: S310 - the sandbox's own address, https
            f"{values.authority}/_sandbox/users/{account}", data=json.dumps(properties).encode()
        )
        context = ssl.create_default_context(cafile=values.ca_file)
        with urlopen(call, context=context, timeout=30):  # noqa: S310 - as above
            pass
        time.sleep(6 / float(TIME_SCALE) + 0.02)


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Riverside]:
    out: Path = tmp_path_factory.mktemp("river")
    stage = Stage(out)
    with stage.tenant():
        school = Riverside(stage)
        school.adopt()
        yield school


def test_leavers_of_active_directory_wait_on_the_worklist_until_the_tenant_shows_them_disabled(
    river: Riverside,
) -> None:
    first, second = river.mastered_staff()[:2]
    standing = {line.row for line in river.worklist()}
    yesterday = (river.stage.today - timedelta(days=1)).strftime("%d/%m/%Y")
    river.leavers = {first.mis_id: yesterday, second.mis_id: yesterday}

    night = river.night()
    assert night.counts["revoke_sessions"] == 2, "Graph does what Graph may"
    assert "disable_user" not in night.counts
    assert night.outcomes is not None
    assert night.outcomes.done == len(night.changes)
    rows = {line.person: line for line in river.worklist() if line.row not in standing}
    leaving = {key: rows[str(key)] for key in (first, second)}
    assert {line.task for line in leaving.values()} == {"disable"}
    assert {line.doubt for line in leaving.values()} == {""}
    text = script(list(leaving.values()), river.stage.clock.now())
    for line in leaving.values():
        assert f"Disable-ADAccount -Identity '{line.sid}' -WhatIf:$dry" in text
    assert night.worklist is not None
    assert night.worklist.overdue == ()

    river.ad_does(leaving[first].object_id, accountEnabled=False)
    night = river.night()
    assert night.worklist is not None
    assert night.worklist.closed == 1
    assert [row.person for row in night.worklist.overdue] == [str(second)]
    assert "revoke_sessions" not in night.counts
    (late,) = [line for line in river.worklist() if line.overdue]
    assert late.row == leaving[second].row, "a row that stands keeps its id"

    river.ad_does(leaving[second].object_id, accountEnabled=False)
    night = river.night()
    assert night.worklist is not None
    assert (night.worklist.closed, night.worklist.overdue) == (1, ())
    assert not {line.row for line in river.worklist()} & {one.row for one in leaving.values()}
    with river.stage.bench("test") as bench:
        link = bench.store.links.of(RIVER)[first]
        ended = [row for row in bench.store.worklist.of(first) if row.task == "disable"]
    assert link.blocked_by_us_at is not None
    assert str(link.left_on) == str(river.stage.today - timedelta(days=1))
    assert [row.closed_by for row in ended] == ["seen in the tenant"]
    assert [(row.sign_in_name, row.sid, row.wanted) for row in ended] == [("", "", {})]

    river.leavers = {second.mis_id: yesterday}
    river.night()
    (back,) = [line for line in river.worklist() if line.task == "enable"]
    assert (back.person, back.doubt) == (str(first), ""), "AD's block was ours: ours to lift"
    river.ad_does(back.object_id, accountEnabled=True)
    river.night()
    assert "enable" not in {line.task for line in river.worklist()}
