"""Founding a tenant: a seed is loaded once, into an empty data folder."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from graphsync.sandbox.apps import PRODUCT_PERMISSIONS, READER_PERMISSIONS, App, Apps
from graphsync.sandbox.certificates import certificate_of, kept, new_client_certificate
from graphsync.sandbox.directory import Directory
from graphsync.sandbox.names import dice
from graphsync.sandbox.objects import ACTIVE, DELETED, Entry
from graphsync.sandbox.phone_methods import holding, registered_phone
from graphsync.sandbox.purview import Row
from graphsync.sandbox.purview_stories import cast_of, story_blobs
from graphsync.sandbox.registrations import (
    WEB,
    SignInSide,
    app_role,
    assignment,
    redirects,
)
from graphsync.sandbox.replication import Timeline
from graphsync.sandbox.roles import DirectoryRole
from graphsync.sandbox.seed import seed
from graphsync.sandbox.storage import Storage
from graphsync.sandbox.tenant import founding_facts
from graphsync.sandbox.tenant_seed import SkuSeed, TenantSeed
from graphsync.sandbox.user_rules import legal_age_group
from graphsync.sandbox.world_roles import APP_ROLES

_EXCHANGE = ("EXCHANGE_S_STANDARD", "9aaf7827-d63c-4b61-89c3-182f06f82e5c")
_PLANS = (
    _EXCHANGE,
    ("TEAMS1", "57ff2da0-773e-42df-b2af-ffb7a2317929"),
    ("SHAREPOINTSTANDARD_EDU", "0a4983bb-d3e5-4a09-95d8-b2d0127b3df5"),
    ("SHAREPOINTWAC_EDU", "e03c7e47-402c-463c-ab25-949079bedb21"),
)
_PER_BLOB = 8
_FEED_MS = 10 * 24 * 3_600_000
# Where the product's console runs on a laptop; the port does not count on localhost.
_CONSOLE = ("http://localhost:8000/sign-in/callback", "https://localhost:8000/sign-in/callback")
_EMPTY = TenantSeed(
    domains=("contoso.onmicrosoft.com", "school.example"),
    organization="Contoso School",
    skus=(
        SkuSeed("STANDARDWOFFPACK_STUDENT", "314c4481-f395-4525-be8b-2ec4bb1e9d91", 10_000, _PLANS),
        SkuSeed("STANDARDWOFFPACK_FACULTY", "94763226-9b3c-4e75-a931-5c89701abe66", 10_000, _PLANS),
    ),
    users=(
        {
            "userPrincipalName": "breakglass@contoso.onmicrosoft.com",
            "displayName": "Break Glass",
            "mailNickname": "breakglass",
            "accountEnabled": True,
        },
    ),
    role_members=(("Global Administrator", "breakglass@contoso.onmicrosoft.com"),),
    app_roles=APP_ROLES,
    role_holders=(("ITManager", "breakglass@contoso.onmicrosoft.com"),),
)


def found(
    storage: Storage, data: Path, seed_name: str, export_dir: Path | None, moment: datetime
) -> None:
    """Fills a storage that holds no tenant yet; one that does is left as it is.

    moment  when the tenant comes to be: its clock begins there
    """
    if storage.fact("id") is not None:
        return
    world = _EMPTY if seed_name == "empty" else seed(seed_name, export_dir, moment.date())
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    directory = Directory(Timeline())
    _load(directory, world, stamp, moment.timestamp())
    apps = _register_apps(data, directory, world, stamp)
    tenant_id = str(uuid4())
    facts = founding_facts(
        tenant_id,
        world.organization,
        stamp,
        world.domains,
        world.skus,
        _roles(directory, world.role_members),
        apps,
    )
    facts["extensions"] = list(world.extensions)
    facts["settings"] = [list(pair) for pair in world.settings]
    facts["families"] = list(world.families)
    facts["commits"] = directory.timeline.latest
    facts["clock"] = (moment - datetime.now(UTC)).total_seconds()
    blobs = _content(directory, world, tenant_id, f"purview {seed_name}", moment)
    storage.save(directory, facts, (), (), blobs=blobs)


def _content(
    directory: Directory, world: TenantSeed, tenant_id: str, seed_name: str, moment: datetime
) -> list[Row]:
    """What the activity feed will hold over the ten days from this moment on."""
    made = story_blobs(
        dice(seed_name),
        cast_of(directory, world.domains, world.families),
        tenant_id,
        count=world.dlp_records,
        per_blob=_PER_BLOB,
        begin=round(moment.timestamp() * 1000),
        over=_FEED_MS,
    )
    return [(n, when, count, records) for n, (when, records, count) in enumerate(made, start=1)]


def _load(directory: Directory, world: TenantSeed, stamp: str, moment: float) -> None:
    phones = {upn: holding(registered_phone(number)) for upn, number in world.mobiles}
    for row in world.users:
        more = phones.get(str(row["userPrincipalName"]), {})
        _user(directory, {**row, **more}, stamp)
    for row in world.deleted:
        _user(directory, row, stamp, deleted_at=moment)
    for row in world.groups:
        group = _group(directory, row, stamp)
        for upn in _texts(row.get("members", ())):
            member = directory.named("userPrincipalName", upn)
            if member is None:
                raise ValueError(f"a seeded group names a member that is no user: {group.id}")
            directory.set_member(group, member, floor=0)


def _user(
    directory: Directory,
    row: dict[str, object],
    stamp: str,
    deleted_at: float | None = None,
) -> None:
    properties: dict[str, Any] = {
        "userType": "Member",
        "createdDateTime": stamp,
        "signInSessionsValidFromDateTime": stamp,
        "lastPasswordChangeDateTime": stamp,
        **{name: value for name, value in row.items() if value is not None and name != "id"},
    }
    mail = properties.get("mail")
    if isinstance(mail, str) and "proxyAddresses" not in properties:
        properties["proxyAddresses"] = [f"SMTP:{mail}"]
    if age_group := legal_age_group(properties):
        properties["legalAgeGroupClassification"] = age_group
    state = ACTIVE
    if deleted_at is not None:
        state = DELETED
        properties["deletedDateTime"] = stamp
        properties["_deletedAt"] = deleted_at
    directory.add(str(row.get("id") or uuid4()), "user", properties, state)


def _group(directory: Directory, row: dict[str, object], stamp: str) -> Entry:
    properties: dict[str, Any] = {
        "createdDateTime": stamp,
        "renewedDateTime": stamp,
        "groupTypes": [],
        "mailEnabled": False,
        "securityEnabled": True,
        "visibility": "Private",
        **{name: value for name, value in row.items() if name not in {"id", "members"}},
    }
    return directory.add(str(row.get("id") or uuid4()), "group", properties)


def _texts(value: object) -> Iterable[str]:
    return [str(each) for each in value] if isinstance(value, tuple | list) else ()


def _roles(directory: Directory, holders: Iterable[tuple[str, str]]) -> tuple[DirectoryRole, ...]:
    members: dict[str, list[str]] = {"Global Administrator": []}
    for name, upn in holders:
        user = directory.named("userPrincipalName", upn)
        if user is None:
            raise ValueError(f"a seeded directory role names a member that is no user: {name}")
        members.setdefault(name, []).append(user.id)
    return tuple(DirectoryRole(str(uuid4()), name, tuple(ids)) for name, ids in members.items())


def _register_apps(data: Path, directory: Directory, world: TenantSeed, stamp: str) -> Apps:
    apps = Apps([])
    pem = kept(data / "client-certificate.pem", new_client_certificate)
    product = apps.add("graphsync", PRODUCT_PERMISSIONS, certificates=(certificate_of(pem),))
    product = replace(product, sign_in=_sign_in(product.client_id, directory, world, stamp))
    apps.put(product)
    reader = apps.add("graphsync-reader", READER_PERMISSIONS)
    rows = [_with_secret(app) for app in (product, reader)]
    kept(data / "apps.json", lambda: json.dumps(rows, indent=1).encode() + b"\n")
    return apps


def _sign_in(client_id: str, directory: Directory, world: TenantSeed, stamp: str) -> SignInSide:
    """The product's console: where people come back to, its roles, and who holds them."""
    roles = {value: app_role(client_id, value, display) for value, display in world.app_roles}
    held = []
    for value, upn in world.role_holders:
        user = directory.named("userPrincipalName", upn)
        if user is None:
            raise ValueError(f"a seeded app role names a holder that is no user: {value}")
        held.append(assignment(client_id, user.id, roles[value].id, stamp))
    return SignInSide(redirects(_CONSOLE, WEB), tuple(roles.values()), tuple(held))


def _with_secret(app: App) -> dict[str, Any]:
    return {
        "name": app.name,
        "clientId": app.client_id,
        "secret": app.secret,
        "permissions": list(app.permissions),
    }
