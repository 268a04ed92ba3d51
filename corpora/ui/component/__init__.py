"""Small bundled scripts: the widgets' own words in Chinese, since streamlit has them in English only; the session of a tab."""
