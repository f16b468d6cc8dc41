"""The settings, `GRAPHSYNC_*` from the environment or from `.env` in the current folder.

A setting that is wrong disturbs only the commands that need it, so a wrong value is kept as a
sentence and told by `demand`. No sentence quotes a value: it may be a secret.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    FilePath,
    PositiveFloat,
    SecretStr,
    ValidationError,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from graphsync.settings_words import EXPLAINED
from graphsync.tenant.credentials import TenantSettings
from graphsync.trouble import Broken
from policies.pack_loading import SHIPPED_PACKS

PREFIX = "GRAPHSYNC_"
ENV_FILE = Path(".env")

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)
_STAMP = re.compile(r"employeeId|extensionAttribute([1-9]|1[0-5])|extension_[0-9a-f]{32}_\w+")
_QUOTA = re.compile(r"[1-9]\d*/\d+(\.\d+)?s")
_MAILBOX = re.compile(r"[^@\s]+@" + _HOST.pattern, re.IGNORECASE)
_COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_FERNET = re.compile(r"[A-Za-z0-9_-]{43}=")  # 32 bytes in URL-safe base64


class Need(StrEnum):
    """What a command cannot do without."""

    STORE = "store"
    PACKS = "packs"
    DIRECTORY = "directory"
    TENANT = "tenant"
    FEED = "feed"
    SEAL = "seal"
    MAIL = "mail"
    PARENTS = "parents"
    STAFF = "staff"
    CLOCK = "clock"


NEEDED = {  # need -> settings that may not be wrong; those of REQUIRED may not be missing either
    Need.STORE: ("data_dir", "database_url"),
    Need.PACKS: ("packs_dir",),
    Need.DIRECTORY: ("tenant_id",),  # which tenant, with no need to sign in
    Need.TENANT: (
        "tenant_id",
        "client_id",
        "client_secret",
        "client_certificate_path",
        "managed_identity",
        "authority",
        "graph_url",
        "ca_file",
        "stamp",
        "write_quota",
        "verify_wait",
    ),
    Need.FEED: ("management_url",),
    Need.SEAL: ("seal_key",),
    Need.MAIL: ("mail_from", "ping_url"),
    Need.PARENTS: ("parents_url", "seal_key"),
    Need.STAFF: ("public_url", "seal_key", "access_file", "colour", "step_up"),
    Need.CLOCK: ("sync_at", "remind_at", "dlp_pull"),
}
REQUIRED = frozenset({"tenant_id", "client_id", "seal_key", "parents_url", "public_url"})


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError("not of the shape asked for")
    return text


def _tenant(text: str) -> str:
    return text if _GUID.fullmatch(text) else _matching(_HOST, text)


def _guid(text: str) -> str:
    return _matching(_GUID, text)


def _stamp(text: str) -> str:
    return _matching(_STAMP, text)


def _quota(text: str) -> str:
    return _matching(_QUOTA, text)


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("not an https address")
    return text.rstrip("/")


def _origin(text: str) -> str:
    if urlsplit(_address(text)).path.strip("/"):
        raise ValueError("not a bare origin")
    return _address(text)


def _console_origin(text: str) -> str:
    """As `_origin`; plain HTTP is well on this machine alone, where browsers trust it too."""
    parts = urlsplit(text)
    if parts.scheme == "http" and parts.hostname == "localhost":
        _origin("https" + text.removeprefix("http"))
        return text.rstrip("/")
    return _origin(text)


def _versioned(text: str) -> str:
    """An address of the Management API; a bare origin is that of its one version."""
    address = _address(text)
    return address if urlsplit(address).path.strip("/") else f"{address}/api/v1.0"


def _colour(text: str) -> str:
    return _matching(_COLOUR, text)


def _time(told: object) -> object:
    """A time of day, HH:MM, or `off`; the default is a time already."""
    if not isinstance(told, str):
        return told
    return None if told == "off" else time.fromisoformat(_matching(_TIME, told))


def _mailbox(text: str) -> str:
    return _matching(_MAILBOX, text)


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError("no such folder")
    return path


def _fernet_keys(keys: SecretStr) -> SecretStr:
    for key in keys.get_secret_value().split(","):
        _matching(_FERNET, key.strip())
    return keys


class Settings(BaseSettings):
    """What was set. Unknown names are told as notes, not refused: see `Loaded.notes`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        # Else each line of the file is held against each field, only to be ignored: half the time.
        dotenv_filtering="only_existing",
        frozen=True,
    )

    tenant_id: Annotated[str, AfterValidator(_tenant)] | None = None
    client_id: Annotated[str, AfterValidator(_guid)] | None = None
    client_secret: SecretStr | None = None
    client_certificate_path: FilePath | None = None
    managed_identity: bool = False
    authority: Annotated[str, AfterValidator(_origin)] = "https://login.microsoftonline.com"
    graph_url: Annotated[str, AfterValidator(_address)] = "https://graph.microsoft.com/v1.0"
    management_url: Annotated[str, AfterValidator(_versioned)] = (
        "https://manage.office.com/api/v1.0"
    )
    ca_file: FilePath | None = None
    data_dir: Path = Path("data")
    database_url: SecretStr | None = None
    roster_path: Path | None = None
    packs_dir: Annotated[Path, AfterValidator(_folder)] = SHIPPED_PACKS
    seal_key: Annotated[SecretStr, AfterValidator(_fernet_keys)] | None = None
    stamp: Annotated[str, AfterValidator(_stamp)] = "employeeId"
    write_quota: Annotated[str, AfterValidator(_quota)] = "3000/150s"
    verify_wait: PositiveFloat = 120.0
    mail_from: Annotated[str, AfterValidator(_mailbox)] | None = None
    ping_url: Annotated[str, AfterValidator(_address)] | None = None
    parents_url: Annotated[str, AfterValidator(_origin)] | None = None
    public_url: Annotated[str, AfterValidator(_console_origin)] | None = None
    access_file: FilePath | None = None
    colour: Annotated[str, AfterValidator(_colour)] = "#143d66"
    step_up: Annotated[int, Field(ge=0, le=480)] = 10
    sync_at: Annotated[time | None, BeforeValidator(_time)] = time(2)
    remind_at: Annotated[time | None, BeforeValidator(_time)] = time(16)
    dlp_pull: bool = True


