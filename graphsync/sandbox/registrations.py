"""The half of an app registration that lets people sign in: redirect URIs, app roles, who has them.

Entra docs: reply-url, howto-add-app-roles-in-apps, the ``appRole`` and ``appRoleAssignment``
resources of Graph.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

WEB, SPA, PUBLIC = "web", "spa", "publicClient"
DEFAULT_ROLE = "00000000-0000-0000-0000-000000000000"  # assigned to the app, to none of its roles
_LONGEST_URI = 256
# The "appRole" resource, property value: these characters, at most 120, no full stop first.
_ROLE_VALUE = re.compile(r"(?!\.)[0-9A-Za-z:!#$%&'()*+,\-./;=?@\[\]^_`{|}~]{1,120}")


@dataclass(frozen=True)
class Redirect:
    """A registered redirect URI; ``platform`` is WEB, SPA or PUBLIC."""

    uri: str
    platform: str


@dataclass(frozen=True)
class AppRole:
    """A role that an app defines for people; ``value`` is what tokens carry."""

    id: str
    value: str
    display_name: str


@dataclass(frozen=True)
class Assignment:
    """A user or group (``principal_id``) that holds a role; ``created`` is a DateTimeOffset."""

    id: str
    principal_id: str
    role_id: str
    created: str


@dataclass(frozen=True)
class SignInSide:
    """What sign-in needs of a registration; ``assignment_required`` shuts the unassigned out."""

    redirects: tuple[Redirect, ...] = ()
    roles: tuple[AppRole, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    assignment_required: bool = False

    def redirect(self, uri: str) -> Redirect | None:
        """The registered redirect that a request's ``redirect_uri`` matches, or None.

        Equal to the letter, but for localhost, whose port does not count (RFC 8252, 7.3).
        """
        for known in self.redirects:
            if known.uri == uri or _without_port(known.uri) == _without_port(uri) is not None:
                return known
        return None


NO_SIGN_IN = SignInSide()


def app_role(client_id: str, value: str, display_name: str) -> AppRole:
    """A role with an id that is the same at every start; ValueError for a value Entra refuses."""
    if not _ROLE_VALUE.fullmatch(value):
        raise ValueError(f"an app role's value cannot be {value!r}")
    return AppRole(str(uuid5(NAMESPACE_URL, f"{client_id}:{value}")), value, display_name)


def assignment(client_id: str, principal_id: str, role_id: str, created: str) -> Assignment:
    """A role given to a user or group; ``created`` is a DateTimeOffset as Graph prints it."""
    name = f"{client_id}:{principal_id}:{role_id}"
    return Assignment(str(uuid5(NAMESPACE_URL, name)), principal_id, role_id, created)


def redirects(uris: Iterable[str], platform: str) -> tuple[Redirect, ...]:
    """Checked redirect URIs of one platform; ValueError for one that Entra would not register.

    Entra docs "reply-url": https, or http on localhost; native apps may have schemes of their own;
    no wildcard, no fragment, at most 256 characters.
    """
    for uri in uris:
        parts = urlsplit(uri)
        secure = parts.scheme == "https" or (
            parts.scheme == "http" and _is_loopback(parts.hostname)
        )
        if not parts.scheme or (platform != PUBLIC and not secure):
            raise ValueError(f"a {platform} redirect URI is https, or http on localhost: {uri}")
        if "*" in uri or parts.fragment or len(uri) > _LONGEST_URI:
            raise ValueError(f"a redirect URI has no wildcard and no fragment: {uri}")
    return tuple(Redirect(uri, platform) for uri in uris)


def _is_loopback(host: str | None) -> bool:
    return host in {"localhost", "127.0.0.1"}


def _without_port(uri: str) -> tuple[str, str, str] | None:
    """Scheme, path and query of a URI on localhost; None for any other."""
    try:
        parts = urlsplit(uri)
        known = parts.hostname == "localhost" and (parts.port is None or parts.port >= 0)
    except ValueError:
        return None
    plain = uri.isascii() and uri.isprintable() and not {" ", "\\"} & set(uri)
    if not (known and plain) or parts.username is not None or "#" in uri:
        return None
    return parts.scheme, parts.path, parts.query
