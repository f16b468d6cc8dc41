"""Which ``$filter`` operators each property takes, plainly (D) or only as an advanced query (A).

Graph docs "aad-advanced-queries" and the table of filter support for user and group properties.
``ne``, ``not`` and ``endswith`` are always advanced.
"""

_RANGE = "eq:D ge:D le:D in:D startswith:D"
_ADVANCED_TEXT = "eq:A ge:A le:A in:A startswith:A null:A"
_ADVANCED_MOMENT = "eq:A ge:A le:A in:A null:A"


def _rules(table: dict[str, str]) -> dict[str, dict[str, str]]:
    rules: dict[str, dict[str, str]] = {}
    for names, text in table.items():
        operators = dict(each.split(":") for each in text.split())
        if "in" in operators or "eq" in operators:
            operators.setdefault("ne", "A")
        for name in names.split():
            rules[name] = operators
    return rules


FILTERS: dict[str, dict[str, dict[str, str]]] = {
    "user": _rules(
        {
            "id": "eq:D in:D",
            "userPrincipalName": "eq:D le:D in:D startswith:D endswith:A",
            "mail": f"{_RANGE} endswith:A",
            "mailNickname givenName department": f"{_RANGE} null:A",
            "surname usageLocation": _RANGE,
            "displayName": "eq:D in:D startswith:D null:A",
            "employeeId": "eq:D in:D le:A startswith:D null:A",
            "accountEnabled": "eq:D ge:A le:A in:D",
            "userType": "eq:D in:D null:A",
            "onPremisesSyncEnabled": "eq:D in:D null:A",
            "ageGroup consentProvidedForMinor": "eq:D in:D",
            "assignedLicenses/any": "eq:D",
            "proxyAddresses/any": "eq:D ge:D le:D startswith:D endswith:A",
            "otherMails/any": "eq:D ge:D le:D in:D startswith:D endswith:A",
            "createdDateTime": "eq:D ge:D le:D in:A",
            "companyName officeLocation employeeType mobilePhone onPremisesImmutableId"
            " onPremisesSamAccountName passwordPolicies postalCode preferredLanguage"
            " streetAddress city country state jobTitle": _ADVANCED_TEXT,
            "employeeHireDate": _ADVANCED_MOMENT,
            "onPremisesExtensionAttributes": "eq:A null:A",
            "assignedLicenses/$count otherMails/$count": "eq:A",
        }
    ),
    "group": _rules(
        {
            "id": "eq:D in:D",
            "displayName mail mailNickname": _RANGE,
            "description": _ADVANCED_TEXT,
            "mailEnabled securityEnabled onPremisesSyncEnabled": "eq:D in:D null:A",
            "createdDateTime": "eq:D ge:D le:D in:A",
            "groupTypes/any": "eq:D",
            "proxyAddresses/any": "eq:D ge:D le:D startswith:D endswith:A",
            "assignedLicenses/any": "eq:D",
            "hasMembersWithLicenseErrors": "eq:A",
        }
    ),
    "administrativeUnit": _rules({"id": "eq:D in:D", "displayName": _RANGE, "description": _RANGE}),
    "directoryAudit": _rules(
        {
            "id correlationId category loggedByService": "eq:D",
            "activityDisplayName": "eq:D startswith:D",
            "activityDateTime": "eq:D ge:D le:D",
            "targetResources/any": "eq:D startswith:D",
        }
    ),
    # The "userRegistrationDetails" resource.
    "userRegistrationDetails": _rules(
        {
            "isMfaCapable isMfaRegistered isPasswordlessCapable isSsprCapable isSsprEnabled"
            " isSsprRegistered isSystemPreferredAuthenticationMethodEnabled": "eq:D",
            "methodsRegistered/any systemPreferredAuthenticationMethods/any": "eq:D",
            "userDisplayName userPrincipalName": "eq:D startswith:D",
        }
    ),
    "application": _rules({"id appId": "eq:D in:D", "displayName": "eq:D in:D startswith:D"}),
    "unifiedRoleAssignment": _rules({"roleDefinitionId principalId": "eq:D"}),
    "unifiedRoleDefinition": _rules({"displayName id": "eq:D in:D startswith:D"}),
    "directoryRole": _rules({"roleTemplateId displayName": "eq:D"}),
}
# Graph docs "user-list": extensions take eq, ne and eq null; "in" works wherever eq does.
EXTENSION = {"eq": "D", "in": "D", "ne": "A", "null": "A"}
# The "servicePrincipal" resource: servicePrincipalNames supports eq, not, ge, le, startsWith.
FILTERS["servicePrincipal"] = {
    **FILTERS["application"],
    **_rules({"servicePrincipalNames/any": "eq:D ge:D le:D startswith:D"}),
}
FILTERS["application"] |= _rules({"identifierUris/any": "eq:D ge:D le:D startswith:D"})
# A mixed collection is filtered by what its users have.
FILTERS["directoryObject"] = FILTERS["user"]