@dataclass(frozen=True)
class Loaded:
    """The settings, the names of those that are wrong, and notes on names that are no setting."""

    values: Settings
    wrong: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    def demand(self, *needs: Need) -> None:
        """Raise Broken with a sentence for each setting that is missing or wrong for `needs`."""
        if problems := self.problems(*needs):
            raise Broken("\n".join(problems))

    def problems(self, *needs: Need) -> tuple[str, ...]:
        """A sentence for each setting that is missing or wrong for `needs`, each told once."""
        told = dict.fromkeys(text for need in needs for text in self._problems(need))
        return tuple(told)

    def _problems(self, need: Need) -> Iterator[str]:
        yield from (_wrong(name) for name in NEEDED[need] if name in self.wrong)
        yield from (_missing(name) for name in self._missing(need))
        if need is Need.TENANT and (text := self._credential_problem()):
            yield text

    def _missing(self, need: Need) -> Iterator[str]:
        for name in NEEDED[need]:
            given = name in self.wrong or getattr(self.values, name) is not None
            by_identity = name == "client_id" and self.values.managed_identity
            if name in REQUIRED and not given and not by_identity:
                yield name

    def _credential_problem(self) -> str:
        """Exactly one way to sign in: a certificate, a secret or a managed identity."""
        ways = {
            "CLIENT_CERTIFICATE_PATH": self.values.client_certificate_path is not None,
            "CLIENT_SECRET": self.values.client_secret is not None,
            "MANAGED_IDENTITY": self.values.managed_identity,
        }
        given = [PREFIX + name for name, is_given in ways.items() if is_given]
        if len(given) > 1:
            return f"{' and '.join(given)} are both set; keep one of them, the certificate if any."
        if given or self.wrong & {"client_certificate_path", "managed_identity"}:
            return ""
        return (
            f"{PREFIX}CLIENT_CERTIFICATE_PATH or {PREFIX}CLIENT_SECRET is missing. It proves to "
            "Entra that graphsync is the registered app; you find or make it in the Entra admin "
            "centre under App registrations, your app, Certificates & secrets."
        )

    @property
    def database_url(self) -> str:
        """Where the store is: the setting, or SQLite in the data folder."""
        if self.values.database_url is not None:
            return self.values.database_url.get_secret_value()
        return f"sqlite:///{self.values.data_dir / 'graphsync.db'}"

    @property
    def seal_key(self) -> str | None:
        """The key or keys that seal initial passwords."""
        key = self.values.seal_key
        return None if key is None else key.get_secret_value()

    def tenant(self) -> TenantSettings:
        """What the tenant door needs; blank names where nothing was demanded or set."""
        values = self.values
        secret = values.client_secret
        return TenantSettings(
            tenant_id=values.tenant_id or "",
            client_id=values.client_id or "",
            client_secret=None if secret is None else secret.get_secret_value(),
            certificate_path=values.client_certificate_path,
            managed_identity=values.managed_identity,
            authority=values.authority,
            graph_url=values.graph_url,
            management_url=values.management_url,
            ca_file=values.ca_file,
            write_quota=values.write_quota,
            verify_wait=values.verify_wait,
            stamp=values.stamp,
        )


