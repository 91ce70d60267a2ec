"""Shapes of the visual language, as paths in a square from -1 to 1."""

HALF = "M0,-1A1,1,0,0,0,0,1Z"
CROSS = "M-1,-1L1,1M-1,1L1,-1"
UP, DOWN = "M-0.9,0.6L0,-0.8L0.9,0.6Z", "M-0.9,-0.6L0,0.8L0.9,-0.6Z"
