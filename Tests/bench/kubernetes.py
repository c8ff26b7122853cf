"""A Kubernetes API that only serves one big Service, as fast as files: what lbcheck does is measured."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlparse

NAME = "many"


def endpoint(number):
    return {
        "addresses": [f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"],
        "conditions": {"ready": True, "serving": True, "terminating": False},
        "nodeName": f"node-{number % 100}",
        "zone": f"zone-{'abc'[number % 3]}",
        "targetRef": {"kind": "Pod", "namespace": "default", "name": f"{NAME}-{number:x}-abcde",
                      "uid": f"00000000-0000-4000-8000-{number:012x}"},
    }


def slices(count, size):
    """An EndpointSliceList as a real server writes it, bookkeeping included."""
    return {
        "kind": "EndpointSliceList", "apiVersion": "discovery.k8s.io/v1",
        "metadata": {"resourceVersion": "1000"},
        "items": [{
            "metadata": {
                "name": f"{NAME}-{index:03}", "generateName": f"{NAME}-", "namespace": "default",
                "uid": f"10000000-0000-4000-8000-{index:012x}", "resourceVersion": str(index + 1),
                "labels": {"endpointslice.kubernetes.io/managed-by":
                           "endpointslice-controller.k8s.io",
                           "kubernetes.io/service-name": NAME},
            },
            "addressType": "IPv4",
            "endpoints": [endpoint(index * size + number) for number in range(size)],
            "ports": [{"name": "grpc", "port": 50051, "protocol": "TCP",
                       "appProtocol": "kubernetes.io/h2c"}],
        } for index in range(count)],
    }


SERVICE = {
    "kind": "Service", "apiVersion": "v1", "metadata": {"name": NAME, "namespace": "default"},
    "spec": {"type": "ClusterIP", "clusterIP": "None", "clusterIPs": ["None"],
             "selector": {"app": NAME},
             "ports": [{"name": "grpc", "port": 50051, "targetPort": "grpc", "protocol": "TCP"}]},
}


@contextmanager
def api(directory, count=100, size=100):
    """The path of a kubeconfig that leads to it."""
    answers = {
        f"/api/v1/namespaces/default/services/{NAME}": json.dumps(SERVICE).encode(),
        "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices":
            json.dumps(slices(count, size), separators=(",", ":")).encode(),
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            body = answers.get(urlparse(self.path).path)
            self.send_response(200 if body else 404)
            body = body or b'{"kind":"Status","apiVersion":"v1","code":404,"reason":"NotFound"}'
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kubeconfig = directory / "kubeconfig"
    kubeconfig.write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "bench",
        "clusters": [{"name": "bench",
                      "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}],
        "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "bench"}}],
        "users": [{"name": "bench", "user": {}}],
    }))
    try:
        yield str(kubeconfig)
    finally:
        server.shutdown()
        server.server_close()
