"""An iteration of adversarial training: SpecIt's against a straightforward port's."""
