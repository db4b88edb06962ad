"""Acts on who answers for an item, within its department."""
