"""What may stand between a client and its pods: nginx, Envoy and HAProxy for calls, HAProxy and a
forwarder for connections."""

import asyncio
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from pods import free_port


def program(name):
    return shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")


def wait_for(port, process, address="127.0.0.1"):
    for _ in range(200):
        try:
            socket.create_connection((address, port), timeout=1).close()
            return
        except OSError:
            assert process.poll() is None, "the server did not start"
            time.sleep(0.02)
    raise AssertionError(f"nothing listens on {address}:{port}")


@contextmanager
def nginx(directory, pods):
    """An L7 balancer: `grpc_pass` to the pods, call by call. Yields its address."""
    port = free_port()
    directory.mkdir()
    servers = "\n".join(f"    server {pod.endpoint};" for pod in pods)
    configuration = directory / "nginx.conf"
    configuration.write_text(f"""
worker_processes 1;
daemon off;
pid {directory}/pid;
error_log {directory}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  keepalive_requests 1000000;
  upstream pods {{
{servers}
    keepalive 16;
  }}
  server {{
    listen 127.0.0.1:{port} http2;
    location / {{ grpc_pass grpc://pods; }}
  }}
}}
""")
    process = subprocess.Popen([program("nginx"), "-p", str(directory), "-c", str(configuration),
                                "-e", str(directory / "error.log")])
    try:
        wait_for(port, process)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def envoy_configuration(port, pods, names):
    """A listener for HTTP/2 without TLS whose every response says which pod Envoy asked, where it is
    to name them."""
    package = "type.googleapis.com/envoy.extensions"
    router = {
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": f"{package}.filters.http.router.v3.Router"},
    }
    manager = {
        "@type": f"{package}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "codec_type": "HTTP2",
        "stat_prefix": "pods",
        "http_filters": [router],
        "route_config": {
            "response_headers_to_add": [
                {"header": {"key": "x-upstream-host", "value": "%UPSTREAM_HOST%"}}] if names else [],
            "virtual_hosts": [{
                "name": "pods", "domains": ["*"],
                "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "pods"}}],
            }],
        },
    }

    def address(host, port):
        return {"socket_address": {"address": host, "port_value": port}}

    return {"static_resources": {
        "listeners": [{
            "name": "pods", "address": address("127.0.0.1", port),
            "filter_chains": [{"filters": [
                {"name": "envoy.filters.network.http_connection_manager",
                 "typed_config": manager}]}],
        }],
        "clusters": [{
            "name": "pods", "type": "STATIC", "lb_policy": "ROUND_ROBIN", "connect_timeout": "5s",
            "typed_extension_protocol_options": {
                "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                    "@type": f"{package}.upstreams.http.v3.HttpProtocolOptions",
                    "explicit_http_config": {"http2_protocol_options": {}},
                }},
            "load_assignment": {"cluster_name": "pods", "endpoints": [{"lb_endpoints": [
                {"endpoint": {"address": address(pod.address, pod.port)}} for pod in pods]}]},
        }],
    }}


@contextmanager
def envoy(directory, pods, names=True):
    """An L7 balancer, with `round_robin` as in most meshes. Yields its address."""
    port = free_port()
    directory.mkdir()
    configuration = directory / "envoy.json"
    configuration.write_text(json.dumps(envoy_configuration(port, pods, names)))
    # It comes with the Python packages, and ends with its parent: this process.
    process = subprocess.Popen(
        [Path(sys.executable).with_name("envoy"), "-c", str(configuration), "--concurrency", "1",
         "--disable-hot-restart", "--log-level", "error"])
    try:
        wait_for(port, process)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def haproxy(directory, pods, mode="http"):
    """Round robin over calls, or over connections in mode `tcp`. Yields its address."""
    port = free_port()
    directory.mkdir()
    protocol = "proto h2" if mode == "http" else ""
    servers = "\n".join(f"  server {pod.name} {pod.endpoint} {protocol}" for pod in pods)
    configuration = directory / "haproxy.cfg"
    configuration.write_text(f"""
global
  maxconn 1000
defaults
  mode {mode}
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend clients
  bind 127.0.0.1:{port} {protocol}
  default_backend pods
backend pods
  balance roundrobin
{servers}
""")
    process = subprocess.Popen([program("haproxy"), "-db", "-q", "-f", str(configuration)])
    try:
        wait_for(port, process)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def virtual_ip(pods, seed=1):
    """Forwards each TCP connection to a random pod, as kube-proxy does. Yields its address."""
    chance = random.Random(seed)
    loop = asyncio.new_event_loop()

    async def copy(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def forward(reader, writer):
        pod = chance.choice(pods)
        try:
            upstream = await asyncio.open_connection(pod.address, pod.port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(copy(reader, upstream[1]), copy(upstream[0], writer))

    server = loop.run_until_complete(asyncio.start_server(forward, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield "127.0.0.1:%d" % server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
            loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        loop.close()


@contextmanager
def nghttpd(directory, grpc):
    """nghttpd as a plain web server that knows no such path, or made to answer as gRPC: a file is
    the message, its type and a trailer the rest. Yields its address."""
    documents = directory / "documents"
    (documents / "bench.Bench").mkdir(parents=True)
    (documents / "bench.Bench" / "Answer.grpc").write_bytes(b"\0\0\0\0\x05hello")
    types = directory / "mime.types"
    types.write_text("application/grpc grpc\n")
    port = free_port()
    command = [program("nghttpd"), "--no-tls", "-a", "127.0.0.1", "-d", str(documents)]
    if grpc:
        command += [f"--mime-types-file={types}", "--trailer=grpc-status: 0"]
    process = subprocess.Popen([*command, str(port)])
    try:
        wait_for(port, process)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
