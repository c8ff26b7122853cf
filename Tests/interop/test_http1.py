"""HTTP/1.1 through real servers: their own logs are what lbcheck's counts are held to."""

import subprocess
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lbcheck import distribute, per_pod, run
from middle import nghttpd, program, virtual_ip, wait_for
from pods import free_port


class WebPod(ThreadingHTTPServer):
    """Python's own server, with keep-alive. Counts what it answered, connection by connection."""

    request_queue_size = 128
    daemon_threads = True

    def __init__(self, index, port):
        self.name = f"web-{index}"
        self.address, self.port = f"127.0.0.{31 + index}", port
        self.answered = Counter()
        super().__init__((self.address, port), Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self):
        self.send_response(200)
        self.send_header("X-Pod-Name", self.server.name)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
        self.server.answered[self.client_address] += 1

    def log_message(self, *_):
        pass


@contextmanager
def web_pods(count):
    port = free_port()
    pods = [WebPod(index, port) for index in range(count)]
    for pod in pods:
        threading.Thread(target=pod.serve_forever, daemon=True).start()
    try:
        yield pods
    finally:
        for pod in pods:
            pod.shutdown()
            pod.server_close()


def test_pythons_server_through_a_virtual_ip_spreads():
    with web_pods(3) as pods, virtual_ip(pods) as address:
        report = distribute(
            f"ipv4:{address}", "--protocol", "http1", "--policy", "cluster_ip", "--rpcs", "500")
        counts = {pod.name: pod.answered.total() for pod in pods if pod.answered}
        connections = sum(len(pod.answered) for pod in pods)
    assert per_pod(report, "pod") == counts
    assert len(counts) > 1
    assert report["rpcs"]["by_status"] == {"200": 500}
    assert report["verdict"]["basis"] == "per-connection"
    assert len([c for c in report["connections"] if c["rpcs"]]) <= connections <= 10
    assert not report["policy"]["emulated"]


def test_each_connection_has_what_the_server_says_it_had():
    with web_pods(3) as pods:
        target = "ipv4:" + ",".join(f"{pod.address}:{pod.port}" for pod in pods)
        report = distribute(
            target, "--protocol", "http1", "--policy", "cluster_ip", "--rpcs", "500",
            "--channels", "5")
        answered = {f"{host}:{port}": count for pod in pods
                    for (host, port), count in pod.answered.items()}
    assert report["policy"]["emulated"]
    reported = {c["local"]: c["rpcs"] for c in report["connections"]}
    assert reported.keys() == answered.keys()
    # The rest are of the warm-up.
    assert all(reported[local] <= answered[local] for local in answered)
    assert sum(answered.values()) == 500 + report["rpcs"]["warmup"]


@contextmanager
def nginx(directory, count, extra=""):
    """nginx as so many web pods, each with a log of its own. Yields their addresses and logs."""
    port = free_port()
    directory.mkdir()
    addresses = [f"127.0.0.{41 + index}" for index in range(count)]
    servers = "\n".join(f"""
  server {{
    listen {address}:{port};
    access_log {directory}/{address}.log line;
    add_header X-Pod-Name {address} always;
    location / {{ return 200 "hello"; }}
    location /missing {{ return 404; }}
  }}""" for address in addresses)
    configuration = directory / "nginx.conf"
    configuration.write_text(f"""
worker_processes 1;
daemon off;
pid {directory}/pid;
error_log {directory}/error.log;
events {{ worker_connections 256; }}
http {{
  log_format line '$remote_port $status $connection_requests';
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  {extra}
{servers}
}}
""")
    process = subprocess.Popen([program("nginx"), "-p", str(directory), "-c", str(configuration),
                                "-e", str(directory / "error.log")])
    try:
        wait_for(port, process, addresses[0])
        yield ([f"{address}:{port}" for address in addresses],
               [directory / f"{address}.log" for address in addresses])
    finally:
        process.terminate()
        process.wait()


def test_nginx_with_a_limit_on_the_requests_of_a_connection(tmp_path):
    with nginx(tmp_path / "nginx", 3, "keepalive_requests 10;") as (addresses, logs):
        report = distribute(
            "ipv4:" + ",".join(addresses), "--protocol", "http1", "--policy", "cluster_ip",
            "--rpcs", "500")
    lines = [[line.split() for line in log.read_text().splitlines()] for log in logs]
    assert per_pod(report, "pod") == {
        log.name.removesuffix(".log"): len(own) for log, own in zip(logs, lines) if own}
    assert report["rpcs"]["lost"] == 0
    every = [line for own in lines for line in own]
    assert len(every) == 500 + report["rpcs"]["warmup"]
    assert max(int(requests) for _, _, requests in every) == 10
    ports = {port for port, _, _ in every}
    assert {c["local"].rpartition(":")[2] for c in report["connections"]} == ports
    full = [c for c in report["connections"] if c["closed_by"] == "server"]
    assert len(full) >= 45


def test_an_error_page_is_an_answer(tmp_path):
    with nginx(tmp_path / "nginx", 1) as (addresses, logs):
        report = distribute(
            f"ipv4:{addresses[0]}", "--protocol", "http1", "--path", "/missing", "--rpcs", "100",
            "--assert", "errors==100")
    assert report["rpcs"]["by_status"] == {"404": 100}
    assert logs[0].read_text().count(" 404 ") == 100 + report["rpcs"]["warmup"]


def test_a_server_that_speaks_http2_only(five, tmp_path):
    """grpcio says nothing in HTTP/1.1; nghttpd sends its SETTINGS."""
    with nghttpd(tmp_path, grpc=False) as address:
        for target in (five[0].endpoint, address):
            result = run("distribute", f"ipv4:{target}", "--protocol", "http1")
            assert result.code == 3
            assert "over HTTP/1.1" in result.err
            assert "try next:" in result.err
