"""The sandbox's own certificate authority, server certificate, client certificate and keys.

Everything lies in the data folder and is made once, so that a restart keeps the same CA.
"""

import base64
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

HOSTS = ("localhost", "127.0.0.1", "::1")


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """The file's bytes, made on first use and readable by its owner only."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(make())
    return path.read_bytes()


def ca_file(data: Path) -> Path:
    """Where clients find the CA to trust."""
    return data / "ca.pem"


def server_context(data: Path) -> ssl.SSLContext:
    """A TLS context with a fresh server certificate of the kept CA."""
    authority = _authority(data)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert(*HOSTS).configure_cert(context)
    return context


def _authority(data: Path) -> trustme.CA:
    key_path = data / "ca.key"
    if ca_file(data).exists() and key_path.exists():
        return trustme.CA.from_pem(ca_file(data).read_bytes(), key_path.read_bytes())
    authority = trustme.CA(organization_name="graphsync sandbox")
    kept(key_path, authority.private_key_pem.bytes)
    authority.cert_pem.write_to_path(str(ca_file(data)))
    return authority


def new_private_key() -> bytes:
    """A fresh RSA key, PEM."""
    return _pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def new_seal_key() -> bytes:
    """A fresh Fernet key for the product's own secrets."""
    return Fernet.generate_key()


def new_client_certificate() -> bytes:
    """A self-signed certificate and its key, PEM, as azure-identity reads them."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "graphsync")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM) + _pem(key)


def certificate_of(pem: bytes) -> str:
    """The first certificate of a PEM file, alone."""
    certificate = x509.load_pem_x509_certificate(pem)
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def thumbprints(certificate_pem: str) -> frozenset[str]:
    """x5t (SHA-1) and x5t#S256 of a certificate, base64url without padding."""
    certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
    return frozenset(
        base64.urlsafe_b64encode(certificate.fingerprint(algorithm)).rstrip(b"=").decode()
        for algorithm in (hashes.SHA1(), hashes.SHA256())  # noqa: S303 - x5t is SHA-1 by RFC 7515
    )


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
