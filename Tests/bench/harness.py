"""Starting and measuring processes for the benchmark. Python's standard library only."""

import json
import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Skipped(Exception):
    """A row that cannot be measured here; the text says what it takes."""


def raise_file_limit():
    """Children inherit it: 10,000 connections take as many descriptors on either side."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


@dataclass
class Usage:
    cpu: float  # seconds, user and system
    wall: float  # seconds
    peak_kib: int  # largest resident set
    output: str
    code: int


def measure(command, timeout=300):
    """Runs a command to its end and reads what the kernel accounted to that process alone."""
    with tempfile.TemporaryFile() as errors:
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        killer = threading.Timer(timeout, process.kill)
        killer.start()
        try:
            output = process.stdout.read()
        finally:
            _, status, usage = os.wait4(process.pid, 0)
            killer.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            process.stdout.close()
        wall = time.monotonic() - started
        errors.seek(0)
        if process.returncode != 0:
            message = errors.read().decode(errors="replace").strip()
            raise RuntimeError(f"{command[0]} ended with {process.returncode}: {message[-400:]}")
    return Usage(
        cpu=usage.ru_utime + usage.ru_stime,
        wall=wall,
        peak_kib=usage.ru_maxrss,
        output=output.decode(errors="replace"),
        code=process.returncode,
    )


def need(tool, package):
    path = shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/usr/local/sbin")
    if not path:
        raise Skipped(f"{tool} is missing: apt-get install {package}")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        return probe.getsockname()[1]


@contextmanager
def server(command, port):
    """A server for the length of a `with`, from the moment its port answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} did not start")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.02)
        else:
            raise RuntimeError(f"{command[0]} does not listen on port {port}")
        yield port
    finally:
        process.terminate()
        process.wait()


def build_bench_server(directory):
    binary = directory / "bench-server"
    subprocess.run(["cc", "-O2", str(HERE / "bench-server.c"), "-o", str(binary)], check=True)
    return str(binary)


@contextmanager
def nghttpd(directory, tls=False):
    """nghttpd made to answer as gRPC: a file is the message, its type and a trailer the rest."""
    program = need("nghttpd", "nghttp2-server")
    documents = directory / "htdocs" / "bench.Bench"
    documents.mkdir(parents=True, exist_ok=True)
    (documents / "Answer.grpc").write_bytes(b"\0\0\0\0\x0b\x0a\x09hello you")
    types = directory / "mime.types"
    types.write_text("application/grpc grpc\n")
    port = free_port()
    command = [program, "-a", "0.0.0.0", "-d", str(documents.parent), f"--mime-types-file={types}"]
    command += ["--trailer=grpc-status: 0", "-m", "1000"]
    if tls:
        key, certificate = self_signed(directory)
        command += [str(port), key, certificate]
    else:
        command += ["--no-tls", str(port)]
    with server(command, port):
        yield port


def self_signed(directory):
    key, certificate = str(directory / "key.pem"), str(directory / "cert.pem")
    command = [need("openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-nodes", "-days", "1"]
    command += ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost"]
    command += ["-keyout", key, "-out", certificate]
    subprocess.run(command, check=True, capture_output=True)
    return key, certificate


@contextmanager
def dns(directory, name, addresses):
    """dnsmasq with one name and its A records."""
    program = need("dnsmasq", "dnsmasq-base")
    hosts = directory / "hosts"
    hosts.write_text("".join(f"{address} {name}\n" for address in addresses))
    os.chmod(directory, 0o755)
    port = free_port()
    command = [program, "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--no-resolv"]
    command += ["--user=root", "--pid-file=", f"--port={port}", "--listen-address=127.0.0.1"]
    command += ["--bind-interfaces", f"--addn-hosts={hosts}", "--local=/test/"]
    with server(command, port):
        yield port


@dataclass
class Load:
    """One run of lbcheck: what it cost and what it reported."""

    usage: Usage
    report: dict

    @property
    def requests(self):
        rpcs = self.report["rpcs"]
        return rpcs["sent"] + rpcs["warmup"]

    @property
    def per_cpu_second(self):
        return self.requests / self.usage.cpu


def lbcheck(binary, target, *options):
    """Runs `lbcheck distribute` without a rate limit and holds it to an answer for every RPC."""
    usage = measure([binary, "distribute", target, "-r", "0", "-q", "-o", "json", *options])
    report = json.loads(usage.output)
    if report["rpcs"]["lost"] or set(report["rpcs"]["by_status"]) - {"OK"}:
        raise RuntimeError(f"not every RPC was answered OK: {report['rpcs']}")
    return Load(usage, report)


def h2load(scheme, port, path, connections, streams, requests, body, host="127.0.0.1"):
    """What it cost: its CPU time and the time that it took."""
    command = [need("h2load", "nghttp2-client"), "-n", str(requests), "-c", str(connections)]
    command += ["-m", str(streams), "-d", body, "-H", "content-type: application/grpc"]
    command += ["-H", "te: trailers", f"{scheme}://{host}:{port}{path}"]
    usage = measure(command)
    if f"{requests} succeeded" not in usage.output:
        raise RuntimeError("h2load: " + usage.output[-400:])
    return usage


@contextmanager
def lab(binary, upstream, pods=1):
    """The facts of a lab whose pods pass everything on to a port of 127.0.0.1."""
    command = [binary, "lab", "--upstream", f"127.0.0.1:{upstream}", "--pods", str(pods)]
    process = subprocess.Popen(
        [*command, "-o", "json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.communicate()


def spread(values):
    """min / median / max, as every row shows its runs."""
    return f"{min(values):.2f} / {statistics.median(values):.2f} / {max(values):.2f}"


def progress(text):
    print(f"  {text}", file=sys.stderr, flush=True)
