"""Signing people in: the authorization endpoint, the page that asks who it is, and signing out.

Entra docs: v2-oauth2-auth-code-flow, v2-protocols-oidc. In place of a password the page lets one
choose who to be; everything around it is as strict as Entra.
"""

from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from graphsync.sandbox.assignments import may_enter
from graphsync.sandbox.authorizing import (
    AuthorizeRequest,
    Reply,
    error_fields,
    read_request,
    reply_to,
)
from graphsync.sandbox.entra_problems import EntraRefusal
from graphsync.sandbox.grants import new_code
from graphsync.sandbox.identity import Entra, read_form
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.request_log import Record
from graphsync.sandbox.sessions import (
    SESSION_COOKIE,
    begin_session,
    end_session,
    session_of,
)
from graphsync.sandbox.sign_in_page import ACCOUNT, message_page, post_page, sign_in_page
from graphsync.sandbox.sign_in_problems import (
    disabled_account,
    nobody_signed_in,
    not_assigned,
    session_ended,
    unknown_account,
)
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.user_tokens import client_info

_HEADERS = {
    "Cache-Control": "no-store, no-cache",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


class SignIn:
    """The endpoints a browser visits."""

    def __init__(self, tenant: Tenant, entra: Entra) -> None:
        self._tenant = tenant
        self._entra = entra

    def routes(self) -> list[Route]:
        """For Starlette."""
        both = ["GET", "POST"]
        return [
            Route("/{name}/oauth2/v2.0/authorize", self.authorize, methods=both),
            Route("/{name}/login", self.choose, methods=["POST"]),
            Route("/{name}/oauth2/v2.0/logout", self.logout, methods=both),
        ]

    async def authorize(self, request: Request) -> Response:
        """The page, or an answer to the app: at once for a browser that is signed in."""
        return await self._answer(request, chosen=False)

    async def choose(self, request: Request) -> Response:
        """Somebody chose who to be: the answer to the app, or the page again with the reason."""
        return await self._answer(request, chosen=True)

    async def logout(self, request: Request) -> Response:
        """Forgets the browser's session; back to a registered redirect URI, if one is named."""
        record = self._record(request)
        end_session(self._tenant, request.cookies.get(SESSION_COOKIE))
        try:
            self._entra.check_known(request.path_params["name"])
            fields = read_form(await _text(request))
        except EntraRefusal as refusal:
            return self._problem(record, refusal)
        uri = fields.get("post_logout_redirect_uri", "")
        state = {"state": fields["state"]} if "state" in fields else {}
        answer: Response = _page(message_page(self._tenant, "You signed out of your account."))
        for app in self._tenant.apps.all():
            redirect = app.sign_in.redirect(uri)
            if redirect is not None:
                location = Reply(redirect, uri, "query", None).location(state)
                answer = RedirectResponse(location, 302, _HEADERS)
        answer.delete_cookie(SESSION_COOKIE, secure=True, httponly=True, samesite="none")
        record.status = answer.status_code
        return answer

    async def _answer(self, request: Request, *, chosen: bool) -> Response:
        record = self._record(request)
        try:
            self._entra.check_tenant(request.path_params["name"])
            fields = read_form(await _text(request))
            app, reply = reply_to(self._tenant, fields)
        except EntraRefusal as refusal:
            return self._problem(record, refusal)
        record.app = app.client_id
        try:
            asked = read_request(self._tenant, app, reply, fields, _origin(request))
            answer = (
                self._enter(asked, fields, record)
                if chosen
                else self._silent(asked, fields, request.cookies.get(SESSION_COOKIE))
            )
        except EntraRefusal as refusal:
            record.code = f"AADSTS{refusal.number}"
            description = refusal.body(self._tenant.clock.now())["error_description"]
            answer = self._reply(reply, error_fields(refusal, description, reply.state))
        record.status = answer.status_code
        return answer

    def _silent(
        self, asked: AuthorizeRequest, fields: Mapping[str, str], cookie: str | None
    ) -> Response:
        """With a session that fits: the code, unless the app wants to see the page."""
        session = session_of(self._tenant, cookie)
        fits = session is not None and _is_meant(session.user, asked.login_hint)
        may = session is not None and may_enter(self._tenant, asked.app, session.user)
        if asked.prompt == "none":
            if session is None or not fits:
                raise nobody_signed_in()
            if not session.good:
                raise session_ended()
            if not may:
                raise not_assigned(asked.app.client_id, asked.app.name)
        elif asked.prompt or session is None or not (fits and may and session.good):
            return _page(sign_in_page(self._tenant, asked, fields))
        return self._grant(asked, session.user, cookie or "")

    def _enter(
        self, asked: AuthorizeRequest, fields: Mapping[str, str], record: Record
    ) -> Response:
        """The code for whoever was chosen; the page again when they may not."""
        try:
            user = self._chosen(asked, fields.get(ACCOUNT, ""))
        except EntraRefusal as refusal:
            record.code = f"AADSTS{refusal.number}"
            told = f"{record.code}: {refusal.message}"
            return _page(sign_in_page(self._tenant, asked, fields, told))
        cookie = begin_session(self._tenant, user)
        answer = self._grant(asked, user, cookie)
        answer.set_cookie(SESSION_COOKIE, cookie, secure=True, httponly=True, samesite="none")
        return answer

    def _chosen(self, asked: AuthorizeRequest, account: str) -> Entry:
        directory = self._tenant.directory
        name = account.strip()
        user = directory.entries.get(name.lower()) or directory.named("userPrincipalName", name)
        if user is None or user.kind != "user" or not user.active:
            raise unknown_account(name, self._tenant.organization)
        if user.current.properties.get("accountEnabled") is not True:
            raise disabled_account()
        if not may_enter(self._tenant, asked.app, user):
            raise not_assigned(asked.app.client_id, asked.app.name)
        return user

    def _grant(self, asked: AuthorizeRequest, user: Entry, cookie: str) -> Response:
        fields = {"code": new_code(self._tenant, asked, user)}
        if asked.client_info:
            fields["client_info"] = client_info(self._tenant, user)
        if asked.reply.state is not None:
            fields["state"] = asked.reply.state
        fields["session_state"] = str(uuid5(NAMESPACE_URL, f"session:{cookie}"))
        return self._reply(asked.reply, fields)

    def _reply(self, reply: Reply, fields: Mapping[str, str]) -> Response:
        if reply.mode == "form_post":
            return _page(post_page(reply.uri, fields))
        return RedirectResponse(reply.location(fields), 302, _HEADERS)

    def _problem(self, record: Record, refusal: EntraRefusal) -> Response:
        """A page, since there is no app to be told (whether with 400 or 200 is unverified)."""
        record.status, record.code = 400, f"AADSTS{refusal.number}"
        description = refusal.body(self._tenant.clock.now())["error_description"]
        return _page(
            message_page(
                self._tenant, "Sorry, but we're having trouble signing you in.", description
            ),
            400,
        )

    def _record(self, request: Request) -> Record:
        return self._tenant.log.open(self._tenant.clock.stamp(), request.method, request.url.path)


def _is_meant(user: Entry, hint: str | None) -> bool:
    return not hint or str(user.current.properties["userPrincipalName"]).lower() == hint.lower()


def _page(text: str, status: int = 200) -> Response:
    return Response(text, status, _HEADERS, "text/html")


async def _text(request: Request) -> str:
    """The query, or the urlencoded body of a POST (OpenID Connect Core 3.1.2.1)."""
    if request.method == "POST":
        return (await request.body()).decode("utf-8", "replace")
    return request.url.query


def _origin(request: Request) -> str:
    return f"https://{request.headers.get('host', '')}"
