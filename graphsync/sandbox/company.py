"""What a tenant is: organization, domains, directory roles and who holds them."""

from collections.abc import Iterable
from typing import Any

from graphsync.sandbox.calls import GRAPH, Answer, Call
from graphsync.sandbox.filters import compile_filter
from graphsync.sandbox.listing import MIXED, Candidate, fixed_source, list_answer
from graphsync.sandbox.objects import ACTIVE
from graphsync.sandbox.problems import not_found
from graphsync.sandbox.roles import DirectoryRole, template_id
from graphsync.sandbox.tenant import Tenant


def list_organizations(call: Call) -> Answer:
    """200 and the tenant, the only one."""
    return _collection(call, "organization", [_organization(call.tenant)], "organization")


def get_organization(call: Call) -> Answer:
    """200 and the tenant."""
    return _one(call, "organization", [_organization(call.tenant)])


def list_domains(call: Call) -> Answer:
    """200 and the verified domains."""
    return _collection(call, "domains", _domains(call.tenant), "domain")


def get_domain(call: Call) -> Answer:
    """200 and the domain with this name."""
    return _one(call, "domains", _domains(call.tenant))


def list_roles(call: Call) -> Answer:
    """200 and the activated directory roles."""
    return _collection(call, "directoryRoles", _roles(call.tenant), "directoryRole")


def get_role(call: Call) -> Answer:
    """200 and the role with this id."""
    return _one(call, "directoryRoles", _roles(call.tenant))


def list_role_members(call: Call) -> Answer:
    """200 and the users that hold the role."""
    role = _role(call.tenant, call.keys[0])
    return list_answer(call, fixed_source(_holders(call, role)), MIXED, "directoryObjects")


def list_role_assignments(call: Call) -> Answer:
    """200 and every assignment, tenant-wide in scope."""
    rows = [
        {
            "id": role.assignment_id(member),
            "principalId": member,
            "directoryScopeId": "/",
            "roleDefinitionId": role.template_id,
        }
        for role in call.tenant.roles
        for member in role.members
    ]
    path = "roleManagement/directory/roleAssignments"
    return _collection(call, path, rows, "unifiedRoleAssignment")


def list_role_definitions(call: Call) -> Answer:
    """200 and the definitions of the activated roles."""
    path = "roleManagement/directory/roleDefinitions"
    return _collection(call, path, _definitions(call.tenant), "unifiedRoleDefinition")


def get_role_definition(call: Call) -> Answer:
    """200 and the definition with this id."""
    path = "roleManagement/directory/roleDefinitions"
    return _one(call, path, _definitions(call.tenant))


def _collection(call: Call, path: str, rows: list[dict[str, Any]], type_name: str) -> Answer:
    """Small collections come in one page; ``$select`` and, where it is listed, ``$filter``."""
    select = call.query.select(type_name)
    text = call.query.options.get("filter")
    if text is not None and type_name not in {"organization", "domain"}:
        test = compile_filter(text, type_name, counted=call.query.counted)
        rows = [row for row in rows if test(row)]
    return Answer(
        200,
        {
            "@odata.context": f"{GRAPH}/$metadata#{path}",
            "value": [_selected(row, select) for row in rows],
        },
    )


def _one(call: Call, path: str, rows: Iterable[dict[str, Any]]) -> Answer:
    for row in rows:
        if row["id"].lower() == call.keys[0].lower():
            return Answer(200, {"@odata.context": f"{GRAPH}/$metadata#{path}/$entity", **row})
    raise not_found(call.keys[0])


def _selected(row: dict[str, Any], select: tuple[str, ...] | None) -> dict[str, Any]:
    if select is None:
        return row
    return {name: row.get(name) for name in select}


def _organization(tenant: Tenant) -> dict[str, Any]:
    return {
        "id": tenant.id,
        "deletedDateTime": None,
        "businessPhones": [],
        "countryLetterCode": "GB",
        "createdDateTime": tenant.created,
        "defaultUsageLocation": None,
        "displayName": tenant.organization,
        "onPremisesSyncEnabled": _is_synced(tenant) or None,
        "preferredLanguage": "en",
        "tenantType": "AAD",
        "assignedPlans": [],
        "provisionedPlans": [],
        "technicalNotificationMails": [],
        "verifiedDomains": [
            {
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": index == len(tenant.domains) - 1,
                "isInitial": index == 0,
                "name": name,
                "type": "Managed",
            }
            for index, name in enumerate(tenant.domains)
        ],
    }


def _is_synced(tenant: Tenant) -> bool:
    return any(
        entry.current.properties.get("onPremisesSyncEnabled")
        for entry in tenant.directory.listings["user"]
    )


def _domains(tenant: Tenant) -> list[dict[str, Any]]:
    return [
        {
            "id": name,
            "authenticationType": "Managed",
            "availabilityStatus": None,
            "isAdminManaged": True,
            "isDefault": index == len(tenant.domains) - 1,
            "isInitial": index == 0,
            "isRoot": True,
            "isVerified": True,
            "passwordNotificationWindowInDays": 14,
            "passwordValidityPeriodInDays": 2147483647,
            "state": None,
            "supportedServices": ["Email", "OfficeCommunicationsOnline"],
        }
        for index, name in enumerate(tenant.domains)
    ]


def _roles(tenant: Tenant) -> list[dict[str, Any]]:
    return [{"id": role.id, **role.properties()} for role in tenant.roles]


def _role(tenant: Tenant, key: str) -> DirectoryRole:
    for role in tenant.roles:
        if role.id == key.lower():
            return role
    raise not_found(key)


def _holders(call: Call, role: DirectoryRole) -> Iterable[Candidate]:
    for place, member in enumerate(role.members, start=1):
        version = call.tenant.directory.entries[member].seen(call.horizon)
        if version is not None and version.state == ACTIVE:
            yield Candidate(place, member, version.properties)


def _definitions(tenant: Tenant) -> list[dict[str, Any]]:
    return [
        {
            "id": template_id(role.name),
            "description": f"Members of the {role.name} role.",
            "displayName": role.name,
            "isBuiltIn": True,
            "isEnabled": True,
            "templateId": template_id(role.name),
            "version": "1",
        }
        for role in tenant.roles
    ]
