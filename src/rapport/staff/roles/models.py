from django.db import models


class Department(models.Model):
    """A part of the organisation. Its name is how everything else refers to it, so it is closed, never renamed."""

    name = models.CharField(max_length=80, unique=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="department_named"),
        ]


class Team(models.Model):
    """People who work together for one department, whichever department they are employed in."""

    name = models.CharField(max_length=80)
    department = models.ForeignKey(Department, models.PROTECT, related_name="teams")
    members = models.ManyToManyField("staff.StaffMember", related_name="teams")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(closed_at=None), name="team_named_once"
            ),
        ]


class AccessRules(models.Model):
    """Whether people see their own departments only. Without a row nobody is limited."""

    is_sight_limited = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="access_rules_are_one"),
        ]
