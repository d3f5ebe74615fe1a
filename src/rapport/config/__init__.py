"""Where everything is put together: settings, addresses, the ASGI application."""
