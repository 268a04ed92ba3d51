"""From a sealed draft to a published version: what changed, what is checked, who signs."""
