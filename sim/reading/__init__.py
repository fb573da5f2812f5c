"""Reading past results: finding and listing them, comparing policies across them, verifying and exporting them.

Of a manifest it reads `kind` (run or sweep), `model` (the version of the model), `name`, `policies`, `varied`, `seed`,
`started`, `failures`, `inputs` and `tables`; of a sweep also `scenario`, whole with its variants and sweep, from which
the points are worked out again, and `keys`, the dotted keys that vary.
"""
