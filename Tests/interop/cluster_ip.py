"""A node of a cluster in network namespaces: pods on a bridge, and a ClusterIP by the iptables rules
that kube-proxy writes. The machine's own network and tables stay as they are."""

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest
from pods import Host

VIRTUAL_IP = "10.96.0.10"
PORT, WEB_PORT = 50051, 8080
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"


def sh(*command):
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PATH": PATH})


def within(namespace):
    return [shutil.which("ip", path=PATH), "netns", "exec", namespace]


def unavailable(reason):
    """A machine without the rights for namespaces cannot test this; CI has to have them."""
    if os.environ.get("CI"):
        pytest.fail(f"CI must not skip this: {reason}")
    pytest.skip(reason)


class Node:
    """The namespaces of one node; `client` is a pod of another node, whose packets it routes."""

    def __init__(self, count):
        name = f"lbcheck{os.getpid()}"
        self.node = f"{name}-node"
        self.client = f"{name}-client"
        self.pods = [f"{name}-pod{index}" for index in range(count)]
        self.hosts = [
            Host(f"10.201.0.{11 + index}", within(pod)) for index, pod in enumerate(self.pods)]
        self.iptables = None

    def create(self):
        for namespace in (self.node, self.client, *self.pods):
            sh("ip", "netns", "add", namespace)
            sh("ip", "-n", namespace, "link", "set", "lo", "up")
        sh("ip", "-n", self.node, "link", "add", "br0", "type", "bridge")
        sh("ip", "-n", self.node, "address", "add", "10.201.0.1/24", "dev", "br0")
        sh("ip", "-n", self.node, "link", "set", "br0", "up")
        for index, (pod, host) in enumerate(zip(self.pods, self.hosts)):
            self.wire(pod, f"pod{index}", f"{host.address}/24", "10.201.0.1")
            sh("ip", "-n", self.node, "link", "set", f"pod{index}", "master", "br0")
        self.wire(self.client, "client", "10.201.1.2/24", "10.201.1.1")
        sh("ip", "-n", self.node, "address", "add", "10.201.1.1/24", "dev", "client")
        sh(*within(self.node), "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        self.balance()

    def wire(self, namespace, link, address, gateway):
        """A cable from the node, where it has this name, into the namespace."""
        sh("ip", "-n", self.node, "link", "add", link, "type", "veth", "peer", "name", "eth0",
           "netns", namespace)
        sh("ip", "-n", self.node, "link", "set", link, "up")
        sh("ip", "-n", namespace, "address", "add", address, "dev", "eth0")
        sh("ip", "-n", namespace, "link", "set", "eth0", "up")
        sh("ip", "-n", namespace, "route", "add", "default", "via", gateway)

    def balance(self):
        """pkg/proxy/iptables: rule i of n is taken with probability 1/(n-i), so all are equal."""
        self.iptables = self.working_iptables()
        self.nat("-N", "KUBE-SERVICES")
        for hook in ("PREROUTING", "OUTPUT"):
            self.nat("-A", hook, "-j", "KUBE-SERVICES")
        for port in (PORT, WEB_PORT):
            self.publish(port)

    def publish(self, port):
        service = f"KUBE-SVC-{port}"
        self.nat("-N", service)
        self.nat("-A", "KUBE-SERVICES", "-d", f"{VIRTUAL_IP}/32", "-p", "tcp", "--dport",
                 str(port), "-j", service)
        for index, host in enumerate(self.hosts):
            left = len(self.hosts) - index
            chance = ["-m", "statistic", "--mode", "random", "--probability", f"{1 / left:.11f}"]
            endpoint = f"KUBE-SEP-{port}-{index}"
            self.nat("-N", endpoint)
            self.nat("-A", service, *(chance if left > 1 else []), "-j", endpoint)
            self.nat("-A", endpoint, "-p", "tcp", "-j", "DNAT", "--to-destination",
                     f"{host.address}:{port}")

    def nat(self, *rule):
        sh(*within(self.node), self.iptables, "-w", "-t", "nat", *rule)

    def working_iptables(self):
        """Kernels have the one kind of tables, the other, or both."""
        for name in ("iptables-nft", "iptables-legacy", "iptables"):
            path = shutil.which(name, path=PATH)
            if path:
                asked = subprocess.run(
                    [*within(self.node), path, "-w", "-t", "nat", "-L"], capture_output=True)
                if asked.returncode == 0:
                    return path
        return unavailable("no iptables works here")

    def remove(self):
        for namespace in (self.client, *self.pods, self.node):
            subprocess.run(["ip", "netns", "delete", namespace], capture_output=True,
                           env=os.environ | {"PATH": PATH})


@contextmanager
def node(count):
    if os.geteuid() != 0:
        unavailable("network namespaces need root")
    made = Node(count)
    try:
        try:
            made.create()
        except subprocess.CalledProcessError as error:
            unavailable(f"{error}: {error.stderr.decode()}")
        yield made
    finally:
        made.remove()
