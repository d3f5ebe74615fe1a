"""The one reviewed list of channels on which interactions happen."""

CHANNELS: dict[str, str] = {
    "email": "Mail",
    "chat": "Chat",
    "sms": "SMS",
    "whatsapp": "WhatsApp",
    "voice": "Phone",
    "social": "Social media",
    "in_person": "In person",
    "web": "Web",
    "app": "App",
    "post": "Letter",
    "api": "Another system",
}

DIRECTIONS: dict[str, str] = {"in": "from them", "out": "from us", "none": "no direction"}
