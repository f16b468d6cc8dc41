"""Registered applications: their ids, secrets, certificates and granted application permissions."""

import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import uuid4

import msgspec

from graphsync.sandbox.registrations import NO_SIGN_IN, SignInSide

PRODUCT_PERMISSIONS = (
    "User.ReadWrite.All",
    "User-PasswordProfile.ReadWrite.All",
    "User.RevokeSessions.All",
    "User.DeleteRestore.All",
    "LicenseAssignment.ReadWrite.All",
    "LicenseAssignment.Read.All",
    "Group.ReadWrite.All",
    "GroupMember.ReadWrite.All",
    "RoleManagement.Read.Directory",
    "Organization.Read.All",
    "Domain.Read.All",
    "Application.Read.All",
    "Mail.Send",
    "UserAuthMethod-TAP.ReadWrite.All",
    "AuditLog.Read.All",
    "ActivityFeed.Read",
    "ActivityFeed.ReadDlp",
)
READER_PERMISSIONS = (
    "User.Read.All",
    "Group.Read.All",
    "GroupMember.Read.All",
    "LicenseAssignment.Read.All",
    "RoleManagement.Read.Directory",
    "Organization.Read.All",
    "Domain.Read.All",
)


@dataclass(frozen=True)
class App:
    """An application with its service principal (``object_id``).

    certificates PEM, to check assertions with
    sign_in      redirect URIs, app roles and who holds them
    secret_ends  when the secret ends, ISO 8601 with Z; None for never
    """

    client_id: str
    object_id: str
    name: str
    permissions: tuple[str, ...]
    secret: str
    certificates: tuple[str, ...] = ()
    sign_in: SignInSide = NO_SIGN_IN
    secret_ends: str | None = None

    def __repr__(self) -> str:
        return f"App({self.client_id!r}, {self.name!r})"


class Apps:
    """All applications of a tenant, by client id."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        apps = (msgspec.convert(row, App) for row in rows)
        self._by_id = {app.client_id: app for app in apps}
        self._rows = [asdict(app) for app in self._by_id.values()]

    def find(self, client_id: str) -> App | None:
        """The app with this client id, or None."""
        return self._by_id.get(client_id.lower())

    def all(self) -> tuple[App, ...]:
        """Every app, in the order of registration."""
        return tuple(self._by_id.values())

    def named(self, name: str) -> App:
        """The app with this name; KeyError when there is none."""
        for app in self._by_id.values():
            if app.name == name:
                return app
        raise KeyError(name)

    def add(
        self,
        name: str,
        permissions: tuple[str, ...],
        *,
        client_id: str | None = None,
        secret: str | None = None,
        certificates: tuple[str, ...] = (),
        secret_ends: str | None = None,
    ) -> App:
        """Registers an app, or changes the one with this client id."""
        known = self.find(client_id) if client_id else None
        if known is not None:
            app = replace(
                known,
                name=name,
                permissions=permissions,
                secret=secret or known.secret,
                secret_ends=secret_ends or known.secret_ends,
            )
        else:
            app = App(
                client_id=(client_id or str(uuid4())).lower(),
                object_id=str(uuid4()),
                name=name,
                permissions=permissions,
                secret=secret or secrets.token_urlsafe(30),
                certificates=certificates,
                secret_ends=secret_ends,
            )
        self.put(app)
        return app

    def put(self, app: App) -> None:
        """Registers the app, in the place of one with the same client id."""
        self._by_id[app.client_id] = app
        self._rows = [asdict(each) for each in self._by_id.values()]

    def rows(self) -> list[dict[str, Any]]:
        """As plain data, for storage; the same list until an app changes."""
        return self._rows
