"""Bodies that are read to a limit and no further; see `limits`."""

import aiohttp

from graphsync.tenant.limits import LARGEST_TOKEN
from graphsync.tenant.problems import AnswerTooLarge


class BoundedResponse(aiohttp.ClientResponse):
    """A response whose whole body is read only when it is small, as a token answer is."""

    async def read(self) -> bytes:
        """The body; raises AnswerTooLarge, and closes the connection, past a megabyte."""
        return await read_body(self, LARGEST_TOKEN)


async def read_body(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, unpacked; raises AnswerTooLarge, and closes the connection, past `most` bytes.

    Neither Content-Length nor the packed size is believed: what has been unpacked is counted, a
    piece at a time (aiohttp unpacks no more than its buffer of 256 KB ahead of us).
    """
    pieces: list[bytes] = []
    size = 0
    async for piece in response.content.iter_any():
        size += len(piece)
        if size > most:
            response.close()
            raise AnswerTooLarge(most)
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
