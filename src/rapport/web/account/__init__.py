"""Signing in and out, the password, the second step: django-allauth in our frame, throttled by django-axes."""
