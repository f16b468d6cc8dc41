"""An ordinary night: who comes, changes, moves, goes and returns, and who is left as found."""

from datetime import timedelta

from night import School, a_pupil, days, today, whole


def paths(school: School, mark: int) -> list[tuple[str, str]]:
    """The writes since then: method and what of the object is written."""
    return [
        (one["method"], one["path"].removeprefix("/v1.0"))
        for one in school.tenant.writes(mark)
        if one["status"] < 300
    ]


def test_a_joiner_gets_an_account_and_nobody_else_is_touched(school: School):
    school.loaded()
    before = school.truth()
    school.pupils.append(a_pupil(7))
    school.export()
    night = school.json("sync")
    assert night.code == 0
    assert night.counts == {"create_user": 1, "add_to_group": 3}
    after = school.truth()
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1
    assert school.user(school.row(7))["department"] == "7A"


def test_a_surname_change_is_one_patch_that_keeps_the_sign_in_name(school: School):
    school.loaded()
    before = school.user(school.row(1))
    school.row(1)["Preferred Surname"] = "Newnamed"
    school.export()
    mark = school.tenant.mark()
    night = school.json("sync")
    assert night.code == 0
    assert night.counts == {"update_user": 1}
    assert paths(school, mark) == [("PATCH", f"/users/{before['id']}")]
    after = school.user(school.row(1))
    assert after["id"] == before["id"]
    assert after["userPrincipalName"] == before["userPrincipalName"]
    assert after["mailNickname"] == before["mailNickname"]
    assert after["displayName"].endswith(" Newnamed")
    assert night.held == {school.key(school.row(1)): "upn_change"}
    assert school.json("sync").counts == {}


def test_a_form_move_joins_the_new_group_before_it_leaves_the_old_one(school: School):
    school.loaded()
    school.row(1)["Reg"] = "7C"
    school.row(3)["Reg"] = "7C"
    school.export()
    school.json("sync")
    school.row(5)["Reg"] = "7C"
    school.export()
    mark = school.tenant.mark()
    night = school.json("sync")
    assert night.counts == {"update_user": 1, "add_to_group": 1, "remove_from_group": 1}
    written = [path for path in paths(school, mark) if path[1].startswith("/groups")]
    assert [method for method, _ in written] == ["PATCH", "DELETE"]
    assert f"gs-{school.id}-form-7c" in school.user(school.row(5))["groups"]
    assert f"gs-{school.id}-form-7a" not in school.user(school.row(5))["groups"]


def test_a_leaver_is_blocked_and_then_signed_out_and_keeps_the_rest(school: School):
    school.loaded()
    before = school.user(school.row(2))
    old = school.tenant.graph(
        "GET", f"/users/{before['id']}?$select=signInSessionsValidFromDateTime"
    )
    school.row(2)["DOL"] = days(-1)
    school.export()
    mark = school.tenant.mark()
    night = school.json("sync")
    assert night.code == 0
    assert night.counts == {"disable_user": 1, "revoke_sessions": 1}
    assert {one["outcome"] for one in night.run["changes"]} == {"done"}
    place = f"/users/{before['id']}"
    assert paths(school, mark) == [("PATCH", place), ("POST", f"{place}/revokeSignInSessions")]
    batches = [one["batch"] for one in school.tenant.writes(mark)]
    assert len(set(batches)) == 2
    after = school.user(school.row(2))
    assert after["accountEnabled"] is False
    assert after["groups"] == before["groups"]
    new = school.tenant.graph(
        "GET", f"/users/{before['id']}?$select=signInSessionsValidFromDateTime"
    )
    name = "signInSessionsValidFromDateTime"
    assert new[name] > old[name]
    assert school.json("sync").counts == {}


def test_somebody_whose_last_day_is_today_stays(school: School):
    school.loaded()
    school.row(2)["DOL"] = days(0)
    school.export()
    assert school.json("sync").counts == {}
    tomorrow = school.json("plan", "--as-of", today() + timedelta(days=1))
    assert tomorrow.counts == {"disable_user": 1, "revoke_sessions": 1}


def test_a_refused_block_leaves_the_sessions_alone_and_the_exit_code_says_so(school: School):
    school.loaded()
    account = school.user(school.row(2))["id"]
    school.row(2)["DOL"] = days(-1)
    school.export()
    school.tenant.faults(
        {"kind": "status", "method": "PATCH", "path": f"/users/{account}$", "status": 403}
    )
    mark = school.tenant.mark()
    night = school.json("sync")
    assert night.code == 3
    assert {one["kind"]: one["outcome"] for one in night.run["changes"]} == {
        "disable_user": "refused",
        "revoke_sessions": "not_tried",
    }
    assert all("revoke" not in one["path"] for one in school.tenant.writes(mark))
    whole(school)
    assert school.json("sync").counts == {"disable_user": 1, "revoke_sessions": 1}
    assert school.user(school.row(2))["accountEnabled"] is False


