"""Figures 指标: what is counted, of what, and when; declared once, pure."""
