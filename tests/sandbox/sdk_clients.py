"""The real msgraph-sdk with the real azure-identity, pointed at a sandbox."""

import contextlib
import ssl
import warnings

import httpx
from azure.identity.aio import ClientSecretCredential
from running_sandbox import SCOPE

with warnings.catch_warnings():  # kiota_abstractions warns of its own deprecated class
    warnings.simplefilter("ignore", DeprecationWarning)
    from kiota_authentication_azure.azure_identity_authentication_provider import (
        AzureIdentityAuthenticationProvider,
    )
    from msgraph import GraphRequestAdapter, GraphServiceClient
    from msgraph.graph_request_adapter import options
    from msgraph_core import GraphClientFactory


@contextlib.asynccontextmanager
async def sdk_client(sandbox, client_id, secret):
    """A client signed in as one app."""
    context = ssl.create_default_context(cafile=sandbox.settings["CA_FILE"])
    transport = httpx.AsyncHTTPTransport(verify=context, http2=True, trust_env=False)
    async with (
        ClientSecretCredential(
            sandbox.tenant,
            client_id,
            secret,
            authority=sandbox.authority,
            disable_instance_discovery=True,
            connection_verify=sandbox.settings["CA_FILE"],
        ) as credential,
        transport,  # the factory wraps it and then does not close it
        httpx.AsyncClient(transport=transport) as http,
    ):
        auth = AzureIdentityAuthenticationProvider(
            credential, scopes=[SCOPE], allowed_hosts=["localhost"]
        )
        wired = GraphClientFactory.create_with_default_middleware(client=http, options=options)
        adapter = GraphRequestAdapter(auth, client=wired)
        adapter.base_url = sandbox.graph
        yield GraphServiceClient(request_adapter=adapter)
