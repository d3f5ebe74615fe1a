from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.crypto import salted_hmac

from rapport.staff.roles.rules import ROLES, Reach


class StaffSet(models.QuerySet["StaffMember"]):
    """Members of staff, narrowed."""

    def seen_by(self, reach: Reach) -> "StaffSet":
        """All or none: who works here is known to those who look after people."""
        return self if reach.covers("people.edit") else self.none()


class StaffManager(BaseUserManager["StaffMember"]):
    """Makes members of staff with a normalised address and a hashed password."""

    def seen_by(self, reach: Reach) -> StaffSet:
        """Those within reach."""
        return StaffSet(self.model, using=self._db).seen_by(reach)

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "StaffMember":
        member = self.model(email=self.normalize_email(email).lower(), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "StaffMember":
        return self.create_user(email, password, **{"role": "admin", **fields})


class StaffMember(AbstractBaseUser, PermissionsMixin):
    """Somebody who works here. What they may do follows from their role alone."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=16, choices=list(ROLES.items()), default="viewer")
    department = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[StaffManager] = StaffManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=list(ROLES)), name="staff_role_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A new role ends the sessions of the old one, as a new password does: who may do more signs in anew."""
        bound = f"{self.password}{self.role}"
        return salted_hmac("rapport.staff.session", bound, secret=secret, algorithm="sha256").hexdigest()

    @property
    def audit_name(self) -> str:
        return self.email

    @property
    def initials(self) -> str:
        words = (self.name or self.email).replace("@", " ").split()
        return "".join(word[0] for word in words[:2]).upper()
