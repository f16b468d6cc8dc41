"""``POST /_sandbox/apps``: an administrator registers an app, or changes one, by hand."""

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from graphsync.sandbox.apps import App
from graphsync.sandbox.registrations import (
    DEFAULT_ROLE,
    NO_SIGN_IN,
    PUBLIC,
    SPA,
    WEB,
    AppRole,
    Assignment,
    Redirect,
    SignInSide,
    app_role,
    assignment,
    redirects,
)
from graphsync.sandbox.tenant import Tenant


class RoleWish(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """An app role to define."""

    value: str
    display_name: str


class AppWish(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What an app is to be; permissions and whatever of sign-in is not given stay as they are.

    assignments  user principal name, user id or group id to the values of the roles it is to hold;
                 an empty list assigns the app without a role
    """

    name: str
    permissions: tuple[str, ...] | None = None
    client_id: str | None = None
    secret: str | None = None
    secret_ends: str | None = None
    redirect_uris: tuple[str, ...] | None = None
    spa_redirect_uris: tuple[str, ...] | None = None
    public_redirect_uris: tuple[str, ...] | None = None
    app_roles: tuple[RoleWish, ...] | None = None
    assignments: dict[str, tuple[str, ...]] | None = None
    assignment_required: bool | None = None


def register(tenant: Tenant, wish: AppWish) -> App:
    """Registers or changes the app; ValueError, and nothing changed, for what cannot be."""
    known = tenant.apps.find(wish.client_id) if wish.client_id else None
    held = known.sign_in if known is not None else NO_SIGN_IN
    found = _redirects(wish, held)
    principals = {key: _principal(tenant, key) for key in wish.assignments or ()}
    _check_values(wish, held)
    permissions = wish.permissions
    if permissions is None:
        if known is None:
            raise ValueError("a new app needs permissions")
        permissions = known.permissions
    app = tenant.apps.add(
        wish.name,
        permissions,
        client_id=wish.client_id,
        secret=wish.secret,
        secret_ends=wish.secret_ends,
    )
    roles = _roles(wish, held, app.client_id)
    required = wish.assignment_required
    side = SignInSide(
        redirects=found,
        roles=roles,
        assignments=_assignments(tenant, wish, held, roles, principals, app.client_id),
        assignment_required=held.assignment_required if required is None else required,
    )
    app = replace(app, sign_in=side)
    tenant.apps.put(app)
    return app


def _redirects(wish: AppWish, held: SignInSide) -> tuple[Redirect, ...]:
    found: list[Redirect] = []
    for platform, uris in (
        (WEB, wish.redirect_uris),
        (SPA, wish.spa_redirect_uris),
        (PUBLIC, wish.public_redirect_uris),
    ):
        if uris is None:
            found += [each for each in held.redirects if each.platform == platform]
        else:
            found += redirects(uris, platform)
    return tuple(found)


def _roles(wish: AppWish, held: SignInSide, client_id: str) -> tuple[AppRole, ...]:
    if wish.app_roles is None:
        return held.roles
    return tuple(app_role(client_id, each.value, each.display_name) for each in wish.app_roles)


def _check_values(wish: AppWish, held: SignInSide) -> None:
    """Values are unique, and only defined ones are assigned."""
    values = [role.value for role in _roles(wish, held, "")]
    if len(set(values)) != len(values):
        raise ValueError("an app role's value is unique")
    asked = {value for each in (wish.assignments or {}).values() for value in each}
    if unknown := sorted(asked - set(values)):
        raise ValueError(f"the app has no role {unknown[0]!r}")


def _assignments(
    tenant: Tenant,
    wish: AppWish,
    held: SignInSide,
    roles: tuple[AppRole, ...],
    principals: dict[str, str],
    client_id: str,
) -> tuple[Assignment, ...]:
    ids = {role.value: role.id for role in roles}
    if wish.assignments is None:
        standing = {*ids.values(), DEFAULT_ROLE}
        return tuple(each for each in held.assignments if each.role_id in standing)
    now = tenant.clock.stamp()
    wanted = [
        assignment(client_id, principals[key], role_id, now)
        for key, values in wish.assignments.items()
        for role_id in _ids(ids, values)
    ]
    before = {each.id: each for each in held.assignments}
    return tuple({each.id: before.get(each.id, each) for each in wanted}.values())


def _ids(ids: dict[str, str], values: Iterable[str]) -> list[str]:
    return [ids[value] for value in values] or [DEFAULT_ROLE]


def _principal(tenant: Tenant, key: str) -> str:
    """The id of an active user or group, as the primary has it."""
    directory = tenant.directory
    entry = directory.entries.get(key.lower()) or directory.named("userPrincipalName", key)
    if entry is None or not entry.active or entry.kind not in {"user", "group"}:
        raise ValueError(f"roles are assigned to users and groups, and this is none: {key}")
    return entry.id
