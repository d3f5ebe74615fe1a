"""What customers wrote to the shop of the browser tests, and a ready answer to it."""


def write() -> None:
    """Add it to the data folder that RAPPORT_HOME names."""
    import django

    django.setup()
    from datetime import UTC, datetime, timedelta

    from tests.desk import shop

    from rapport.service.desk import commands as desk
    from rapport.staff.roles.rules import Operator

    now = datetime.now(UTC)
    shop.asked(now - timedelta(hours=3), "Hello, the strap is torn.", subject="Torn strap")
    for number, subject in enumerate(("Opening hours", "Refund", "My shoes")):
        sender = f"customer{number}@mail.example"
        shop.asked(now - timedelta(hours=1 + number), f"About: {subject}", subject=subject, sender=sender)
    ready = desk.NewMacro(name="On its way", text="Dear {{customer.first_name}}, it is on its way.")
    desk.add_macro(ready, by=Operator(), at=now)


if __name__ == "__main__":
    write()
