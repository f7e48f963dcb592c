"""Arbitration against every other way to do it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from growthcore.api import SEND, Decision, Intent, MessageClass, Sent
from growthcore.messaging.arbitration import Slot, Waiting, plan
from growthcore.testing.values import START

SEOUL = ZoneInfo("Asia/Seoul")
SLOTS = 6
HOUR = timedelta(hours=1)


def intent(campaign):
    return Intent(
        campaign_id=campaign,
        channel="sms",
        message_class=MessageClass.ADVERTISING,
        night_consent=True,
        zone=SEOUL,
    )


def instant(slot):
    return START + slot * HOUR


def sent(slot):
    return Sent(
        campaign_id=99, channel="sms", message_class=MessageClass.ADVERTISING, at=instant(slot)
    )


def waiting(id, rank, first, last):
    return Waiting(
        id=id, rank=rank, intent=intent(rank), due_at=instant(first), latest_at=instant(last)
    )


def limit(most, hours, quiet=()):
    """At most so many within so many hours, and nothing at all in the quiet slots."""

    def decide(_intent, sends, at):
        if (at - START) // HOUR in quiet:
            return Decision.defer(at + HOUR)
        used = sorted(each.at for each in sends if at - hours * HOUR < each.at <= at)
        if len(used) >= most:
            return Decision.defer(used[len(used) - most] + hours * HOUR)
        return SEND

    return decide


def fits(taken, past, most, hours, quiet):
    """Whether a timetable keeps the cap, counted window by window."""
    everything = [*past, *taken]
    return not any(slot in quiet for slot in taken) and all(
        sum(end - hours < slot <= end for slot in everything) <= most for end in taken
    )


def best(messages, past, most, hours, quiet):
    """By every timetable there is: of the highest rank as many and as early as can be, and so on."""
    ranks = sorted({each.rank for each in messages})

    def timetables(rest, taken):
        if not rest:
            yield taken
            return
        first, last = ((rest[0].due_at - START) // HOUR, (rest[0].latest_at - START) // HOUR)
        for slot in [None, *range(first, last + 1)]:
            now = {**taken, rest[0].id: slot}
            if fits([s for s in now.values() if s is not None], past, most, hours, quiet):
                yield from timetables(rest[1:], now)

    def worth(taken):
        score = []
        for rank in ranks:
            of_rank = [taken[each.id] for each in messages if each.rank == rank]
            slots = sorted(slot for slot in of_rank if slot is not None)
            score.append((-len(slots), slots))
        return score

    return min(worth(taken) for taken in timetables(messages, {}))


@st.composite
def campaigns(draw):
    """Up to four campaigns; each may have two messages, and keeps any of them for equally long."""
    found = []
    for rank in range(draw(st.integers(1, 4))):
        useful_for = draw(st.integers(0, SLOTS - 1))
        for _ in range(draw(st.integers(1, 2 if rank < 2 else 1))):
            first = draw(st.integers(0, SLOTS - 1))
            last = first + useful_for
            found.append(waiting(len(found), rank, first, last))
    return found


@settings(max_examples=150)
@given(
    campaigns(),
    st.lists(st.integers(-3, -1), max_size=2, unique=True),
    st.integers(1, 2),
    st.integers(1, 4),
    st.sampled_from([(), (2,), (3, 4)]),
)
def test_no_timetable_serves_the_ranks_better(messages, past, most, hours, quiet):
    slots = plan(messages, [sent(slot) for slot in sorted(past)], limit(most, hours, quiet))
    taken = {id_: slot.at and (slot.at - START) // HOUR for id_, slot in slots.items()}
    assert fits([slot for slot in taken.values() if slot is not None], past, most, hours, quiet)
    score = []
    for rank in sorted({each.rank for each in messages}):
        of_rank = [taken[each.id] for each in messages if each.rank == rank]
        placed = sorted(slot for slot in of_rank if slot is not None)
        score.append((-len(placed), placed))
    assert score == best(messages, past, most, hours, quiet)


def test_a_message_waits_for_one_of_higher_rank_that_is_due_later():
    slots = plan([waiting(1, 0, 3, 5), waiting(2, 1, 0, 40)], [], limit(1, 24))
    assert slots == {1: Slot(instant(3)), 2: Slot(instant(27), winner=0)}


def test_a_message_that_would_be_stale_by_then_loses_to_the_winner():
    slots = plan([waiting(1, 0, 3, 5), waiting(2, 1, 0, 20)], [], limit(1, 24))
    assert slots[2] == Slot(None, winner=0)


def test_where_there_is_room_for_both_nobody_waits():
    slots = plan([waiting(1, 0, 3, 5), waiting(2, 1, 0, 5)], [], limit(2, 24))
    assert slots == {1: Slot(instant(3)), 2: Slot(instant(0))}


def test_a_higher_rank_that_could_not_go_anyway_takes_nobodys_place():
    slots = plan([waiting(1, 0, 3, 5), waiting(2, 1, 8, 9)], [sent(-1)], limit(1, 9))
    assert slots == {1: Slot(None), 2: Slot(instant(8))}
