"""Drafting: ad copy from product facts, and small banners, both without any model."""
