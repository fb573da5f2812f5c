(function () {
  "use strict";
  // Figures stand in the page as pictures. Where the reader turns to one, what is packed in the page
  // is unpacked, and Plotly draws the same in the same place.
  var NARROW = 820, DWELL = 120;
  var config = {displaylogo: false, displayModeBar: false, responsive: false, showTips: false};
  var figures = Array.prototype.slice.call(document.querySelectorAll(".figure"));
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var DARK = JSON.parse(document.getElementById("dark-colours").textContent);
  var plotly = null;
  function loaded() {
    return plotly = plotly || packed.text("plotly").then(function (text) {
      var script = document.createElement("script");
      script.textContent = text;
      document.head.appendChild(script);
    });
  }
  function shapes(div) {
    if (!dark.matches) return div.shapes = div.shapes || JSON.parse(div.packed);
    return div.darkened = div.darkened || JSON.parse(darkened(div.packed, DARK));
  }
  function interactive(div) {
    if (!packed.able || div.asked) return;
    div.asked = true;
    div.setAttribute("aria-busy", "true");
    Promise.all([packed.text(div.id + "-data"), loaded()]).then(function (found) {
      div.packed = found[0];
      draw(div);
      div.removeAttribute("aria-busy");
    });
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
  function draw(div) {
    if (!div.packed || !seen(div)) return;
    var from = shapes(div), place = picked(div), width = div.clientWidth;
    var shape = width < NARROW ? "narrow" : "wide";
    // Where both shapes draw the same, the data stand with the wide one only.
    var drawn = from[shape][place], data = drawn.data || from.wide[place].data;
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
    // At first as high as the picture was, so that nothing moves under the reader's eyes.
    var picture = div.querySelector(".picture." + shape);
    div.style.minHeight = Math.max(layout.height, picture.offsetHeight) + "px";
    div.dataset.shape = shape;
    div.outdated = false;
    Plotly.react(div, data, layout, config);
  }
  function changed(from, shape, place, light) {
    if (!light || !from.otherwise) return null;
    var mine = from.otherwise[shape][place][light - 1];
    return {layout: mine.layout, data: mine.data || from.otherwise.wide[place][light - 1].data};
  }
  function stale(div) {
    var drawn = div.querySelector(".main-svg");
    return div.packed && seen(div)
      && (!drawn || div.outdated || Math.abs(drawn.getBoundingClientRect().width - div.clientWidth) > 1);
  }
  function all(only) { figures.forEach(function (div) { if (!only || only(div)) draw(div); }); }

  figures.forEach(function (div) {
    var pick = document.getElementById(div.id + "-pick"), waiting = 0;
    var light = document.getElementById(div.id + "-lit");
    if (!packed.able) {
      // The pictures stay, and there is nothing to pick.
      div.removeAttribute("tabindex");
      [pick, light].forEach(function (each) { if (each) each.closest(".pick").style.display = "none"; });
      return;
    }
    function ask() { interactive(div); }
    // A pointer that only passes asks for nothing.
    div.addEventListener("pointerenter", function (event) {
      if (event.pointerType !== "touch") waiting = setTimeout(ask, DWELL);
    });
    div.addEventListener("pointerleave", function () { clearTimeout(waiting); });
    div.addEventListener("click", ask);
    div.addEventListener("keydown", function (event) {
      if (event.target === div && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        ask();
      }
    });
    if (pick) pick.addEventListener("change", function () { shown(div); });
    if (light) light.addEventListener("change", function () { highlight(light.value); });
  });
  // What the reader has chosen is shown, now or when the figure is next seen.
  function shown(div) {
    div.outdated = true;
    if (!seen(div)) return;
    if (div.packed) draw(div); else interactive(div);
  }
  // All figures highlight the same.
  function highlight(value) {
    figures.forEach(function (div) {
      var light = document.getElementById(div.id + "-lit");
      if (!light) return;
      light.value = value;
      shown(div);
    });
  }
  // Figures without a picture, or of which another is wanted, are drawn when they are seen.
  function wanted() {
    if (packed.able) figures.forEach(function (div) {
      if (!div.packed && seen(div) && (div.outdated || !div.querySelector(".picture svg"))) interactive(div);
    });
  }
  wanted();
  document.addEventListener("toggle", function (event) {
    if (event.target.open) setTimeout(function () { all(stale); wanted(); }, 0);
  }, true);
  var resized = 0;
  window.addEventListener("resize", function () {
    clearTimeout(resized);
    resized = setTimeout(all, 120);
  });
  dark.addEventListener("change", function () { all(); });

  // On paper a figure shows all that can be picked, one below the other. As printing does not wait,
  // the pictures are unpacked when the page has nothing else to do.
  var added = [];
  function unpackPrinted(place) {
    var div = figures[place];
    if (!div) return;
    if (!document.getElementById(div.id + "-printed")) return unpackPrinted(place + 1);
    packed.text(div.id + "-printed").then(function (text) {
      div.printed = JSON.parse(text);
      unpackPrinted(place + 1);
    });
  }
  if (packed.able) window.addEventListener("load", function () {
    if (window.requestIdleCallback) requestIdleCallback(function () { unpackPrinted(0); });
    else setTimeout(unpackPrinted, 1000, 0);
  });
  window.addEventListener("beforeprint", function () {
    figures.forEach(function (div) {
      var after = div, pick = document.getElementById(div.id + "-pick");
      (div.printed || []).forEach(function (picture, place) {
        var head = document.createElement("p"), more = document.createElement("div");
        head.className = "printed";
        head.textContent = pick.options[place + 1].textContent;
        more.className = "figure printed";
        // Drawn by the page's own program, from specs of which no text is markup.
        more.innerHTML = '<div class="picture wide">' + picture + "</div>";
        after.after(head, more);
        after = more;
        added.push(head, more);
      });
    });
  });
  window.addEventListener("afterprint", function () {
    added.forEach(function (each) { each.remove(); });
    added = [];
  });
})();
