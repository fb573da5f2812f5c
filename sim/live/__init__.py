"""The live app: dials in a browser, every change simulated at once on the compiled driver.

`dials` says what can be turned, `setting` what a position of all dials means, `engine` plays it in
the background, `look` reads what has been played, `answer` puts it into figures and words, `server`
and `app` are the page and its guarded door, `download` gives a setting back as files. All state of
a tab lives in the tab; the server keeps only what is keyed by content.
"""