def test_a_returner_is_enabled_again_with_the_same_account(school: School):
    school.loaded()
    before = school.user(school.row(2))
    school.row(2)["DOL"] = days(-1)
    school.export()
    school.json("sync")
    school.row(2)["DOL"] = ""
    school.export()
    night = school.json("sync")
    assert night.code == 0
    assert night.counts == {"enable_user": 1}
    assert school.user(school.row(2)) == before


def test_an_account_that_somebody_else_disabled_is_never_enabled(school: School):
    school.loaded()
    account = school.user(school.row(2))["id"]
    school.tenant.by_hand(account, accountEnabled=False)
    night = school.json("sync")
    assert night.code == 0
    assert night.counts == {}
    assert night.held == {school.key(school.row(2)): "disabled_by_hand"}
    assert school.user(school.row(2))["accountEnabled"] is False


def test_an_absence_is_held_until_a_second_export_says_it_a_day_later(school: School):
    school.loaded()
    gone = school.row(2)
    school.pupils.remove(gone)
    school.export()
    first = school.json("sync")
    assert (first.code, first.counts) == (0, {})
    assert first.held == {school.key(gone): "absent"}
    tomorrow = today() + timedelta(days=1)
    unchanged = school.json("plan", "--as-of", tomorrow)
    assert unchanged.held == {school.key(gone): "absent"}, "the same export tells nothing new"
    school.row(1)["Reg"] = "7Z"
    school.export()
    soon = school.json("plan")
    assert soon.held == {school.key(gone): "absent"}, "two exports of one night are one"
    school.row(1)["Reg"] = "7Y"
    school.export()
    acting = school.json("plan", "--as-of", tomorrow)
    assert acting.counts["disable_user"] == 1
    assert {one["person"] for one in acting.run["changes"] if "disable" in one["kind"]} == {
        school.key(gone)
    }


def test_a_row_that_cannot_be_trusted_freezes_its_person_alone(school: School):
    school.loaded()
    before = school.user(school.row(2))
    school.row(2)["DOL"] = "31/02/2026"
    school.row(2)["Preferred Surname"] = "Changed"
    school.row(1)["Preferred Surname"] = "Changedtoo"
    school.pupils += [a_pupil(number) for number in range(7, 27)]
    school.export()
    night = school.json("sync")
    assert night.code == 0, night.out
    assert night.counts["update_user"] == 1
    assert night.held[school.key(school.row(2))] == "bad_row"
    assert before in school.users().values()


def test_a_hold_beats_the_roster_and_a_suspension_blocks_until_it_is_lifted(school: School):
    school.loaded()
    one, two = school.key(school.row(1)), school.key(school.row(2))
    assert school("hold", "add", one, "--reason", "head", "--clause", "PB-2").code == 0
    assert school("hold", "add", two, "--suspend", "--reason", "head", "--clause", "PB-2").code == 0
    school.row(1)["Preferred Surname"] = "Held"
    school.export()
    night = school.json("sync")
    assert night.counts == {"disable_user": 1, "revoke_sessions": 1}
    assert night.held == {one: "hold"}
    assert school.user(school.row(2))["accountEnabled"] is False
    assert school("hold", "lift", two, "--reason", "head").code == 0
    assert school.json("sync").counts == {"enable_user": 1}
    assert school.user(school.row(2))["accountEnabled"] is True


def test_drift_by_hand_is_put_right(school: School):
    school.loaded()
    before = school.truth()
    account = school.user(school.row(1))["id"]
    school.tenant.by_hand(account, displayName="Somebody Else", department="9Z")
    night = school.json("sync")
    assert night.counts == {"update_user": 1}
    assert school.truth() == before


def test_a_new_start_in_the_future_waits(school: School):
    school.loaded()
    for row in school.pupils:
        row["DOA"] = days(-400)
    school.pupils.append(a_pupil(7, DOA=days(3)))
    school.export()
    night = school.json("sync")
    assert night.counts == {}
    assert night.held == {school.key(school.row(7)): "future_start"}


def test_a_group_that_the_pack_renames_is_renamed_and_keeps_its_members(school: School):
    school.loaded()
    before = {one["name"]: one["members"] for one in school.tenant.state()["groups"]}
    school.pack(groups={"all_pupils": "{school} Everyone", "all_staff": "{school} All staff"})
    night = school.json("sync")
    assert night.counts["update_group"] == 1
    after = {one["name"]: one["members"] for one in school.tenant.state()["groups"]}
    name = f"gs-{school.id}-all-pupils"
    assert after[name] == before[name]
    assert "School  Everyone" in school.groups()
