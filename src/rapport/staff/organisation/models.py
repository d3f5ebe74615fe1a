from django.db import models


class Organisation(models.Model):
    """The one organisation; its row exists from the first run on."""

    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="EUR")
    customer_word = models.CharField(max_length=40, default="customer")
    customers_word = models.CharField(max_length=40, default="customers")
    phone_region = models.CharField(max_length=2, default="GB")
    is_simulated = models.BooleanField(default=False)
    second_step_roles = models.JSONField(default=list, blank=True)
    set_up_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="organisation_is_one"),
        ]


class ExchangeRate(models.Model):
    """From `valid_from` on, one unit of `currency` is `rate` units of the organisation's base currency."""

    currency = models.CharField(max_length=3)
    valid_from = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "valid_from"], name="rate_once_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_positive"),
        ]
