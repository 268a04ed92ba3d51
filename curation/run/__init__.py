"""One run of a recipe, from files to a sealed release: stages over shards, and one place that decides."""
