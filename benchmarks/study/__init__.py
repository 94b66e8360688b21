"""A study's arms in training: SpecIt's steps against a straightforward port's."""
