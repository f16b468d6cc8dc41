"""The Office 365 Management Activity API: who may ask, subscriptions, windows, pages, content."""

import datetime as dt
import time
from itertools import pairwise

import jwt
import pytest
from feed_reader import AUDIENCE, FeedReader, flowing, post, refused
from hypothesis import given
from hypothesis import strategies as st
from running_sandbox import refused as refused_by_graph

from graphsync.sandbox.purview import Purview
from graphsync.sandbox.throttle import Throttle

HOUR = 3_600_000  # in milliseconds
READ, READ_DLP = "ActivityFeed.Read", "ActivityFeed.ReadDlp"


def text_of(moment: dt.datetime, form="%Y-%m-%dT%H:%M:%S") -> str:
    return moment.strftime(form)


# -- who may ask


def test_the_feed_has_tokens_of_its_own_which_graph_does_not_take_nor_it_graphs(sandbox):
    reader = FeedReader(sandbox, READ_DLP, "User.Read.All")
    claims = jwt.decode(reader.token, options={"verify_signature": False})
    assert (claims["aud"], claims["roles"]) == (AUDIENCE, [READ_DLP])
    assert claims["tid"] == sandbox.tenant
    refused_by_graph(
        sandbox.get("/users", token=reader.token), 401, "InvalidAuthenticationToken", "audience"
    )
    of_graph = sandbox.token_request(
        client_id=reader.app["clientId"], client_secret=reader.app["secret"]
    ).json()["access_token"]
    assert jwt.decode(of_graph, options={"verify_signature": False})["roles"] == ["User.Read.All"]
    reader.token = of_graph
    answer = reader.call("GET", "subscriptions/list")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json() == {"Message": "Authorization has been denied for this request."}


@pytest.mark.parametrize(
    ("permission", "content_type", "enough"),
    [
        (READ_DLP, "DLP.All", True),
        (READ_DLP, "dlp.all", True),
        (READ, "DLP.All", False),
        (READ, "Audit.Exchange", True),
        (READ_DLP, "Audit.Exchange", False),
        ("User.Read.All", "DLP.All", False),
    ],
)
def test_dlp_needs_a_permission_of_its_own(sandbox, permission, content_type, enough):
    reader = FeedReader(sandbox, permission)
    answer = reader.start(content_type)
    if enough:
        assert answer.json()["contentType"].lower() == content_type.lower()
        assert reader.content(contentType=content_type).json() == []
        return
    held = permission if permission.startswith("Activity") else ""
    refused(answer, 401, "AF10001", f"permission set ({held}) sent")
    refused(reader.content(contentType=content_type), 401, "AF10001")


def test_permissions_of_the_feed_are_assignments_to_its_own_principal(sandbox):
    reader = FeedReader(sandbox, READ_DLP, "User.Read.All")
    looking = sandbox.app_with("Application.Read.All")
    path = f"/servicePrincipals(appId='{reader.app['clientId']}')/appRoleAssignments"
    own = sandbox.everything(
        f"/servicePrincipals/{reader.app['id']}/appRoleAssignments", token=looking
    )
    assert path
    api = sandbox.get(
        "/servicePrincipals(appId='c5393580-f805-4401-95e8-94b7a6ef2fc2')", token=looking
    ).json()
    granted = {row["resourceDisplayName"]: row for row in own}
    assert granted.keys() == {"Microsoft Graph", "Office 365 Management APIs"}
    mine = granted["Office 365 Management APIs"]
    assert mine["resourceId"] == api["id"]
    assert mine["appRoleId"] == "4807a72c-ad38-4250-94c9-4eabfe26cd55"
    assert READ_DLP in {role["value"] for role in api["appRoles"]}
    to_api = sandbox.everything(f"/servicePrincipals/{api['id']}/appRoleAssignedTo", token=looking)
    assert mine in to_api


