"""How an interaction is answered, whatever was asked: replies, buttons, cooldowns, errors."""
