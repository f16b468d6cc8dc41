"""Entra's endpoints but for the sign-in page: discovery, keys, tokens.

Entra docs: v2-protocols-oidc, v2-oauth2-client-creds-grant-flow, v2-oauth2-auth-code-flow.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from graphsync.sandbox.app_roles import MANAGEMENT
from graphsync.sandbox.apps import App
from graphsync.sandbox.client_authentication import (
    TokenRequest,
    authenticate,
    basic_credentials,
)
from graphsync.sandbox.entra_problems import (
    bad_scope,
    missing_parameter,
    unknown_app,
    unknown_tenant,
    unsupported_grant,
)
from graphsync.sandbox.grants import redeem_code, redeem_refresh_token
from graphsync.sandbox.registrations import WEB
from graphsync.sandbox.resource_manager import RESOURCE_MANAGER
from graphsync.sandbox.scopes import GRAPH_APP, resource_of
from graphsync.sandbox.sign_in_problems import repeated, single_tenant
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.tokens import LIFE_SECONDS, Tokens
from graphsync.sandbox.user_tokens import app_token, token_response

# What stands beside Graph and has tokens of Graph's shape.
_NEIGHBOURS = (*RESOURCE_MANAGER, MANAGEMENT.audience)
_OF_ALL = frozenset({"common", "organizations"})


class Entra:
    """The identity endpoints of one tenant."""

    def __init__(self, tenant: Tenant, tokens: Tokens) -> None:
        self._tenant = tenant
        self._tokens = tokens

    def configuration(self, name: str, origin: str) -> dict[str, Any]:
        """The discovery document; the issuer is the GUID form even if asked by domain.

        ``common`` and ``organizations`` have one as well, whose issuer is a pattern; no app here is
        of many tenants, so nothing else answers there.
        """
        self.check_known(name)
        issuer = "{tenantid}" if name.lower() in _OF_ALL else self._tenant.id
        base = f"{origin}/{name}"
        return {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": [
                "client_secret_post",
                "private_key_jwt",
                "client_secret_basic",
            ],
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": f"{origin}/{issuer}/v2.0",
            "request_uri_parameter_supported": False,
            "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "http_logout_supported": True,
            "frontchannel_logout_supported": True,
            "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
            "tenant_region_scope": "EU",
            "cloud_instance_name": "microsoftonline.com",
            "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com",
        }

    def keys(self, name: str) -> dict[str, Any]:
        """The keys that sign tokens, or did and whose tokens still live."""
        self.check_known(name)
        return self._tokens.ring.jwks(self._tenant.clock.seconds())

    def token(
        self, name: str, origin: str, form_text: str, headers: Mapping[str, str]
    ) -> tuple[dict[str, Any], str]:
        """A token response and the client id; raises EntraRefusal.

        form_text  the urlencoded body
        headers    those of the request: Authorization for client_secret_basic, Origin of scripts
        """
        self.check_tenant(name)
        form = read_form(form_text)
        grant = form.get("grant_type")
        if not grant:
            raise missing_parameter("grant_type")
        if grant not in {"client_credentials", "authorization_code", "refresh_token"}:
            raise unsupported_grant(grant)
        request = TokenRequest(
            base=f"{origin}/{name}",
            form=form,
            basic=basic_credentials(headers.get("authorization")),
            script=headers.get("origin"),
        )
        app = self._app(request.client_id)
        if grant == "client_credentials":
            return self._own_token(request, app, origin), app.client_id
        redeem = redeem_code if grant == "authorization_code" else redeem_refresh_token
        granted = redeem(self._tenant, app, request, origin)
        return token_response(self._tenant, self._tokens, granted, origin), app.client_id

    def check_known(self, name: str) -> None:
        """As ``check_tenant``, but the names that stand for all tenants pass."""
        if name.lower() not in _OF_ALL:
            self.check_tenant(name)

    def check_tenant(self, name: str) -> None:
        """Raises the refusal for a name that is neither the tenant's id nor a domain of it."""
        if name.lower() in _OF_ALL:
            raise single_tenant(name)
        known = {self._tenant.id, *(domain.lower() for domain in self._tenant.domains)}
        if name.lower() not in known:
            raise unknown_tenant(name)

    def _app(self, client_id: str | None) -> App:
        if not client_id:
            raise missing_parameter("client_id")
        app = self._tenant.apps.find(client_id)
        if app is None:
            raise unknown_app(client_id, self._tenant.organization)
        return app

    def _own_token(self, request: TokenRequest, app: App, origin: str) -> dict[str, Any]:
        """An app that speaks for itself."""
        proof = authenticate(request, app, WEB, self._tenant.clock)
        resource = self._resource(request.form.get("scope"), origin)
        now = self._tenant.clock.seconds()
        if resource == GRAPH_APP:
            token = self._tokens.issue(app, now)
        elif resource in _NEIGHBOURS:
            token = self._tokens.issue(app, now, resource)
        else:
            token = app_token(self._tenant, self._tokens, app, resource, proof, origin)
        return {
            "token_type": "Bearer",
            "expires_in": LIFE_SECONDS,
            "ext_expires_in": LIFE_SECONDS,
            "access_token": token,
        }

    def _resource(self, scope: str | None, origin: str) -> str:
        """Graph, a neighbour of it or an app of the tenant; only with /.default."""
        if not scope:
            raise missing_parameter("scope")
        resource, default, rest = scope.rpartition("/.default")
        if not default or rest or " " in resource:
            raise bad_scope(scope)
        if resource.rstrip("/") in _NEIGHBOURS:
            return resource.rstrip("/")
        return resource_of(resource, self._tenant.apps, origin, self._tenant.organization)


def read_form(text: str) -> dict[str, str]:
    """The fields of an urlencoded body or query; the refusal of Entra for one that comes twice."""
    fields: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name in fields:
            raise repeated(name)
        fields[name] = value
    return fields
