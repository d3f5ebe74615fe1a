"""The made-up company: demo, load generator and test oracle in one. Its truths are planted and known.

`plan` says which company, `histories` lives it block by block with NumPy, the `tell_*` modules put what happened into
interactions, `writing` records them. Nothing here reads the clock or needs the database except `writing`.
"""
