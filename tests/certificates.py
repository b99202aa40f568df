"""Certificates for tests: an authority made on the spot, and what it signs."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key, as a PEM file each."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    folder: Path
    name: str

    @property
    def path(self) -> Path:
        """The certificate's file."""
        return self.folder / f"{self.name}.pem"

    def server(self) -> ssl.SSLContext:
        """The server side of TLS with this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path, self.folder / f"{self.name}.key")
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def make(
    folder: Path, name: str, issuer: Certificate | None = None, *, host: str = "127.0.0.1", days: tuple[int, int]
) -> Certificate:
    """A certificate valid from and until so many days from now; without an issuer it signs itself, as an authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.timezone.utc)
    address = host.replace(".", "").isdigit()
    names = [x509.IPAddress(ipaddress.ip_address(host)) if address else x509.DNSName(host)]
    signing = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer.certificate.subject if issuer else _name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + days[0] * DAY)
        .not_valid_after(now + days[1] * DAY)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if issuer is None:
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
        )
        builder = builder.add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, decipher_only=False, **usage),
            critical=True,
        )
    made = Certificate(builder.sign(signing, hashes.SHA256()), key, folder, name)
    made.path.write_bytes(made.certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


def pem_pair() -> tuple[str, str]:
    """A certificate and its key as texts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, "shop.example.com", days=(-1, 30))
        certificate, key = ((folder / f"shop.example.com.{end}").read_text("utf-8") for end in ("pem", "key"))
        return certificate, key


def authorities(folder: Path, *certificates: Certificate) -> Path:
    """A folder as OpenSSL looks certificates up in: each in a file by the hash of its subject."""
    folder.mkdir()
    for certificate in certificates:
        (folder / f"{_subject_hash(certificate):08x}.0").write_bytes(certificate.path.read_bytes())
    return folder


def _subject_hash(certificate: Certificate) -> int:
    """The first four bytes, little-endian, of the SHA-1 of the canonical subject: lower case, UTF-8, no outer frame."""
    name = certificate.name.encode()
    attribute = bytes([0x06, 3, 0x55, 0x04, 0x03, 0x0C, len(name)]) + name
    canonical = bytes([0x31, len(attribute) + 2, 0x30, len(attribute)]) + attribute
    return int.from_bytes(hashlib.sha1(canonical).digest()[:4], "little")
