"""Names of people stand in plans, which people read, and in payloads: never in logs or journals."""

import json

from night import School, approved, days

CANARIES = ("Zebediah", "Quillfeather", "Wibblethorpe", "Ottoline", "Flumgarten", "canary")


def named(text: str) -> list[str]:
    """Which of the canaries a text holds."""
    return [name for name in CANARIES if name.casefold() in text.casefold()]


def test_no_name_gets_into_stderr_or_the_journal(school: School):
    pupil, other, head = school.row(1), school.row(2), school.staff[0]
    pupil |= {"Preferred Forename": "Zebediah", "Preferred Surname": "Quillfeather"}
    head |= {"Preferred Forename": "Ottoline", "Preferred Surname": "Flumgarten"}
    for row in school.pupils:
        row["Email"] = "canary@home.example"
    school.export()
    told = [school.process("sync"), school.process("sync", "--trace")]
    pupil["Preferred Surname"] = "Wibblethorpe"
    other["DOL"] = days(-1)
    school.export()
    told.append(school("sync"))
    account = school.user(pupil)["id"]
    school.tenant.by_hand(account, displayName="Canary By Hand")
    school.pack(limits={"change_name": {"floor": 0, "share": 0, "count": 0}})
    parked = school.json("sync")
    assert parked.code == 2
    approved(school, parked)
    school.tenant.by_hand(school.user(head)["id"], displayName="Canary Too")
    told += [parked, school("apply", parked.run["run"])]
    assert told[-1].code == 2
    told += [
        school(
            "hold", "add", school.key(pupil), "--suspend", "--reason", "head", "--clause", "PB-2"
        ),
        school("match", "accept", school.key(head), "canary@nowhere.example"),
        school("person", school.key(pupil)),
    ]
    pupil["DOL"] = "31/02/Wibblethorpe"
    school.export()
    told.append(school("plan"))
    school.export(pupils="Canary,Wibblethorpe\r\nQuillfeather,Zebediah\r\n")
    told.append(school("sync"))
    assert told[-1].code == 2
    school.tenant.faults({"kind": "status", "status": 400, "method": "PATCH", "path": "/users/"})
    school.pack()
    school.export()
    pupil["DOL"] = ""
    school.export()
    told.append(school("sync"))
    school.tenant.faults()
    school.save_settings(CLIENT_SECRET="canary-secret-of-the-app")
    told.append(school("sync"))
    assert told[-1].code == 1
    for ended in told:
        assert named(ended.err) == []
    assert named(told[0].out), "the plan itself is for people"
    rows = school.rows("journal")
    assert len(rows) > 40
    assert named(json.dumps(rows)) == []
    export = school.folder / "journal.jsonl"
    assert school("audit", "export", export).code == 0
    assert named(export.read_text()) == []


def test_a_trace_of_an_unexpected_error_is_shown_only_when_asked_for(school: School):
    school.row(1)["Preferred Surname"] = "Quillfeather"
    school.export()
    (school.without_store().folder / "data").write_text("a file where the folder should be")
    for command in (("sync",), ("plan",), ("runs",)):
        ended = school(*command)
        assert ended.code == 1
        assert "Traceback" not in ended.err
        assert ended.out == ""
