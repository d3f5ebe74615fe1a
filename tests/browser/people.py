"""Who works at the made-up company of the browser tests: one person per role, all with one password."""

PASSWORD = "three-unrelated-words"
PEOPLE = {
    "admin": ("ada@wrenfield.example", "Ada Lindqvist"),
    "lead": ("lena@wrenfield.example", "Lena Fischer"),
    "agent": ("ben@wrenfield.example", "Ben Osei"),
    "analyst": ("amir@wrenfield.example", "Amir Haddad"),
    "champion": ("clara@wrenfield.example", "Clara Voss"),
    "viewer": ("vera@wrenfield.example", "Vera Novak"),
}


def hire() -> None:
    """Add them to the data folder that RAPPORT_HOME names."""
    import django

    django.setup()
    from datetime import UTC, datetime

    from rapport.staff.people import commands
    from rapport.staff.roles.rules import Operator

    for role, (email, name) in PEOPLE.items():
        new = commands.NewStaffMember(email=email, password=PASSWORD, role=role, name=name)
        commands.create(new, by=Operator(), at=datetime.now(UTC))


if __name__ == "__main__":
    hire()
