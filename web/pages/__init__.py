"""Pages for people: each module renders from services and sends acts to them."""
