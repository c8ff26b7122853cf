"""A user's program: a grpcio client that knows the lab only from its environment.

    lab_client.py sync|aio POLICY METHOD COUNT [SECONDS]

Sends COUNT RPCs, spread over SECONDS, and prints how many ended with each status and, where pods name
themselves, how many each of them answered OK.
"""

import asyncio
import collections
import json
import os
import sys
import time

import grpc

kind, policy, method, count = *sys.argv[1:4], int(sys.argv[4])
pause = float(sys.argv[5]) / count if len(sys.argv) > 5 else 0
target = os.environ["LBCHECK_TARGET_DNS"]
options = [("grpc.lb_policy_name", policy), ("grpc.use_local_subchannel_pool", 1)]
statuses, pods = collections.Counter(), collections.Counter()


def note(code, metadata):
    statuses[code.name] += 1
    pod = dict(metadata or ()).get("x-pod-name")
    if pod:
        pods[pod] += 1


def sync():
    with grpc.insecure_channel(target, options) as channel:
        stub = channel.unary_unary(method)
        for _ in range(count):
            try:
                _, call = stub.with_call(b"hello", timeout=10)
                note(call.code(), call.initial_metadata())
            except grpc.RpcError as error:
                note(error.code(), None)
            time.sleep(pause)


async def aio():
    async with grpc.aio.insecure_channel(target, options) as channel:
        stub = channel.unary_unary(method)
        limit = asyncio.Semaphore(10)

        async def one():
            async with limit:
                call = stub(b"hello", timeout=10)
                try:
                    await call
                    note(grpc.StatusCode.OK, await call.initial_metadata())
                except grpc.aio.AioRpcError as error:
                    note(error.code(), None)

        calls = []
        for _ in range(count):
            calls.append(asyncio.create_task(one()))
            if pause or len(calls) % 20 == 0:
                await asyncio.sleep(pause)
        await asyncio.gather(*calls)


sync() if kind == "sync" else asyncio.run(aio())
print(json.dumps({"statuses": statuses, "pods": pods}))
