"""Debian's nginx with the file that we ship, before the login and a little application."""

import getpass
import os
import shutil
import socket
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from deploy.local.child_process import Program
from deploy.local.packages import MORE_FOLDERS
from shared.clock import utc_now
from tests.service_process import ServiceProcess

CONFIG = Path(__file__).parents[4] / "deploy" / "gateway" / "nginx.conf"
HOST = "localhost"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Ports:
    http: int
    https: int
    login: int
    application: int


def nginx_program():
    return shutil.which("nginx") or shutil.which("nginx", path=MORE_FOLDERS)


def filled_in(ports, folder):
    """The file, with its marked values for this machine; whatever else it says is what we ship."""
    text = CONFIG.read_text(encoding="utf-8")
    for marked, value in {
        "inloggen.example.nl;": f"{HOST};",
        "/etc/ssl/inloggen.example.nl": str(folder),
        "127.0.0.1:8080": f"127.0.0.1:{ports.login}",
        "127.0.0.1:8000": f"127.0.0.1:{ports.application}",
        "listen 80": f"listen 127.0.0.1:{ports.http}",
        "listen 443": f"listen 127.0.0.1:{ports.https}",
        "listen [::]:80": f"listen [::1]:{ports.http}",
        "listen [::]:443": f"listen [::1]:{ports.https}",
        "user www-data;": f"user {getpass.getuser()};",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "/var/log/nginx": str(folder),
        "http {\n": "http {\n" + "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in TEMPORARY),
    }.items():
        assert marked in text, f"the file has no {marked!r} any more"
        text = text.replace(marked, value)
    return text


def write_certificate(folder):
    """Self-signed, as nobody asks for trust here."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(utc_now() - timedelta(days=1))
        .not_valid_after(utc_now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "privkey.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def nginx_process(ports, folder):
    write_certificate(folder)
    config = folder / "nginx.conf"
    config.write_text(filled_in(ports, folder), encoding="utf-8")
    program = Program(
        command=[nginx_program(), "-p", str(folder), "-e", "stderr", "-c", str(config), "-g", "daemon off;"],
        environment={"PATH": os.defpath},
        directory=folder,
        log=folder / "nginx.log",
        pid_file=folder / "child.pid",
    )
    return ServiceProcess("nginx", program, lambda: listens(ports.https))


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


@dataclass
class Application:
    """Tells what it was asked; `asked` holds every request that reached it."""

    asked: list = field(default_factory=list)

    def server(self):
        app = web.Application(client_max_size=10_000_000)
        app.router.add_route("*", "/{path:(?s:.*)}", self.answer)
        return TestServer(app)

    async def answer(self, request):
        self.asked.append(request)
        status = int(request.query.get("status", 200))
        told = {
            "path": request.raw_path,
            "method": request.method,
            "headers": [[name.lower(), value] for name, value in request.headers.items()],
            "length": len(await request.read()),
        }
        return web.json_response(told, status=status)
