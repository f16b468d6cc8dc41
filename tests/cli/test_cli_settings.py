"""Settings: what is demanded, what is told, and that no sentence quotes a value."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from graphsync.settings import NEEDED, REQUIRED, Need, Settings, load_settings
from graphsync.settings_words import EXPLAINED
from graphsync.trouble import Broken

ROOT = Path(__file__).parents[2]
GUID = "11111111-2222-3333-4444-555555555555"
KEY = "A" * 43 + "="
WHOLE = {
    "TENANT_ID": GUID,
    "CLIENT_ID": GUID,
    "CLIENT_SECRET": "s3cret",
    "SEAL_KEY": KEY,
    "PARENTS_URL": "https://ask.school.example",
    "PUBLIC_URL": "http://localhost:8000",
}

Command = Callable[..., subprocess.CompletedProcess[str]]
Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Writes a `.env`; the environment itself holds no setting of ours."""
    import os

    for name in [name for name in os.environ if name.startswith("GRAPHSYNC_")]:
        monkeypatch.delenv(name)

    def write(encoding: str = "utf-8", **settings: str) -> Path:
        lines = [f"GRAPHSYNC_{name}={value}\n" for name, value in settings.items()]
        (tmp_path / ".env").write_text("".join(lines), encoding=encoding)
        return tmp_path / ".env"

    return write


def told(env_file: Path, *needs: Need) -> list[str]:
    with pytest.raises(Broken) as broken:
        load_settings(env_file).demand(*needs)
    return str(broken.value).splitlines()


def test_a_whole_file_lets_every_command_run(written: Written) -> None:
    loaded = load_settings(written(**WHOLE))
    loaded.demand(*Need)
    tenant = loaded.tenant()
    assert (tenant.tenant_id, tenant.client_secret) == (GUID, "s3cret")
    assert tenant.authority == "https://login.microsoftonline.com"
    assert loaded.seal_key == KEY


def test_nothing_set_is_enough_for_the_store_and_the_packs(written: Written) -> None:
    loaded = load_settings(written())
    loaded.demand(Need.STORE, Need.PACKS)
    assert loaded.database_url == "sqlite:///data/graphsync.db"
    assert (loaded.values.packs_dir / "defaults.yaml").is_file()


def test_every_missing_setting_has_a_sentence_of_its_own(written: Written) -> None:
    lines = told(written(), Need.TENANT, Need.SEAL)
    named = [re.findall(r"GRAPHSYNC_\w+", line)[0] for line in lines]
    assert named == [
        "GRAPHSYNC_TENANT_ID",
        "GRAPHSYNC_CLIENT_ID",
        "GRAPHSYNC_CLIENT_CERTIFICATE_PATH",
        "GRAPHSYNC_SEAL_KEY",
    ]
    assert "Entra admin centre under Overview" in lines[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TENANT_ID", "not a tenant"),
        ("CLIENT_ID", "contoso.example"),
        ("CLIENT_CERTIFICATE_PATH", "nowhere.pem"),
        ("MANAGED_IDENTITY", "perhaps"),
        ("AUTHORITY", "https://login.example/contoso"),
        ("AUTHORITY", "http://login.example"),
        ("GRAPH_URL", "graph.example"),
        ("CA_FILE", "nowhere.pem"),
        ("STAMP", "extensionAttribute16"),
        ("WRITE_QUOTA", "3000 in 150s"),
        ("VERIFY_WAIT", "-7.5"),
    ],
)
def test_a_wrong_setting_is_told_without_its_value_and_only_where_it_is_needed(
    written: Written, name: str, value: str
) -> None:
    given = {key: text for key, text in WHOLE.items() if key != "CLIENT_SECRET"}
    env_file = written(**{**given, name: value})
    lines = told(env_file, Need.TENANT)
    about = [line for line in lines if line.startswith(f"GRAPHSYNC_{name} is set to something")]
    assert len(about) == 1
    assert value not in about[0]
    load_settings(env_file).demand(Need.STORE, Need.PACKS, Need.SEAL)


