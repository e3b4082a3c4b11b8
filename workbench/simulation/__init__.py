"""A small e-commerce ad platform whose every probability is known."""
