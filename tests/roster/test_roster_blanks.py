from datetime import UTC, datetime

from graphsync.roster.blanks import blank_shares
from policies.rules import RosterRules

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def test_the_share_of_blank_cells_is_told_by_the_files_own_caption(tmp_path):
    (tmp_path / "p.csv").write_text(
        "Person_id,Adno,Forename,Surname,Year,Reg\n"
        "1,000001,Ann,Ash,7,7A\n"
        "2,000002,Ben,Birch,7,\n"
        ",,,,,\n"
        "3,000003,Cai,Cedar,7,\n"
        "4,000004,Dot,Dogwood,7,7A\n"
    )
    shares = blank_shares([tmp_path], RosterRules(max_age_hours=10**6), NOW)
    assert shares == {"pupils": {"Reg": 0.5}}


def test_a_file_that_cannot_be_read_has_no_shares(tmp_path):
    (tmp_path / "p.csv").write_text("nothing,of,use\n")
    assert blank_shares([tmp_path], RosterRules(max_age_hours=10**6), NOW) == {}
