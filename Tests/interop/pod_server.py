"""One pod: a grpcio server that answers health checks and every other unary method.

Started by pods.py with its settings as JSON in the first argument. The count of RPCs that reached
it lies in a mapped file, so that it outlives a pod that is killed.
"""

import json
import mmap
import struct
import sys
import threading
from concurrent import futures

import grpc
from grpc_channelz.v1 import channelz
from grpc_health.v1 import health, health_pb2, health_pb2_grpc


CHANNELZ = "/grpc.channelz."


class Counter:
    def __init__(self, path):
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 8)
        self.lock = threading.Lock()

    def add(self):
        with self.lock:
            (count,) = struct.unpack("<q", self.memory)
            self.memory[:] = struct.pack("<q", count + 1)


class CountingInterceptor(grpc.ServerInterceptor):
    """Counts each RPC but channelz's as it arrives, then does to it what the settings say."""

    def __init__(self, counter, settings):
        self.counter = counter
        self.settings = settings

    def intercept_service(self, continuation, details):
        handler = continuation(details)
        if details.method.startswith(CHANNELZ):
            return handler
        self.counter.add()
        if handler is None or not handler.unary_unary:
            return handler

        def behave(request, context):
            if self.settings["header"]:
                context.send_initial_metadata([(self.settings["header"], self.settings["name"])])
            if self.settings["hangs"]:
                ended = threading.Event()
                context.add_callback(ended.set)
                ended.wait()
            if self.settings["fails_with"]:
                context.abort(grpc.StatusCode[self.settings["fails_with"]], "as configured")
            return handler.unary_unary(request, context)

        return grpc.unary_unary_rpc_method_handler(
            behave, handler.request_deserializer, handler.response_serializer)


class AnyMethod(grpc.GenericRpcHandler):
    """Answers every method but health's with the bytes it was sent."""

    def service(self, details):
        if details.method.startswith(("/grpc.health.", CHANNELZ)):
            return None
        return grpc.unary_unary_rpc_method_handler(lambda request, _: request)


def credentials(tls):
    def read(path):
        with open(path, "rb") as file:
            return file.read()

    return grpc.ssl_server_credentials(
        [(read(tls["key"]), read(tls["certificate"]))],
        root_certificates=read(tls["client_ca"]) if tls.get("client_ca") else None,
        require_client_auth=bool(tls.get("client_ca")))


def main():
    settings = json.loads(sys.argv[1])
    options = [("grpc.so_reuseport", 0)] + [tuple(pair) for pair in settings["options"]]
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=64 if settings["hangs"] else 4),
        handlers=[AnyMethod()],
        interceptors=[CountingInterceptor(Counter(settings["counter"]), settings)],
        options=options)
    if settings["health"]:
        servicer = health.HealthServicer()
        servicer.set("", health_pb2.HealthCheckResponse.SERVING)
        health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    if settings["channelz"]:
        channelz.add_channelz_servicer(server)
    address = f"{settings['address']}:{settings['port']}"
    if settings["tls"]:
        server.add_secure_port(address, credentials(settings["tls"]))
    else:
        server.add_insecure_port(address)
    server.start()
    print("ready", flush=True)
    sys.stdin.read()  # until the test closes it
    server.stop(grace=1).wait()


if __name__ == "__main__":
    main()
