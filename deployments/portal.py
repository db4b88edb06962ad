"""The portal as an installation starts it: the sign-ins of the demonstration stand beside its form."""

from __future__ import annotations

from fastapi import FastAPI

from deployments.demo.accounts import shown_sign_ins
from web import app


def create_app() -> FastAPI:
    """The portal over the database that the settings name; uvicorn calls it."""
    return app.create_app(demonstration=shown_sign_ins)
