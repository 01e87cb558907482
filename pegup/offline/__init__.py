"""Reading and answering without a network: what a phone keeps, and what it sends when it can."""
