"""Demo data and the script that rebuilds it; see SOURCES.md."""
