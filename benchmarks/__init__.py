"""Measurements behind the README's claims about speed: `python -m benchmarks` prints them all."""
