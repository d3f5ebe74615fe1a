"""Sends with posthog-python: address, key, name of the run, how many events, and which protocol (v0, v1)."""

import sys

from posthog import Posthog

address, key, run, events, protocol = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
failures: list[str] = []
client = Posthog(
    key,
    host=address,
    gzip=True,
    max_retries=10,
    capture_mode=protocol,
    on_error=lambda error, _batch: failures.append(str(error)),
)
client.set(distinct_id=f"{run}-ann", properties={"email": f"{run}@example.org"})
client.group_identify("company", f"{run}-acme", {"name": "Acme"})
client.alias(f"{run}-before", f"{run}-ann")
client.capture("$pageview", distinct_id=f"{run}-ann", properties={"title": f"{run} page"})
client.capture("$screen", distinct_id=f"{run}-ann", properties={"$screen_name": f"{run} screen"})
for number in range(events):
    client.capture(f"{run} {number}", distinct_id=f"{run}-ann", properties={"number": number})
client.shutdown()
sys.exit("; ".join(failures) or 0)
