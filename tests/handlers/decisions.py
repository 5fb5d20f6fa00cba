"""What the office decides, straight through the use cases: for stories about the facility."""

from bot.stage import Stage
from core.people import Actor, Role
from core.registration import Registration
from core.usecases.decide import approve, refuse

OFFICER = Actor("tg:1", "Trần Văn Minh", Role.OFFICER)


async def approves(stage: Stage, registration: Registration) -> Registration:
    """The office approves, the account is still to come."""
    async with stage.app.store.begin() as tx:
        policy, now = stage.app.policy, stage.clock.now()
        done = await approve(tx, OFFICER, registration.id, registration.version, policy, now)
    await stage.settle()
    return done


async def issues(stage: Stage, registration: Registration) -> None:
    """The account was mailed."""
    done = await approves(stage, registration)
    now = stage.clock.now()
    async with stage.app.store.begin() as tx:
        entered = done.with_account(now)
        assert await tx.registrations.save(done, entered.with_result(now))


async def refuses(
    stage: Stage, registration: Registration, *codes: str, reason: str = "Lý do khác"
) -> None:
    """The office refuses; the mail with the reason has left."""
    async with stage.app.store.begin() as tx:
        policy, now = stage.app.policy, stage.clock.now()
        await refuse(tx, OFFICER, registration.id, registration.version, codes, reason, policy, now)
    await stage.moves(stage.app.policy.undo)
