"""A set of grpcio pods on 127.0.0.11 and up, one process and one counter each, one port for all."""

import json
import socket
import struct
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

HERE = Path(__file__).resolve().parent


def free_port():
    """A port free on every loopback address: 0.0.0.0 is, so each of them is."""
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        return probe.getsockname()[1]


class Host:
    """Where a pod runs: its address, and the command that runs others there."""

    def __init__(self, address, within=()):
        self.address = address
        self.within = within


class Pod:
    def __init__(self, directory, index, port, host, settings, program="pod_server.py"):
        self.program = program
        self.name = f"pod-{index}"
        self.address = host.address
        self.within = host.within
        self.port = port
        self.endpoint = f"{self.address}:{port}"
        self.counter = directory / f"{self.name}-{port}.count"
        self.counter.write_bytes(bytes(16))
        self.settings = {
            "name": self.name, "address": self.address, "port": port,
            "counter": str(self.counter), "options": [], "header": None, "hangs": False,
            "fails_with": None, "health": True, "channelz": False, "shop": False,
            "reflection": None, "metadata": {}, "tls": None, **settings,
        }
        self.process = None

    def launch(self):
        self.process = subprocess.Popen(
            [*self.within, sys.executable, str(HERE / self.program), json.dumps(self.settings)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def wait_until_ready(self):
        line = self.process.stdout.readline()
        assert line == "ready\n", f"{self.name} on {self.endpoint} did not start"

    @property
    def count(self):
        """RPCs that reached the pod, whatever became of them."""
        return struct.unpack("<qq", self.counter.read_bytes())[0]

    @property
    def probes(self):
        """RPCs that a client made on its own account: channelz and reflection."""
        return struct.unpack("<qq", self.counter.read_bytes())[1]

    def kill(self):
        """Without a word, as a node that dies."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()


class Pods(list):
    """A list of running pods; leaving the `with` stops them."""

    def __init__(self, directory, count, each=None, hosts=None, port=None,
                 program="pod_server.py", **settings):
        self.port = port or free_port()
        hosts = hosts or [Host(f"127.0.0.{11 + index}") for index in range(count)]
        super().__init__(
            Pod(directory, index, self.port, hosts[index],
                {**settings, **(each or {}).get(index, {})}, program)
            for index in range(count))

    def __enter__(self):
        self.stack = ExitStack()
        try:
            for pod in self:
                pod.launch()
                self.stack.callback(pod.stop)
            for pod in self:
                pod.wait_until_ready()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *error):
        self.stack.close()

    @property
    def addresses(self):
        return [pod.address for pod in self]

    @property
    def target(self):
        return "ipv4:" + ",".join(pod.endpoint for pod in self)

    def counts(self):
        return {pod.endpoint: pod.count for pod in self}

    def total(self):
        return sum(pod.count for pod in self)
