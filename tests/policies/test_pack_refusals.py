"""Every way a pack is refused: the file, the line, the key, what is wrong and how to mend it."""

from pathlib import Path

import pytest

from policies.pack_loading import PackRefused, load_all, load_rules

LEAST = """\
school: {id: oak, name: Oakfield Primary, domain: oak.example}
naming: {pupil: "{entry:2}{surname:8}{initial}", staff: "{initial}.{surname}"}
groups: {all_pupils: "{school} All pupils", all_staff: "{school} All staff"}
"""
TRUST = "trust: {id: trust, name: Demo Trust}\n"
GROUP_ID = "1f0c8a52-6d3e-4b7a-9c1d-2e5f60718293"


def a_pack(folder: Path, more: str = "", *, trust: str | None = None, least: str = LEAST) -> Path:
    (folder / "oak.yaml").write_text(least + more, encoding="utf-8")
    if trust is not None:
        (folder / "trust.yaml").write_text(TRUST + trust, encoding="utf-8")
    return folder


def problems_of(folder: Path, content: str | bytes, name: str = "oak.yaml") -> tuple[str, ...]:
    body = content.encode() if isinstance(content, str) else content
    (folder / name).write_bytes(body)
    with pytest.raises(PackRefused) as refused:
        load_rules(folder, "oak")
    assert str(refused.value) == "\n".join(refused.value.problems)
    return refused.value.problems


REFUSED: list[tuple[str, int, str, str]] = [
    ("colour: red\n", 4, "colour", "is no key of a pack; remove it"),
    ("password: {min_lenght: 9}\n", 4, "password.min_lenght", "did you mean password.min_length?"),
    ("home: cloud\n", 4, "home", "is not a section"),
    ("home:\n  pupil: clod\n", 5, "home.pupil", "is none of cloud, ad"),
    ("home: {ou: [x]}\n", 4, "home.ou", "is not a table"),
    ("home: {ou: {7A: 'OU=7A,DC=x'}}\n", 4, "home.ou", "neither pupil, staff nor a year"),
    ("home: {ou: {pupil: Pupils}}\n", 4, "home.ou", "not the distinguished name of a unit"),
    ("home: {ou: {pupil: 7}}\n", 4, "home.ou", "not the distinguished name of a unit"),
    (
        "protected: {administrators: {'oak:9001': [adm@oak.example]}}\n",
        4,
        "protected.administrators",
        "write the id behind the colon",
    ),
    ("protected: {administrators: {9001: [adm]}}\n", 4, "protected.administrators", "mail address"),
    ("home: {pupil: cloud}\nhome: {staff: ad}\n", 5, "home", "is written twice"),
    (
        "clauses:\n  password: [PB-7.5.4]\n  password: [PB-7.5.5]\n",
        6,
        "clauses.password",
        "is written twice",
    ),
    ("absence:\n  hours: 20\n  hours: 30\n", 6, "absence.hours", "is written twice"),
    ("absence: {hours: '20'}\n", 4, "absence.hours", "is not a whole number from 1 to 720"),
    ("absence: {hours: true}\n", 4, "absence.hours", "is not a whole number"),
    ("absence: {exports: 1}\n", 4, "absence.exports", "is not a whole number from 2 to 30"),
    ("limits: {create: {share: 5}}\n", 4, "limits.create.share", "is not a share from 0 to 1"),
    ("limits: {create: {share: .nan}}\n", 4, "limits.create.share", "is not a share"),
    ("roster: {complete: maybe}\n", 4, "roster.complete", "is neither true nor false"),
    ("roster: {statuses: C}\n", 4, "roster.statuses", "is not a list"),
    ("roster: {columns: [x]}\n", 4, "roster.columns", "is not a table"),
    ("roster: {columns: {form: 7}}\n", 4, "roster.columns", "is not a list"),
    ("roster:\n  columns:\n    form: A\n    form: B\n", 7, "roster.columns", "written twice"),
    ("roster: {statuses: ['']}\n", 4, "roster.statuses", "is not a text"),
    ("pack: {version: [1]}\n", 4, "pack.version", "is not a single value"),
    ("usage_location: UK1\n", 4, "usage_location", "is not a country of two capital letters"),
    ("usage_location: 2026-13-45\n", 4, "usage_location", "is no value that YAML knows"),
    ("usage_location: !!python/name:os.system x\n", 4, "usage_location", "no value that YAML"),
    ("trust: {id: x}\n", 4, "trust.id", "belongs in a trust pack"),
    (
        "licences: {pupil: {skus: [STANDARD]}}\nconsent: {services: [mail]}\n",
        4,
        "licences.pupil.skus",
        "no form asks for consent",
    ),
    (
        "licences: {pupil: {skus: [STANDARD]}}\nconsent: {form: {versions: [cloud-2023]}}\n",
        4,
        "licences.pupil.skus",
        "for no service",
    ),
    ("licences: {staff: {mode: both}}\n", 4, "licences.staff.mode", "is none of user, group"),
    ("leaver: {delete_after_days: 90}\n", 4, "leaver.delete_after_days", "accounts are kept"),
    ("password: {words: 2}\n", 4, "password.words", "is not a whole number from 3 to 8"),
    ("roll_over: {starts: '2026-08-20'}\n", 4, "roll_over.starts", "is not a day"),
    ("roll_over: {starts: 2026-08-20 09:00:00}\n", 4, "roll_over.starts", "is not a day"),
    ("roll_over: {starts: 2026-08-20}\n", 4, "roll_over.starts", "without ends and approved_by"),
    (
        "roll_over: {starts: 2026-09-20, ends: 2026-09-01, approved_by: head}\n",
        4,
        "roll_over.ends",
        "lies before roll_over.starts",
    ),
    (
        "approval: {small_school_waiver: {until: 2027-08-31, reason: small}}\n",
        4,
        "approval.small_school_waiver.until",
        "stands without named_by",
    ),
    (
        "licences: {staff: {disabled_plans: [YAMMER_EDU]}}\n",
        4,
        "licences.staff.disabled_plans",
        "are plans of no licence",
    ),
]


