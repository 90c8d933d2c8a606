"""The polite client: the only way Groundswell reaches the network."""
