"""The activity feed's client: whose token, which publisher, and what each refusal comes to."""

from datetime import UTC, datetime

import pytest

from graphsync.tenant.activity_feed import Content, open_feed, scope_of, with_publisher
from graphsync.tenant.credentials import TenantSettings
from graphsync.tenant.feed_problems import FeedDisabled, FeedRefused, NotTheFeed, refused
from graphsync.tenant.problems import PermissionMissing

TENANT = "0d5a1d5c-0000-4000-8000-000000000000"
NOW = datetime(2026, 11, 25, tzinfo=UTC)
AUDIT = "DataServiceException: Tenant 0d5a does not exist."


@pytest.mark.parametrize(
    ("address", "scope"),
    [
        ("https://manage.office.com/api/v1.0", "https://manage.office.com/.default"),
        ("https://manage-gcc.office.com/api/v1.0", "https://manage-gcc.office.com/.default"),
        ("https://manage.office365.us/api/v1.0", "https://manage.office365.us/.default"),
        ("https://localhost:8443/api/v1.0", "https://manage.office.com/.default"),
    ],
)
def test_each_cloud_has_tokens_of_its_own_and_the_sandbox_those_of_the_commercial_one(
    address, scope
):
    assert scope_of(address) == scope


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://h/audit/1", f"https://h/audit/1?PublisherIdentifier={TENANT}"),
        ("https://h/c?nextPage=2", f"https://h/c?nextPage=2&PublisherIdentifier={TENANT}"),
        ("https://h/c?publisherIdentifier=x", "https://h/c?publisherIdentifier=x"),
    ],
)
def test_every_address_names_the_publisher_once(url, named):
    assert with_publisher(url, TENANT) == named


@pytest.mark.parametrize(
    ("code", "text", "kind", "says"),
    [
        ("AF10001", "", PermissionMissing, "ActivityFeed.Read; add it in Entra"),
        ("AF20023", "", FeedDisabled, "--restart"),
        ("AF429", "", FeedRefused, "fifteen minutes"),
        ("AF20010", "", FeedRefused, "not the tenant that the app signs in to"),
        ("AF20055", "", FeedRefused, "clock"),
        ("AF29999", "", FeedRefused, "dlp import reads an export meanwhile"),
        ("", AUDIT, FeedRefused, "auditing is switched off"),
        ("", "The service principal for resource 'x' is disabled", FeedRefused, "Exchange Online"),
        ("", "<html>", NotTheFeed, "GRAPHSYNC_MANAGEMENT_URL"),
    ],
)
def test_a_refusal_says_how_to_mend_it_and_quotes_nothing(code, text, kind, says):
    problem = refused(code, text)
    assert type(problem) is kind
    assert says in str(problem)
    assert not text or text not in str(problem)


@pytest.mark.parametrize(
    "link",
    ["https://elsewhere.example/audit/1", "http://localhost:1/audit/1", "https://[localhost:1/a"],
)
async def test_the_token_goes_to_no_other_host(link):
    settings = TenantSettings(
        tenant_id=TENANT,
        client_id=TENANT,
        client_secret="s",
        management_url="https://localhost:1/api/v1.0",
    )
    async with open_feed(settings, lambda: NOW) as feed:
        content = Content(content_id="1", content_uri=link, content_created=NOW)
        with pytest.raises(NotTheFeed, match="a link to another host"):
            await feed.blob(content)
