"""What msal asks Entra with."""

from pathlib import Path

import pytest

from api.entra_session import session


def trusted(ca_file: Path | None) -> object:
    """What a request of this session would verify with."""
    made = session(ca_file)
    return made.merge_environment_settings("https://login.example", {}, False, None, None)["verify"]


def test_the_authority_that_was_set_goes_before_the_one_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/somebody/elses.pem")
    assert trusted(tmp_path / "ours.pem") == str(tmp_path / "ours.pem")
    assert trusted(None) == "/somebody/elses.pem"
