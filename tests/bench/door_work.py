"""What the bench of the door measures, each in a process of its own: one JSON document on stdout.

    python tests/bench/door_work.py read|models|write|fill …

Settings come from the environment. `cpu` is the processor time of the work alone, without imports,
which the whole process's time (measured from outside) holds as well.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from graphsync.changes import CreateUser, Plan
from graphsync.guard import Verdict, clear
from graphsync.settings import load_settings
from graphsync.tenant import reading
from graphsync.tenant.answers import Answer, Request
from graphsync.tenant.door import WritingDoor, open_door
from graphsync.tenant.requests import items
from graphsync.tenant.sending import Judged, perform
from policies.people import PersonKey

DOMAIN = "s01.example"
SETTINGS = load_settings().tenant()
AT_ONCE = 100
Told = dict[str, Any]


def now() -> datetime:
    return datetime.now(UTC)


async def read() -> Told:
    """Every user of the tenant, as the mirror reads them."""
    path = f"/users?$select={reading.user_select(SETTINGS.stamp)}&$top={reading.PAGE}"
    accounts = {}
    async with open_door(SETTINGS, now) as door:
        async for page in door.pages(path):
            for changed in reading.accounts(page.body, SETTINGS.stamp):
                accounts[changed.id] = changed.account
        return {"people": len(accounts), "requests": door.counts.total}


async def models() -> Told:
    """The same properties by the SDK's own paging and models."""
    from azure.identity.aio import ClientSecretCredential
    from msgraph.generated.users.users_request_builder import UsersRequestBuilder

    names = reading.user_select(SETTINGS.stamp).split(",")
    query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        select=names, top=reading.PAGE
    )
    users = []
    async with ClientSecretCredential(
        SETTINGS.tenant_id,
        SETTINGS.client_id,
        SETTINGS.client_secret or "",
        authority=SETTINGS.authority,
        disable_instance_discovery=True,
        connection_verify=str(SETTINGS.ca_file),
    ) as credential:
        client = _sdk(credential)
        wanted: Any = _configured(query)
        page = await client.users.get(request_configuration=wanted)
        pages = 1
        while page:
            users += page.value
            if page.odata_next_link is None:
                break
            page = await client.users.with_url(page.odata_next_link).get()
            pages += 1
    return {"people": len(users), "requests": pages}


def _configured(query: Any) -> Any:
    from kiota_abstractions.base_request_configuration import RequestConfiguration

    return RequestConfiguration(query_parameters=query)


def _sdk(credential: Any) -> Any:
    import ssl

    import httpx
    from kiota_authentication_azure.azure_identity_authentication_provider import (
        AzureIdentityAuthenticationProvider,
    )
    from msgraph import GraphRequestAdapter, GraphServiceClient
    from msgraph.graph_request_adapter import options
    from msgraph_core import GraphClientFactory

    trust = ssl.create_default_context(cafile=SETTINGS.ca_file)
    http = httpx.AsyncClient(verify=trust, trust_env=False)
    scopes = ["https://graph.microsoft.com/.default"]
    auth = AzureIdentityAuthenticationProvider(
        credential, scopes=scopes, allowed_hosts=["localhost"]
    )
    wired = GraphClientFactory.create_with_default_middleware(client=http, options=options)
    adapter = GraphRequestAdapter(auth, client=wired)
    adapter.base_url = SETTINGS.graph_url
    return GraphServiceClient(request_adapter=adapter)


class _Watched(WritingDoor):
    """The writing door; notes how many batches are in flight, and when the first left."""

    in_flight = most = 0
    first = last = 0.0

    async def send_batch(
        self, requests: Sequence[Request], *, in_order: bool = False
    ) -> list[Answer | None]:
        self.first = self.first or time.monotonic()
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        try:
            return await super().send_batch(requests, in_order=in_order)
        finally:
            self.in_flight -= 1
            self.last = time.monotonic()


