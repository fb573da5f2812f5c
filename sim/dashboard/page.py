"""The fixed parts of the report: style, script and skeleton. No text of a scenario passes through here."""

from __future__ import annotations

from sim.dashboard.assets import asset

SCRIPTS = ("figures.js", "tables.js", "stream.js")
"""The files that the page's script is made of, in order; each stands alone."""

STYLE = asset("page.css") + asset("stream.css")
SCRIPT = "\n".join(asset(name) for name in SCRIPTS)

SKELETON = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
{body}
<script>{plotly}</script>
<script>{script}</script>
</body>
</html>
"""