def test_the_address_names_the_tenant_of_the_token_and_a_known_operation(sandbox):
    reader = FeedReader(sandbox)
    root = f"{sandbox.authority}/api/v1.0"
    other = "11111111-2222-3333-4444-555555555555"
    listing = "activity/feed/subscriptions/list"
    refused(reader.call("GET", f"{root}/{other}/{listing}"), 400, "AF20010", other)
    refused(
        reader.call("GET", f"{root}/school.example/{listing}"), 400, "AF20013", "school.example"
    )
    assert reader.call("GET", f"{root}/{sandbox.tenant.upper()}/{listing}").json() == []
    for path in ("subscriptions/notifications", "subscriptions", "resources/other"):
        answer = reader.call("GET", path, contentType="DLP.All")
        assert answer.status_code == 404
        assert answer.json()["Message"].startswith("No HTTP resource was found")
    assert reader.call("GET", "subscriptions/start", contentType="DLP.All").status_code == 405
    refused(reader.call("POST", "subscriptions/start"), 400, "AF20001", "contentType")
    refused(reader.start("DLP.Mail"), 400, "AF20020")
    bad = reader.call("GET", "subscriptions/list", PublisherIdentifier="us")
    refused(bad, 400, "AF20002", "PublisherIdentifier. Expected type: guid")


# -- subscriptions


def test_a_start_is_refused_within_15_minutes_and_then_where_nothing_would_change(moved_on):
    reader = FeedReader(moved_on)
    refused(reader.content(), 400, "AF20022")
    refused(reader.stop(), 400, "AF20022")
    row = {"contentType": "DLP.All", "status": "enabled", "webhook": None}
    assert reader.start().json() == row
    assert reader.call("GET", "subscriptions/list").json() == [row]
    assert FeedReader(moved_on).call("GET", "subscriptions/list").json() == []
    refused(reader.start(), 429, "AF429", "Please retry again after 14m 5")
    reader.later(minutes=15)
    refused(reader.start(), 400, "AF20024", "No property change")
    assert reader.stop().status_code == 200
    assert reader.call("GET", "subscriptions/list").json() == []
    refused(reader.content(), 400, "AF20023", "The subscription was disabled.")
    refused(reader.stop(), 400, "AF20023")
    reader.later(minutes=15)
    assert reader.start().json() == row


def test_no_webhook_can_be_registered_because_none_is_ever_called(sandbox):
    reader = FeedReader(sandbox)
    for address, reason in (("https://hook.example/", "HTTP 200"), ("http://hook/", "HTTPS")):
        answer = reader.start(body={"webhook": {"address": address}})
        refused(answer, 400, "AF20021", reason)
    refused(reader.start(body={"webhook": {"authId": "x"}}), 400, "AF20001", "address")
    assert reader.start(body=["x"]).status_code == 400
    assert reader.start(body={"webhook": None}).status_code == 200


def test_nobody_subscribes_where_auditing_is_off_and_an_administrator_can_disable(moved_on):
    reader = FeedReader(moved_on)
    moved_on.control("POST", "dlp/service", {"auditing": False})
    answer = reader.start()
    assert f"Tenant {moved_on.tenant} does not exist." in answer.json()["error"]["message"]
    moved_on.control("POST", "dlp/service", {"auditing": True})
    assert reader.start().status_code == 200
    moved_on.control("POST", "dlp/service", {"disabledBy": "a tenant admin"})
    refused(reader.content(), 400, "AF20023", "was disabled by a tenant admin.")
    (row,) = reader.call("GET", "subscriptions/list").json()
    assert row["status"] == "disabled"


# -- content


def test_the_first_content_comes_twelve_hours_after_the_first_start(moved_on):
    reader = FeedReader(moved_on)
    post(moved_on, {"Id": "before anybody asked"})
    before = reader.now()
    assert reader.start().status_code == 200
    post(moved_on, {"Id": "early"})
    assert reader.listed() == []
    reader.later(hours=11, minutes=59)
    assert reader.listed() == []
    reader.later(minutes=1)
    post(moved_on, {"Id": "soon"})
    early, soon = reader.listed()
    created = dt.datetime.fromisoformat(early["contentCreated"])
    assert dt.timedelta(hours=12) <= created - before < dt.timedelta(hours=12, minutes=1)
    expires = dt.datetime.fromisoformat(early["contentExpiration"])
    assert expires - created == dt.timedelta(days=7)
    assert early["contentType"] == "DLP.All"
    assert early["contentUri"] == f"{reader.feed}/audit/{early['contentId']}"
    read = [reader.call("GET", row["contentUri"]).json() for row in (early, soon)]
    assert read == [[{"Id": "early"}], [{"Id": "soon"}]]
    other = FeedReader(moved_on)
    refused(other.call("GET", early["contentUri"]), 400, "AF20022")
    assert other.start().status_code == 200
    refused(other.call("GET", early["contentUri"]), 400, "AF20050")


