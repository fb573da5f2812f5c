"""The live app: dials in a browser, every change simulated at once on the compiled driver.

`_dials` says what can be turned, in the world and in a policy, `setting` what a position of all
dials means, `engine` plays it in the background, `_look` reads what has been played, `_curve`
weighs it at other urgencies; `_answer` puts it together from the figures (`_value`, `_map`, those
of the report) and the words (`_words`); `_page`, `app` and `server` are the page and its guarded
door, `_story` follows one issue. All state of a tab lives in the tab and its address; the server
keeps only what is keyed by content.
"""
