"""What workers do: ids in, one service called, safe to run twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from growthcore.api import GrowthCoreError, Placement
from growthcore.campaigns import enrolment, outcomes, reactions, replaying, sending, timed
from growthcore.core import Queue
from growthcore.events import identification
from growthcore.messaging import collecting, syncing
from growthcore.operators import resets
from growthcore.operators.mail import Mailer
from growthcore.recommendations import refreshing, training, troubles
from growthcore.recommendations.evaluation import measuring
from growthcore.sources import pulling, receiving
from growthcore.worker.process import core, stopping

TURN = 20.0
"""Seconds a job goes on with more of the same before it queues again behind the others."""

CHUNK = 500
"""Recipients one dispatch claims: queue costs vanish, and progress and pause stay fine-grained."""


def _while_there_is_more(step: Callable[[], bool]) -> bool:
    """Repeat ``step`` until it has nothing more to do; False when the turn ended before."""
    end = monotonic() + TURN
    while not stopping():
        if not step():
            return True
        if monotonic() > end:
            return False
    return True


def react() -> None:
    """Let triggers see what was recorded."""
    shop = core()
    if not _while_there_is_more(lambda: reactions.react(shop) > 0):
        shop.jobs.enqueue(Queue.EVENTS, "react")


def enrol(campaign_id: int) -> None:
    """Turn a one-time campaign's audience into messages."""
    shop = core()

    def step() -> bool:
        more = enrolment.enrol_audience(shop, campaign_id)
        shop.jobs.enqueue(Queue.SEND, "send", campaign_id)
        return more

    if not _while_there_is_more(step):
        shop.jobs.enqueue(Queue.BACKGROUND, "enrol", campaign_id)


def come_due(campaign_id: int) -> None:
    """Let whoever's time has come enter a campaign."""
    if timed.enrol_due(core(), campaign_id):
        core().jobs.enqueue(Queue.SEND, "send", campaign_id)


def send(campaign_id: int) -> None:
    """Send what is due of a campaign."""
    shop = core()

    def step() -> bool:
        return sending.send_due(shop, campaign_id, limit=CHUNK, stop=stopping) == CHUNK

    if not _while_there_is_more(step):
        shop.jobs.enqueue(Queue.SEND, "send", campaign_id)


def replay() -> None:
    """Hand over again what operators asked for."""
    shop = core()
    if not _while_there_is_more(lambda: replaying.step(shop)):
        shop.jobs.enqueue(Queue.SEND, "replay")


def adopt(visitor_id: int) -> None:
    """Write a visitor's anonymous past onto the customer they turned out to be."""
    shop = core()

    def step() -> bool:
        with shop.db.unit() as session:
            moved = identification.adopt(session, visitor_id, now=shop.clock.now())
        return moved > 0

    if not _while_there_is_more(step):
        shop.jobs.enqueue(Queue.BACKGROUND, "adopt", visitor_id)
    shop.jobs.enqueue(Queue.EVENTS, "react")


def train(model_id: int) -> None:
    """Train a recommendation model that is due."""
    training.train_if_due(core(), model_id)


def train_now(model_id: int) -> None:
    """Train a recommendation model because a person asked for it."""
    training.train(core(), model_id)


def refresh(model_id: int) -> None:
    """Have a recommendation model take up what happened since it was trained."""
    refreshing.refresh(core(), model_id)


def measure(placement: str) -> None:
    """Find out which algorithm suits a place best."""
    measuring.measure(core(), Placement(placement))


def note_trouble(slug: str, why: str) -> None:
    """Write down that a recommendation model fails to answer, or answers again."""
    shop = core()
    with shop.db.unit() as session:
        troubles.note(session, slug, why, at=shop.clock.now())


def settle() -> None:
    """Ask providers what became of uncertain messages."""
    outcomes.settle(core())


def poll() -> None:
    """Ask providers what became of what they took."""
    shop = core()

    def step() -> bool:
        return outcomes.poll(shop) == outcomes.BATCH

    if not _while_there_is_more(step):
        shop.jobs.enqueue(Queue.BACKGROUND, "poll")


def collect(account_id: int) -> None:
    """Look for bounces and complaints of an account."""
    shop = core()
    if not _while_there_is_more(lambda: collecting.step(shop, account_id)):
        shop.jobs.enqueue(Queue.BACKGROUND, "collect", account_id)


def sync(account_id: int) -> None:
    """Fetch the senders and templates of an account, if that was asked for."""
    syncing.run(core(), account_id)


def keep(account_id: int) -> None:
    """Use a connection, so that what authorises it does not lapse unused."""
    with suppress(GrowthCoreError):  # What is wrong is noted on the account.
        core().accounts.verify(account_id)


def pull(account_id: int) -> None:
    """Pull what is due of a source's account, page by page."""
    shop = core()
    if not _while_there_is_more(lambda: pulling.step(shop, account_id)):
        shop.jobs.enqueue(Queue.BACKGROUND, "pull", account_id)


def receive(account_id: int) -> None:
    """Handle the webhooks that came for a source's account."""
    shop = core()
    if not _while_there_is_more(lambda: receiving.step(shop, account_id)):
        shop.jobs.enqueue(Queue.EVENTS, "receive", account_id)


def mail_resets() -> None:
    """Send the links to new passwords that were asked for."""
    shop = core()
    if shop.settings.mail_url is None:
        return
    mailer, base_url = Mailer.of(shop.settings.mail_url), shop.settings.base_url

    def step() -> bool:
        return resets.send_next(shop.db, mailer, base_url=base_url, now=shop.clock.now())

    if not _while_there_is_more(step):
        shop.jobs.enqueue(Queue.BACKGROUND, "mail_resets")
