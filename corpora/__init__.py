"""corpora: what the data is. Tables, files, versions, and the forms that the other rooms fill in.

Bottom room: imports nothing of the project's other rooms.
"""
