"""A course folder on the trainer's machine, shown as learners will see it, while it is written."""
