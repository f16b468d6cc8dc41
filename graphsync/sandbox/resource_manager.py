"""Azure Resource Manager as far as azure-cli and Terraform ask before they speak to Graph.

They learn a cloud's addresses from ``/metadata/endpoints``; azure-cli then wants a token for
Resource Manager and the list of subscriptions, of which a school's tenant has none (Azure REST
docs: subscriptions-list). Envelope and codes are those of recorded answers.
"""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from graphsync.sandbox.problems import Refusal
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.tokens import Tokens

RESOURCE_MANAGER = ("https://management.azure.com", "https://management.core.windows.net")


class ResourceManager:
    """Its two endpoints."""

    def __init__(self, tenant: Tenant, tokens: Tokens) -> None:
        self._tenant = tenant
        self._tokens = tokens

    async def subscriptions(self, request: Request) -> Response:
        """200 and no subscriptions; 400 without a version, 401 without a token for the audience."""
        record = self._tenant.log.open(self._tenant.clock.stamp(), request.method, request.url.path)
        answer = self._answer(request.query_params, request.headers.get("authorization"))
        record.status = answer.status_code
        return answer

    async def metadata(self, request: Request) -> Response:
        """200 and where this cloud has Entra, Graph and Resource Manager: all of it here."""
        record = self._tenant.log.open(self._tenant.clock.stamp(), request.method, request.url.path)
        if "api-version" not in request.query_params:
            answer = _no_version()
        else:
            answer = JSONResponse(_cloud(f"https://{request.headers.get('host', '')}"))
        record.status = answer.status_code
        return answer

    def _answer(self, query: Mapping[str, str], authorization: str | None) -> Response:
        if not authorization:
            return _refused(
                401,
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.",
            )
        if not self._is_for_us(authorization):
            return _refused(401, "InvalidAuthenticationToken", "The access token is invalid.")
        if "api-version" not in query:
            return _no_version()
        return JSONResponse({"value": [], "count": {"type": "Total", "value": 0}})

    def _is_for_us(self, authorization: str) -> bool:
        now = self._tenant.clock.seconds()
        for audience in RESOURCE_MANAGER:
            try:
                self._tokens.check(authorization, now, audience)
            except Refusal:
                continue
            return True
        return False


def _no_version() -> Response:
    return _refused(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
    )


def _cloud(origin: str) -> dict[str, Any]:
    """The names are those of the public cloud's document, version 2022-09-01."""
    return {
        "name": "sandbox",
        "authentication": {
            "audiences": [f"{each}/" for each in reversed(RESOURCE_MANAGER)],
            "identityProvider": "AAD",
            "loginEndpoint": origin,
            "tenant": "common",
        },
        "graphAudience": f"{origin}/",
        "microsoftGraphResourceId": f"{origin}/",
        "resourceManager": f"{origin}/",
        "suffixes": {},
    }


def _refused(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
