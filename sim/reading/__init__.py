"""Reading past results: finding and listing them, comparing policies across them, verifying and
exporting them.

Of a manifest it reads `kind` (run or sweep), `model` (the version of the model), `name`,
`policies`, `varied`, `digest`, `started`, `failures`, `inputs` and `tables`. Of a sweep it reads in
place of `varied`: `keys`, the dotted keys that vary; `scenario`, as it was written
(`plain(scenario.root)`), from which the points are worked out again: in a resolved one a kind of
issue holds its own power and no longer follows power.sharing; and `resolving`, the version of what
resolves scenarios, on which the points depend.
"""
