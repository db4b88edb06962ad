"""Lists: what they are about, and how a page of them is found."""
