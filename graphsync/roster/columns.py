"""Which column is which: captions that schools use, and the reports they make up.

Captions are those of public SIMS report definitions and their consumers; several captions of one
column are in order of preference. They are compared without case, spaces, punctuation and the
`_xHHHH_` escapes of XML names.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Struct

from graphsync.roster.problems import RosterRefused, refusal
from policies.people import Kind

CAPTIONS: dict[str, tuple[str, ...]] = {
    "id": ("primary_id", "Person ID", "Pupil ID", "Unique ID", "SIMS_ID", "ID", "External ID"),
    "multiple_id": ("multiple_id",),
    "admission_number": ("Adno", "Admission No", "Admission Number", "Admissions Number"),
    "staff_code": ("Staff Code", "Initials"),
    "forename": ("Preferred Forename", "ChosenName", "Chosen Forename", "Forename", "First Name"),
    "surname": ("Preferred Surname", "Surname", "Last Name"),
    "legal_forename": ("Legal Forename", "First Name Legal"),
    "legal_surname": ("Legal Surname", "Last Name Legal"),
    "title": ("Title", "Title Code"),
    "year": ("Year", "Year Group", "Year taught in", "Year taught in Code", "Current Year"),
    "form": (
        "Reg",
        "Reg Group",
        "Registration",
        "Registration Group",
        "Registration Form",
        "Form",
    ),
    "house": ("House",),  # House Name and House Number are parts of an address
    "entry_year": ("Year of Entry",),
    "starts": (
        "DOA",
        "Date of Admission",
        "Employment Start Date",
        "Employment Start",
        "Start Date",
    ),
    "leaves": (
        "DOL",
        "Date of Leaving",
        "Leaving Date",
        "Employment End Date",
        "Employment End",
        "Contract End",
        "End Date",
    ),
    "born": ("DOB", "Date of Birth"),
    "pupil_number": ("UPN", "UPN ID"),
    "mail": (
        "Contact Email",
        "Primary Email",
        "Work Email",
        "Student Email",
        "Email Address",
        "Email",
    ),
    "role": ("Role Text", "Role"),
    "status": ("Enrolment Status", "Enrolment Status Code"),
    # No report of SIMS has it: a school that wants types checked names its own caption in the pack.
    "person_type": ("Person Type",),
    "class": ("Class", "Class Name", "Class Code"),
    "subject": ("Subject", "Subject Code", "ShortName"),
    "teacher": ("Main Teacher", "Teacher Code", "Teacher", "Supervisor"),
    "contact_id": ("Contact ID", "Contact Person ID"),
    "contact_title": ("Contact Title",),
    "contact_forename": ("Contact Forename",),
    "contact_surname": ("Contact Surname",),
    "relationship": ("Relationship", "Relationship to Pupil", "Contact Relationship"),
    "priority": ("Priority", "Contact Priority"),
    "parental": ("Parental Responsibility", "Parental"),
    "court_order": ("Court Order", "Court Order Flag"),
    "consents": ("Parental Consent", "Parental Consents"),
}

THIRD_PARTY = "the SIMS group Third Party Reporter (without it SIMS drops id columns silently)"
PERMISSIONS: dict[str, str] = {
    "id": THIRD_PARTY,
    "multiple_id": THIRD_PARTY,
    "year": "the SIMS permission Students > Registration > View",
    "forename": "for staff the SIMS permission Staff > Basic Details > View",
    "surname": "for staff the SIMS permission Staff > Basic Details > View",
    "class": "the SIMS permission Curriculum > Academic Basic > View (All)",
}

PEOPLE_COLUMNS = (
    "id",
    "multiple_id",
    "admission_number",
    "staff_code",
    "forename",
    "surname",
    "legal_forename",
    "legal_surname",
    "title",
    "year",
    "form",
    "entry_year",
    "starts",
    "leaves",
    "pupil_number",
    "mail",
    "role",
    "status",
    "class",
    "subject",
    "person_type",
    "house",
    "consents",
    "born",
)
NAMES = (("forename", "legal_forename"), ("surname", "legal_surname"))


class Report(Struct, frozen=True):
    """A report: its kind of people, its columns in the order of a row's cells, and what it needs.

    `required` holds alternatives: one column of each must be there.
    """

    name: str
    kind: Kind | None
    columns: tuple[str, ...]
    required: tuple[tuple[str, ...], ...]


REPORTS: dict[str, Report] = {
    "pupils": Report(
        "pupils",
        Kind.PUPIL,
        PEOPLE_COLUMNS,
        (("id", "multiple_id", "admission_number"), *NAMES, ("year",)),
    ),
    "staff": Report(
        "staff", Kind.STAFF, PEOPLE_COLUMNS, (("id", "multiple_id", "staff_code"), *NAMES)
    ),
    "contacts": Report(
        "contacts",
        None,
        (
            "id",
            "multiple_id",
            "admission_number",
            "contact_id",
            "contact_title",
            "contact_forename",
            "contact_surname",
            "title",
            "forename",
            "surname",
            "legal_forename",
            "legal_surname",
            "relationship",
            "priority",
            "parental",
            "court_order",
            "mail",
        ),
        (("id", "multiple_id", "admission_number"), ("relationship",)),
    ),
    "classes": Report(
        "classes",
        None,
        ("id", "multiple_id", "admission_number", "staff_code", "teacher", "class", "subject"),
        (("class",), ("id", "multiple_id", "admission_number", "staff_code", "teacher")),
    ),
}
SURE_PUPIL_MARKS = {"admission_number", "pupil_number", "entry_year"}
STAFF_MARKS = {"staff_code", "role", "title"}
STAFF_CAPTIONS = {"workemail", "employmentstartdate", "employmentstart"}
OTHER_SYSTEMS = {"sourcedid", "usersourcedid", "sisid", "schoolsisid", "schooldfenumber"}

ESCAPE = re.compile("_x([0-9A-Fa-f]{4}|[0-9A-Fa-f]{8})_")
NOISE = re.compile(r"[\s_()\[\]{}/\\?.:'\u2019-]+")


def decode_name(name: str) -> str:
    """An XML name with its `_xHHHH_` escapes undone, as .NET's XmlConvert.DecodeName does."""
    return ESCAPE.sub(_character, name)


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    is_scalar = code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_scalar else escape[0]


