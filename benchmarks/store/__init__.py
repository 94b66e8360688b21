"""How long a store of very many records takes to list and to judge."""
