"""Sets up an organisation with an administrator and a viewer in the data folder that RAPPORT_HOME names."""

PASSWORD = "three-unrelated-words"
ADMIN, VIEWER = "ada@wrenfield.example", "vera@wrenfield.example"


def move_in() -> None:
    import django

    django.setup()
    from datetime import UTC, datetime

    from rapport.staff.organisation import commands as organisation
    from rapport.staff.people import commands as people
    from rapport.staff.roles.rules import Operator

    at = datetime.now(UTC)
    organisation.set_up(organisation.Settings(name="Wrenfield"), by=Operator(), at=at)
    for email, role in ((ADMIN, "admin"), (VIEWER, "viewer")):
        new = people.NewStaffMember(email=email, password=PASSWORD, role=role, name=role.title())
        people.create(new, by=Operator(), at=at)


if __name__ == "__main__":
    move_in()
