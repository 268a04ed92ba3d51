"""What all pages of the workbench share: words, theme, safe text, charts, and who is sitting there."""
