// The colours of figures on dark pages, in the pages and in the app.
// text: JSON. colours: what becomes of each (#rrggbb), as sim.dashboard.drawing.colours has it.
function darkened(text, colours) {
  "use strict";
  function parts(colour) {
    return [1, 3, 5].map(function (at) { return parseInt(colour.slice(at, at + 2), 16); });
  }
  Object.keys(colours).forEach(function (light) {
    text = text.replace(new RegExp(light, "gi"), colours[light])
      .replace(new RegExp("rgba\\(" + parts(light).join(", ?"), "g"),
        "rgba(" + parts(colours[light]).join(", "));
  });
  return text;
}
