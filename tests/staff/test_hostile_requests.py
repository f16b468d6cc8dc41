"""Paths that climb, names of files that do, bodies too large to read, and pages of others."""

import re
from collections import defaultdict
from urllib.parse import urljoin, urlsplit

from hypothesis import example, given
from hypothesis import strategies as st
from room_asking import answer
from room_rows import Made, table
from rooms_of_mail import somebody
from staff_side import StaffSide

from api.permissions import AppRole
from api.sign_in import local
from api.staff.app import LIMITS

TABLE = table()
CLIMBING = ("../../../etc/passwd", "..\\..\\etc", "/etc/passwd", "oak\x00etc", "%2e%2e%2fetc")
HOME = "https://ict.oak.example"


async def test_no_parameter_of_a_path_climbs_out_of_it(side: StaffSide) -> None:
    wrong = []
    for number, ((method, path), row) in enumerate(TABLE.items()):
        if "{" not in path or method != "GET":
            continue
        side.address = f"192.0.2.{number}"
        for climbing in CLIMBING:
            made: Made = defaultdict(lambda climbing=climbing: climbing)
            got = await answer(side, method, path, row, min(row.roles or ()), made)
            if got.status_code not in {404, 422} or "etc" in got.text:
                wrong.append((path, climbing, got.status_code))
    assert not wrong


FILES = {
    "../../../pupils.csv": "1-pupils.csv",
    "..\\..\\pupils.csv": "2-pupils.csv",
    "/etc/cron.d/pupils.csv": "3-pupils.csv",
    "C:\\exports\\pupils.csv": "4-pupils.csv",
    "\\\\server\\share\\pupils.csv": "5-pupils.csv",
    "pup\tils.csv": "6-pup_ils.csv",
    "\u202esliup.csv": "7-_sliup.csv",
    f"{'p' * 500}.csv": f"8-{'p' * 60}.csv",
    "%2e%2e%2fpupils.csv": "9-_2e_2e_2fpupils.csv",
    "..csv": "10-_.csv",
    "CON.CSV": "11-CON.csv",
    "pupils\x00.csv": "12-pupils_.csv",
}


async def test_an_uploaded_file_lies_in_its_folder_whatever_it_is_called(side: StaffSide) -> None:
    parts = ['name="school"\r\n\r\noak\r\n']
    parts += [f'name="files"; filename="{name}"\r\n\r\nx\r\n' for name in FILES]
    body = "".join(f"--cut\r\nContent-Disposition: form-data; {part}" for part in parts)
    headers = {
        **side.bearer("ITManager"),
        "Content-Type": "multipart/form-data; boundary=cut",
        "Idempotency-Key": "climbing-01",
    }
    before = {path for path in side.office.folder.rglob("*") if path.is_file()}
    got = await side.ask(
        "POST", "/api/v1/roster", content=f"{body}--cut--\r\n".encode(), headers=headers
    )
    assert got.status_code == 202, got.text
    folder = side.places.uploads / got.json()["job"]
    assert {path.name for path in folder.iterdir()} == set(FILES.values())
    made = {path for path in side.office.folder.rglob("*") if path.is_file()} - before
    assert {path.parent for path in made if ".db" not in path.name} == {folder}


LENGTHS = ("{over}", "-1", "1e3", "", "9" * 12, "\u0663", None)


async def test_no_room_reads_a_body_that_is_too_large_or_says_no_length(side: StaffSide) -> None:
    read = []
    for method, path in TABLE:
        for told in LENGTHS if method == "POST" else ():
            headers = [(b"transfer-encoding", b"chunked")]
            if told is not None:
                length = told.format(over=LIMITS.most(path) + 1)
                headers = [(b"content-length", length.encode())]
            if await refused_unread(side, path, headers) != 413:
                read.append((path, told))
    assert not read


async def refused_unread(side: StaffSide, path: str, headers: list[tuple[bytes, bytes]]) -> object:
    """The status of the answer; 0 when the body is asked for."""
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "client": None}
    status: list[object] = []

    async def receive() -> dict[str, object]:
        status.append(0)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        status.append(message.get("status"))

    await side.app(scope, receive, send)
    return status[0]


def seen_by_a_browser(page: str) -> str:
    """Tabs and line ends left out and backslashes taken for slashes, as browsers read addresses."""
    return re.sub(r"[\t\n\r]", "", page).strip("".join(map(chr, range(0x21)))).replace("\\", "/")


@given(
    st.text(st.characters() | st.sampled_from("/\\:.@%?#\t\n "), max_size=30).map("/".__add__)
    | st.text()
)
@example("//evil.example")
@example("/\\evil.example")
@example("\\\\evil.example")
@example("https:evil.example")
@example("https:/evil.example")
@example("javascript:alert(1)")
@example("/\t/evil.example")
@example("/\n/evil.example")
@example("\t//evil.example")
@example(" //evil.example")
@example("%2f%2fevil.example")
@example("///evil.example")
@example("/@evil.example")
def test_no_page_to_come_back_to_is_of_another_site(page: str) -> None:
    led = urlsplit(urljoin(HOME, seen_by_a_browser(local(page))))
    assert (led.scheme, led.netloc) == ("https", "ict.oak.example")


async def test_a_reference_is_no_path_and_no_header_of_the_download(side: StaffSide) -> None:
    made, cookie = somebody(side, "oak"), side.session(AppRole.DPO)
    kept = []
    for reference in (
        *CLIMBING,
        'a"; filename="x.exe',
        "a\r\nX-Odd: 1",
        "\u202ecod",
        "\u0416",
        "SAR/12",
    ):
        data = {"person": made["person"], "reference": reference}
        got = await side.ask("POST", "/exports", cookie, data=data)
        assert "x-odd" not in got.headers
        if got.status_code == 200:
            kept.append(got.headers["content-disposition"])
        else:
            assert got.status_code == 422, reference
    assert kept == ['attachment; filename="SAR-12.zip"']