@lru_cache(maxsize=1_024)  # the captions are those of every school
def plain(caption: str) -> str:
    """A caption reduced to what is compared."""
    return NOISE.sub("", decode_name(caption)).casefold()


def synonyms(extra: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Canonical column -> plain captions by preference, the pack's `roster.columns` first.

    Raises RosterRefused when the pack names a column that does not exist.
    """
    if unknown := sorted(set(extra) - set(CAPTIONS)):
        raise refusal(
            "pack",
            f"roster.columns names unknown columns: {', '.join(unknown)}",
            f"the columns are {', '.join(CAPTIONS)}",
        )
    taken = {plain(caption) for captions in extra.values() for caption in captions}
    return {
        column: (
            *map(plain, extra.get(column, ())),
            *(name for name in map(plain, captions) if name not in taken),
        )
        for column, captions in CAPTIONS.items()
    }


def identify(
    file: str, captions: Iterable[str], known: Mapping[str, tuple[str, ...]]
) -> tuple[Report, dict[str, str]]:
    """The report these captions make, and canonical column -> the file's caption.

    Raises RosterRefused for a caption that occurs twice, for captions that make no report, and
    naming every required column that is missing with the captions that would do.
    """
    present = _by_plain_name(file, captions)
    found = {
        column: present[name]
        for column, names in known.items()
        if (name := next((name for name in names if name in present), None))
    }
    if present.keys() & OTHER_SYSTEMS:
        raise refusal(
            file,
            "this looks like a School Data Sync or OneRoster file, which is not read yet",
            "give the SIMS reports (pupils, staff, contacts, classes) as XML or CSV",
        )
    report = _report(set(found), set(present))
    if report is None:
        raise refusal(
            file,
            "its columns make no report that we know: pupils, staff, contacts or classes",
            "the first line must hold captions; docs/sims.md lists the columns of each report",
        )
    missing = [options for options in report.required if not found.keys() & set(options)]
    if missing:
        raise RosterRefused(
            problem
            for options in missing
            for problem in _missing(file, report.name, options).problems
        )
    return report, {column: found[column] for column in report.columns if column in found}


def _by_plain_name(file: str, captions: Iterable[str]) -> dict[str, str]:
    named = [(plain(caption), caption) for caption in captions if plain(caption)]
    present = dict(named)
    if len(present) != len(named):
        raise refusal(file, "two columns have the same caption", "make captions unique in SIMS")
    return present


def _report(found: set[str], present: set[str]) -> Report | None:
    named = any(one in found for one in NAMES[0]) and any(one in found for one in NAMES[1])
    if "relationship" in found:
        return REPORTS["contacts"]
    if "class" in found and not (named and "year" in found):
        return REPORTS["classes"]
    if found & {"staff_code", "role"} and "year" in found and not found & SURE_PUPIL_MARKS:
        return None  # a tutor's code in a pupil report, or a year in a staff report: who can tell
    if found & SURE_PUPIL_MARKS or "year" in found:
        return REPORTS["pupils"]
    if named and (found & STAFF_MARKS or present & STAFF_CAPTIONS):
        return REPORTS["staff"]
    return REPORTS["pupils"] if "form" in found else None


def _missing(file: str, report: str, options: tuple[str, ...]) -> RosterRefused:
    captions = ", ".join(caption for column in options for caption in CAPTIONS[column])
    permission = next((PERMISSIONS[one] for one in options if one in PERMISSIONS), "")
    hint = f"; the account that runs it needs {permission}" if permission else ""
    return refusal(
        file,
        f"the {report} report has no column for {options[0].replace('_', ' ')}",
        f"add one to the report; accepted captions: {captions}{hint}",
    )
