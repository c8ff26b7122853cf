"""dnsmasq with records of the test's choice, and dig to ask it the same questions."""

import os
import shutil
import signal
import socket
import subprocess
import time

from pods import free_port


class DNS:
    """Names with A and AAAA records, changeable while it runs; other records as dnsmasq options."""

    def __init__(self, directory, names, *options):
        self.hosts = directory / "hosts"
        self.names = names
        self.options = options
        self.port = free_port()
        self.server = f"127.0.0.1:{self.port}"

    def __enter__(self):
        self.write()
        program = shutil.which("dnsmasq", path=os.environ["PATH"] + ":/usr/sbin")
        self.process = subprocess.Popen([
            program, "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--no-resolv",
            "--user=root", "--pid-file=", f"--port={self.port}", "--listen-address=127.0.0.1",
            "--bind-interfaces", f"--addn-hosts={self.hosts}", "--local=/test/", *self.options])
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                assert self.process.poll() is None, "dnsmasq did not start"
                time.sleep(0.02)
        raise AssertionError("dnsmasq does not listen")

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait()

    def write(self):
        lines = [f"{address} {name}\n" for name, all in self.names.items() for address in all]
        self.hosts.write_text("".join(lines))

    def change(self, name, addresses):
        """Returns once dnsmasq answers with the new list."""
        self.names[name] = addresses
        self.write()
        self.process.send_signal(signal.SIGHUP)
        for _ in range(200):
            if sorted(dig(self, name, "A")) == sorted(addresses):
                return
            time.sleep(0.02)
        raise AssertionError("dnsmasq did not read its file again")

    def target(self, name, port):
        return f"dns://{self.server}/{name}:{port}"


def dig(dns, name, kind):
    """The answers as `dig +short` prints them."""
    return run_dig(dns, name, kind, "+short").split("\n")[:-1]


def dig_records(dns, name, kind):
    """The answer section: (owner, ttl, type, data)."""
    lines = run_dig(dns, name, kind, "+noall", "+answer").split("\n")[:-1]
    rows = [line.split(None, 4) for line in lines if line and not line.startswith(";")]
    return [(owner.rstrip("."), int(ttl), kind, data) for owner, ttl, _, kind, data in rows]


def run_dig(dns, name, kind, *options):
    return subprocess.run(
        ["dig", "@127.0.0.1", "-p", str(dns.port), name, kind, *options],
        capture_output=True, text=True, check=True, timeout=20).stdout
