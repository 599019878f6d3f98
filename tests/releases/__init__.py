"""Archives as releases of Regesta wrote them, one folder a release, which every later release must read.

`python -m tests.releases NAME` writes the folder of a new release, once; a folder that is there is never changed.
"""
