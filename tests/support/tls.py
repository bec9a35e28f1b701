"""A certificate for 127.0.0.1, made when a test asks for it.

It has a subjectAltName: Sanic 21.12 and later do not start without one.
"""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path
from typing import NamedTuple

NAMES = "DNS:localhost,IP:127.0.0.1"


class Certificate(NamedTuple):
    cert: Path
    key: Path

    def client_context(self) -> ssl.SSLContext:
        """A context that trusts this certificate and nothing else."""
        return ssl.create_default_context(cafile=str(self.cert))


def make_certificate(folder: Path) -> Certificate:
    """Write cert.pem and key.pem into folder, by the openssl command or by trustme."""
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    if shutil.which("openssl"):
        _by_openssl(made)
    else:
        _by_trustme(made)
    return made


def _by_openssl(made: Certificate) -> None:
    command = ["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-newkey", "rsa:2048", "-addext", "subjectAltName=" + NAMES]
    command += ["-keyout", str(made.key), "-out", str(made.cert)]
    subprocess.run(command, check=True, timeout=60, capture_output=True)


def _by_trustme(made: Certificate) -> None:
    import trustme

    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    made.key.write_bytes(issued.private_key_pem.bytes())
    chain = [pem.bytes() for pem in issued.cert_chain_pems]
    made.cert.write_bytes(b"".join(chain) + authority.cert_pem.bytes())
