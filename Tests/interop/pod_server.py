"""One pod: a grpcio server that answers health checks and every other unary method.

Started by pods.py with its settings as JSON in the first argument. The counts of RPCs and of
probes that reached it lie in a mapped file, so that they outlive a pod that is killed.
"""

import json
import sys
import threading
from concurrent import futures

import grpc
import shop
from counter import Counter
from grpc_channelz.v1 import channelz
from grpc_health.v1 import health, health_pb2, health_pb2_grpc


# What lbcheck calls on its own account.
PROBES = ("/grpc.channelz.", "/grpc.reflection.")


def refuse(_, context):
    context.abort(grpc.StatusCode.UNAUTHENTICATED, "who are you?")


class CountingInterceptor(grpc.ServerInterceptor):
    """Counts each RPC but probes as it arrives, then does to it what the settings say."""

    def __init__(self, counter, probes, settings):
        self.counter = counter
        self.probes = probes
        self.settings = settings

    def intercept_service(self, continuation, details):
        handler = continuation(details)
        is_probe = details.method.startswith(PROBES)
        (self.probes if is_probe else self.counter).add()
        if not self.settings["metadata"].items() <= dict(details.invocation_metadata).items():
            return grpc.unary_unary_rpc_method_handler(refuse)
        if is_probe:
            return handler
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
        if details.method.startswith(("/grpc.health.", *PROBES)):
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
        interceptors=[CountingInterceptor(
            Counter(settings["counter"], 0), Counter(settings["counter"], 1), settings)],
        options=options)
    if settings["shop"]:
        shop.add_to(server, settings["name"])
    if settings["reflection"]:
        shop.add_reflection(server, settings["reflection"])
    server.add_generic_rpc_handlers((AnyMethod(),))
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
