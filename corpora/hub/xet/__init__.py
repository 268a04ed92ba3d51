"""Uploads by Xet: clients send chunks once, as xorbs, and shards that say which chunks make which file.

Public specification: https://huggingface.co/docs/xet (1.1.0) and the IETF draft draft-denis-xet, status [V]: what real clients
send was compared. Only the way in is spoken; files are read by plain HTTP.
"""
