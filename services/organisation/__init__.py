"""Acts on the organisation: each is declared once; forms, commands and the API follow from it."""
