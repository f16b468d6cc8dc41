"""The copy of an answer that a parent gets by mail, with the link that takes it back."""

from graphsync.bench import Bench
from graphsync.consent_links import address_of
from graphsync.parents_desk import Receipt
from graphsync.tenant.door import open_door
from graphsync.tenant.mailing import send_mail
from graphsync.tenant.problems import TenantProblem


async def send_receipt(bench: Bench, receipt: Receipt) -> str:
    """Send it to the address in the roster; what went wrong in words, or nothing."""
    said = "\n".join(f"  {name}: {answer.capitalize()}" for name, answer in receipt.answers)
    text = (
        f"Thank you. {receipt.school} has your answer of {receipt.at:%d %B %Y, %H:%M} UTC:\n\n"
        f"{said}\n\nThe form: {receipt.form.title} ({receipt.form.id}).\n\n"
        "You may change your answer at any time, as easily as you gave it:\n\n"
        f"{address_of(bench, receipt.token)}\n\n"
        f"The link is for you alone. Questions: {receipt.contact_point}.\n"
    )
    subject = f"{receipt.school}: a copy of your answer"
    try:
        async with open_door(bench.tenant, bench.now, bench.sleep) as door:
            return await send_mail(door, bench.mail_from, [receipt.mail], subject, text)
    except TenantProblem as problem:
        return type(problem).__name__