@pytest.mark.parametrize(
    ("name", "value", "need"),
    [("PACKS_DIR", "nowhere", Need.PACKS), ("SEAL_KEY", "short", Need.SEAL)],
)
def test_wrong_packs_and_keys_are_told(written: Written, name: str, value: str, need: Need) -> None:
    (line,) = told(written(**{**WHOLE, name: value}), need)
    assert line.startswith(f"GRAPHSYNC_{name} is set to something else")


def test_two_ways_to_sign_in_are_one_too_many(written: Written, tmp_path: Path) -> None:
    (tmp_path / "app.pem").write_text("a certificate")
    env_file = written(**WHOLE, CLIENT_CERTIFICATE_PATH=str(tmp_path / "app.pem"))
    (line,) = told(env_file, Need.TENANT)
    assert "both set" in line


def test_a_managed_identity_needs_neither_client_id_nor_secret(written: Written) -> None:
    load_settings(written(TENANT_ID=GUID, MANAGED_IDENTITY="true")).demand(Need.TENANT)


def test_several_seal_keys_are_separated_by_commas(written: Written) -> None:
    load_settings(written(SEAL_KEY=f"{KEY}, {KEY}")).demand(Need.SEAL)


def test_an_empty_value_counts_as_not_set(written: Written) -> None:
    loaded = load_settings(written(AUTHORITY="", CA_FILE=""))
    assert loaded.values.authority == "https://login.microsoftonline.com"
    assert loaded.values.ca_file is None


def test_a_byte_order_mark_does_not_hide_the_first_setting(written: Written) -> None:
    assert load_settings(written(encoding="utf-8-sig", **WHOLE)).values.tenant_id == GUID


def test_a_file_that_is_no_utf_8_is_told(written: Written) -> None:
    with pytest.raises(Broken, match="UTF-8"):
        load_settings(written(encoding="utf-16", **WHOLE))


def test_the_environment_goes_before_the_file(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file = written(**WHOLE, STAMP="employeeId")
    monkeypatch.setenv("GRAPHSYNC_STAMP", "extensionAttribute3")
    assert load_settings(env_file).values.stamp == "extensionAttribute3"


def test_a_misspelt_name_is_noted_with_the_one_that_is_meant(written: Written) -> None:
    (note,) = load_settings(written(**WHOLE, WRITE_QOUTA="10/1s")).notes
    assert "GRAPHSYNC_WRITE_QOUTA is not a setting" in note
    assert "GRAPHSYNC_WRITE_QUOTA" in note


def test_the_management_api_may_be_named_by_its_origin_alone(written: Written) -> None:
    for given in ("https://manage.office.com", "https://manage.office.com/api/v1.0/"):
        loaded = load_settings(written(**WHOLE, MANAGEMENT_URL=given))
        assert loaded.tenant().management_url == "https://manage.office.com/api/v1.0"
        assert loaded.notes == ()


def test_no_secret_stands_in_the_representation(written: Written) -> None:
    url = "postgresql+psycopg://me:pass-word@host/name"
    loaded = load_settings(written(**WHOLE, DATABASE_URL=url))
    assert loaded.database_url == url
    for secret in ("s3cret", KEY, "pass-word"):
        assert secret not in repr(loaded)


def test_the_example_file_explains_every_setting_and_no_other() -> None:
    named = re.findall(r"^GRAPHSYNC_(\w+)=$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_every_setting_has_words() -> None:
    assert EXPLAINED.keys() == Settings.model_fields.keys()
    needed = {name for names in NEEDED.values() for name in names}
    assert REQUIRED <= needed <= EXPLAINED.keys()


def test_the_command_tells_on_stderr_and_answers_1(graphsync: Command) -> None:
    done = graphsync("person", "pb:1", "--json", STAMPP="x")
    assert (done.returncode, done.stdout) == (1, "")
    assert "graphsync: GRAPHSYNC_TENANT_ID is missing." in done.stderr
    assert "note: GRAPHSYNC_STAMPP is not a setting" in done.stderr
