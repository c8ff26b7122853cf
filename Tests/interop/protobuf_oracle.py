"""Oracle for Protobuf: the library `protobuf` from PyPI, driven line by line over standard input.

file HEX              takes a FileDescriptorProto                     -> "ok"
descriptor NAME       -> that file as grpcio's packages ship it, in hex, with what it imports
compare TYPE HEX JSON reads a message in both forms                   -> its bytes and JSON as
                                                                         Python writes them, or
                                                                         what differs
decode TYPE HEX       reads what may be no message                    -> its bytes, or "refused"
random TYPE SEED      makes up a message                              -> its bytes and JSON
JSON stands on one line. Anything wrong ends the process.
"""

import random
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.message import DecodeError
from google.protobuf import any_pb2, duration_pb2, empty_pb2, field_mask_pb2  # noqa: F401
from google.protobuf import struct_pb2, timestamp_pb2, wrappers_pb2  # noqa: F401
from grpc_channelz.v1 import channelz_pb2  # noqa: F401
from grpc_health.v1 import health_pb2  # noqa: F401
from grpc_reflection.v1alpha import reflection_pb2  # noqa: F401

POOL = descriptor_pool.Default()
TEXT = "aZ9_ \"\\/\n\0\x7f\u00e9\u0301\u202e\u8a9e\U0001f600\U0010ffff\ufeff"
FLOATS = [0.0, -0.0, float("inf"), float("-inf"), float("nan"), 1.5, 16777216.0, -1e-7, 1e20]


def message_class(name):
    return message_factory.GetMessageClass(POOL.FindMessageTypeByName(name))


def to_json(message):
    return json_format.MessageToJson(message, indent=None, descriptor_pool=POOL)


def to_bytes(message):
    # Required fields may be missing: what is compared is the format.
    return message.SerializePartialToString(deterministic=True)


def imports_of(file, seen):
    if file.name not in seen:
        seen[file.name] = file.serialized_pb
        for dependency in file.dependencies:
            imports_of(dependency, seen)
    return seen


def compare(name, data, text):
    one, other = message_class(name)(), message_class(name)()
    one.ParseFromString(data)
    json_format.Parse(text, other, descriptor_pool=POOL)
    # Bytes and not ==, because NaN is no other NaN.
    if to_bytes(one) != to_bytes(other):
        return f"differs: {to_json(one)} and {to_json(other)}"
    return f"{to_bytes(one).hex()} {to_json(one)}"


def decode(name, data):
    message = message_class(name)()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return "refused"
    return to_bytes(message).hex()


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def integer(self, bits, signed):
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        near = self.random.randint(-300, 300) if signed else self.random.randint(0, 300)
        return self.random.choice([low, high, near, self.random.randint(low, high)])

    def text(self):
        return "".join(self.random.choices(TEXT, k=self.random.randint(0, 8)))

    def scalar(self, field):
        kind, types = field.type, type(field)
        if kind in (types.TYPE_DOUBLE, types.TYPE_FLOAT):
            return self.random.choice([*FLOATS, float(self.random.randint(-999, 999)) / 8])
        if kind == types.TYPE_BOOL:
            return self.random.random() < 0.5
        if kind == types.TYPE_STRING:
            return self.text()
        if kind == types.TYPE_BYTES:
            return self.random.randbytes(self.random.randint(0, 12))
        if kind == types.TYPE_ENUM:
            if not field.enum_type.is_closed and field.enum_type.name != "NullValue":
                if self.random.random() < 0.3:
                    return self.integer(32, True)
            return self.random.choice(field.enum_type.values).number
        signed = kind not in (types.TYPE_UINT32, types.TYPE_UINT64, types.TYPE_FIXED32,
                              types.TYPE_FIXED64)
        small = kind in (types.TYPE_INT32, types.TYPE_UINT32, types.TYPE_SINT32,
                         types.TYPE_FIXED32, types.TYPE_SFIXED32)
        return self.integer(32 if small else 64, signed)

    def known(self, message, depth):
        """Fills what has a JSON form of its own; false for other messages."""
        name = message.DESCRIPTOR.full_name
        pick = self.random
        nanos = pick.choice([0, 1, 5_000, 500_000_000, 999_999_999])
        if name == "google.protobuf.Timestamp":
            message.seconds = pick.randint(-62135596800, 253402300799)
            message.nanos = nanos
        elif name == "google.protobuf.Duration":
            sign = pick.choice([-1, 1])
            message.seconds = sign * pick.choice([0, 1, pick.randint(0, 315575999999)])
            message.nanos = sign * nanos
        elif name == "google.protobuf.FieldMask":
            message.paths.extend(pick.sample(["a", "server_id", "a_b.c_d", "x1"], pick.randint(0, 4)))
        elif name == "google.protobuf.Any":
            if depth < 3:
                # No maps in it: when it reads JSON, Python writes them in any order.
                inner = message_class(pick.choice(
                    ["test.Inner", "google.protobuf.Duration", "google.protobuf.StringValue"]))()
                self.fill(inner, depth + 1)
                message.Pack(inner)
        elif name == "google.protobuf.Value":
            choice = pick.randint(0, 5 if depth < 4 else 3)
            if choice == 0:
                message.null_value = 0
            elif choice == 1:
                message.number_value = pick.uniform(-9, 9)
            elif choice == 2:
                message.string_value = self.text()
            elif choice == 3:
                message.bool_value = pick.random() < 0.5
            else:
                inner = message.struct_value if choice == 4 else message.list_value
                inner.SetInParent()
                self.fill(inner, depth + 1, share=0.8)
        else:
            return False
        return True

    def fill(self, message, depth=0, share=0.3):
        if self.known(message, depth):
            return
        for field in message.DESCRIPTOR.fields:
            if self.random.random() > share / (depth + 1) and not field.is_required:
                continue
            count = self.random.randint(0, 3)
            value = getattr(message, field.name)
            if field.message_type and field.message_type.GetOptions().map_entry:
                entry = field.message_type.fields_by_name
                for _ in range(count):
                    key = self.scalar(entry["key"])
                    if entry["value"].message_type:
                        self.fill(value[key], depth + 1)
                    else:
                        value[key] = self.scalar(entry["value"])
            elif field.is_repeated:
                for _ in range(count):
                    if field.message_type:
                        self.fill(value.add(), depth + 1)
                    else:
                        value.append(self.scalar(field))
            elif field.message_type:
                value.SetInParent()
                self.fill(value, depth + 1)
            else:
                setattr(message, field.name, self.scalar(field))


def main():
    for line in sys.stdin:
        command, rest = line.rstrip("\n").split(" ", 1)
        if command == "file":
            POOL.AddSerializedFile(bytes.fromhex(rest))
            answer = "ok"
        elif command == "descriptor":
            files = imports_of(POOL.FindFileByName(rest), {})
            answer = " ".join(data.hex() for data in files.values())
        elif command == "compare":
            name, data, text = rest.split(" ", 2)
            answer = compare(name, bytes.fromhex(data), text)
        elif command == "decode":
            name, data = rest.split(" ")
            answer = decode(name, bytes.fromhex(data))
        else:
            name, seed = rest.split(" ")
            message = message_class(name)()
            Maker(int(seed)).fill(message)
            answer = f"{to_bytes(message).hex()} {to_json(message)}"
        print(answer, flush=True)


main()
