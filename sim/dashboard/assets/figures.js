(function () {
  "use strict";
  var NARROW = 820, PRINTED = 980;
  var config = {displaylogo: false, displayModeBar: false, responsive: false, showTips: false};
  var figures = Array.prototype.slice.call(document.querySelectorAll(".figure"));
  function draw(div, width) {
    div.shapes = div.shapes || JSON.parse(document.getElementById(div.id + "-data").textContent);
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
    // Room is kept for figures not yet drawn, so that nothing moves under the reader's eyes.
    div.style.minHeight = div.dataset.heights.split(" ")[div.clientWidth < NARROW ? 1 : 0] + "px";
    var pick = document.getElementById(div.id + "-pick");
    if (pick) pick.addEventListener("change", function () { draw(div); });
  });
  // One after another, from the top: between two figures the page answers its reader.
  (function next(place) {
    if (place === figures.length) return;
    if (!figures[place].dataset.shape) draw(figures[place]);
    setTimeout(next, 0, place + 1);
  })(0);
  var waiting = 0;
  window.addEventListener("resize", function () {
    clearTimeout(waiting);
    waiting = setTimeout(all, 120, 0);
  });
  function all(width) { figures.forEach(function (div) { draw(div, width); }); }
  window.addEventListener("beforeprint", function () { all(PRINTED); });
  window.addEventListener("afterprint", function () { all(); });
})();
