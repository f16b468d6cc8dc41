"""The pages of the sign-in: who to be, a message, and the form that posts the answer to the app."""

from collections.abc import Iterable, Mapping

from jinja2 import Environment, PackageLoader

from graphsync.sandbox.assignments import may_enter, roles_of
from graphsync.sandbox.authorizing import AuthorizeRequest
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.tenant import Tenant

ACCOUNT = "sandbox_account"  # the field of the choice, beside those of the request
_SHOWN = 100
_templates = Environment(loader=PackageLoader("graphsync.sandbox", "data"), autoescape=True)


def sign_in_page(
    tenant: Tenant, asked: AuthorizeRequest, fields: Mapping[str, str], problem: str = ""
) -> str:
    """The page that lists whom one may sign in as, at most 100: who is hinted at, those with roles.

    fields   the request, which travels on in the form
    problem  why the last choice was refused
    """
    everybody = _enabled(tenant)
    rows = [
        {
            "id": user.id,
            "name": user.current.properties["displayName"],
            "upn": user.current.properties["userPrincipalName"],
            "roles": roles_of(tenant, asked.app, user),
        }
        for user in everybody
        if may_enter(tenant, asked.app, user)
    ]
    hint = (asked.login_hint or "").lower()
    rows.sort(
        key=lambda row: (
            str(row["upn"]).lower() != hint,
            not row["roles"],
            str(row["name"]).lower(),
        )
    )
    return _templates.get_template("sign_in.html").render(
        organization=tenant.organization,
        tenant=tenant.id,
        app=asked.app.name,
        account=ACCOUNT,
        hint=asked.login_hint or "",
        fields={name: value for name, value in fields.items() if name != ACCOUNT},
        problem=problem,
        rows=rows[:_SHOWN],
        more=len(rows) - _SHOWN,
    )


def message_page(tenant: Tenant, title: str, text: str = "") -> str:
    """A page that only says something."""
    return _templates.get_template("sign_in_message.html").render(
        organization=tenant.organization, title=title, text=text
    )


def post_page(uri: str, fields: Mapping[str, str]) -> str:
    """A form that posts the answer to the app by itself (OAuth 2.0 form post response mode)."""
    return _templates.get_template("sign_in_post.html").render(uri=uri, fields=fields)


def _enabled(tenant: Tenant) -> Iterable[Entry]:
    for user in tenant.directory.listings["user"]:
        if user.active and user.current.properties.get("accountEnabled") is True:
            yield user
