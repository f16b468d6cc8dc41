"""Who may have a new password set for whom: a class teacher for the pupils of their own classes.

Everybody else is a matter for the IT manager; a colleague's account always is.
"""

from collections.abc import Iterable
from datetime import date

from policies.people import Kind, Membership, Person, PersonKey, Roster


def teacher_refusal(roster: Roster, teacher: PersonKey, pupil: PersonKey, day: date) -> str:
    """Why this teacher may not, by the last accepted roster; empty when they may.

    Theirs is who sits in a class that they teach, who is of a form that they teach as a class of
    its name, or of the form that the roster gives them.
    """
    people = {person.key: person for person in roster.people if person.key in {teacher, pupil}}
    who, whom = people.get(teacher), people.get(pupil)
    if who is None or who.kind is not Kind.STAFF:
        return f"{teacher} is no member of staff of the last accepted roster"
    if who.has_left(day):
        return f"{teacher} has left"
    if whom is None:
        return f"{pupil} is not on the last accepted roster: ask the IT manager"
    if whom.kind is not Kind.PUPIL:
        return f"{pupil} is no pupil: only the IT manager sets the password of a member of staff"
    if teaches(roster.memberships, who, whom):
        return ""
    return f"{teacher} teaches no class of {pupil}: ask a teacher who does, or the IT manager"


def teaches(memberships: Iterable[Membership], teacher: Person, pupil: Person) -> bool:
    """Whether the pupil is in a class or form of the teacher's."""
    taught, attended = set(), set()
    for one in memberships:
        if one.person == teacher.key and one.teaches:
            taught.add(one.class_code.casefold())
        elif one.person == pupil.key and not one.teaches:
            attended.add(one.class_code.casefold())
    form = (pupil.form or "").casefold()
    forms = {form} if form else set()
    return bool(taught & (attended | forms)) or (teacher.form or "").casefold() in forms


def in_class(roster: Roster, named: str) -> tuple[Person, ...]:
    """The people who sit in a class of this code, without those who teach it."""
    code = named.casefold()
    inside = {
        one.person
        for one in roster.memberships
        if one.class_code.casefold() == code and not one.teaches
    }
    return tuple(person for person in roster.people if person.key in inside)


def in_form(roster: Roster, named: str) -> tuple[Person, ...]:
    """The pupils of this registration form."""
    return tuple(
        person
        for person in roster.people
        if person.kind is Kind.PUPIL and (person.form or "").casefold() == named.casefold()
    )
