"""What CoordConv layers do with the same inputs, and what they should do."""
