"""The words of the widgets themselves, in Chinese: a small bundled script, since streamlit has them in English only."""