def test_what_came_while_it_was_stopped_is_lost(moved_on):
    reader = flowing(moved_on)
    (kept,) = post(moved_on, {"Id": "kept"})
    reader.stop()
    (lost,) = post(moved_on, {"Id": "lost"})
    reader.later(minutes=15)
    reader.start()
    (new,) = post(moved_on, {"Id": "new"})
    assert [row["contentId"] for row in reader.listed()] == [kept["contentId"], new["contentId"]]
    refused(reader.call("GET", f"audit/{lost['contentId']}"), 400, "AF20050", lost["contentId"])


def test_windows_are_half_open_and_go_by_when_content_appeared(moved_on):
    reader = flowing(moved_on)
    late = post(moved_on, {"CreationTime": "2020-01-01T00:00:00"}, delaySeconds=3600)
    now, ahead = reader.now(), dt.timedelta(hours=2)
    assert reader.listed(startTime=text_of(now - ahead), endTime=text_of(now + ahead)) == []
    refused(reader.call("GET", f"audit/{late[0]['contentId']}"), 400, "AF20050")
    reader.later(hours=2)
    (row,) = reader.listed()
    made = dt.datetime.fromisoformat(row["contentCreated"])
    exact, hour = "%Y-%m-%dT%H:%M:%S.%fZ", dt.timedelta(hours=1)

    def within(start: dt.datetime, end: dt.datetime) -> int:
        return len(reader.listed(startTime=text_of(start, exact), endTime=text_of(end, exact)))

    assert [within(made - hour, made), within(made, made + hour)] == [0, 1]
    lower = {"starttime": text_of(made), "endtime": text_of(made + hour, "%Y-%m-%dT%H:%M")}
    assert len(reader.listed(**lower)) == 1


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (dt.timedelta(hours=24), dt.timedelta(0), None),
        (dt.timedelta(hours=1), dt.timedelta(hours=-20), None),
        (dt.timedelta(hours=25), dt.timedelta(0), "AF20055"),
        (dt.timedelta(days=7, minutes=1), dt.timedelta(days=6, hours=12), "AF20055"),
        (dt.timedelta(days=6, hours=23, minutes=59), dt.timedelta(days=6), None),
        (dt.timedelta(hours=1), dt.timedelta(hours=1), "AF20055"),
        (dt.timedelta(hours=1), dt.timedelta(hours=2), "AF20055"),
        (dt.timedelta(hours=1), None, "AF20030"),
        (None, dt.timedelta(0), "AF20030"),
    ],
)
def test_a_window_is_whole_of_24_hours_at_most_and_of_the_last_seven_days(
    sandbox, subscribed, start, end, code
):
    now = subscribed.now()
    given = {"startTime": start, "endTime": end}
    query = {name: text_of(now - ago) for name, ago in given.items() if ago is not None}
    answer = subscribed.content(**query)
    if code is None:
        assert answer.json() == []
    else:
        refused(answer, 400, code, "7 days in the past")
        assert code == "AF20030" or f"StartTime:{query['startTime']}" in answer.text


@pytest.fixture(scope="session")
def subscribed(sandbox) -> FeedReader:
    """A reader whose first content is twelve hours away."""
    reader = FeedReader(sandbox)
    assert reader.start().status_code == 200
    return reader


@pytest.mark.parametrize("text", ["yesterday", "2026-02-31", "26-11-01", "2026-11-01T10", "10:00"])
def test_what_is_no_time_is_of_the_wrong_type(subscribed, text):
    answer = subscribed.content(startTime=text, endTime="2026-11-01")
    refused(answer, 400, "AF20002", "startTime. Expected type: datetime")


def test_pages_hold_every_blob_once_in_order_and_links_lack_the_publisher(moved_on):
    reader = flowing(moved_on)
    wish = {"generate": 60, "perBlob": 1, "seed": "pages"}
    made = moved_on.control("POST", "dlp", wish)["blobs"]
    end = reader.now() + dt.timedelta(hours=1)
    given = {"startTime": text_of(end - dt.timedelta(hours=3)), "endTime": text_of(end)}
    first = reader.content(**given)
    link = first.headers["NextPageUri"]
    assert "PublisherIdentifier" not in link
    assert f"startTime={given['startTime']}&endTime={given['endTime']}&nextPage=" in link
    post(moved_on, {"Id": "new while the pages are turned"})
    rows = reader.listed(**given)
    assert rows[: len(first.json())] == first.json()
    assert [row["contentId"] for row in rows[:60]] == [row["contentId"] for row in made]
    assert len(rows) == 61
    assert "startTime=" in reader.content().headers["NextPageUri"]
    refused(reader.content(**given, nextPage="2"), 400, "AF20031", "2")


