"""Cafe24's sending numbers as GrowthCore's senders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from growthcore.api import Approval, Sender
from growthcore_channel_sms_cafe24.phones import hyphenated

_APPROVALS = {
    "00": Approval.STOPPED,
    "10": Approval.PENDING,
    "20": Approval.PENDING,
    "30": Approval.APPROVED,
    "40": Approval.REJECTED,
}


def sender_of(told: Mapping[str, Any]) -> Sender:
    """A sender; a state that Cafe24 did not have when this was written is not approved."""
    state = str(told.get("auth_status"))
    memo = told.get("memo")
    reason = memo.get("reject_reason") if isinstance(memo, Mapping) else None
    approval = _APPROVALS.get(state, Approval.PENDING)
    return Sender(
        key=str(told["sender_no"]),
        label=hyphenated(str(told.get("sender") or "")),
        approval=approval,
        detail=str(reason) if reason and approval is not Approval.APPROVED else None,
    )
