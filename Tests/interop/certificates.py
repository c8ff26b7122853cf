"""A certificate authority made with openssl, and what it signs."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Pair:
    key: str
    certificate: str


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")


class Authority:
    def __init__(self, directory: Path, name: str):
        self.directory = directory
        self.name = name
        self.pair = Pair(str(directory / f"{name}.key"), str(directory / f"{name}.pem"))
        openssl("req", "-x509", *EC, "-subj", f"/CN={name}", "-keyout", self.pair.key,
                "-out", self.pair.certificate)

    @property
    def certificate(self):
        return self.pair.certificate

    def sign(self, name, alternatives=None):
        """A key and a certificate for `name`; `alternatives` as in `DNS:a,IP:127.0.0.1`."""
        stem = str(self.directory / f"{self.name}-{name}")
        openssl("req", "-new", *EC[:-2], "-subj", f"/CN={name}", "-keyout", f"{stem}.key",
                "-out", f"{stem}.csr")
        extensions = self.directory / f"{self.name}-{name}.ext"
        extensions.write_text(f"subjectAltName={alternatives}\n" if alternatives else "")
        openssl("x509", "-req", "-in", f"{stem}.csr", "-CA", self.pair.certificate, "-CAkey",
                self.pair.key, "-CAcreateserial", "-days", "2", "-extfile", str(extensions),
                "-out", f"{stem}.pem")
        return Pair(f"{stem}.key", f"{stem}.pem")
