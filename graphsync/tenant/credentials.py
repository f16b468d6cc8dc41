"""How we sign in: the settings of one tenant and the azure-identity credential they describe.

Microsoft Entra, "OAuth 2.0 client credentials flow": a certificate, a client secret, or the managed
identity of the machine in Azure. Exactly one of them.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from azure.core.credentials_async import AsyncTokenCredential
from msgspec import Struct

from graphsync.tenant.limits import Limits
from graphsync.tenant.problems import SettingsProblem, SignInRefused

SCOPE = "https://graph.microsoft.com/.default"

# Authorities that answer instance discovery; any other would be looked up at Microsoft in vain.
MICROSOFT = frozenset(
    {"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}
)


class TenantSettings(Struct, frozen=True, kw_only=True):
    """One tenant, how to sign in to it and how to treat it.

    `write_quota` is Graph's limit as `writes/seconds` ("3000/150s"), `verify_wait` the seconds that
    replication may take, `stamp` the attribute that carries our mark. `ca_file` is a PEM file of
    the only authorities trusted; None trusts the system's. `limits` is how much of an answer is
    taken in.
    """

    tenant_id: str
    client_id: str
    client_secret: str | None = None
    certificate_path: Path | None = None
    managed_identity: bool = False
    authority: str = "https://login.microsoftonline.com"
    graph_url: str = "https://graph.microsoft.com/v1.0"
    management_url: str = "https://manage.office.com/api/v1.0"
    ca_file: Path | None = None
    write_quota: str = "3000/150s"
    verify_wait: float = 120.0
    stamp: str = "employeeId"
    limits: Limits = Limits()

    def __repr__(self) -> str:
        return f"TenantSettings(tenant_id={self.tenant_id!r}, client_id={self.client_id!r})"


def credential(settings: TenantSettings) -> AsyncTokenCredential:
    """The credential of these settings; raises SettingsProblem when none or several are given."""
    _demand_one_way_in(settings)
    common = _transport(settings)
    if settings.managed_identity:
        from azure.identity.aio import ManagedIdentityCredential

        return ManagedIdentityCredential(client_id=settings.client_id)
    if settings.certificate_path:
        return _with_certificate(settings, settings.certificate_path, common)
    from azure.identity.aio import ClientSecretCredential

    secret = settings.client_secret or ""
    return ClientSecretCredential(settings.tenant_id, settings.client_id, secret, **common)


def _demand_one_way_in(settings: TenantSettings) -> None:
    ways = {
        "GRAPHSYNC_CLIENT_CERTIFICATE_PATH": settings.certificate_path is not None,
        "GRAPHSYNC_CLIENT_SECRET": bool(settings.client_secret),
        "GRAPHSYNC_MANAGED_IDENTITY": settings.managed_identity,
    }
    given = [name for name, is_given in ways.items() if is_given]
    if not given:
        raise SettingsProblem(f"no way to sign in to the tenant: set one of {', '.join(ways)}")
    if len(given) > 1:
        raise SettingsProblem(f"{' and '.join(given)} are both given: keep one, remove the others")


def _transport(settings: TenantSettings) -> dict[str, Any]:
    """Arguments that azure-identity hands to its aiohttp transport.

    The CA file is passed on in words: aiohttp reads SSL_CERT_FILE only at import, requests not at
    all, so the environment cannot be relied on. Its default connection time-out is five minutes.
    """
    own_authority = urlsplit(settings.authority).hostname not in MICROSOFT
    from graphsync.tenant.token_transport import TokenTransport

    transport = TokenTransport(
        connection_verify=str(settings.ca_file) if settings.ca_file else True,
        connection_timeout=10,
        read_timeout=30,
    )
    return {
        "transport": transport,
        "authority": settings.authority,
        "disable_instance_discovery": own_authority,
        "retry_total": 2,
    }


def _with_certificate(
    settings: TenantSettings, path: Path, common: dict[str, Any]
) -> AsyncTokenCredential:
    from azure.identity.aio import CertificateCredential

    try:
        return CertificateCredential(
            settings.tenant_id, settings.client_id, certificate_data=path.read_bytes(), **common
        )
    except (OSError, ValueError) as error:
        raise SettingsProblem(
            "GRAPHSYNC_CLIENT_CERTIFICATE_PATH must name a readable PEM file that holds the private"
            f" key and its certificate ({type(error).__name__})"
        ) from None


def check_certificate(settings: TenantSettings, now: datetime) -> None:
    """Raises SignInRefused when the certificate is past its last day: Entra would refuse it."""
    if settings.certificate_path is None:
        return
    from cryptography.x509 import load_pem_x509_certificate

    try:
        certificate = load_pem_x509_certificate(settings.certificate_path.read_bytes())
    except (OSError, ValueError):
        return  # `credential` says what is wrong with the file
    ends = certificate.not_valid_after_utc
    if ends < now.astimezone(UTC):
        raise SignInRefused(
            "certificate expired",
            f"the certificate ended on {ends:%Y-%m-%d}: register a new one with the app and set"
            " GRAPHSYNC_CLIENT_CERTIFICATE_PATH",
        )