def load_settings(env_file: Path = ENV_FILE) -> Loaded:
    """The settings of the environment and of `env_file`; the environment's word goes first.

    Raises Broken when the file is no UTF-8 text. A wrong value gives way to the default here and
    is told by the first command that needs it.
    """
    return _loaded(env_file, {}, tuple(_notes(env_file)))


def settings_of(values: Mapping[str, str]) -> Loaded:
    """The settings that these values, by name in lower case, and the environment would make.

    The values go first. What is wrong is kept as `load_settings` keeps it.
    """
    return _loaded(None, values, ())


def _loaded(env_file: Path | None, fixed: Mapping[str, object], notes: tuple[str, ...]) -> Loaded:
    try:
        return Loaded(_read(env_file, **fixed), notes=notes)
    except ValidationError as error:
        wrong = frozenset(str(one["loc"][0]) for one in error.errors(include_input=False))
    defaults = {name: Settings.model_fields[name].default for name in wrong}
    return Loaded(_read(env_file, **{**fixed, **defaults}), wrong, notes)


def _read(env_file: Path | None, **fixed: object) -> Settings:
    # utf-8-sig: Windows editors put a byte order mark before the first name.
    return Settings(_env_file=env_file, _env_file_encoding="utf-8-sig", **fixed)  # type: ignore[call-arg, arg-type]


def _notes(env_file: Path) -> Iterator[str]:
    known = {name.upper() for name in Settings.model_fields}
    for full in sorted(_names_set(env_file)):
        name = full.removeprefix(PREFIX)
        if name not in known:
            yield f"{full} is not a setting{_meant(name, known)}; it is ignored."


def _names_set(env_file: Path) -> set[str]:
    try:
        in_file = dotenv_values(env_file, encoding="utf-8-sig") if env_file.is_file() else {}
    except UnicodeDecodeError:
        raise Broken(f"{env_file} is not UTF-8 text; save it again as UTF-8.") from None
    names = {name.upper() for name in (*os.environ, *in_file)}
    return {name for name in names if name.startswith(PREFIX)}


def _meant(name: str, known: set[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1, cutoff=0.75)
    return f" (is {PREFIX}{close[0]} meant?)" if close else ""


def _missing(name: str) -> str:
    shape, where = EXPLAINED[name]
    return f"{PREFIX}{name.upper()} is missing. It is {shape}; {where}."


def _wrong(name: str) -> str:
    shape, where = EXPLAINED[name]
    return f"{PREFIX}{name.upper()} is set to something else than {shape}; {where}."
