"""Services of a pod's own, with messages made at run time: shop.Store, and grpc.testing.TestService
as far as it names its server."""

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_reflection.v1alpha import reflection, reflection_pb2

FIELD = descriptor_pb2.FieldDescriptorProto
STORE, TEST = "shop.Store", "grpc.testing.TestService"

# By file: its package, its imports, and its messages: name, number, type, label.
FILES = {
    "shop/item.proto": ("shop", [], {
        "Item": [("name", 1, "STRING"), ("count", 2, "INT32")],
    }),
    "shop/store.proto": ("shop", ["shop/item.proto"], {
        "Info": [("pod_name", 1, "STRING"), ("tags", 2, "STRING", "REPEATED")],
        "Receipt": [("pod", 1, "STRING"), ("info", 2, ".shop.Info"), ("item", 3, ".shop.Item")],
    }),
    # The name says that it is no copy of the real one: gRPC's own tables have more.
    "shop/testing.proto": ("grpc.testing", [], {
        "SimpleRequest": [("fill_server_id", 9, "BOOL")],
        "SimpleResponse": [("server_id", 4, "STRING"), ("hostname", 6, "STRING")],
    }),
}
# Of the store: method, whether it streams.
METHODS = {"Buy": False, "Browse": True}


def file_proto(name, package, imports, messages):
    file = descriptor_pb2.FileDescriptorProto(
        name=name, package=package, dependency=imports, syntax="proto3")
    for message, fields in messages.items():
        declared = file.message_type.add(name=message)
        for field, number, kind, *label in fields:
            is_message = kind.startswith(".")
            declared.field.add(
                name=field, number=number, type_name=kind if is_message else None,
                type=FIELD.TYPE_MESSAGE if is_message else FIELD.Type.Value(f"TYPE_{kind}"),
                label=FIELD.Label.Value(f"LABEL_{(label or ['OPTIONAL'])[0]}"))
    if name == "shop/store.proto":
        service = file.service.add(name="Store")
        for method, streams in METHODS.items():
            service.method.add(
                name=method, input_type=".shop.Item", output_type=".shop.Receipt",
                server_streaming=streams)
    return file


POOL = descriptor_pool.DescriptorPool()
for path, parts in FILES.items():
    POOL.Add(file_proto(path, *parts))


def message(name):
    return message_factory.GetMessageClass(POOL.FindMessageTypeByName(name))


def add_to(server, pod):
    """Each says the pod's name, and the store what it was sent."""
    item, receipt = message("shop.Item"), message("shop.Receipt")
    request, response = (message(f"grpc.testing.Simple{kind}") for kind in ("Request", "Response"))

    def buy(asked, _):
        return receipt(pod=pod, item=asked, info={"pod_name": pod, "tags": ["a", "b"]})

    def unary_call(asked, _):
        return response(server_id=pod if asked.fill_server_id else "", hostname="somewhere")

    server.add_generic_rpc_handlers((
        grpc.method_handlers_generic_handler(STORE, {
            "Buy": grpc.unary_unary_rpc_method_handler(
                buy, item.FromString, receipt.SerializeToString)}),
        grpc.method_handlers_generic_handler(TEST, {
            "UnaryCall": grpc.unary_unary_rpc_method_handler(
                unary_call, request.FromString, response.SerializeToString)}),
    ))


def add_reflection(server, version):
    """grpcio has v1alpha; v1 has the same messages under another name."""
    servicer = reflection.ReflectionServicer(
        [STORE, f"grpc.reflection.{version}.ServerReflection"], pool=POOL)
    server.add_generic_rpc_handlers((
        grpc.method_handlers_generic_handler(f"grpc.reflection.{version}.ServerReflection", {
            "ServerReflectionInfo": grpc.stream_stream_rpc_method_handler(
                servicer.ServerReflectionInfo,
                reflection_pb2.ServerReflectionRequest.FromString,
                reflection_pb2.ServerReflectionResponse.SerializeToString)}),
    ))
