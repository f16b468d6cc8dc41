"""The subscriptions of a school trust, with Microsoft's own ids.

Ids and part numbers: Microsoft's list "Product names and service plan identifiers for licensing".
Only the plans that schools switch on and off are listed; the real A1 has about thirty.
"""

from dataclasses import replace

from graphsync.sandbox.tenant_seed import SkuSeed

A1_PLANS = (
    ("EXCHANGE_S_STANDARD", "9aaf7827-d63c-4b61-89c3-182f06f82e5c"),
    ("TEAMS1", "57ff2da0-773e-42df-b2af-ffb7a2317929"),
    ("SHAREPOINTSTANDARD_EDU", "0a4983bb-d3e5-4a09-95d8-b2d0127b3df5"),
    ("SHAREPOINTWAC_EDU", "e03c7e47-402c-463c-ab25-949079bedb21"),
    ("YAMMER_EDU", "2078e8df-cff6-4290-98cb-5408261a760a"),
    ("INTUNE_O365", "882e1d05-acd1-4ccb-8708-6ee03664b117"),
    ("SCHOOL_DATA_SYNC_P1", "c33802dd-1b50-4b9a-8bb9-f13d2cdeadac"),
    ("AAD_BASIC_EDU", "1d0f309f-fdf9-4b2a-9ae7-9c48b91f1426"),
)
STUDENT_A1 = SkuSeed(
    "STANDARDWOFFPACK_STUDENT", "314c4481-f395-4525-be8b-2ec4bb1e9d91", 1500, A1_PLANS
)
FACULTY_A1 = SkuSeed(
    "STANDARDWOFFPACK_FACULTY", "94763226-9b3c-4e75-a931-5c89701abe66", 500, A1_PLANS
)
FACULTY_A3 = SkuSeed(
    "ENTERPRISEPACKPLUS_FACULTY", "e578b273-6db4-4691-bba0-8d691f4da603", 10, A1_PLANS
)

# What reports on sign-in methods need; a few for a trust's offices.
FACULTY_P1 = SkuSeed(
    "AAD_PREMIUM_FACULTY",
    "30fc3c36-5a95-4956-ba57-c09c2a600bb9",
    50,
    (("AAD_PREMIUM", "41781fb2-bc02-4b7c-bd55-b576c07bb09d"),),
)


def subscriptions(people: int) -> tuple[SkuSeed, ...]:
    """Enough A1 for a trust of that many people, and a few A3 and Entra ID P1 for its offices."""
    return (
        replace(STUDENT_A1, enabled_units=max(STUDENT_A1.enabled_units, 2 * people)),
        replace(FACULTY_A1, enabled_units=max(FACULTY_A1.enabled_units, people // 5)),
        FACULTY_A3,
        FACULTY_P1,
    )
