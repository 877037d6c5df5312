"""A mail server that counts what it takes and keeps the last: `python -m bench.sink`.

Prints its port. Each line on standard input is answered with the count so far; "last" with the
last message as base64.
"""

import base64
import sys
from typing import Any

from aiosmtpd.controller import Controller

from bench.servers import free_port


class _Counting:
    count, last = 0, b""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.count += 1
        self.last = envelope.content
        return "250 kept"


def main() -> None:
    counting = _Counting()
    port = free_port()
    controller = Controller(counting, hostname="127.0.0.1", port=port)
    controller.start()
    print(port, flush=True)
    for line in sys.stdin:
        last = base64.b64encode(counting.last).decode()
        print(last if line.strip() == "last" else counting.count, flush=True)
    controller.stop()


if __name__ == "__main__":
    main()
