"""Workers and scheduler killed at random points while 5,000 messages go out."""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

from sqlalchemy import select

from growthcore.campaigns import reports
from growthcore.customers.models import Customer
from growthcore.messaging import recovery, statistics
from growthcore.messaging.models import LEDGER

CUSTOMERS = 5_000
KILLS = 8
IN_FLIGHT = 100


def _account(shop, path):
    now = shop.clock.now()
    with shop.db.unit() as session:
        session.add_all(
            Customer(external_id=f"c{n}", email=f"c{n}@example.com", created_at=now, updated_at=now)
            for n in range(CUSTOMERS)
        )
    with shop.db.unit() as session:
        return shop.accounts.create(
            session,
            provider="file",
            label="file",
            values={"path": str(path), "pace": 2_000},
            actor="test",
        ).id


def test_the_ledger_adds_up_and_nobody_gets_two_whatever_is_killed(
    shop, crew, launch, wait, tmp_path
):
    path, chance = tmp_path / "sent.jsonl", random.Random(os.environ.get("SEED", "growth"))
    campaign_id = launch(_account(shop, path), {"body": "안녕하세요 #{USER_ID}님"})

    def standing():
        with shop.db.read() as session:
            return reports.standing(session, campaign_id)

    for kill in range(KILLS):
        # In the thick of it: some more has gone out since the last one died.
        wait(lambda: standing().states["sent"] >= kill * CUSTOMERS // (KILLS + 2), 120)  # noqa: B023
        time.sleep(chance.uniform(0.0, 0.2))
        crew.kill(chance.randrange(len(crew.processes)))
    wait(lambda: standing().targets == CUSTOMERS and standing().pending == 0, 180)
    crew.end()

    found = standing()
    assert found.targets == CUSTOMERS == sum(found.states.values())
    lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
    references = [line["reference"] for line in lines]
    assert len(references) == len(set(references)), "somebody was sent two"
    with shop.db.read() as session:
        listed = recovery.uncertain(session, limit=1000)
        sent = set(session.scalars(select(LEDGER.c.id).where(LEDGER.c.state == "sent")))
        assert not statistics.differences(session)
    assert len(listed) == found.states["uncertain"] <= KILLS * IN_FLIGHT
    in_file = {int(reference.rsplit("-", 1)[1]) for reference in references}
    assert sent <= in_file, "something counts as sent that nobody has"
    assert in_file <= sent | {message.id for message in listed}
