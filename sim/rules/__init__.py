"""The rules of the model: small pure functions of numbers, each written once, used by both drivers.

A vector is a flat sequence of numbers: a Python list in the Mesa driver, an array row in the
compiled one. What has two dimensions (alternatives x facets, members x alternatives) is laid out
row by row. Functions that produce a vector write it into their last argument. No rule draws:
uniforms are passed in.
"""
