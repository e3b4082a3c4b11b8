"""From the store's tables to tensors: which columns a model sees, the joined rows, and their codes."""
