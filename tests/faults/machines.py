"""Machines of the topology of `compose.yaml`, each in a network namespace of its own, made of what is installed here.

A machine is killed as a power cut would: all of its processes at once. What it had on its disk is there when it starts
again.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.asklater.integration.messages.smtp_server import PostOffice
from tests.faults.shops import until
from tests.support.databases import postgres_binaries
from tests.support.loopback import answering
from tests.support.paths import ROOT

NETWORK = f"10.{64 + os.getpid() % 64}.{os.getpid() // 64 % 256}"
"""Its first three numbers: another run beside this one has others."""
OUTSIDE = f"{NETWORK}.1"
SITE = "shop.example"
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
user root;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    upstream shop {{ {servers} }}
    server {{
        listen {address}:443 ssl;
        ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem;
        client_max_body_size 16m; client_body_timeout 10s;
        location / {{
            proxy_pass http://shop;
            proxy_connect_timeout 1s; proxy_read_timeout 60s;
            proxy_set_header Host {site};
            proxy_set_header X-Forwarded-Proto https;
            proxy_set_header X-Forwarded-For $http_x_forwarded_for;
        }}
    }}
}}
"""
"""The tests say from which network each visitor comes; a proxy in front of people would say it itself."""


def what_is_lacking() -> str:
    """Why there can be no machines here, "" where there can."""
    if os.geteuid() != 0:
        return "only root can make network namespaces"
    missing = [name for name in ("ip", "unshare", "redis-server", "nginx", "openssl") if not shutil.which(name)]
    missing += [] if postgres_binaries() else ["PostgreSQL"]
    return f"not installed here: {', '.join(missing)}" if missing else ""


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=60)


