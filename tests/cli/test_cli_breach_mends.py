"""The command line says which of its commands mends a fault of a breach; other ways in do not."""

import pytest

from api.commands.breach_mends import COMMANDS, with_commands
from graphsync.breach_desk import Unmended
from graphsync.trouble import Refusal
from policies.breach_faults import Fault, Mend


def test_there_is_a_command_for_everything_that_mends() -> None:
    assert set(COMMANDS) == set(Mend)


def test_a_refusal_names_the_command_after_each_fault() -> None:
    cause, notice = Fault("no cause", Mend.CAUSE, "WPT-1"), Fault("no notice", Mend.NOTIFY)
    refused = Unmended(cause, notice, about="b-1 cannot be closed: ")
    assert str(refused) == "b-1 cannot be closed: no cause (WPT-1); no notice"
    with pytest.raises(Refusal) as told, with_commands():
        raise refused
    assert type(told.value) is Refusal  # the exit code is told by the name of the class
    assert str(told.value) == (
        "b-1 cannot be closed: no cause (WPT-1) (breach note --cause);"
        " no notice (breach notify --sent)"
    )