@pytest.mark.parametrize(("more", "line", "key", "text"), REFUSED)
def test_a_wrong_key_is_refused_with_its_line(
    tmp_path: Path, more: str, line: int, key: str, text: str
) -> None:
    problems = problems_of(tmp_path, LEAST + more)
    assert len(problems) == 1
    assert problems[0].startswith(f"oak.yaml:{line}: {key}: ")
    assert text in problems[0]


WRONG_SCHOOLS: list[tuple[str, str, str]] = [
    ("{id: elm, name: Oak, domain: oak.example}", "school.id", "differs from the file's name"),
    ("{id: Oak, name: Oak, domain: oak.example}", "school.id", "is not an id"),
    ("{id: trust, name: Oak, domain: oak.example}", "school.id", "cannot be trust"),
    ("{name: Oak, domain: oak.example}", "school.id", "is missing; write it in this pack"),
    ("{id: oak, domain: oak.example}", "school.name", "is missing"),
    ("{id: oak, name: Oak}", "school.domain", "is missing"),
    ("{id: oak, name: Oak, domain: https://oak.example}", "school.domain", "is not a host name"),
    ("{id: oak, name: Oak, domain: oak}", "school.domain", "is not a host name"),
    ("{id: oak, name: Oak, domain: -oak.example}", "school.domain", "is not a host name"),
    (f"{{id: oak, name: Oak, domain: {'o' * 45}.example}}", "school.domain", "at most 48"),
    ("{id: oak, name: Oak, domain: 7}", "school.domain", "is not a host name"),
    ("{id: oak, name: Oak, domain: oak.example, trust: elms}", "school.trust", "no trust.yaml"),
]


