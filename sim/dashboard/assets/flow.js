(function () {
  "use strict";
  // Draws the map of the flow of ideas: all it shows is data of the page, all names enter as text.
  var NARROW = 560, WIDEST = 24, FADE = 0.5, STEPS_OF_FADE = 8, HIT = 9;
  var root = document.getElementById("flow-map");
  if (!root) return;
  var all = JSON.parse(document.getElementById("flow-map-data").textContent);
  var svg = root.querySelector(".flow-picture"), panel = root.querySelector(".flow-panel");
  var said = root.querySelector(".flow-said"), pick = root.querySelector(".flow-policy");
  var policy, map, marks = [], at = -1, opened = -1, shape = "";
  if (all.folded) root.dataset.folded = "";

  function part(parent, name, attributes, text) {
    var made = document.createElementNS(parent.namespaceURI, name);
    for (var key in attributes) made.setAttribute(key, attributes[key]);
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  }
  function empty(node) { while (node.firstChild) node.removeChild(node.firstChild); }
  function tidy(number) { return Math.round(number * 100) / 100; }
  function largest(rows) {
    return rows.reduce(function (most, row) {
      return row.reduce(function (m, value) { return Math.max(m, value || 0); }, most);
    }, 0) || 1;
  }
  // The same scales under every policy.
  var most = {
    onward: largest(all.policies.map(function (p) { return p.onward[0]; })),
    stopped: largest(all.policies.map(function (p) { return p.stopped[0]; })),
    forum: largest(all.policies.map(function (p) { return p.forum[0]; }))
  };

  // The cubic curve between two places, as sim/dashboard/_layout.py draws it.
  function curve(a, b) {
    var k = map.down ? 1 : 0, along = b[k] - a[k], one = a.slice(), other = b.slice();
    if (Math.abs(along) > 1) {
      one[k] = a[k] + along / 2;
      other[k] = b[k] - along / 2;
    } else {
      var bend = Math.min(46, 0.35 * Math.abs(b[1 - k] - a[1 - k]) + 6);
      one[k] = a[k] + bend;
      other[k] = b[k] + bend;
    }
    return "M" + a.join(" ") + "C" + [one, other, b].map(function (p) {
      return p.map(tidy).join(" ");
    }).join(",");
  }
  function flowing(points, start) {
    var d = (start || "M") + points[0].join(" ");
    for (var i = 1; i < points.length; i++) {
      var a = points[i - 1], b = points[i], m = map.down ? (a[1] + b[1]) / 2 : (a[0] + b[0]) / 2;
      d += "C" + (map.down ? [a[0], m, b[0], m] : [m, a[1], m, b[1]]).concat(b).join(" ");
    }
    return d;
  }
  // Where what has no known place goes: toward the source.
  function onward(i) {
    var place = map.places[i].slice(), k = map.down ? 1 : 0;
    if (all.above[i] >= 0) return map.places[all.above[i]];
    place[k] = Math.max(2, place[k] - 46);
    return place;
  }

  function draw() {
    map = all[shape];
    empty(svg);
    marks = [];
    svg.setAttribute("viewBox", "0 0 " + map.width + " " + map.height);
    if (map.shores[0].length) {
      var back = flowing(map.shores[1].slice().reverse(), "L");
      part(svg, "path", {"class": "water", d: flowing(map.shores[0]) + back + "Z"});
    }
    var streams = part(svg, "g", {"aria-hidden": "true"});
    var worst = policy.worst[0];
    map.places.forEach(function (place, i) { stream(streams, place, i); });
    map.places.forEach(function (place, i) { desk(place, i, i === worst); });
    map.bands.forEach(function (band) {
      var where = {x: band[1], y: band[2], "text-anchor": band[3], "class": "band"};
      part(svg, "text", where, band[0]);
    });
    if (worst >= 0) called(worst);
    show(at >= 0 ? at : Math.max(worst, 0));
  }
  function stream(streams, place, i) {
    var came = policy.onward[0][i] || 0, kept = policy.onward[1][i] || 0;
    if (!(came > 0)) return;
    var line = curve(place, onward(i));
    for (var step = 1; came > kept && step <= STEPS_OF_FADE; step++) {
      var share = tidy(FADE * step / STEPS_OF_FADE);
      part(streams, "path", {d: line, "class": "lost", pathLength: 1, "stroke-dasharray": share + " 2",
        "stroke-width": tidy(WIDEST * came / most.onward)});
    }
    var width = Math.max(0.5, WIDEST * kept / most.onward);
    if (kept > 0) part(streams, "path", {d: line, "class": "kept", "stroke-width": tidy(width)});
  }
  function desk(place, i, worst) {
    var group = part(svg, "g", {"class": "at", transform: "translate(" + place.join() + ")",
      role: "button", tabindex: -1, "aria-label": spoken(i)});
    if (all.folded) group.setAttribute("aria-expanded", i === opened);
    var size = map.radius * (0.65 + 0.5 * Math.sqrt((policy.forum[0][i] || 0) / most.forum));
    part(group, "circle", {"class": "hit", r: Math.max(map.radius, HIT)});
    part(group, "circle", {"class": "halo", r: tidy(size + 4)});
    var disc = part(group, "circle", {"class": "desk" + (worst ? " worst" : ""), r: tidy(size)});
    var share = 100 * (policy.stopped[0][i] || 0) / most.stopped;
    disc.style.setProperty("--stops", tidy(share) + "%");
    group.addEventListener("mouseenter", function () { if (opened < 0) show(i); });
    group.addEventListener("focus", function () { show(i); });
    group.addEventListener("click", function () { toggle(i); });
    marks.push(group);
  }
  function called(i) {
    var place = map.places[i], middle = place[0] / map.width;
    var side = middle < 0.3 ? "start" : middle > 0.7 ? "end" : "middle";
    part(svg, "text", {"class": "name", x: place[0], y: tidy(place[1] - map.radius - 7),
      "text-anchor": side, "aria-hidden": "true"}, (policy.worst[1] ? "most stop: " : "among the most: ") + all.names[i].slice(0, 34));
  }

  // -- numbers in words ---------------------------------------------------------------------
  function number(value, digits) {
    if (value === null || value === undefined) return "not known";
    if (digits === undefined) digits = value >= 10 || value === 0 ? 0 : value >= 1 ? 1 : 2;
    return value.toLocaleString("en", {minimumFractionDigits: digits, maximumFractionDigits: digits});
  }
  function between(rows, i, times, digits) {
    var values = rows.map(function (row) { return row[i] === null ? null : times * row[i]; });
    return ranged(values, digits);
  }
  function ranged(values, digits) {
    if (values[0] === null) return "not known";
    if (digits === undefined) digits = values[0] >= 10 || values[2] === 0 ? 0 : values[0] >= 1 ? 1 : 2;
    var text = number(values[0], digits);
    if (values[1] === null || values[2] === null || values[1] === values[2]) return text;
    return text + " [" + number(values[1], digits) + " to " + number(values[2], digits) + "]";
  }
  function hops(i) {
    var found = [];
    for (var way in policy.hops) {
      policy.hops[way].forEach(function (row) {
        if (row[0] !== i) return;
        var kept = row.slice(2).map(function (v) { return v === null ? null : 100 * v; });
        found.push([all.ways[way], number(row[1]), ranged(kept), way]);
      });
    }
    return found;
  }
  function heading(i) {
    var name = all.names[i], position = all.positions[i];
    return name.indexOf(position) >= 0 ? name : name + " (" + position + ")";
  }
  function spoken(i) {
    var go = hops(i).map(function (hop) { return hop[0] + ": " + hop[2] + " of 100 go on"; });
    var stop = "of 100 " + all.what + " " + between(policy.stopped, i, 1) + " stop here";
    return [heading(i), stop].concat(go).join("; ");
  }
  function fact(list, name, text, strong) {
    part(list, "dt", {}, name);
    var told = part(list, "dd", {});
    part(told, "b", {}, strong);
    told.appendChild(document.createTextNode(text));
  }
  function show(i) {
    at = i;
    marks.forEach(function (mark, each) {
      mark.classList.toggle("shown", each === i);
      mark.classList.toggle("opened", each === opened);
      mark.setAttribute("tabindex", each === i ? 0 : -1);
      if (all.folded) mark.setAttribute("aria-expanded", each === opened);
    });
    empty(panel);
    part(panel, "h3", {dir: "auto"}, heading(i));
    if (all.leaders[i] > 1) part(panel, "p", {}, all.leaders[i].toLocaleString("en") + " leaders");
    var list = part(panel, "dl", {});
    fact(list, "Stop here", " of 100 " + all.what + " formed anywhere; " +
      between(policy.rate, i, 100) + " of 100 that come here", between(policy.stopped, i, 1));
    hops(i).forEach(function (hop) {
      var sent = hop[3] === "here" ? " of 100 are; " : " of 100 are sent on; ";
      var come = hop[3] === "here" ? "Come " + hop[0] : "Come to go " + hop[0];
      fact(list, come, sent + hop[1] + " come for each 100 formed", hop[2]);
    });
    fact(list, all.leaders[i] > 1 ? "Hours of a leader here" : "Hours", " in forums, " +
      number(policy.reading[i]) + " reading; decision weight " + number(policy.power[i]),
      between(policy.forum, i, 1));
    if (i === opened) inside(i);
  }
  function inside(i) {
    var rows = policy.inside[i], table = part(panel, "table", {});
    var head = part(part(table, "thead", {}), "tr", {}), body = part(table, "tbody", {});
    ["Most stop at", "of 100", "of those there", "forum h"].forEach(function (text) {
      part(head, "th", {scope: "col"}, text);
    });
    var top = largest([rows.map(function (row) { return row[1]; })]);
    rows.forEach(function (row) {
      var line = part(body, "tr", {});
      part(line, "td", {dir: "auto"}, all.desks[row[0]]);
      var cell = part(line, "td", {});
      part(cell, "i", {"aria-hidden": "true"}).style.width = tidy(26 * (row[1] || 0) / top) + "px";
      cell.appendChild(document.createTextNode(number(row[1])));
      part(line, "td", {}, row[2] === null ? "-" : number(100 * row[2]) + " %");
      part(line, "td", {}, number(row[3]));
    });
    if (rows.length < all.leaders[i]) {
      part(panel, "p", {}, "and " + (all.leaders[i] - rows.length).toLocaleString("en") + " more");
    }
  }
  function toggle(i) {
    if (all.folded) opened = opened === i ? -1 : i;
    show(i);
  }

  // -- by keyboard --------------------------------------------------------------------------
  var STEPS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  function next(step) {
    var from = map.places[at], best = -1, least = Infinity;
    map.places.forEach(function (place, i) {
      var x = place[0] - from[0], y = place[1] - from[1], ahead = x * step[0] + y * step[1];
      var cost = ahead + 3 * Math.abs(x * step[1] + y * step[0]);
      if (i !== at && ahead > 0.5 && cost < least) {
        least = cost;
        best = i;
      }
    });
    return best;
  }
  svg.addEventListener("keydown", function (event) {
    if (event.key === "Enter" || event.key === " ") toggle(at);
    else if (event.key === "Escape" && opened >= 0) {
      opened = -1;
      show(at);
    } else if (STEPS[event.key]) {
      var to = next(STEPS[event.key]);
      if (to >= 0) {
        if (opened >= 0) opened = -1;
        marks[to].focus();
      }
    } else return;
    event.preventDefault();
  });

  function choose() {
    policy = all.policies[pick.value];
    empty(said);
    if (Number(pick.value) !== all.first) {
      policy.said.forEach(function (text) { part(said, "li", {}, text); });
    }
    draw();
  }
  function fit() {
    var now = svg.clientWidth && svg.clientWidth < NARROW ? "narrow" : "wide";
    if (now === shape) return;
    shape = now;
    choose();
  }
  pick.addEventListener("change", choose);
  new ResizeObserver(fit).observe(svg);
  fit();
})();
