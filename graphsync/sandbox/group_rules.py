"""What Graph accepts in a group (Graph docs: group-post-groups, group-update, group-upsert)."""

import re
from typing import Any

from graphsync.sandbox.extensions import check_extension_values
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.problems import (
    bad_request,
    conflict,
    denied,
    invalid_value,
    mastered_on_premises,
    not_implemented,
    read_only,
    required_value,
)
from graphsync.sandbox.schema import check_properties, names
from graphsync.sandbox.tenant import Tenant

MOST_BOUND = 20
_REQUIRED = ("displayName", "mailEnabled", "mailNickname", "securityEnabled")
_READ_ONLY = names(
    """
    id deletedDateTime createdDateTime assignedLicenses expirationDateTime
    hasMembersWithLicenseErrors infoCatalogs isManagementRestricted
    licenseProcessingState mail onPremisesDomainName onPremisesExtensionAttributes
    onPremisesLastSyncDateTime onPremisesNetBiosName onPremisesProvisioningErrors
    onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled
    organizationId proxyAddresses renewedDateTime securityIdentifier
    serviceProvisioningErrors uniqueName unseenConversationsCount unseenMessagesCount
    isArchived
    """
)
_AT_CREATION = frozenset({"groupTypes", "isAssignableToRole", "mailEnabled"})
_LONGEST = {"displayName": 256, "mailNickname": 64, "description": 1024}
_NICKNAME = re.compile(r"[!-~]+")
_NICKNAME_FORBIDDEN = frozenset('@()\\[]";:<>, ')
_UNIQUE_NAME = re.compile(r"[!-~]{1,128}")
_GROUP_TYPES = frozenset({"Unified", "DynamicMembership"})
_LONGEST_RULE = 3072
# Entra docs "groups-dynamic-membership": an object's property, an operator, a value.
_RULE = re.compile(
    r"\b(user|device)\.[A-Za-z_]\w*\s+-(eq|ne|startsWith|notStartsWith|contains|notContains|"
    r"match|notMatch|in|notIn|any|all|ge|le)\b"
)
_VISIBILITIES = frozenset({"Private", "Public", "HiddenMembership"})


def split_binds(body: dict[str, Any]) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """Properties, members to bind, owners to bind; together at most 20 references."""
    properties = dict(body)
    binds = []
    for name in ("members@odata.bind", "owners@odata.bind"):
        urls = properties.pop(name, [])
        if not isinstance(urls, list):
            raise invalid_value(name, "Group")
        binds.append(urls)
    if sum(len(urls) for urls in binds) > MOST_BOUND:
        # Graph docs "group-post-members": up to 20 in one request (text unverified).
        raise bad_request(
            "The number of references in the request exceeds the maximum of "
            f"{MOST_BOUND} for 'members@odata.bind'."
        )
    return properties, binds[0], binds[1]


def check_new_group(tenant: Tenant, body: dict[str, Any]) -> None:
    """Raises 400 when POST /groups would."""
    check_properties(body, "group", "Group", tenant.extensions.of("group"))
    check_extension_values(body, {}, "Group")
    for name in _REQUIRED:
        if body.get(name) in (None, ""):
            raise required_value(name, "Group")
    _check_values(body)
    unified = "Unified" in body.get("groupTypes", ())
    if body["mailEnabled"] != unified:
        raise bad_request(
            "The service does not currently support writes of mail-enabled groups. Please ensure "
            "that the mail-enablement property is unset and the security-enablement property is "
            "set."
        )
    if not (body["securityEnabled"] or unified):
        raise invalid_value("securityEnabled", "Group")
    if body.get("visibility") == "HiddenMembership" and not unified:
        raise invalid_value("visibility", "Group")
    if is_dynamic(body):
        _check_dynamic(body)
    elif body.get("membershipRule"):
        raise invalid_value("membershipRule", "Group")  # text unverified
    _check_nickname_is_free(tenant, body, None)


