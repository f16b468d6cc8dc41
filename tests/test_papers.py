"""The papers for schools say what the program does: tables, permissions, data, open places."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import yaml

from api.cli import parser
from graphsync.accounts import Account
from graphsync.changes import Change, CreateUser, RevokeSessions
from graphsync.guard import APPROVAL_HOURS
from graphsync.roster.columns import CAPTIONS
from graphsync.store.retention import Cuts
from graphsync.store.tables import metadata
from graphsync.tenant.permissions import ASKED_FOR
from graphsync.tenant.problems import READINGS
from policies.people import Contact, FrozenPerson, Membership, Person

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "papers"
PAPERS = ("dpia", "record-of-processing", "privacy-notice", "staff-notice")

# A table that has any other column may hold something about a person, new tables above all.
ABOUT_NOBODY = {
    *("id", "seq", "hash", "school", "run", "tenant"),
    *("token", "host", "pid", "started", "since", "expires_at"),
}

# Each field of what is read or written, and the words for it in the record of processing.
PERSON_WORDS = {
    "key": "SIMS person number",
    "kind": "pupil or staff",
    "given_name": "preferred forename and surname",
    "surname": "preferred forename and surname",
    "legal_given_name": "legal forename and surname",
    "legal_surname": "legal forename and surname",
    "title": "title",
    "year": "year",
    "form": "form",
    "house": "house",
    "entry_year": "year of entry",
    "starts": "start date",
    "leaves": "leaving date",
    "admission_number": "admission number",
    "staff_code": "staff code",
    "pupil_number": "unique pupil number",
    "mail": "mail address in SIMS",
    "roles": "role",
    "status": "enrolment status",
    "consent_hint": "whether SIMS knows of a parental consent",
    "shared": "class log-on",
    "unlisted": "whether safeguarding keeps the name",
    "born": "date of birth",
    "reason": "a bad row's file, row and column",
}
# Who may ask for a birth date: the consent of a pupil, and the age band that the tenant is told.
READ_BIRTHS = {
    "graphsync/consent_faces.py",  # the year alone
    "graphsync/parents_desk.py",
    "policies/age_claims.py",
    "policies/consent.py",
    "policies/consent_flaws.py",
    "policies/consent_quick.py",
}
CLASS_WORDS = {
    "class_code": "class code",
    "subject": "subject",
    "person": "who is in it",
    "teaches": "who teaches it",
}
CONTACT_WORDS = {
    "pupil": "whose contact",
    "contact_id": "contact number",
    "title": "title",
    "given_name": "forename and surname",
    "surname": "forename and surname",
    "relationship": "relationship",
    "priority": "priority",
    "parental_responsibility": "parental responsibility",
    "court_order": "court-order mark",
    "mail": "mail address",
}
ACCOUNT_WORDS = {
    "id": "account number",
    "user_principal_name": "sign-in name",
    "mail_nickname": "mail nickname",
    "display_name": "display name",
    "given_name": "given name and surname",
    "surname": "given name and surname",
    "mail": "mail address",
    "other_mails": "other mail addresses",
    "account_enabled": "may sign in or not",
    "user_type": "member or guest",
    "employee_id": "employee number and type",
    "employee_type": "employee number and type",
    "department": "department",
    "company_name": "company name",
    "usage_location": "country of use",
    "on_premises_sync_enabled": "mastered in Active Directory or not",
    "on_premises_security_identifier": "security identifier and place in Active Directory",
    "on_premises_distinguished_name": "security identifier and place in Active Directory",
    "last_password_change_date_time": "when the password was last changed",
    "sign_in_sessions_valid_from_date_time": "when sessions were last ended",
    "assigned_licenses": "licences and where they come from",
    "license_assignment_states": "licences and where they come from",
    "age_group": "age group",
    "consent_provided_for_minor": "whether a parent consented",
    "legal_age_group_classification": "Microsoft's class of the two",
    "stamp": "our mark",
}
WRITTEN_WORDS = {
    "user_principal_name": "sign-in name",
    "mail_nickname": "sign-in name",
    "display_name": "names",
    "given_name": "names",
    "surname": "names",
    "employee_type": "pupil or staff",
    "company_name": "school",
    "department": "form or first role",
    "usage_location": "country of use",
    "stamp": "our mark",
    "claims": "age group",
    "first_sign_in": "to be changed at first sign-in",
    "expiry": "whether it expires",
}
OVER_CONTENT = (
    "Mail",
    "Calendars",
    "Files",
    "Sites",
    "Chat",
    "AuditLog",
    "User-Password",
    "ActivityFeed",
)


def whole(name: str) -> str:
    """A paper as one line of text, so that no line break hides a word."""
    return " ".join((FOLDER / f"{name}.md").read_text("utf-8").split())


def rows(name: str, heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its two first lines."""
    text = (FOLDER / f"{name}.md").read_text("utf-8").split(f"\n## {heading}", 1)[1]
    section = text.split("\n## ", 1)[0].splitlines()
    lines = [line for line in section if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def places(text: str) -> set[str]:
    return set(re.findall(r"\[SCHOOL: [^\]]+\]", text)) - {"[SCHOOL: …]"}


def permissions(text: str) -> set[str]:
    return set(re.findall(r"`([A-Z][\w-]*(?:\.[A-Z]\w*)+)`", text))


def asked_for() -> set[str]:
    """Every permission that the program names to an administrator."""
    readings = {one for reading in READINGS for one in reading.permissions}
    return {one.name for one in ASKED_FOR} | readings


def everywhere() -> str:
    return " ".join(map(whole, (*PAPERS, "README")))


def commands() -> set[str]:
    return set(re.findall(r"^    ([a-z]+)(?: |$)", parser().format_help(), re.MULTILINE))


def nodes(*words: str) -> Iterator[tuple[str, ast.AST]]:
    """The code of the modules that hold one of these words, the sandbox left out, and where."""
    for package in ("policies", "graphsync", "reports", "api"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text("utf-8")
            if "sandbox" not in path.parts and any(word in text for word in words):
                place = path.relative_to(ROOT).as_posix()
                yield from ((place, node) for node in ast.walk(ast.parse(text)))


def test_the_record_tells_of_every_table_that_may_hold_something_about_a_person():
    told = {row[0].strip("`"): row[1:] for row in rows("record-of-processing", "4.")}
    holding = {t.name for t in metadata.tables.values() if set(t.c.keys()) - ABOUT_NOBODY}
    assert set(told) == holding
    assert all(all(cells) and len(cells) == 2 for cells in told.values())


def test_no_table_is_named_that_does_not_exist_and_none_is_left_out():
    assert set(re.findall(r"`([a-z_]+)`", everywhere())) == set(metadata.tables)


def test_the_papers_name_each_permission_that_the_program_or_its_readme_asks_for_and_no_other():
    readme = permissions((ROOT / "README.md").read_text("utf-8"))
    assert permissions(everywhere()) == asked_for() | readme


def test_the_permissions_to_add_are_those_of_the_readme():
    table = rows("dpia", "4.")
    to_add = [permissions(row[0]) for row in table if row[2].startswith(("from", "before"))]
    assert set.union(*to_add) == permissions((ROOT / "README.md").read_text("utf-8"))


def test_only_optional_permissions_reach_what_people_write_or_where_they_sign_in():
    assert "would also open the logs of sign-ins" in whole("dpia")
    assert "No permission is asked for to read mail, calendars, files or chats" in whole("dpia")
    over_content = {one for one in asked_for() if one.startswith(OVER_CONTENT)}
    assert over_content == {
        "Mail.Send",
        "User-PasswordProfile.ReadWrite.All",
        "AuditLog.Read.All",
        "ActivityFeed.Read",
        "ActivityFeed.ReadDlp",
    }
    optional = [permissions(row[0]) for row in rows("dpia", "4.") if row[2].startswith("optional")]
    assert over_content <= set.union(*optional)


@pytest.mark.parametrize(
    ("kind", "whose", "words"),
    [
        (Person, "Pupils and staff", PERSON_WORDS),
        (FrozenPerson, "Pupils and staff", PERSON_WORDS),
        (Membership, "Classes", CLASS_WORDS),
        (Contact, "Parents and other contacts", CONTACT_WORDS),
        (Account, "**Every** account", ACCOUNT_WORDS),
        (CreateUser, "Written to Microsoft", WRITTEN_WORDS),
    ],
)
def test_the_record_has_words_for_every_field(kind: type, whose: str, words: dict[str, str]):
    (told,) = [row[1] for row in rows("record-of-processing", "3.") if row[0].startswith(whose)]
    of_every_change = set(RevokeSessions.__struct_fields__) if kind is CreateUser else set()
    for field in set(kind.__struct_fields__) - of_every_change:
        assert re.search(rf"\b{words[field]}\b", told), field


def test_no_sensitive_column_is_read_as_the_record_promises():
    captions = " ".join([*CAPTIONS, *(one for several in CAPTIONS.values() for one in several)])
    named = r"\b(ethnic\w*|religion|sen|fsm|medical|care|dbs|address|telephone|photo)\b"
    found = re.findall(named, captions.replace("_", " ").lower().replace("email address", ""))
    assert found == []


def test_birth_dates_serve_consent_and_age_bands_and_are_never_sent():
    read = {
        place
        for place, node in nodes("born")
        if isinstance(node, ast.Attribute) and node.attr == "born"
        if not place.startswith("graphsync/roster/")
    }
    assert read <= READ_BIRTHS
    assert "never sent to Microsoft" in whole("record-of-processing")


def test_contacts_serve_passwords_consent_and_mail_and_classes_groups_pilots_and_passwords():
    read = [
        f"{place}: {ast.unparse(node)}"
        for place, node in nodes("contacts", "memberships")
        if isinstance(node, ast.Attribute) and node.attr in {"contacts", "memberships"}
        if not place.startswith("graphsync/roster/")
        and ast.unparse(node.value) not in {"self", "book"}
    ]
    assert sorted(read) == [
        "graphsync/consent_matching.py: roster.contacts",
        "graphsync/consent_report.py: here.roster.contacts",
        "graphsync/consent_school.py: self.roster.contacts",
        "graphsync/drafting.py: roster.memberships",
        "graphsync/mail_addresses.py: roster.contacts",
        "graphsync/parents_desk.py: at.roster.contacts",
        "graphsync/parents_desk.py: behind.contacts",
        "graphsync/request_desk.py: roster.contacts",
        "graphsync/subject_export.py: roster.contacts",
        "graphsync/subject_search.py: roster.contacts",
        "graphsync/subject_search.py: roster.memberships",
        "policies/asking.py: roster.contacts",
        "policies/consent.py: roster.contacts",
        "policies/desired.py: roster.memberships",
        "policies/password_facts.py: roster.contacts",
        "policies/password_facts.py: roster.memberships",
        "policies/resets.py: roster.memberships",
        "policies/resets.py: roster.memberships",
    ]
    assert whole("record-of-processing").count("**Used for five things only**") == 1
    assert "so that no password of ours holds them" in whole("record-of-processing")
    assert "Used for the groups of classes and departments, where the pack names them" in whole(
        "record-of-processing"
    )
    assert "to tell whose teacher may ask for a new password" in whole("record-of-processing")


def test_every_open_place_is_listed_in_the_index_with_the_papers_it_is_in():
    listed = {row[0]: set(row[1].split(", ")) for row in rows("README", "The places to fill in")}
    found = {name: places(whole(name)) for name in PAPERS}
    assert listed == {
        place: {name for name in PAPERS if place in found[name]}
        for place in set.union(*found.values())
    }


def test_the_index_gives_the_dpo_what_only_the_dpo_decides():
    for place, _, who in rows("README", "The places to fill in"):
        assert ("DPO on" in place or "advice of the DPO" in place) == ("**DPO**" in who), place


def test_every_article_that_is_cited_stands_in_the_index_with_how_sure_we_are():
    listed = {row[0] for row in rows("README", "The law, and how sure we are") if row[2]}
    text = " ".join(map(whole, PAPERS))
    cited = set(re.findall(r"(?:Article \d+(?:\(\w+\))*|DPA 2018 s\.\d+)", text))
    cited |= set(re.findall(r"Articles \d+[A-D]? to \d+[A-D]?", text))
    cited |= {"Article 9", "Article 10"} if "(Articles 9 and 10)" in text else set()
    assert cited <= listed
    assert "Articles 44A to 49" in cited


def test_every_command_in_the_papers_is_one():
    named = set(re.findall(r"`graphsync ([a-z]+)", everywhere()))
    assert named
    assert named <= commands()


def test_the_feed_of_data_loss_is_read_by_those_whom_the_papers_name():
    told = whole("dpia").split("## 9.")[1].split("## 10.")[0]
    assert "only once somebody runs `graphsync dlp pull`" in told
    assert "from the first pull on `graphsync serve` reads the feed every hour" in told
    pulls = {
        place
        for place, node in nodes("reports.dlp.pulling")
        if isinstance(node, ast.ImportFrom) and node.module == "reports.dlp.pulling"
    }
    places = {"api/beats.py", "api/commands/dlp.py", "reports/dlp/pull_text.py"}
    places |= {"api/demo/week.py"}  # nobody's records: the sandbox makes them up
    assert pulls == places, "rewrite the papers"


def test_what_the_papers_say_is_erased_is_and_no_account_is_deleted():
    called = {
        node.func.attr
        for _, node in nodes("purge_expired")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    about_whom = {"keep", "left", "closed", "answered", "departed", "incidents", "open_items"}
    assert set(Cuts.__struct_fields__) - about_whom == {
        "rosters",
        "plans",
        "payloads",
        "consents",
        "departures",
        "dlp_counted",
        "dlp_exceptions",
        "no_breaches",
        "breaches",
        "requests",
        "disputed_requests",
    }, "rewrite what is kept how long"
    assert ("purge_expired" in called) == ("the next night erases" in whole("record-of-processing"))
    assert [kind for kind in get_args(Change) if kind.__name__.startswith("Delete")] == []
    assert "graphsync deletes no account" in whole("record-of-processing")


def test_the_numbers_in_the_papers_are_the_programs():
    packs = yaml.safe_load((ROOT / "policies/packs/defaults.yaml").read_text("utf-8"))
    record, assessment = whole("record-of-processing"), whole("dpia")
    days = packs["leaver"]["licence_after_days"]
    assert f"after {days} days (can be set) a staff licence" in record
    assert f"leavers all of them after {days} days" in record
    assert f"{days} days later your groups" in whole("privacy-notice")
    assert f"after {packs['password']['slip_valid_days']} days (can be set)" in record
    assert f"ends after {APPROVAL_HOURS} hours" in record
    kept = packs["retention"]
    assert f"rosters {kept['rosters_days']} days after a newer one is accepted" in record
    assert f"older ones {kept['rosters_days']} days after that" in record
    assert f"plans and reports after {kept['plans_days']} days" in record
    assert f"payloads after {kept['payloads_days']} days" in record
    looked_at, others = kept["dlp_exceptions_days"], kept["dlp_counted_days"]
    assert f"after {looked_at} days where somebody had to look, the others after {others}" in record
    assert f"a breach {kept['breaches_years']} years after it was closed" in record
    answered, disputed = kept["requests_years"], kept["disputed_requests_years"]
    assert f"{answered} year after it was closed, or {disputed} where it was disputed" in record
    left = f"a departure {kept['departures_years']} years after the hour at which they left"
    assert left in record
    assert f"departure {kept['departures_years']} years after the last" in whole("staff-notice")
    assert f"what was none after {kept['no_breach_days']} days" in record
    years = packs["consent"]["evidence_retention_years"]
    assert f"goes whole, {years} years after the pupil left" in record
    assert f"while your child is at the school and {years} years after" in whole("privacy-notice")
    limit = packs["limits"]["disable"]
    most = f"{limit['share']:.0%} of them up to {limit['count']}".replace("%", " %")
    assert f"blocks of at most {limit['floor']} pupils, or {most}, pass in a night" in assessment
