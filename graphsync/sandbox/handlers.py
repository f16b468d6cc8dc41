"""Which function answers which operation."""

from collections.abc import Callable

from graphsync.sandbox import administrative_units as units
from graphsync.sandbox import (
    app_role_assignments,
    applications,
    audit_reading,
    company,
    deleted_items,
    directory_objects,
    extension_properties,
    group_licences,
    groups,
    licences,
    mail,
    mailbox,
    members,
    memberships,
    owners,
    people,
    phone_methods,
    registration_details,
    sign_in_methods,
    users,
)
from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.counting import count_of
from graphsync.sandbox.delta import delta
from graphsync.sandbox.operations import OPERATIONS, Operation


def _users_delta(call: Call) -> Answer:
    return delta(call, "user")


def _groups_delta(call: Call) -> Answer:
    return delta(call, "group")


_UNITS = "/directory/administrativeunits"
_PASSES = "/users/{id}/authentication/temporaryaccesspassmethods"
_PHONES = "/users/{id}/authentication/phonemethods"
_DETAILS = "/reports/authenticationmethods/userregistrationdetails"
_EXTENSIONS = "/applications/{id}/extensionproperties"
_BY_APP_ID = "/applications(appid={id})"
_BY_NAME: dict[str, Callable[[Call], Answer]] = {
    "GET /users": users.list_users,
    "POST /users": users.create_user,
    "GET /users/delta": _users_delta,
    "GET /users/{id}": users.get_user,
    "PATCH /users/{id}": users.patch_user,
    "DELETE /users/{id}": users.delete_user,
    "POST /users/{id}/revokesigninsessions": users.revoke_sessions,
    "POST /users/{id}/assignlicense": licences.assign_license,
    "POST /users/{id}/reprocesslicenseassignment": group_licences.reprocess,
    "GET /users/{id}/licensedetails": licences.license_details,
    "GET /users/{id}/memberof": memberships.member_of,
    "GET /users/{id}/memberof/graph.group": memberships.member_of_groups,
    "GET /users/{id}/memberof/graph.directoryrole": memberships.member_of_roles,
    "GET /users/{id}/memberof/graph.administrativeunit": memberships.member_of_units,
    "GET /users/{id}/transitivememberof": memberships.transitive_member_of,
    "GET /users/{id}/transitivememberof/graph.group": memberships.transitive_member_of_groups,
    "POST /users/{id}/checkmembergroups": memberships.check_member_groups,
    "POST /users/{id}/checkmemberobjects": memberships.check_member_objects,
    "POST /users/{id}/getmembergroups": memberships.get_member_groups,
    "POST /users/{id}/getmemberobjects": memberships.get_member_objects,
    "GET /users/{id}/manager": people.get_manager,
    "GET /users/{id}/manager/$ref": people.get_manager_reference,
    "PUT /users/{id}/manager/$ref": people.set_manager,
    "DELETE /users/{id}/manager/$ref": people.remove_manager,
    "GET /users/{id}/directreports": people.list_direct_reports,
    "GET /users/{id}/ownedobjects": owners.list_owned,
    "GET /users/{id}/ownedobjects/graph.group": owners.list_owned_groups,
    "POST /users/{id}/sendmail": mail.send_mail,
    "GET /users/{id}/mailboxsettings": mailbox.get_mailbox_settings,
    "PATCH /users/{id}/mailboxsettings": mailbox.patch_mailbox_settings,
    **{
        f"GET /users/{{id}}/mailboxsettings/{name}": mailbox.get_mailbox_setting
        for name in mailbox.SETTINGS
    },
    "GET /users/{id}/authentication/methods": sign_in_methods.list_methods,
    "GET /users/{id}/authentication/methods/{id}": sign_in_methods.get_method,
    "GET /users/{id}/authentication/passwordmethods": sign_in_methods.list_password_methods,
    f"GET {_PHONES}": sign_in_methods.list_phones,
    f"POST {_PHONES}": phone_methods.create_phone,
    f"GET {_PHONES}/{{id}}": sign_in_methods.get_phone,
    f"GET {_PASSES}": sign_in_methods.list_passes,
    f"POST {_PASSES}": sign_in_methods.create_pass,
    f"GET {_PASSES}/{{id}}": sign_in_methods.get_pass,
    f"DELETE {_PASSES}/{{id}}": sign_in_methods.delete_pass,
    "GET /groups": groups.list_groups,
    "POST /groups": groups.create_group,
    "GET /groups/delta": _groups_delta,
    "GET /groups/{id}": groups.get_group,
    "PATCH /groups/{id}": groups.patch_group,
    "DELETE /groups/{id}": groups.delete_group,
    "GET /groups(uniquename={id})": groups.get_group_by_unique_name,
    "PATCH /groups(uniquename={id})": groups.upsert_group,
    "GET /groups/{id}/members": members.list_members,
    "GET /groups/{id}/members/graph.user": members.list_user_members,
    "GET /groups/{id}/members/graph.group": members.list_group_members,
    "GET /groups/{id}/transitivemembers": memberships.transitive_members,
    "GET /groups/{id}/transitivemembers/graph.user": memberships.transitive_user_members,
    "GET /groups/{id}/transitivemembers/graph.group": memberships.transitive_group_members,
    "GET /groups/{id}/memberof": memberships.member_of,
    "GET /groups/{id}/transitivememberof": memberships.transitive_member_of,
    "POST /groups/{id}/assignlicense": group_licences.assign_group_license,
    "GET /groups/{id}/memberswithlicenseerrors": group_licences.members_with_license_errors,
    "GET /groups/{id}/owners": owners.list_owners,
    "GET /groups/{id}/owners/graph.user": owners.list_user_owners,
    "POST /groups/{id}/owners/$ref": owners.add_owner,
    "DELETE /groups/{id}/owners/{id}/$ref": owners.remove_owner,
    "POST /groups/{id}/checkmembergroups": memberships.check_member_groups,
    "POST /groups/{id}/checkmemberobjects": memberships.check_member_objects,
    "POST /groups/{id}/getmembergroups": memberships.get_member_groups,
    "POST /groups/{id}/getmemberobjects": memberships.get_member_objects,
    "POST /groups/{id}/validateproperties": directory_objects.validate_group,
    "GET /directoryobjects/{id}": directory_objects.get_object,
    "POST /directoryobjects/{id}/checkmembergroups": memberships.check_member_groups,
    "POST /directoryobjects/{id}/checkmemberobjects": memberships.check_member_objects,
    "POST /directoryobjects/{id}/getmembergroups": memberships.get_member_groups,
    "POST /directoryobjects/{id}/getmemberobjects": memberships.get_member_objects,
    "POST /directoryobjects/getbyids": directory_objects.get_by_ids,
    "POST /directoryobjects/validateproperties": directory_objects.validate_new,
    "POST /groups/{id}/members/$ref": members.add_member,
    "DELETE /groups/{id}/members/{id}/$ref": members.remove_member,
    "DELETE /groups/{id}/members/{id}": members.delete_member_object,
    "GET /directory/deleteditems/graph.user": deleted_items.list_deleted_users,
    "GET /directory/deleteditems/graph.group": deleted_items.list_deleted_groups,
    "GET /directory/deleteditems/{id}": deleted_items.get_deleted,
    "POST /directory/deleteditems/{id}/restore": deleted_items.restore,
    "DELETE /directory/deleteditems/{id}": deleted_items.purge,
    "GET /directory/deleteditems/graph.administrativeunit": deleted_items.list_deleted_units,
    f"GET {_UNITS}": units.list_units,
    f"POST {_UNITS}": units.create_unit,
    f"GET {_UNITS}/{{id}}": units.get_unit,
    f"PATCH {_UNITS}/{{id}}": units.patch_unit,
    f"DELETE {_UNITS}/{{id}}": units.delete_unit,
    f"GET {_UNITS}/{{id}}/members": units.list_unit_members,
    f"GET {_UNITS}/{{id}}/members/graph.user": units.list_unit_users,
    f"GET {_UNITS}/{{id}}/members/graph.group": units.list_unit_groups,
    f"POST {_UNITS}/{{id}}/members": units.create_group_in_unit,
    f"POST {_UNITS}/{{id}}/members/$ref": units.add_unit_member,
    f"DELETE {_UNITS}/{{id}}/members/{{id}}/$ref": units.remove_unit_member,
    f"GET {_UNITS}/{{id}}/scopedrolemembers": units.list_scoped_role_members,
    f"POST {_UNITS}/{{id}}/scopedrolemembers": units.add_scoped_role_member,
    f"GET {_UNITS}/{{id}}/scopedrolemembers/{{id}}": units.get_scoped_role_member,
    f"DELETE {_UNITS}/{{id}}/scopedrolemembers/{{id}}": units.remove_scoped_role_member,
    "GET /auditlogs/directoryaudits": audit_reading.list_audits,
    "GET /auditlogs/directoryaudits/{id}": audit_reading.get_audit,
    f"GET {_DETAILS}": registration_details.list_details,
    f"GET {_DETAILS}/{{id}}": registration_details.get_details,
    "GET /applications": applications.list_applications,
    "GET /applications/{id}": applications.get_application,
    "GET /applications(appid={id})": applications.get_application_by_app_id,
    f"POST {_EXTENSIONS}": extension_properties.create_extension,
    f"GET {_EXTENSIONS}": extension_properties.list_extensions,
    f"GET {_EXTENSIONS}/{{id}}": extension_properties.get_extension,
    f"DELETE {_EXTENSIONS}/{{id}}": extension_properties.delete_extension,
    f"POST {_BY_APP_ID}/extensionproperties": extension_properties.create_extension,
    f"GET {_BY_APP_ID}/extensionproperties": extension_properties.list_extensions,
    "POST /directoryobjects/getavailableextensionproperties": (
        extension_properties.available_extensions
    ),
    "GET /applications/{id}/owners": applications.list_application_owners,
    "GET /serviceprincipals": applications.list_principals,
    "GET /serviceprincipals/{id}": applications.get_principal,
    "GET /serviceprincipals(appid={id})": applications.get_principal_by_app_id,
    "GET /serviceprincipals/{id}/approleassignments": app_role_assignments.list_granted,
    "GET /serviceprincipals/{id}/approleassignedto": app_role_assignments.list_assigned_to,
    "GET /serviceprincipals/{id}/owners": applications.list_principal_owners,
    "GET /users/{id}/approleassignments": app_role_assignments.list_user_roles,
    "GET /groups/{id}/approleassignments": app_role_assignments.list_group_roles,
    "GET /subscribedskus": licences.list_skus,
    "GET /subscribedskus/{id}": licences.get_sku,
    "GET /organization": company.list_organizations,
    "GET /organization/{id}": company.get_organization,
    "GET /domains": company.list_domains,
    "GET /domains/{id}": company.get_domain,
    "GET /directoryroles": company.list_roles,
    "GET /directoryroles/{id}": company.get_role,
    "GET /directoryroles/{id}/members": company.list_role_members,
    "GET /rolemanagement/directory/roleassignments": company.list_role_assignments,
    "GET /rolemanagement/directory/roledefinitions": company.list_role_definitions,
    "GET /rolemanagement/directory/roledefinitions/{id}": company.get_role_definition,
}


def _handler(name: str) -> Callable[[Call], Answer]:
    listed = name.removesuffix("/$count")
    return _BY_NAME[name] if listed == name else count_of(_BY_NAME[listed])


HANDLERS: dict[Operation, Callable[[Call], Answer]] = {
    operation: _handler(f"{operation.method} {operation.template}") for operation in OPERATIONS
}
