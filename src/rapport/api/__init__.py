"""The HTTP API: plain ASGI routes for what comes in fast, django-ninja for the rest."""