def check_group_changes(tenant: Tenant, entry: Entry, body: dict[str, Any]) -> None:
    """Raises 400 when PATCH /groups/{id} would."""
    check_properties(body, "group", "Group", tenant.extensions.of("group"))
    check_extension_values(body, entry.current.properties, "Group")
    if entry.current.properties.get("onPremisesSyncEnabled") and body.keys() - {"@odata.type"}:
        raise mastered_on_premises()
    held = entry.current.properties
    for name in _AT_CREATION & body.keys():
        if body[name] != held.get(name, False):
            raise read_only(name)
    for name in _REQUIRED:
        if name in body and body[name] in (None, ""):
            raise required_value(name, "Group")
    _check_values({name: value for name, value in body.items() if name not in _AT_CREATION})
    if body.get("visibility") == "HiddenMembership":
        raise invalid_value("visibility", "Group")
    if "membershipRule" in body and is_dynamic(held) != bool(body["membershipRule"]):
        raise invalid_value("membershipRule", "Group")
    if held.get("mailEnabled"):
        _check_nickname_is_free(tenant, body, entry)


def check_unique_name(name: str) -> None:
    """Raises 400 for an alternate key that cannot be one."""
    if not _UNIQUE_NAME.fullmatch(name):
        raise invalid_value("uniqueName", "Group")


def is_dynamic(properties: dict[str, Any]) -> bool:
    """Whether a rule, not a hand, decides who is a member."""
    return "DynamicMembership" in properties.get("groupTypes", ())


def _check_dynamic(body: dict[str, Any]) -> None:
    """A rule is required; one that is to be evaluated is not spoken here."""
    if not body.get("membershipRule"):
        raise bad_request("A value is required for property 'membershipRule'.")
    if not body.get("membershipRuleProcessingState"):
        raise bad_request("A value is required for property 'membershipRuleProcessingState'.")


def _check_rule(body: dict[str, Any]) -> None:
    rule, state = body.get("membershipRule"), body.get("membershipRuleProcessingState")
    if rule is not None and (len(rule) > _LONGEST_RULE or not _RULE.search(rule)):
        raise invalid_value("membershipRule", "Group")
    if state not in {None, "On", "Paused"}:
        raise invalid_value("membershipRuleProcessingState", "Group")
    if state == "On":
        raise not_implemented()


def check_no_rule(properties: dict[str, Any]) -> None:
    """Members of a dynamic group are not edited by hand (Entra docs "groups-dynamic-membership").

    403 is recorded for members in a new group's body (microsoft-graph-docs issue 9071) and taken
    for later edits by analogy.
    """
    if is_dynamic(properties):
        raise denied()


def check_membership_is_ours(group: Entry) -> None:
    """Memberships of synced groups are mastered in Active Directory, of dynamic ones by rule."""
    check_no_rule(group.current.properties)
    if group.current.properties.get("onPremisesSyncEnabled"):
        raise mastered_on_premises()


def check_nesting(member: Entry, group: Entry | None, properties: dict[str, Any]) -> None:
    """What may be a member of what (Graph docs: group-post-members; texts unverified).

    Microsoft 365 groups hold users only and are not nested themselves; security groups nest.
    """
    if member.kind == "user":
        return
    if member is group:
        raise bad_request("A group cannot be a member of itself.")
    unified = "Unified" in properties.get("groupTypes", ())
    nested = member.current.properties.get("groupTypes", ())
    if member.kind != "group" or unified or "Unified" in nested:
        raise bad_request("Unsupported referenced-object resource for 'members'.")


def _check_values(body: dict[str, Any]) -> None:
    for name, value in body.items():
        if name in _READ_ONLY:
            raise read_only(name)
        longest = _LONGEST.get(name)
        if longest is not None and isinstance(value, str) and len(value) > longest:
            raise invalid_value(name, "Group")
    nickname = body.get("mailNickname")
    if nickname is not None and not (
        _NICKNAME.fullmatch(nickname) and _NICKNAME_FORBIDDEN.isdisjoint(nickname)
    ):
        raise invalid_value("mailNickname", "Group")
    if body.get("visibility") not in {None, *_VISIBILITIES}:
        raise invalid_value("visibility", "Group")
    if not _GROUP_TYPES.issuperset(body.get("groupTypes", ())):
        raise invalid_value("groupTypes", "Group")
    _check_rule(body)


def _check_nickname_is_free(tenant: Tenant, body: dict[str, Any], entry: Entry | None) -> None:
    """Unique among Microsoft 365 groups only."""
    nickname = body.get("mailNickname")
    if nickname is None or not (body.get("mailEnabled") or entry is not None):
        return
    holder = tenant.directory.named("mailNickname", nickname)
    if holder is not None and holder is not entry:
        raise conflict("mailNickname")