@pytest.mark.parametrize(("school", "key", "text"), WRONG_SCHOOLS)
def test_a_wrong_school_is_refused(tmp_path: Path, school: str, key: str, text: str) -> None:
    rest = "".join(LEAST.splitlines(keepends=True)[1:])
    (problem,) = problems_of(tmp_path, f"school: {school}\n{rest}")
    assert problem.startswith(f"oak.yaml:1: {key}: ")
    assert text in problem


CLASS = "class: '{class} {academic_year}'"
WRONG_GROUPS: list[tuple[str, str, str]] = [
    ("{}", "groups", "names no group"),
    ("{registration: 'Form'}", "groups.registration", "add {form}"),
    ("{year: 'Year {yaer}'}", "groups.year", "unknown token {yaer}"),
    ("{all_pupils: 'All  of us', all_staff: all of us}", "groups.all_staff", "same name as"),
    (f"{{all_staff: A, bind: {{gs-elm-all-staff: {GROUP_ID}}}}}", "groups.bind", "gs-oak-"),
    ("{all_staff: A, bind: {gs-oak-all-staff: staff}}", "groups.bind", "is not an object id"),
    (
        f"{{all_staff: A, bind: {{gs-oak-ks1: {GROUP_ID}, gs-oak-ks2: {GROUP_ID}}}}}",
        "groups.bind",
        "binds two groups to one object",
    ),
    ("{all_staff: A, adopt: [gs-oak-all-staff]}", "groups.adopt", "bind that group first"),
    ("{all_staff: A, teams: on}", "groups.teams", "stands without groups.class"),
    (f"{{{CLASS}, class_kind: security, teams: on}}", "groups.teams", "class_kind: m365"),
    (f"{{{CLASS}, teams: 1}}", "groups.teams", "neither true nor false"),
]


@pytest.mark.parametrize(("groups", "key", "text"), WRONG_GROUPS)
def test_wrong_groups_are_refused(tmp_path: Path, groups: str, key: str, text: str) -> None:
    head = "".join(LEAST.splitlines(keepends=True)[:2])
    (problem,) = problems_of(tmp_path, f"{head}groups: {groups}\n")
    assert f": {key}: " in problem
    assert text in problem


def test_a_wrong_binding_is_refused_with_the_line_of_its_row(tmp_path: Path) -> None:
    rows = ["gs-oak-ks1: " + GROUP_ID, "gs-oak-ks2: Teachers", "gs-oak-ks3: " + GROUP_ID[:-1]]
    head = "".join(LEAST.splitlines(keepends=True)[:2]) + "groups:\n  all_staff: A\n  bind:\n"
    (wrong,) = problems_of(tmp_path, head + "".join(f"    {row}\n" for row in rows))
    assert wrong.startswith("oak.yaml:7: groups.bind: is not an object id")
    rows[1:] = ["gs-oak-ks2: " + GROUP_ID]
    (twice,) = problems_of(tmp_path, head + "".join(f"    {row}\n" for row in rows))
    assert twice.startswith("oak.yaml:7: groups.bind: binds two groups to one object")


@pytest.mark.parametrize(
    ("naming", "text"),
    [
        ("{pupil: '{nickname}', staff: '{surname}'}", "naming.pupil: has the unknown token"),
        ("{pupil: '{surname}', staff: '{surname}', max_length: 4}", "naming.max_length: is not"),
        ("{pupil: '{surname}'}", "naming.staff: is missing; write it in this pack or trust.yaml"),
    ],
)
def test_wrong_naming_is_refused(tmp_path: Path, naming: str, text: str) -> None:
    lines = LEAST.splitlines()
    (problem,) = problems_of(tmp_path, f"{lines[0]}\nnaming: {naming}\n{lines[2]}\n")
    assert text in problem


