"""A batch of letters put into envelopes, signed by several threads where that takes the time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from growthcore.api import OutgoingMessage
from growthcore_channel_email_smtp.mime import Frame
from growthcore_channel_email_smtp.smtp import Envelope

_THREADS = min(4, os.cpu_count() or 1)
# Starting the threads costs about as much as one RSA signature.
_WORTH_IT = 8


class Letter(NamedTuple):
    """A message and what makes mail of it. ``address`` is as SMTP takes it."""

    frame: Frame
    message: OutgoingMessage
    address: str
    at: datetime

    @property
    def signed_ahead(self) -> bool:
        """Whether its signature pays being made ahead; of large mails a batch would not fit in memory."""
        return self.frame.slow and self.message.rendered.attachments is None

    def data(self) -> bytes:
        """The message as it goes out."""
        return self.frame.message(
            self.message.rendered,
            to=self.address,
            reference=self.message.reference,
            message_class=self.message.message_class,
            at=self.at,
            token=self.message.return_token,
        )


@contextmanager
def assembled(letters: Sequence[Letter]) -> Iterator[list[Envelope]]:
    """Their envelopes, in order, to be sent inside the ``with``.

    An RSA signature lets other threads run, so those go ahead of the sending. All else is made when
    its turn comes.
    """
    slow = len(letters) >= _WORTH_IT and any(letter.signed_ahead for letter in letters)
    if not slow:
        yield [_envelope(letter, letter.data) for letter in letters]
        return
    # Threads live for a batch: those kept longer would not survive the fork of a worker.
    threads = ThreadPoolExecutor(_THREADS)
    try:
        signed = [threads.submit(letter.data) for letter in letters]
        yield [
            _envelope(letter, future.result) for letter, future in zip(letters, signed, strict=True)
        ]
    finally:
        threads.shutdown(cancel_futures=True)


def _envelope(letter: Letter, data: Callable[[], bytes]) -> Envelope:
    sender = letter.frame.sender(letter.message.return_token)
    return Envelope(sender, letter.address, data, plain=True)
