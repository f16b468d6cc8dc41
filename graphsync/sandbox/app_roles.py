"""Application permissions: of which API each is, and their ids, the same in every tenant.

Graph's are from msgraph-devx-content ``permissions/new/provisioningInfo.json``; those that are not
in the table get an id that is made up but stable. All others are Graph's but for the three of the
Office 365 Management APIs, an API of its own with tokens of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

_MANAGEMENT_ROLES = frozenset({"ActivityFeed.Read", "ActivityFeed.ReadDlp", "ServiceHealth.Read"})


@dataclass(frozen=True)
class Api:
    """An API of Microsoft's whose application permissions apps are granted.

    audience  of its tokens, and what their scope begins with
    app_id    of its application, the same in every tenant
    """

    name: str
    audience: str
    app_id: str

    def roles(self, permissions: Iterable[str]) -> list[str]:
        """Those of the permissions that are this API's, in their order."""
        wanted = self is MANAGEMENT
        return [name for name in permissions if (name in _MANAGEMENT_ROLES) is wanted]


GRAPH = Api(
    "Microsoft Graph", "https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000"
)
MANAGEMENT = Api(
    "Office 365 Management APIs",
    "https://manage.office.com",
    "c5393580-f805-4401-95e8-94b7a6ef2fc2",
)
APIS = (GRAPH, MANAGEMENT)

_IDS = dict(
    line.split()
    for line in """
    User.ReadWrite.All 741f803b-c850-494e-b5df-cde7c675a1ca
    User.Read.All df021288-bdef-4463-88db-98f22de89214
    User-PasswordProfile.ReadWrite.All cc117bb9-00cf-4eb8-b580-ea2a878fe8f7
    User.EnableDisableAccount.All 3011c876-62b7-4ada-afa2-506cbbecc68c
    User.DeleteRestore.All eccc023d-eccf-4e7b-9683-8813ab36cecc
    User.RevokeSessions.All 77f3a031-c388-4f99-b373-dc68676a979e
    LicenseAssignment.ReadWrite.All 5facf0c1-8979-4e95-abcf-ff3d079771c0
    Group.Create bf7b1a76-6e77-406b-b258-bf5c7720e98f
    GroupMember.ReadWrite.All dbaae8cf-10b5-4b86-a4a1-f871c94c6695
    AdministrativeUnit.ReadWrite.All 5eb59dd3-1da2-4329-8733-9dabdc435916
    UserAuthMethod-TAP.ReadWrite.All 627169a8-8c15-451c-861a-5b80e383de5c
    User-LifeCycleInfo.ReadWrite.All 925f1248-0f97-47b9-8ec8-538c54e01325
    MailboxSettings.ReadWrite 6931bccd-447a-43d1-b442-00a195474933
    Mail.Send b633e1c5-b582-4048-a93e-9f11b44c7e96
    Domain.Read.All dbb9058a-0e50-45d7-ae91-66909b5d4664
    ActivityFeed.Read 594c1fb6-4f81-4475-ae41-0c394909246c
    ActivityFeed.ReadDlp 4807a72c-ad38-4250-94c9-4eabfe26cd55
    ServiceHealth.Read e2cea78f-e743-4d8f-a16a-75b629a038ae
    """.strip().splitlines()
)


def app_role_id(permission: str) -> str:
    """The appRole id of an application permission."""
    return _IDS.get(permission) or str(uuid5(NAMESPACE_URL, f"app-role:{permission}"))