@pytest.mark.parametrize(
    ("content", "line", "text"),
    [
        ("", 1, "is empty"),
        ("# only a remark\n", 1, "is empty"),
        ("\n- a list\n", 2, "is not a table of keys"),
        ("school: {id: oak\nname: x\n", 2, "is not YAML"),
        ("school: {id: oak}\n---\nschool: {id: elm}\n", 2, "is not YAML"),
        ("school: {id: oak}\n\x01\n", 1, "is not YAML"),
        ("a: &x {b: 1}\nc: *x\n", 2, "repeats a part"),
        (b"school: {id: oak}\nname: Si\xe2n\n", 2, "is not UTF-8"),
    ],
)
def test_a_file_that_is_no_pack_is_refused(
    tmp_path: Path, content: str | bytes, line: int, text: str
) -> None:
    (problem,) = problems_of(tmp_path, content)
    assert problem.startswith(f"oak.yaml:{line}: (file): ")
    assert text in problem


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "oak.yaml").write_bytes(b"\xef\xbb\xbf" + LEAST.encode())
    assert load_rules(tmp_path, "oak").school == "oak"


def test_every_problem_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    (tmp_path / "trust.yaml").write_text(TRUST + "school: {id: oak}\nusage_location: 7\n")
    problems = problems_of(tmp_path, LEAST + "colour: red\nabsence: {hours: 0}\n")
    assert [problem.split(": ")[0] for problem in problems] == [
        "oak.yaml:4",
        "oak.yaml:5",
        "trust.yaml:2",
        "trust.yaml:3",
    ]


def test_a_problem_never_repeats_the_value(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, LEAST + "protected: {accounts: amy@oak.example}\n")
    assert "amy" not in problem


def test_a_trust_pack_must_say_who_it_is_and_be_the_one_that_is_named(tmp_path: Path) -> None:
    a_pack(tmp_path, least=LEAST.replace("oak.example}", "oak.example, trust: elms}"), trust="")
    with pytest.raises(PackRefused, match="is not the id in trust"):
        load_rules(tmp_path, "oak")
    (tmp_path / "trust.yaml").write_text("usage_location: GB\n")
    with pytest.raises(PackRefused, match=r"trust\.id: is missing") as refused:
        load_rules(tmp_path, "oak")
    assert any("trust.name: is missing" in problem for problem in refused.value.problems)


def test_a_contradiction_across_layers_is_told_where_it_was_said(tmp_path: Path) -> None:
    trust = "groups:\n  year: '{school} Year {year}'\n  all_pupils: same\n  all_staff: same\n"
    a_pack(tmp_path, trust=trust, least="".join(LEAST.splitlines(keepends=True)[:2]))
    with pytest.raises(PackRefused, match=r"trust\.yaml:5: groups\.all_staff: has the same name"):
        load_rules(tmp_path, "oak")


@pytest.mark.parametrize("school", ["elm", "../oak", ""])
def test_a_school_without_a_pack_is_refused(tmp_path: Path, school: str) -> None:
    with pytest.raises(PackRefused, match="is no pack in the packs folder"):
        load_rules(a_pack(tmp_path), school)


def test_the_problems_of_all_schools_are_told_once(tmp_path: Path) -> None:
    a_pack(tmp_path, "colour: red\n", trust="colour: red\n")
    (tmp_path / "elm.yaml").write_text(LEAST.replace("oak", "elm"))
    with pytest.raises(PackRefused) as refused:
        load_all(tmp_path)
    assert [problem.split(": ")[0] for problem in refused.value.problems] == [
        "trust.yaml:2",
        "oak.yaml:4",
    ]


def test_a_folder_without_packs_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(PackRefused, match="holds no school's pack"):
            load_all(folder)


def test_a_pack_that_would_be_overlooked_is_refused(tmp_path: Path) -> None:
    (a_pack(tmp_path) / "elm.yml").write_text(LEAST)
    with pytest.raises(PackRefused, match=r"elm\.yml:1: .*rename it to \.yaml"):
        load_all(tmp_path)


def test_changed_defaults_are_refused_rather_than_ignored(tmp_path: Path) -> None:
    (a_pack(tmp_path) / "defaults.yaml").write_text("usage_location: IE\n")
    with pytest.raises(PackRefused, match="say it in trust"):
        load_rules(tmp_path, "oak")
