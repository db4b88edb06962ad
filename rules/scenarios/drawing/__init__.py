"""A scenario as a picture: stages as bands, items as boxes, what follows what as arrows."""

from rules.scenarios.drawing.drawing import Arrow, Band, Box, Drawing, Point, draw
from rules.scenarios.drawing.graph import TooLargeToDraw

__all__ = ["Arrow", "Band", "Box", "Drawing", "Point", "TooLargeToDraw", "draw"]
