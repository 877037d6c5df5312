"""Requests over kept-alive connections: `python -m bench.load` in a process of its own."""

import http.client
import json
import sys
import threading
import time
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Round:
    """What one round saw: requests a second, milliseconds, bytes on the wire."""

    requests: int
    seconds: float
    p50_ms: float
    p95_ms: float
    size: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def run(port: int, paths: list[str], headers: dict[str, str], seconds: float) -> Round:
    """Ask for the paths in turn from two connections for about `seconds`."""
    times: list[float] = []
    sizes: list[int] = []
    until = time.monotonic() + seconds

    def ask(offset: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        at = offset
        while time.monotonic() < until:
            path = paths[at % len(paths)]
            at += 1
            began = time.perf_counter()
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            body = response.read()
            times.append((time.perf_counter() - began) * 1000)
            sizes.append(len(body))
            if response.status != 200:
                raise SystemExit(f"{path} answered {response.status}")
        connection.close()

    began = time.monotonic()
    threads = [threading.Thread(target=ask, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.monotonic() - began
    if not times:
        raise SystemExit(f"{paths[0]} answered nothing")
    times.sort()
    return Round(
        len(times),
        spent,
        times[len(times) // 2],
        times[min(len(times) - 1, int(len(times) * 0.95))],
        sum(sizes) // len(sizes),
    )


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump(asdict(run(**asked)), sys.stdout)
