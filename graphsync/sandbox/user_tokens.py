"""The tokens of a person who signed in: id token, access token for an app's own API or for Graph.

Entra docs: id-token-claims-reference, access-token-claims-reference. Issuer and shape are v2.0 but
for Graph's own tokens, which are v1.0 (see ``tokens``).
"""

import hashlib
import json
from typing import Any

from graphsync.sandbox.apps import App
from graphsync.sandbox.assignments import roles_of
from graphsync.sandbox.grants import Granted
from graphsync.sandbox.key_ring import base64url
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.tokens import GRAPH_AUDIENCE, LIFE_SECONDS, Tokens, lifetime


def token_response(tenant: Tenant, tokens: Tokens, granted: Granted, origin: str) -> dict[str, Any]:
    """The body that answers the redemption of a code or a refresh token."""
    body: dict[str, Any] = {
        "token_type": "Bearer",
        "scope": granted.scopes.told,
        "expires_in": LIFE_SECONDS,
        "ext_expires_in": LIFE_SECONDS,
        "access_token": _access_token(tenant, tokens, granted, origin),
    }
    if granted.refresh is not None:
        body["refresh_token"] = granted.refresh
    if "openid" in granted.scopes.openid:
        body["id_token"] = tokens.ring.sign(_id_claims(tenant, granted, origin))
    if granted.client_info:
        body["client_info"] = client_info(tenant, granted.user)
    return body


def client_info(tenant: Tenant, user: Entry) -> str:
    """Who signed in, as MSAL asks for it with ``client_info=1``."""
    document = json.dumps({"uid": user.id, "utid": tenant.id})
    return base64url(document.encode())


def app_token(
    tenant: Tenant, tokens: Tokens, app: App, resource: str, proof: str, origin: str
) -> str:
    """An app's own token for the API of another, or for its own: apps hold no roles there."""
    claims = {
        "aud": resource,
        "iss": issuer(tenant, origin),
        **lifetime(tenant.clock.seconds()),
        "azp": app.client_id,
        "azpacr": proof,
        "oid": app.object_id,
        "sub": app.object_id,
        "tid": tenant.id,
        "ver": "2.0",
    }
    return tokens.ring.sign(claims)


def issuer(tenant: Tenant, origin: str) -> str:
    """The issuer that discovery tells as well."""
    return f"{origin}/{tenant.id}/v2.0"


def _id_claims(tenant: Tenant, granted: Granted, origin: str) -> dict[str, Any]:
    held = granted.user.current.properties
    asked = granted.scopes.openid
    claims: dict[str, Any] = {
        "aud": granted.app.client_id,
        "iss": issuer(tenant, origin),
        **lifetime(tenant.clock.seconds()),
        "sub": _pairwise(tenant, granted.user, granted.app.client_id),
        "tid": tenant.id,
        "ver": "2.0",
    }
    if granted.nonce is not None:
        claims["nonce"] = granted.nonce
    if "profile" in asked:
        claims |= _profile(granted.user)
    if "email" in asked and held.get("mail"):
        claims["email"] = held["mail"]
    return claims | _roles(tenant, granted.app, granted.user)


def _access_token(tenant: Tenant, tokens: Tokens, granted: Granted, origin: str) -> str:
    if granted.scopes.of_graph:
        return tokens.ring.sign(_graph_claims(tenant, tokens, granted))
    api = tenant.apps.find(granted.scopes.resource)
    claims = {
        "aud": granted.scopes.resource,
        "iss": issuer(tenant, origin),
        **lifetime(tenant.clock.seconds()),
        "azp": granted.app.client_id,
        "azpacr": granted.proof,
        **_profile(granted.user),
        "scp": granted.scopes.carried,
        "sub": _pairwise(tenant, granted.user, granted.scopes.resource),
        "tid": tenant.id,
        "ver": "2.0",
        **(_roles(tenant, api, granted.user) if api is not None else {}),
    }
    return tokens.ring.sign(claims)


def _graph_claims(tenant: Tenant, tokens: Tokens, granted: Granted) -> dict[str, Any]:
    held = granted.user.current.properties
    return {
        "aud": GRAPH_AUDIENCE,
        "iss": tokens.issuer,
        **lifetime(tenant.clock.seconds()),
        "app_displayname": granted.app.name,
        "appid": granted.app.client_id,
        "appidacr": granted.proof,
        "idtyp": "user",
        "name": held["displayName"],
        "oid": granted.user.id,
        "scp": granted.scopes.carried,
        "sub": _pairwise(tenant, granted.user, GRAPH_AUDIENCE),
        "tid": tenant.id,
        "unique_name": held["userPrincipalName"],
        "upn": held["userPrincipalName"],
        "ver": "1.0",
    }


def _profile(user: Entry) -> dict[str, Any]:
    held = user.current.properties
    return {
        "name": held["displayName"],
        "oid": user.id,
        "preferred_username": held["userPrincipalName"],
    }


def _roles(tenant: Tenant, app: App, user: Entry) -> dict[str, Any]:
    """The claim is absent for those who hold none (Entra docs: howto-add-app-roles-in-apps)."""
    roles = roles_of(tenant, app, user)
    return {"roles": roles} if roles else {}


def _pairwise(tenant: Tenant, user: Entry, audience: str) -> str:
    """A subject that differs from app to app, so that two of them cannot compare notes."""
    return base64url(hashlib.sha256(f"{tenant.id}:{audience}:{user.id}".encode()).digest())
