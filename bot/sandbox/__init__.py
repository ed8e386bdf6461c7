"""Stand-ins for the outside world, written from its documents; nothing here knows the bot."""
