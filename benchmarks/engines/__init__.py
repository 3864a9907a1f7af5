"""One theatre model in several engines, all made from `specification`."""