@given(
    made=st.lists(st.integers(0, 90), max_size=12),
    cuts=st.lists(st.integers(0, 90), min_size=1, max_size=6),
    stopped=st.none() | st.tuples(st.integers(0, 40), st.integers(20, 40)),
)
def test_windows_that_follow_each_other_list_all_content_once(made, cuts, stopped):
    purview = Purview([], lambda _number: b"")
    held = purview.start("app", "DLP.All", 0, "tenant")
    if stopped is not None:
        begin, length = stopped
        purview.stop("app", "DLP.All", begin * HOUR)
        purview.start("app", "DLP.All", (begin + length) * HOUR, "tenant")
    for hour in made:
        purview.add(hour * HOUR, b"[]", 0)
    edges = [0, *sorted({cut * HOUR for cut in cuts} - {0}), 200 * HOUR]
    listed = [each for window in pairwise(edges) for each in purview.listed(held, *window)]
    assert listed == sorted(listed)
    lost = range(*((stopped[0], sum(stopped)) if stopped is not None else (0, 0)))
    kept = [n for n, hour in enumerate(made, start=1) if max(hour, 12) not in lost]
    assert sorted(blob.number for _, blob in listed) == kept


def test_content_is_gone_after_seven_days(moved_on):
    reader = flowing(moved_on)
    post(moved_on, {"Id": "old"})
    (row,) = reader.listed()
    reader.later(days=6, hours=23)
    assert reader.call("GET", row["contentUri"]).status_code == 200
    reader.later(hours=1)
    refused(reader.call("GET", row["contentUri"]), 400, "AF20051", row["contentId"])
    refused(reader.call("GET", "audit/nothing$like$an$id"), 400, "AF20052")
    digits = row["contentId"].partition("$")[0]
    other = row["contentId"].replace(digits, f"{digits[:-6]}999999")
    refused(reader.call("GET", f"audit/{other}"), 400, "AF20050")


def test_friendly_names_have_no_blanks_and_come_in_one_language(sandbox):
    reader = FeedReader(sandbox)
    names = {
        row["id"]: row["name"] for row in reader.call("GET", "resources/dlpSensitiveTypes").json()
    }
    assert names["50842eb7-edc8-4019-85dd-5a5c1f2bb085"] == "CreditCardNumber"
    assert names["0e9b3178-9678-47dd-a509-37222ca96b42"] == "EUDebitCardNumber"
    url = f"{reader.feed}/resources/dlpSensitiveTypes"
    for wish, code in (("en-GB, cy", "AF20053"), ("?", "AF20054")):
        headers = {"Authorization": f"Bearer {reader.token}", "Accept-Language": wish}
        refused(sandbox.http.get(url, headers=headers), 400, code)


# -- throttling and faults


def test_who_names_no_publisher_shares_a_small_pool_and_is_throttled_sooner():
    throttle = Throttle("tenant", 1.0)
    assert [throttle.charge_feed(None) for _ in range(61)].count(False) == 1
    assert [throttle.charge_feed("us") for _ in range(2001)].count(False) == 1
    assert throttle.charge_feed("others")


def adding(box):
    """Adds rules for the feed and takes them away after the test."""

    def add(**rule):
        box.control("POST", "faults", {"path": "/activity/feed/", **rule})

    yield add
    box.control("DELETE", "faults")
    reader, until = FeedReader(box), time.monotonic() + 20
    while "AF429" in reader.call("GET", "subscriptions/list").text and time.monotonic() < until:
        time.sleep(0.2)  # a bucket that was emptied fills again


@pytest.fixture
def faulty(sandbox):
    yield from adding(sandbox)


@pytest.fixture
def faulty_later(moved_on):
    yield from adding(moved_on)


