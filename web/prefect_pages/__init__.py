"""Prefect's own pages under the portal's address: read only, cut to what the reader may see."""
