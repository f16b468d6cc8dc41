"""Page tokens: a link may be asked again until the next one is used, and for a quarter of an hour.

Graph docs "paging" (retry with the token used before); msgraph-sdk-dotnet issue 2254 (the answer).
"""

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running_sandbox import a_user, item, refused
from tenants_in_process import Actor, a_tenant, call, caught_up

from graphsync.sandbox import users
from graphsync.sandbox.paging import PAGE_LIFE_SECONDS
from graphsync.sandbox.problems import Refusal

DEAD = (400, "Directory_ExpiredPageToken", "The specified page token value has expired")


def links(sandbox, path, count):
    """The next links of the first pages."""
    found = []
    for _ in range(count):
        path = sandbox.get(path).json()["@odata.nextLink"]
        found.append(path)
    return found


@pytest.fixture(scope="module")
def crowd(sandbox):
    """Enough people for five pages of two."""
    sandbox.batch(*(item(str(n), "POST", "/users", a_user()) for n in range(10)))
    sandbox.settle()
    return "/users?$select=id&$top=2"


def test_a_link_is_spent_once_the_one_after_it_is_used(sandbox, crowd):
    first, second = links(sandbox, crowd, 2)
    page = sandbox.get(second)
    refused(sandbox.get(first), *DEAD)
    assert sandbox.get(second).json()["value"] == page.json()["value"]


def test_a_link_whose_answer_was_lost_is_asked_again(sandbox, crowd):
    (first,) = links(sandbox, crowd, 1)
    lost, again = sandbox.get(first).json(), sandbox.get(first).json()
    assert lost["value"] == again["value"]
    ahead = sandbox.get(again["@odata.nextLink"])
    assert ahead.status_code == 200
    assert ahead.json()["value"] != again["value"]


def test_links_of_two_listings_do_not_spend_each_other(sandbox, crowd):
    (one,), (other, ahead) = links(sandbox, crowd, 1), links(sandbox, crowd, 2)
    assert sandbox.get(ahead).status_code == 200
    refused(sandbox.get(other), *DEAD)
    assert sandbox.get(one).status_code == 200


def test_a_link_expires(moved_on):
    moved_on.user()
    (link,) = links(moved_on, "/users?$top=1", 1)
    moved_on.later(PAGE_LIFE_SECONDS - 5)
    assert moved_on.get(link).status_code == 200
    moved_on.later(10)
    refused(moved_on.get(link), *DEAD)


def test_a_restart_neither_loses_links_nor_revives_spent_ones(start_sandbox):
    before = start_sandbox()
    before.batch(*(item(str(n), "POST", "/users", a_user()) for n in range(5)))
    before.settle()
    first, second, third = links(before, "/users?$select=id&$top=1", 3)
    port = urlsplit(before.graph).netloc
    before.stop()
    after = start_sandbox()
    first, second, third = (
        link.replace(port, urlsplit(after.graph).netloc) for link in (first, second, third)
    )
    refused(after.get(first), *DEAD)
    assert after.get(third).status_code == 200
    refused(after.get(second), *DEAD)


@settings(max_examples=40, deadline=None)
@given(asked=st.lists(st.integers(1, 3), min_size=12, max_size=12), top=st.integers(1, 4))
def test_asking_again_never_loses_or_doubles_anyone(asked, top):
    tenant = a_tenant()
    actor = Actor(tenant)
    for _ in range(11):
        actor.create()
    caught_up(tenant)
    query, seen, spent = f"$top={top}&$select=id", [], []
    while query:
        bodies = [
            users.list_users(call(tenant, query=query, here="https://localhost/v1.0/users")).body
            for _ in range(asked.pop())
        ]
        assert all(body["value"] == bodies[0]["value"] for body in bodies)
        seen += [row["id"] for row in bodies[-1]["value"]]
        for each in spent:
            with pytest.raises(Refusal, match="page token"):
                users.list_users(call(tenant, query=each, here="https://localhost/v1.0/users"))
        spent = [query] if "skiptoken" in query else []
        query = urlsplit(bodies[-1].get("@odata.nextLink", "")).query
    assert seen == actor.users
