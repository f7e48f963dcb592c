"""Webhooks: what the mall tells the app of, by POST, and the log of it."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import urllib3

from growthcore.api import Clock
from growthcore.sandbox.cafe24.launch import signature
from growthcore.sandbox.cafe24.mall import Mall
from growthcore.sandbox.cafe24.wire import Record, iso

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class _Post:
    url: str
    body: bytes
    headers: Mapping[str, str] = field(repr=False)
    event_no: int
    log_type: str
    trace_id: str


class Webhooks:
    """Posts to ``url`` with the key ``key``; both may be changed while the mall is open."""

    def __init__(self, mall: Mall, clock: Clock) -> None:
        self.url = mall.settings.webhook_url
        self.key = mall.settings.webhook_key
        self._mall, self._clock = mall, clock
        self._random = random.Random(mall.settings.seed)  # noqa: S311 - the same again
        self._http = urllib3.PoolManager(retries=False)

    def emit(self, event_no: int, resource: Mapping[str, Any]) -> list[Record]:
        """Tell the app, unless nobody is to be told."""
        if not self.url or not self._mall.receives:
            return []
        return self.deliver(self.url, event_no, resource, api_key=self.key)

    def deliver(
        self,
        url: str,
        event_no: int,
        resource: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        *,
        api_key: str,
        times: int = 1,
        shuffled: bool = False,
        flat: bool | None = None,
    ) -> list[Record]:
        """Post one resource or several, each ``times``, in another order when ``shuffled``.

        ``flat`` leaves out the wrapping ``resource``; None does as Cafe24 does for this event.
        Returns what the log holds of it: ``success`` is T for a 2xx answer.
        """
        resources = [resource] if isinstance(resource, Mapping) else resource
        posts = [
            self._post(
                url, event_no, each, api_key=api_key, flat=flat, log_type="R" if again else "G"
            )
            for each in resources
            for again in range(times)
        ]
        if shuffled:
            self._random.shuffle(posts)
        return [self._send(post) for post in posts]

    def _post(
        self,
        url: str,
        event_no: int,
        resource: Mapping[str, Any],
        *,
        api_key: str,
        flat: bool | None,
        log_type: str,
    ) -> _Post:
        settings = self._mall.settings
        alone = event_no in settings.flat_events if flat is None else flat
        told: Mapping[str, Any] = {"event_no": event_no, "resource": resource}
        if alone:
            number = {"event_no": event_no} if settings.numbered_flat else {}
            told = {**number, **resource}
        body = json.dumps(told, ensure_ascii=False).encode()
        trace = str(UUID(int=self._random.getrandbits(128), version=4))
        headers = {"Content-Type": "application/json", "x-api-key": api_key}
        if settings.trace_header:
            headers[settings.trace_header] = trace
        if settings.hmac_header:
            headers["X-Cafe24-Hmac-SHA256"] = signature(body, settings.client_secret)
        address = url.replace("{event_no}", str(event_no))
        return _Post(address, body, headers, event_no, log_type, trace)

    def _send(self, post: _Post) -> Record:
        for _ in range(self._mall.settings.webhook_retries):
            entry = self._try(post)
            if entry["success"] == "T":
                return entry
        return self._try(post)

    def _try(self, post: _Post) -> Record:
        timeout = self._mall.settings.webhook_timeout.total_seconds()
        try:
            answer = self._http.request(
                "POST", post.url, body=post.body, headers=dict(post.headers), timeout=timeout
            )
        except urllib3.exceptions.HTTPError:
            return self._log(post, None, None)
        return self._log(post, answer.status, answer.data.decode(errors="replace"))

    def _log(self, post: _Post, status: int | None, body: str | None) -> Record:
        good = status is not None and 200 <= status < 300
        entry: Record = {
            "log_id": "".join(self._random.choices(_LETTERS, k=20)),
            "log_type": post.log_type,
            "event_no": post.event_no,
            "mall_id": self._mall.settings.mall_id,
            "trace_id": post.trace_id,
            "requested_time": iso(self._clock.now()),
            "request_endpoint": post.url,
            "request_body": post.body.decode(),
            "success": "T" if good else "F",
            "response_http_code": None if good else status,
            "response_body": None if good else body,
        }
        with self._mall.lock:
            self._mall.webhook_log.append(entry)
        return entry
