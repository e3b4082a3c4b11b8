"""Why: what each field added to a model's logit, for one decision and over many."""
