"""Sets a webhook up in the data folder that RAPPORT_HOME names: `python -m tests.webhooks.setting_up ADDRESS`."""

import sys
from datetime import UTC, datetime


def main(address: str) -> None:
    import django

    django.setup()
    from rapport.interactions.webhooks import commands
    from rapport.staff.roles.rules import Operator

    commands.add(commands.Description(address, "the warehouse"), by=Operator(), at=datetime.now(UTC))


if __name__ == "__main__":
    main(sys.argv[1])
