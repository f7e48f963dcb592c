"""Lists the messages of a catalogue that have no translation; fails when there is one."""

import sys
from pathlib import Path

from babel.messages.pofile import read_po

with Path(sys.argv[1]).open("rb") as file:
    missing = [
        message.id for message in read_po(file, locale="en") if message.id and not message.string
    ]
for text in missing:
    print(f"no English: {text}")
sys.exit(bool(missing))
