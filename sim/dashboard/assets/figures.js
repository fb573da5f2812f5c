(function () {
  "use strict";
  var NARROW = 820, PRINTED = 980;
  var config = {displaylogo: false, displayModeBar: false, responsive: false, showTips: false};
  var figures = Array.prototype.slice.call(document.querySelectorAll(".figure"));
  // What the colours of figures become on a dark page; those of policies stay.
  var DARK = {"#1f2933": "#e3e8ec", "#5f6b76": "#a7b2bc", "#e4e8ec": "#2e3740", "#b6bfc8": "#66727d",
    "#ffffff": "#14191e", "rgba(255,255,255": "rgba(20,25,30", "#3d3d3d": "#c4c4c4", "#33415c": "#5068a0",
    "rgba(31, 41, 51": "rgba(227, 232, 236", "#0072b2": "#3b9edb"};
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function recoloured(text) {
    Object.keys(DARK).forEach(function (colour) {
      text = text.replace(new RegExp(colour.replace("(", "\\("), "gi"), DARK[colour]);
    });
    return text;
  }
  function shapes(div, light) {
    if (light || !dark.matches) {
      return div.shapes = div.shapes || JSON.parse(document.getElementById(div.id + "-data").textContent);
    }
    return div.darkened = div.darkened
      || JSON.parse(recoloured(document.getElementById(div.id + "-data").textContent));
  }
  function picked(div) {
    var pick = document.getElementById(div.id + "-pick");
    return pick ? Number(pick.value) : 0;
  }
  function seen(div) { return div.clientWidth > 0 && !div.closest("details:not([open])"); }
  function lit(div) {
    var pick = document.getElementById(div.id + "-lit");
    return pick ? Number(pick.value) : 0;
  }
  // width: on paper, in light colours.
  function draw(div, width) {
    if (!width && !seen(div)) return;
    put(div, shapes(div, width), picked(div), width || div.clientWidth);
  }
  function put(div, from, place, width) {
    var shape = width < NARROW ? "narrow" : "wide";
    var drawn = [].concat(from[shape])[place], data = drawn.data || [].concat(from.wide)[place].data;
    var change = changed(from, shape, place, lit(div));
    if (change) {
      drawn = {layout: Object.assign({}, drawn.layout, change.layout)};
      data = change.data.map(function (each) {
        if (typeof each === "number") return data[each];
        return Array.isArray(each) ? Object.assign({}, data[each[0]], each[1]) : each;
      });
    }
    var layout = JSON.parse(JSON.stringify(drawn.layout));
    layout.width = width;
    div.style.minHeight = layout.height + "px";
    div.dataset.shape = shape;
    Plotly.react(div, data, layout, config);
  }
  // Where both shapes draw the same, the data stand with the wide one only.
  function changed(from, shape, place, light) {
    if (!light || !from.otherwise) return null;
    var mine = from.otherwise[shape][place][light - 1];
    return {layout: mine.layout, data: mine.data || from.otherwise.wide[place][light - 1].data};
  }
  function stale(div) {
    var drawn = div.querySelector(".main-svg");
    return seen(div) && (!drawn || Math.abs(drawn.getBoundingClientRect().width - div.clientWidth) > 1);
  }
  figures.forEach(function (div) {
    // Room is kept for figures not yet drawn, so that nothing moves under the reader's eyes.
    div.style.minHeight = div.dataset.heights.split(" ")[(div.clientWidth || innerWidth) < NARROW ? 1 : 0] + "px";
    var pick = document.getElementById(div.id + "-pick");
    if (pick) pick.addEventListener("change", function () { draw(div); });
    var light = document.getElementById(div.id + "-lit");
    if (light) light.addEventListener("change", function () { highlight(light.value); });
  });
  // All figures highlight the same; those not seen are drawn when they are.
  function highlight(value) {
    figures.forEach(function (div) {
      var light = document.getElementById(div.id + "-lit");
      if (!light) return;
      light.value = value;
      if (seen(div)) draw(div);
      else Plotly.purge(div);
    });
  }
  // One after another, from the top: between two figures the page answers its reader.
  function next(place) {
    while (place < figures.length && !stale(figures[place])) place += 1;
    if (place === figures.length) return;
    draw(figures[place]);
    setTimeout(next, 0, place + 1);
  }
  next(0);
  document.addEventListener("toggle", function (event) {
    if (event.target.open) setTimeout(next, 0, 0);
  }, true);
  var waiting = 0;
  window.addEventListener("resize", function () {
    clearTimeout(waiting);
    waiting = setTimeout(all, 120);
  });
  function all(width) { figures.forEach(function (div) { draw(div, width); }); }
  dark.addEventListener("change", function () { all(); });
  // On paper a figure shows all that can be picked, one below the other.
  var added = [];
  window.addEventListener("beforeprint", function () {
    all(PRINTED);
    figures.forEach(function (div) {
      var pick = document.getElementById(div.id + "-pick"), after = div;
      if (!pick) return;
      Array.prototype.forEach.call(pick.options, function (option, place) {
        if (place === picked(div)) return;
        var head = document.createElement("p"), more = document.createElement("div");
        head.className = "printed";
        head.textContent = option.textContent;
        more.className = "figure printed";
        after.after(head, more);
        after = more;
        added.push(head, more);
        put(more, shapes(div, true), place, PRINTED);
      });
    });
  });
  window.addEventListener("afterprint", function () {
    added.forEach(function (each) { each.remove(); });
    added = [];
    all();
  });
})();
