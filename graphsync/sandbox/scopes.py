"""What a person's sign-in may ask for: OpenID scopes, and scopes of one resource.

Entra docs: scopes-oidc, v2-oauth2-auth-code-flow. An administrator has consented, for every app, to
the OpenID scopes, to Graph's User.Read and to the one scope that each app exposes.
"""

from dataclasses import dataclass

from graphsync.sandbox.app_roles import GRAPH
from graphsync.sandbox.apps import App, Apps
from graphsync.sandbox.entra_problems import EntraRefusal, missing_parameter, unknown_resource
from graphsync.sandbox.sign_in_problems import many_resources, not_consented, unknown_scope
from graphsync.sandbox.tokens import GRAPH_AUDIENCE

GRAPH_APP = GRAPH.app_id
EXPOSED = "access_as_user"  # the scope that each app has for its own API
_OPENID = frozenset({"openid", "profile", "email", "offline_access"})
_GRAPH_SCOPES = frozenset({*_OPENID, "User.Read"})


@dataclass(frozen=True)
class Scopes:
    """Checked scopes.

    openid    of openid, profile, email and offline_access
    resource  the client id of the API whose access token is asked for; Graph's by default
    names     the scopes of that resource, without its name
    """

    openid: frozenset[str]
    resource: str
    names: tuple[str, ...]

    @property
    def of_graph(self) -> bool:
        """Whether the access token is for Graph."""
        return self.resource == GRAPH_APP

    @property
    def carried(self) -> str:
        """The ``scp`` claim: OpenID scopes are Graph's."""
        openid = sorted(self.openid - {"offline_access"}) if self.of_graph else ()
        return " ".join((*self.names, *openid))

    @property
    def told(self) -> str:
        """The ``scope`` of a token response, other resources' names with the resource's."""
        names = self.names if self.of_graph else [f"api://{self.resource}/{n}" for n in self.names]
        return " ".join((*names, *sorted(self.openid - {"offline_access"})))


def read_scopes(text: str | None, app: App, apps: Apps, origin: str, tenant: str) -> Scopes:
    """The scopes of a request; raises EntraRefusal.

    origin  the sandbox's own, which names its Graph as well
    tenant  its display name, for texts
    """
    words = (text or "").split()
    if not words:
        raise missing_parameter("scope")
    openid = frozenset(word for word in words if word in _OPENID)
    asked = [_split(word) for word in words if word not in _OPENID]
    resources = {resource_of(name, apps, origin, tenant) for name, _ in asked}
    if len(resources) > 1:
        raise many_resources()
    resource = next(iter(resources), GRAPH_APP)
    names = tuple(dict.fromkeys(scope for _, scope in asked))
    return Scopes(openid, resource, _granted(names, resource, app))


def resource_of(name: str, apps: Apps, origin: str, tenant: str) -> str:
    """The client id of the API that a scope's prefix names; raises EntraRefusal for none here."""
    plain = name.rstrip("/")
    if plain in {"", GRAPH_AUDIENCE, GRAPH_APP, origin}:
        return GRAPH_APP
    api = apps.find(plain.removeprefix("api://"))
    if api is None:
        raise unknown_resource(name, tenant)
    return api.client_id


def _split(word: str) -> tuple[str, str]:
    """(resource, scope); a bare word is Graph's."""
    resource, _, scope = word.rpartition("/")
    return resource, scope


def _granted(names: tuple[str, ...], resource: str, app: App) -> tuple[str, ...]:
    known = _GRAPH_SCOPES - _OPENID if resource == GRAPH_APP else frozenset({EXPOSED})
    granted: list[str] = []
    for name in names:
        if name == ".default":
            granted += sorted(known)
        elif name in known:
            granted.append(name)
        else:
            raise _refusal(name, resource, app)
    return tuple(dict.fromkeys(granted))


def _refusal(name: str, resource: str, app: App) -> EntraRefusal:
    """Graph has many scopes that nobody consented to; another API has one scope and no more."""
    if resource == GRAPH_APP and "." in name:
        return not_consented(app.client_id, app.name)
    return unknown_scope(app.name, name, resource)