class _Ends:
    """Hooks that count how items ended; a store is not the door's."""

    def __init__(self) -> None:
        self.ends: Counter[str] = Counter()

    def sending(self, batch: Sequence[Any]) -> None:
        """An intent would be written here."""

    def answered(self, judged: Sequence[Judged]) -> None:
        """An outcome would be written here."""
        self.ends.update(str(judgement.meaning) for _, _, judgement in judged)


class _Ids:
    """Nothing but passwords is asked for when accounts are made."""

    def account(self, person: PersonKey) -> str:
        raise KeyError(person)

    def group(self, unique_name: str) -> str:
        raise KeyError(unique_name)

    def password(self, person: PersonKey) -> str:
        return f"Copper-tiger-lamp{person.mis_id}"


async def write(count: str) -> Told:
    """So many accounts, made."""
    journal = _Ends()
    async with open_door(SETTINGS, now) as door:
        writing = _Watched(door, _cleared())
        numbers = range(int(count))
        changes = (_create(number) for number in numbers)
        made = (item for change in changes for item in items([change], _Ids(), SETTINGS))
        await perform(writing, made, journal)
        return {
            "ends": dict(journal.ends),
            "requests": door.counts.total,
            "writes": door.counts.writes,
            "throttled": door.counts.throttled,
            "in_flight": writing.most,
            "seconds": writing.last - writing.first,
        }


def _cleared() -> Any:
    nothing = Plan(
        school="s01",
        as_of=date(2026, 9, 1),
        roster_sha256="",
        pack_sha256="",
        changes=(),
        held=(),
        unchanged=(),
        linked={},
    )
    return clear(nothing, Verdict(), None, now())


def _create(number: int) -> CreateUser:
    name = f"w{number}"
    return CreateUser(
        person=PersonKey("s01", str(number)),
        user_principal_name=f"{name}@{DOMAIN}",
        mail_nickname=name,
        display_name=f"Writing {number}",
        given_name="Writing",
        surname=str(number),
        employee_type="Pupil",
        company_name="School 1",
        department="7B",
        usage_location="GB",
        stamp=f"gs:{number:013}",
    )


def fill(folder: str, count: str) -> Told:
    """A tenant of one domain with so many accounts in it, in a folder that has none yet."""
    from graphsync.sandbox.founding import found
    from graphsync.sandbox.storage import Storage
    from graphsync.sandbox.tenant import Tenant

    data = Path(folder)
    data.mkdir(parents=True)
    storage = Storage(data / "tenant.sqlite")
    found(storage, data, "1000", None, now().date())
    tenant = Tenant(storage, 1.0)
    for number in range(int(count)):
        tenant.directory.add(str(uuid4()), "user", _properties(number))
    tenant.close()
    return {"people": int(count)}


def _properties(number: int) -> dict[str, Any]:
    """An account as the product makes them, licensed."""
    made, stamp = _create(number), now().strftime("%Y-%m-%dT%H:%M:%SZ")
    sku = {"skuId": "314c4481-f395-4525-be8b-2ec4bb1e9d91", "disabledPlans": []}
    return {
        "accountEnabled": True,
        "userType": "Member",
        "userPrincipalName": made.user_principal_name,
        "mailNickname": made.mail_nickname,
        "displayName": made.display_name,
        "givenName": made.given_name,
        "surname": made.surname,
        "employeeType": made.employee_type,
        "companyName": made.company_name,
        "department": made.department,
        "usageLocation": made.usage_location,
        "employeeId": made.stamp,
        "createdDateTime": stamp,
        "signInSessionsValidFromDateTime": stamp,
        "assignedLicenses": [sku],
    }


def main(what: str, *arguments: str) -> None:
    """Do the work and tell what it took."""
    work: dict[str, Callable[..., Coroutine[Any, Any, Told]]] = {
        "read": read,
        "models": models,
        "write": write,
    }
    begun, cpu = time.monotonic(), time.process_time()
    told = fill(*arguments) if what == "fill" else asyncio.run(work[what](*arguments))
    told |= {"cpu": time.process_time() - cpu, "wall": time.monotonic() - begun}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
