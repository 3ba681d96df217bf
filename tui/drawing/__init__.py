"""Drawings of workflow graphs: as text and as SVG."""
