"""Work done elsewhere: one runner for all providers, durable from before the first byte is sent."""
