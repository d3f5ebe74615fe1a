"""Sends with rudder-sdk-python: address, key, name of the run, how many events."""

import sys

from rudderstack.analytics.client import Client

address, key, run, events = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
failures: list[str] = []
client = Client(key, host=address, on_error=lambda error, _batch: failures.append(str(error)))
client.identify(f"{run}-ann", {"email": f"{run}@example.org"})
client.group(f"{run}-ann", f"{run}-acme", {"name": "Acme"})
client.alias(f"{run}-before", f"{run}-ann")
client.page(f"{run}-ann", name=f"{run} page")
client.screen(f"{run}-ann", name=f"{run} screen")
for number in range(events):
    client.track(f"{run}-ann", f"{run} {number}", {"number": number})
client.flush()
client.join()
sys.exit("; ".join(failures) or 0)
