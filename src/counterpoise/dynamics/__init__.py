"""World, state, parameter draws, covariates, processes, kernel. Knows no labels for people, no files, no clock."""
