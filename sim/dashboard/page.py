"""The fixed parts of the report: style, script and skeleton. No text of a scenario passes through here."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light; --ink: #1f2933; --soft: #5f6b76; --line: #dfe4e9; --blue: #0072b2; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; overflow-wrap: anywhere;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans",
    sans-serif; }
main, header, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 36px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 8px; text-wrap: balance; }
h2 { font-size: 21px; line-height: 1.3; margin: 0 0 6px; }
h3 { font-size: 16px; margin: 28px 0 4px; }
p { margin: 0 0 10px; max-width: 78ch; }
.lead { font-size: 17px; color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 14px 0 0; padding: 0;
  color: var(--soft); font-size: 14px; }
.facts div { display: flex; gap: 6px; }
.facts dt { flex: none; }
.facts dt::after { content: ":"; }
.facts dd { margin: 0; color: var(--ink); font-variant-numeric: tabular-nums; }
nav { margin-top: 18px; font-size: 14px; display: flex; flex-wrap: wrap; gap: 4px 18px; }
a { color: var(--blue); }
section { margin-top: 40px; padding-top: 26px; border-top: 1px solid var(--line); }
.summary { margin-top: 26px; padding: 20px 24px; background: #f3f7fa; border: 0;
  border-left: 4px solid var(--blue); }
.summary li { margin: 0 0 6px; max-width: 82ch; }
.summary ul { padding-left: 20px; margin: 6px 0 0; }
.verdict { margin-top: 10px; font-size: 15px; columns: 2 30em; column-gap: 40px; }
.verdict p { break-inside: avoid; }
.settings { font-size: 14px; display: grid; grid-template-columns: minmax(8em, max-content) 1fr;
  gap: 4px 16px; margin: 8px 0; }
.settings dt, .settings dd { margin: 0; min-width: 0; }
.finding { font-size: 17px; }
.note { color: var(--soft); font-size: 14px; }
.figure { width: 100%; margin: 10px 0 6px; }
.pick { margin: 6px 0 0; font-size: 14px; }
.pick select { font: inherit; max-width: 100%; padding: 3px 6px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; margin: 10px 0;
  min-width: 60%; }
th, td { text-align: right; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
th:first-child, td:first-child { text-align: left; min-width: 8.5em; max-width: 22em; }
thead th { overflow-wrap: normal; }
tbody th { color: var(--ink); font-weight: 400; }
td small { display: block; color: var(--soft); font-size: 12px; white-space: nowrap; }
.dot { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 8px; }
summary { cursor: pointer; color: var(--blue); font-size: 14px; padding: 4px 0; }
code, pre { font-size: 13px;
  font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { background: #f3f5f7; padding: 10px 12px; white-space: pre-wrap; margin: 6px 0; }
footer { margin: 48px auto 40px; padding-top: 18px; border-top: 1px solid var(--line);
  color: var(--soft); font-size: 14px; }
@media (max-width: 640px) {
  main, header, footer { padding-left: 16px; padding-right: 16px; }
  header { padding-top: 24px; }
  h1 { font-size: 24px; }
  th { font-size: 12px; overflow-wrap: normal; }
  .summary { padding: 16px; }
  th, td { padding-right: 10px; }
}
@media print {
  @page { margin: 14mm; }
  body { font-size: 11pt; }
  main, header, footer { max-width: none; padding: 0; }
  nav, summary { display: none; }
  section { break-inside: avoid; border-top: 0; margin-top: 18px; padding-top: 0; }
  h2, h3 { break-after: avoid; }
  .summary { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .figure { zoom: 0.68; }
}
"""

SCRIPT = """
(function () {
  "use strict";
  var NARROW = 820, PRINTED = 980;
  var config = {displaylogo: false, displayModeBar: false, responsive: false, showTips: false};
  var figures = Array.prototype.slice.call(document.querySelectorAll(".figure"));
  function draw(div, width) {
    var shape = (width || div.clientWidth) < NARROW ? "narrow" : "wide";
    var pick = document.getElementById(div.id + "-pick");
    var place = pick ? Number(pick.value) : 0;
    var drawn = [].concat(div.shapes[shape])[place];
    var layout = JSON.parse(JSON.stringify(drawn.layout));
    layout.width = width || div.clientWidth;
    div.style.minHeight = layout.height + "px";
    div.dataset.shape = shape;
    // Where both shapes draw the same, the data stand with the wide one only.
    Plotly.react(div, drawn.data || [].concat(div.shapes.wide)[place].data, layout, config);
  }
  figures.forEach(function (div) {
    div.shapes = JSON.parse(document.getElementById(div.id + "-data").textContent);
    var pick = document.getElementById(div.id + "-pick");
    if (pick) pick.addEventListener("change", function () { draw(div); });
    draw(div);
  });
  var waiting = 0;
  window.addEventListener("resize", function () {
    clearTimeout(waiting);
    waiting = setTimeout(all, 120, 0);
  });
  function all(width) { figures.forEach(function (div) { draw(div, width); }); }
  window.addEventListener("beforeprint", function () { all(PRINTED); });
  window.addEventListener("afterprint", function () { all(); });
})();
"""

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
