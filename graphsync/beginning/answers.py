"""What a person answers before the first settings and packs can be written."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import Struct

from graphsync.settings import PREFIX, Loaded, Need, settings_of
from graphsync.trouble import Refusal
from policies.pack_keys import KEYS

# Answers that are settings by the same name; those of PATHS are written as whole paths.
SETTINGS = (
    "tenant_id",
    "client_id",
    "client_secret",
    "client_certificate_path",
    "authority",
    "graph_url",
    "ca_file",
    "roster_path",
    "stamp",
    "mail_from",
    "write_quota",
    "verify_wait",
)
PATHS = frozenset({"client_certificate_path", "ca_file", "roster_path"})


class SchoolAnswers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One school; what is left out is proposed from the tenant."""

    id: str
    name: str
    domain: str = ""
    pupil: str = ""
    staff: str = ""
    staff_skus: tuple[str, ...] | None = None


class Answers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is answered; the names of the settings are those of `.env` in lower case."""

    tenant_id: str
    client_id: str
    schools: tuple[SchoolAnswers, ...]
    client_secret: str = ""
    client_certificate_path: str = ""
    authority: str = ""
    graph_url: str = ""
    ca_file: str = ""
    roster_path: str = ""
    stamp: str = ""
    mail_from: str = ""
    write_quota: str = ""
    verify_wait: str = ""

    def __repr__(self) -> str:
        return f"Answers({len(self.schools)} schools)"


def read_answers(file: Path) -> Answers:
    """The answers in a JSON or YAML file; raises Refusal, which quotes no value."""
    try:
        content: Any = yaml.safe_load(file.read_text("utf-8-sig"))
        answers = msgspec.convert(content, Answers, strict=False)
    except OSError as error:
        raise Refusal(f"{file} cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise Refusal(f"{file} is neither JSON nor YAML in UTF-8; write it anew") from None
    except msgspec.ValidationError as error:
        raise Refusal(
            f"{file}: {error}; docs/doctor.md shows a file of answers that is whole"
        ) from None
    _refuse_ids([one.id for one in answers.schools])
    return answers


def _refuse_ids(ids: Sequence[str]) -> None:
    """Raises Refusal for ids that cannot be the names of packs, or none at all."""
    if not ids:
        raise Refusal("the answers name no school; add at least one under schools")
    if repeated := sorted({one for one in ids if ids.count(one) > 1}):
        raise Refusal(f"schools holds {', '.join(repeated)} twice; give each school its own id")
    for place, one in enumerate(ids, 1):
        try:
            KEYS["school.id"].read(one)
        except ValueError as error:
            raise Refusal(f"the id of school {place} {error}") from None


def setting_values(answers: Mapping[str, str]) -> dict[str, str]:
    """The settings among the answers, by name in lower case; paths are made whole."""
    given = {name: answers.get(name, "").strip() for name in SETTINGS}
    return {
        name: str(Path(value).expanduser().resolve()) if name in PATHS else value
        for name, value in given.items()
        if value
    }


def checked(values: Mapping[str, str]) -> Loaded:
    """The settings that these values make; raises Refusal with every one missing or wrong."""
    loaded = settings_of(values)
    if problems := loaded.problems(Need.TENANT, Need.SEAL, Need.MAIL):
        raise Refusal("\n".join(problems))
    if values.get("roster_path") and not Path(values["roster_path"]).is_dir():
        raise Refusal(f"{PREFIX}ROSTER_PATH names no folder; make it, or leave it out for now")
    return loaded
