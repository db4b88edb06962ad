"""A file that came with a request, kept as its sender's."""

from __future__ import annotations

from typing import BinaryIO

from services.documents.files import Sender, StoredFile, store_file
from web.portal import Portal
from web.viewer import Viewer


def store_sent(portal: Portal, viewer: Viewer, content: BinaryIO, name: str) -> StoredFile:
    """Keep a file within the limits of the installation and of who sends it."""
    settings = portal.settings
    sender = Sender(viewer.account.login, settings.upload_mb_per_hour, settings.upload_waiting_mb)
    return store_file(portal.database, content, name, settings.upload_limit_mb, sender)
