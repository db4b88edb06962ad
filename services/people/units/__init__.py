"""The organisation as a whole: checked, shown, imported."""
