"""How connections are taken."""

import asyncio
import socket

from graphsync.sandbox.serve import _listen


async def test_no_answer_waits_for_the_acknowledgement_of_its_first_segment():
    taken: asyncio.Queue[socket.socket] = asyncio.Queue()

    async def take(_, writer):
        await taken.put(writer.get_extra_info("socket"))
        writer.close()

    listener = _listen(0)
    async with await asyncio.start_server(take, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname())
        accepted = await taken.get()
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        writer.close()
        await writer.wait_closed()
