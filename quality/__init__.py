"""quality: what we find in the data. Arrays and numbers; it measures and judges, and changes nothing."""
