"""Where people run the bot: the image, the compose file and the systemd unit. `make hosting` runs them."""
