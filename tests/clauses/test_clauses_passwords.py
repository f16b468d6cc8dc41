"""The clauses on passwords, one test a row of the register, each with the row's own example."""

import random

from engine.builders import a_school, only, reasons
from policies_people import (
    a_contact,
    a_pupil,
    a_teacher,
    facts_of,
    refusals,
    shipped,
)
