"""The studio: a client of the video API for asyncio."""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from functools import cache
from types import TracebackType
from typing import Any, Self

import httpx

ROUTE = "/v2/video/generations"
PROVIDER = "https://api.aimlapi.com"

Payload = Mapping[str, Any]


class Rejected(Exception):
    """The API did not take an order."""


class ShotFailed(Exception):
    """The API took an order, but could not make the video."""


class Studio:
    """Makes shots; a context manager. `base_url` is where the API or a gateway to it answers."""

    def __init__(self, key: str, *, base_url: str = PROVIDER, poll_every: float = 10, patience: float = 900) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.AsyncClient(base_url=base_url, headers=headers, verify=_certificates())
        self._poll_every = poll_every
        self._patience = patience

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def shoot(self, order: Payload) -> str:
        """The URL of one shot. Rejected, ShotFailed, or TimeoutError when it takes longer than `patience` seconds."""
        created = await self._http.post(ROUTE, json=order)
        if created.status_code == httpx.codes.BAD_REQUEST:
            raise Rejected([".".join(map(str, item["path"])) for item in created.json()["error"]["data"]])
        job = created.raise_for_status().json()
        async with asyncio.timeout(self._patience):
            return await self._watch(job["id"])

    async def shoot_all(self, orders: Iterable[Payload]) -> list[str | BaseException]:
        """One URL for each order, or what went wrong with it: a bad shot does not spoil the others."""
        return await asyncio.gather(*map(self.shoot, orders), return_exceptions=True)

    async def _watch(self, job_id: str) -> str:
        while True:
            reply = await self._http.get(ROUTE, params={"generation_id": job_id})
            job = reply.raise_for_status().json()
            if job["status"] == "completed":
                return job["video"]["url"]
            if job["status"] == "error":
                raise ShotFailed(job["error"]["message"])
            await asyncio.sleep(self._poll_every)


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust; reading it takes longer than many a request, and once is enough."""
    return httpx.create_ssl_context()
