"""Choices of a district where the law is silent."""