@pytest.mark.parametrize(
    ("publisher", "told"),
    [
        ("46b472a7-c68e-4adf-8ade-3db49497518e", "46b472a7-c68e-4adf-8ade-3db49497518e"),
        (None, "00000000-0000-0000-0000-000000000000"),
    ],
)
@pytest.mark.parametrize("rule", [{"kind": "throttle"}, {"kind": "status", "status": 403}])
def test_throttling_is_a_403_whose_body_is_not_quite_json(sandbox, faulty, rule, publisher, told):
    reader = FeedReader(sandbox)
    faulty(**rule)
    answer = reader.call("GET", "subscriptions/list", PublisherIdentifier=publisher)
    assert answer.status_code == 403
    assert answer.text == (
        "{'error':{'code':'AF429','message':'Too many requests. Method=ListSubscriptions, "
        f"PublisherId={told}'}}}}"
    )
    assert "retry-after" not in answer.headers


def test_other_faults_reach_the_feed_as_well(sandbox, faulty, subscribed):
    faulty(kind="status", status=500)
    assert "'AF50000'" in subscribed.content().text
    faulty(kind="status", status=503, retryAfter=7)
    answer = subscribed.content()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    faulty(kind="claims", claims="e30=")
    answer = subscribed.content()
    assert (answer.status_code, 'claims="e30="' in answer.headers["www-authenticate"]) == (
        401,
        True,
    )
    reader = FeedReader(sandbox)
    faulty(kind="commit_then_503", method="POST")
    assert reader.start().status_code == 503
    assert len(reader.call("GET", "subscriptions/list").json()) == 1
    faulty(kind="drop")
    with pytest.raises(Exception, match="disconnected"):
        reader.content()
    assert reader.content().status_code == 200


@pytest.mark.parametrize("days", [3, 9])
def test_an_outage_lasts_a_stretch_of_the_sandboxs_time(moved_on, faulty_later, days):
    reader = flowing(moved_on)
    (blob,) = post(moved_on, {"Id": "through the outage"})
    begun = dt.datetime.fromisoformat(blob["made"])
    faulty_later(kind="status", status=503, count=None, lasts=days * 24 * 3600)
    reader.later(days=days - 1)
    assert [reader.content().status_code for _ in range(3)] == [503, 503, 503]
    assert moved_on.get("/users?$top=1").status_code == 200
    reader.later(days=1)
    end = begun + dt.timedelta(hours=1)
    answer = reader.content(startTime=text_of(begun), endTime=text_of(end))
    read = reader.call("GET", f"audit/{blob['contentId']}")
    if days < 7:
        assert [row["contentId"] for row in answer.json()] == [blob["contentId"]]
        assert read.json() == [{"Id": "through the outage"}]
    else:
        refused(answer, 400, "AF20055")
        refused(read, 400, "AF20051")


def test_content_can_break_off_and_can_expire_between_the_list_and_the_read(moved_on, faulty_later):
    reader = flowing(moved_on)
    post(moved_on, {"Id": "cut"})
    (row,) = reader.listed()
    faulty_later(kind="truncate", path="/audit/")
    assert reader.call("GET", row["contentUri"]).text == '[{"Id":'
    assert reader.call("GET", row["contentUri"]).json() == [{"Id": "cut"}]
    faulty_later(kind="expire", path="/audit/")
    refused(reader.call("GET", row["contentUri"]), 400, "AF20051")


# -- the controls and the seeds


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"records": [], "generate": 1},
        {"generate": -1},
        {"generate": 1, "perBlob": 0},
        {"records": [], "delaySeconds": -1},
        {"records": {}},
        {"record": []},
    ],
)
def test_a_wish_that_cannot_be_makes_nothing(sandbox, wish):
    answer = sandbox.http.post(f"{sandbox.authority}/_sandbox/dlp", json=wish)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_seeded_tenant_has_ten_days_of_records_and_keeps_everything_over_a_restart(start_sandbox):
    own = start_sandbox(50, "--seed", "120")
    assert own.settings["MANAGEMENT_URL"] == f"{own.authority}/api/v1.0"
    all_there = own.control("GET", "dlp")["blobs"]
    assert sum(row["records"] for row in all_there) == 240
    reader = flowing(own)
    reader.later(hours=12)
    rows = reader.listed()
    assert len(rows) == 3
    assert reader.call("GET", rows[0]["contentUri"]).json()[0]["OrganizationId"] == own.tenant
    read = [reader.call("GET", row["contentUri"]).content for row in rows]
    own.stop()
    again = start_sandbox(50)
    assert again.control("GET", "dlp")["blobs"] == all_there
    reader.sandbox, reader.feed = again, reader.feed.replace(own.authority, again.authority)
    assert [reader.call("GET", f"audit/{row['contentId']}").content for row in rows] == read
