"""`graphsync groups`: who is in a school's groups, and which owner confirmed it (WPT-2-DATA-2)."""

from argparse import Namespace

from api.usage import Commands, person_key

COLUMNS = ("group", "name", "members", "confirmed_by", "confirmed_on", "due", "overdue")
MEMBERS = ("name", "user_name", "person", "account")


def declare(commands: Commands) -> None:
    """Add the commands."""
    groups = commands.group(
        "groups",
        "Who is in a school's groups, and which owner confirmed it",
        "graphsync groups list wpt",
    )
    listed = groups.add(
        "list",
        "List a school's groups, and until when an owner is to confirm their members",
        "graphsync groups list wpt",
        run_list,
    )
    members = groups.add(
        "members",
        "List who is in a group, as the last plan saw it",
        "graphsync groups members wpt gs-wpt-staff-only",
        run_members,
    )
    confirmed = groups.add(
        "confirm",
        "Record that an owner confirms who is in a group; nobody is ever taken out for want of it",
        "graphsync groups confirm wpt gs-wpt-staff-only --owner wpt:812",
        run_confirm,
    )
    for command in (listed, members, confirmed):
        command.add_argument("school", metavar="SCHOOL")
    for command in (members, confirmed):
        command.add_argument("group", metavar="GROUP", help="its unique name, as the list shows it")
    confirmed.add_argument(
        "--owner", type=person_key, required=True, metavar="KEY", help="a member of staff"
    )


def run_list(args: Namespace) -> int:
    """Every group."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.group_desk import groups
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS, Need.DIRECTORY) as bench:
        found = groups(bench, args.school)
    answer_items(args, found, "No group was seen yet: run graphsync plan.", COLUMNS)
    return 0


def run_members(args: Namespace) -> int:
    """One group's members."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.group_desk import members
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS, Need.DIRECTORY) as bench:
        found = members(bench, args.school, args.group)
    answer_items(args, found, "Nobody is in it.", MEMBERS)
    return 0


def run_confirm(args: Namespace) -> int:
    """A confirmation."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.group_desk import confirm
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS, Need.DIRECTORY) as bench:
        confirmed = confirm(bench, args.school, args.group, args.owner)
    answer_facts(args, confirmed)
    return 0