@dataclass
class Machine:
    """One: its commands run in its namespace, under its own host name."""

    name: str
    number: int
    folder: Path
    command: list[str] = field(default_factory=list)
    environment: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"{NETWORK}.{self.number}"

    @property
    def namespace(self) -> str:
        return f"akl-{os.getpid()}-{self.number}"

    def start(self) -> None:
        named = f'hostname {self.name}; while :; do "$@"; sleep 1; done'  # as an init system starts it again
        inside = ["ip", "netns", "exec", self.namespace, "unshare", "--uts", "sh", "-c", named, "sh", *self.command]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                inside, cwd=ROOT, env=dict(self.environment), stdout=log, stderr=log, start_new_session=True
            )

    def run(self, *command: str) -> None:
        """One command on it, until it ends."""
        inside = ["ip", "netns", "exec", self.namespace, *command]
        done = subprocess.run(inside, cwd=ROOT, env=dict(self.environment), capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()

    def kill(self) -> None:
        """All of its processes at once, until none is left."""

        def is_dead() -> bool:
            listed = subprocess.run(["ip", "netns", "pids", self.namespace], capture_output=True, check=True).stdout
            for number in listed.split():
                with suppress(ProcessLookupError):
                    os.kill(int(number), signal.SIGKILL)
            if self.process is not None:
                self.process.poll()
            return not listed.split()

        until(is_dead, f"{self.name} is dead")

    @property
    def log(self) -> Path:
        return self.folder / "log"


class Site:
    """All of them, wired to one switch; `outside` is where people and the mail server are."""

    def __init__(self, folder: Path, office_url: str) -> None:
        self.folder = folder
        self.machines = {
            name: self._machine(name, number)
            for number, name in enumerate(
                ("postgres", "redis", "web-1", "web-2", "worker-1", "worker-2", "proxy"), start=11
            )
        }
        self.base = f"https://{self.machines['proxy'].address}"
        at = {name: machine.address for name, machine in self.machines.items()}
        self.database_url = f"postgresql://postgres@{at['postgres']}/postgres"
        self._of_shop = {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
            "PYTHONPATH": str(ROOT / "webapp"),
            "MODE": "production",
            "PUBLIC_URL": f"https://{SITE}",
            "TRUSTED_PROXIES": "1",
            "LOG_TRACES": "yes",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": f"redis://{at['redis']}:6379/0",
            "RIGHTS_LEDGER": str(folder / "rights.jsonl"),
            "SECRET_KEY": "of the machines 7f3a9c15d2e84b60a1",
            "MASTER_KEY": bytes(range(7, 39)).hex()[::-1],
            "SMTP_URL": office_url,
            "MAIL_FROM": f"Shop <hello@{SITE}>",
            "HOST": "0.0.0.0",
            "PORT": "8000",
            "WEB_WORKERS": "1",
        }
        for name in ("web-1", "web-2", "worker-1", "worker-2"):
            verb = "web" if name.startswith("web") else "work"
            self.machines[name].command = [sys.executable, "-u", "-m", "halftone", verb, "--no-migrate"]
            self.machines[name].environment = {**self._of_shop, "INSTANCE": str(self.machines[name].folder)}

    def _machine(self, name: str, number: int) -> Machine:
        own = self.folder / name
        own.mkdir()
        return Machine(name, number, own, environment={"PATH": os.environ["PATH"]})

    def start(self) -> None:
        self._make_postgres()
        self._make_redis()
        self._make_proxy()
        for name in ("postgres", "redis"):
            self.machines[name].start()
        until(self._has_database, "PostgreSQL answers")
        web = self.machines["web-1"]
        halftone = [sys.executable, "-m", "halftone"]
        web.run(*halftone, "asklater", "database", "upgrade")
        there = web.environment
        web.environment = {**there, "MODE": "demo"}  # in which there is something to buy
        web.run(*halftone, "demo", "load", "--without-history")
        web.environment = there
        for name in ("web-1", "web-2", "worker-1", "worker-2", "proxy"):
            self.machines[name].start()

    def _has_database(self) -> bool:
        try:
            psycopg.connect(self.database_url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _make_postgres(self) -> None:
        machine, binaries = self.machines["postgres"], postgres_binaries()
        assert binaries is not None
        data = machine.folder / "data"
        data.mkdir(mode=0o700)
        shutil.chown(data, "postgres", "postgres")
        as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        for above in (self.folder, machine.folder):
            above.chmod(0o711)
        _run(*as_owner, str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-N")
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {NETWORK}.0/24 trust\n")
        options = ["-c", "listen_addresses=*", "-c", "fsync=off", "-c", f"unix_socket_directories={data}"]
        machine.command = [*as_owner, str(binaries / "postgres"), "-D", str(data), *options]

    def _make_redis(self) -> None:
        machine = self.machines["redis"]
        machine.command = ["redis-server", "--bind", machine.address, "--protected-mode", "no"]
        machine.command += ["--dir", str(machine.folder), "--appendonly", "yes"]

    def _make_proxy(self) -> None:
        machine = self.machines["proxy"]
        subject = ["-subj", f"/CN={SITE}", "-addext", f"subjectAltName=IP:{machine.address}"]
        key = ["-keyout", str(machine.folder / "key.pem"), "-out", str(self.certificate)]
        _run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *key)
        servers = " ".join(
            f"server {self.machines[name].address}:8000 max_fails=1 fail_timeout=2s;" for name in ("web-1", "web-2")
        )
        written = NGINX.format(folder=machine.folder, address=machine.address, servers=servers, site=SITE)
        (machine.folder / "nginx.conf").write_text(written)
        machine.command = ["nginx", "-c", str(machine.folder / "nginx.conf"), "-e", str(machine.folder / "error.log")]

    @property
    def certificate(self) -> Path:
        return self.folder / "proxy" / "certificate.pem"

    def logs(self) -> str:
        """What the machines of the shop printed."""
        names = ("web-1", "web-2", "worker-1", "worker-2")
        return "\n".join(
            f"--- {name}\n{self.machines[name].log.read_text('utf-8', 'replace')[-4000:]}" for name in names
        )

    def traces(self) -> int:
        names = ("web-1", "web-2", "worker-1", "worker-2")
        return sum(
            self.machines[name].log.read_text("utf-8", "replace").count("Traceback (most recent call last)")
            for name in names
        )


class _Office(PostOffice):
    """On the switch, not on this machine alone."""

    def server_bind(self) -> None:
        self.server_address = (OUTSIDE, 0)
        super().server_bind()

    @property
    def url(self) -> str:
        return f"smtp://{OUTSIDE}:{self.server_address[1]}"


@contextmanager
def site_in(folder: Path) -> Iterator[tuple[Site, PostOffice]]:
    """The topology, started; at its end no process, namespace or wire of it is left."""
    switch = f"akl{os.getpid()}"
    with ExitStack() as stack:
        _run("ip", "link", "add", switch, "type", "bridge")
        stack.callback(_run, "ip", "link", "delete", switch)
        _run("ip", "address", "add", f"{OUTSIDE}/24", "dev", switch)
        _run("ip", "link", "set", switch, "up")
        office = stack.enter_context(answering(_Office()))
        site = Site(folder, office.url)
        for machine in site.machines.values():
            wire = f"akl{os.getpid()}{machine.number}"
            _run("ip", "netns", "add", machine.namespace)
            stack.callback(_run, "ip", "netns", "delete", machine.namespace)
            stack.callback(machine.kill)
            _run("ip", "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", machine.namespace)
            _run("ip", "link", "set", wire, "master", switch, "up")
            inside = ("ip", "-n", machine.namespace)
            _run(*inside, "address", "add", f"{machine.address}/24", "dev", "eth0")
            _run(*inside, "link", "set", "eth0", "up")
            _run(*inside, "link", "set", "lo", "up")
        site.start()
        yield site, office
