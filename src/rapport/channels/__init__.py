"""The ways in which customers and we reach each other, and what is said there: mail, chat, and any other system."""
