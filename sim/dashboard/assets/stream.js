(function () {
  "use strict";
  // Plays issues on the stream: all it shows is data of the page, all names enter as text.
  var NARROW = 560, TAIL = 0.22, RIPPLE = 0.8;
  var KINDS = ["idea", "context", "decision"];
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  function part(parent, name, attributes, text) {
    var made = document.createElementNS(parent.namespaceURI, name);
    for (var key in attributes) made.setAttribute(key, attributes[key]);
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  }
  function element(parent, name, kind, text) {
    var made = document.createElement(name);
    if (kind) made.className = kind;
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  }
  function empty(node) { while (node.firstChild) node.removeChild(node.firstChild); }

  // The cubic curve between two places, as sim/dashboard/layout.py draws it.
  function curve(map, a, b) {
    if (map.down) {
      var turned = curve({down: false}, [a[1], a[0]], [b[1], b[0]]);
      return turned.map(function (p) { return [p[1], p[0]]; });
    }
    var along = b[0] - a[0];
    if (Math.abs(along) > 1) return [a, [a[0] + along / 2, a[1]], [b[0] - along / 2, b[1]], b];
    var bend = Math.min(46, 0.35 * Math.abs(b[1] - a[1]) + 6);
    return [a, [a[0] + bend, a[1]], [b[0] + bend, b[1]], b];
  }
  function at(c, f) {
    var g = 1 - f, w = [g * g * g, 3 * g * g * f, 3 * g * f * f, f * f * f];
    return [0, 1].map(function (i) { return w[0] * c[0][i] + w[1] * c[1][i] + w[2] * c[2][i] + w[3] * c[3][i]; });
  }
  function path(c) {
    return "M" + c[0].join(" ") + "C" + [c[1], c[2], c[3]].map(function (p) { return p.join(" "); }).join(",");
  }
  // A line through points of the shore, smooth along the stream.
  function flowing(map, points, start) {
    var d = (start || "M") + points[0].join(" ");
    for (var i = 1; i < points.length; i++) {
      var a = points[i - 1], b = points[i], m = map.down ? (a[1] + b[1]) / 2 : (a[0] + b[0]) / 2;
      d += map.down ? "C" + [a[0], m, b[0], m, b[0], b[1]].join(" ") : "C" + [m, a[1], m, b[1], b[0], b[1]].join(" ");
    }
    return d;
  }
  // Plays the data `all` (those of `replay.data`) in `root` (that of `replay.frame`); returns what ends it.
  function play(root, all) {
    function find(kind) { return root.querySelector(".stream-" + kind); }
    var svg = find("picture"), slider = find("slider"), button = find("play"), caption = find("caption");
    var issue = find("issue"), policy = find("policy"), speed = find("speed"), phases = find("phases"), parts = find("parts");
    var story = find("story"), stage = find("stage");
    var over = new AbortController(), show, map, now = 0, playing = false, fresh = true, last = 0, drawn = {}, shape = "";

    // The first where there is nothing to choose.
    function seen() { return all.shows[[issue, policy].map(function (pick) { return pick ? pick.value : 0; }).join(" ")]; }

    function choose() {
      show = seen();
      pause();
      fresh = true;
      slider.min = show.first;
      slider.max = show.last;
      strip();
      tell();
      build();
      go(show.poster);
    }

    // -- what stands still ------------------------------------------------------------------------------------
    function build() {
      shape = stage.clientWidth < NARROW ? "narrow" : "wide";
      map = all.maps[show.map][shape];
      root.dataset.shape = shape;
      empty(svg);
      svg.setAttribute("viewBox", "0 0 " + map.width + " " + map.height);
      drawn = {channels: {}, leaders: [], tick: null};
      water();
      var layers = ["channels", "room", "tails", "leaders", "marks"];
      layers.forEach(function (name) { drawn[name + "Layer"] = part(svg, "g", {"class": name}); });
      all.maps[show.map].channels.forEach(function (pair) {
        var line = curve(map, map.places[pair[0]], map.places[pair[1]]);
        drawn.channels[pair.join()] = part(drawn.channelsLayer, "path", {d: path(line)});
      });
      map.places.forEach(function (place, i) {
        var group = part(drawn.leadersLayer, "g", {transform: "translate(" + place.join() + ")"});
        part(group, "title", {}, all.maps[show.map].leaders[i]);
        part(group, "circle", {r: map.radius, "class": "disc"});
        drawn.leaders.push({group: group, heard: part(group, "circle", {r: 0, "class": "heard"})});
      });
      map.bands.forEach(function (band) {
        part(svg, "text", {x: band[1], y: band[2], "text-anchor": band[3], "class": "band"}, band[0]);
      });
      uses();
    }
    function water() {
      var near = map.shores[0], far = map.shores[1];
      if (!near.length) return;
      part(svg, "path", {"class": "water", d: flowing(map, near) + flowing(map, far.slice().reverse(), "L") + "Z"});
      [0.1, 0.3, 0.5, 0.7, 0.9].forEach(function (share) {
        var line = near.map(function (p, i) {
          return [0, 1].map(function (k) { return p[k] + share * (far[i][k] - p[k]); });
        });
        part(svg, "path", {"class": "current", d: flowing(map, line)});
      });
    }
    // When each channel last carried what, and when each leader had one more idea before them, or less.
    function uses() {
      drawn.used = {};
      drawn.ideas = map.places.map(function () { return []; });
      show.ideas.forEach(function (change) { drawn.ideas[change[0]].push([change[1], change[2]]); });
      show.marks.forEach(function (m) {
        var pair = [Math.min(m[0], m[1]), Math.max(m[0], m[1])].join();
        (drawn.used[pair] = drawn.used[pair] || []).push([m[3], m[4]]);
      });
      drawn.most = Math.max(1, show.senses.length);
    }

    // -- a moment ---------------------------------------------------------------------------------------------
    function go(tick) {
      now = Math.max(show.first, Math.min(show.last, tick));
      var whole = Math.floor(now + 1e-6);
      if (whole !== drawn.tick) {
        drawn.tick = whole;
        settle(whole);
        say(whole);
      }
      grow();
      move();
    }
    // The disc of each leader, by the ideas that are before them now.
    function grow() {
      drawn.leaders.forEach(function (leader, i) {
        var known = drawn.ideas[i].reduce(function (sum, c) { return c[0] <= now + 1e-6 ? sum + c[1] : sum; }, 0);
        if (known === leader.known) return;
        leader.known = known;
        var share = Math.sqrt(Math.min(1, known / drawn.most));
        leader.heard.setAttribute("r", known ? Math.max(0.32, 0.8 * share) * map.radius : 0);
      });
    }
    function settle(tick) {
      for (var pair in drawn.channels) {
        var kind = "";
        (drawn.used[pair] || []).forEach(function (use) { if (use[0] <= tick) kind = KINDS[use[1]]; });
        drawn.channels[pair].setAttribute("class", kind);
      }
      var room = [], meeting = [], knowing = {};
      show.rooms.forEach(function (r) { if (r[0] <= tick) room = r[1]; });
      show.meets.forEach(function (m) { if (m[0] <= tick && tick < m[1]) meeting = m[2]; });
      show.knows.forEach(function (k) { if (k[1] <= tick) knowing[k[0]] = "knows"; });
      show.marks.forEach(function (m) { if (m[4] === 2 && m[3] <= tick) knowing[m[1]] = "knows"; });
      if (show.decided !== null && show.decided <= tick && show.decider >= 0) knowing[show.decider] = "decider";
      drawn.leaders.forEach(function (leader, i) {
        var states = [room.indexOf(i) >= 0 ? "seated" : "", meeting.indexOf(i) >= 0 ? "meeting" : "", knowing[i] || ""];
        leader.group.setAttribute("class", states.join(" ").trim());
      });
      empty(drawn.roomLayer);
      var lit = meeting.length > 0, named = room.length > 0 && (show.decided === null || tick < show.decided);
      drawn.table = null;
      if (lit || named) drawn.table = light(lit ? meeting : room, lit);
      drawn.meeting = meeting;
    }
    // A room: its members joined at a table in their midst, bright while they meet.
    function light(members, lit) {
      var places = members.map(function (i) { return map.places[i]; }), kind = lit ? "lit" : "named";
      var table = free([0, 1].map(function (k) {
        return places.reduce(function (sum, p) { return sum + p[k]; }, 0) / places.length;
      }));
      places.forEach(function (p) {
        part(drawn.roomLayer, "path", {d: "M" + table.join(" ") + "L" + p.join(" "), "class": "beam " + kind});
      });
      places.forEach(function (p) {
        part(drawn.roomLayer, "circle", {cx: p[0], cy: p[1], r: map.radius + 6, "class": "seat " + kind});
      });
      part(drawn.roomLayer, "circle", {cx: table[0], cy: table[1], r: lit ? 13 : 4, "class": "table " + kind});
      if (lit) part(drawn.roomLayer, "text", {x: table[0], y: table[1] + 4.5, "text-anchor": "middle"}, members.length);
      return table;
    }
    // Whose turn it is: a ring around who speaks; an idea goes to the table, and from there to all.
    function turns() {
      show.turns.forEach(function (turn) {
        if (now < turn[0] || now >= turn[1] || !drawn.table) return;
        var done = (now - turn[0]) / (turn[1] - turn[0]), brings = turn[3] >= 0;
        var speaker = turn[2] >= 0 ? map.places[turn[2]] : null;
        if (speaker) part(drawn.tailsLayer, "circle", {
          cx: speaker[0], cy: speaker[1], r: map.radius + 3, "class": "speaks" + (brings ? " idea" : ""),
        });
        if (!brings) return;
        var size = Math.min(5, 0.62 * map.radius + 0.6);
        if (done < 0.5 && speaker) glyph("idea", between(speaker, 2 * done, 0), between(speaker, 2 * done, 1), size);
        else drawn.meeting.forEach(function (i) {
          var to = map.places[i], share = 2 - 2 * done;
          if (i !== turn[2]) glyph("idea", between(to, share, 0), between(to, share, 1), size);
        });
      });
    }
    // How far along the way from a place to the table, in one direction (0 across, 1 down).
    function between(place, share, k) { return place[k] + share * (drawn.table[k] - place[k]); }
    // The place nearest to a middle at which no leader stands, searched in rings around it.
    function free(middle) {
      var room = map.radius + 24;
      for (var ring = 0; ring < 160; ring += 8) {
        for (var turn = 0; turn < 12; turn++) {
          var here = [middle[0] - ring * Math.cos(turn * Math.PI / 6), middle[1] - ring * Math.sin(turn * Math.PI / 6)];
          var clear = map.places.every(function (p) { return Math.hypot(p[0] - here[0], p[1] - here[1]) >= room; });
          if (clear && here[0] > 20 && here[0] < map.width - 20 && here[1] > 20 && here[1] < map.height - 20) {
            return here.map(tidy);
          }
        }
      }
      return middle.map(tidy);
    }
    function move() {
      empty(drawn.marksLayer);
      empty(drawn.tailsLayer);
      show.marks.forEach(function (m) {
        var kind = KINDS[m[4]], size = Math.min(5, 0.62 * map.radius + 0.6);
        if (m[2] <= now && now < m[3]) {
          var line = curve(map, map.places[m[0]], map.places[m[1]]), f = (now - m[2]) / (m[3] - m[2]);
          var here = at(line, f), tail = [];
          for (var k = 0; k <= 6; k++) tail.push(at(line, Math.max(0, f - TAIL * (1 - k / 6))).map(tidy).join(" "));
          part(drawn.tailsLayer, "path", {d: "M" + tail.join("L"), "class": "tail " + kind, "stroke-width": size});
          glyph(kind, here[0], here[1], size, m[6] ? "" : " passing");
        } else if (m[3] <= now && now < m[3] + RIPPLE && !calm.matches) {
          var place = map.places[m[1]], age = (now - m[3]) / RIPPLE;
          part(drawn.tailsLayer, "circle", {
            cx: place[0], cy: place[1], r: tidy(map.radius + 9 * age), "class": "ripple " + kind, opacity: tidy(0.7 - 0.7 * age),
          });
        }
      });
      turns();
      slider.value = Math.floor(now + 1e-6);
    }
    function tidy(number) { return Math.round(number * 100) / 100; }
    function glyph(kind, x, y, size, more) {
      var made;
      if (kind === "idea") made = part(drawn.marksLayer, "circle", {r: size});
      else {
        var side = size * (kind === "decision" ? 2.1 : 1.9);
        made = part(drawn.marksLayer, "rect", {x: -side / 2, y: -side / 2, width: side, height: side});
      }
      made.setAttribute("class", "mark " + kind + (more || ""));
      made.setAttribute("transform", "translate(" + tidy(x) + " " + tidy(y) + ")" + (kind === "context" ? " rotate(45)" : ""));
    }

    // -- words ------------------------------------------------------------------------------------------------
    function date(tick) {
      var minutes = (tick % all.day) * all.minutes, text = "Day " + (Math.floor(tick / all.day) + 1);
      text += ", hour " + (Math.floor(minutes / 60) + 1);
      return minutes % 60 ? text + ", minute " + Math.round(minutes % 60) : text;
    }
    function say(tick) {
      var sentence = "", moving = [0, 0, 0];
      show.captions.forEach(function (c) { if (c[0] <= tick) sentence = c[1]; });
      show.marks.forEach(function (m) { if (m[2] <= tick && tick < m[3]) moving[m[4]]++; });
      var count = moving[0] === 0 ? "" : moving[0] === 1 ? "1 idea on its way" : moving[0] + " ideas on their way";
      empty(caption);
      element(caption, "strong", "", date(tick));
      caption.appendChild(document.createTextNode(" – " + sentence + (count ? " " : "")));
      if (count) element(caption, "span", "stream-count", "(" + count + ")");
      slider.setAttribute("aria-valuetext", caption.textContent);
    }
    function strip() {
      var sums = {};
      empty(phases);
      empty(parts);
      show.phases.forEach(function (phase) {
        var made = element(phases, "span", "phase " + phase[2]);
        made.style.flexGrow = phase[1] - phase[0];
        sums[phase[2]] = (sums[phase[2]] || 0) + phase[1] - phase[0];
        made.title = all.parts[phase[2]] + ": " + span(phase[1] - phase[0]);
      });
      for (var name in all.parts) {
        if (!sums[name]) continue;
        var entry = element(parts, "span");
        element(entry, "i", "phase " + name);
        entry.appendChild(document.createTextNode(all.parts[name] + " " + span(sums[name])));
      }
    }
    function span(ticks) {
      var hours = ticks * all.minutes / 60;
      return Math.round(hours * 100) / 100 + (hours === 1 ? " hour" : " hours");
    }
    function tell() {
      empty(story);
      show.story.forEach(function (section) {
        element(story, "h4", "", section[0]);
        var list = null, table = null;
        section[1].forEach(function (line) {
          if (line[0] === "item") element(list = list || element(story, "ul"), "li", "", line[1]);
          else if (line[0] === "row") {
            var row = element(table = table || element(element(story, "table"), "tbody"), "tr", line[1] ? "detail" : "");
            line.slice(2).forEach(function (text) { element(row, "td", "", text); });
          } else { list = table = null; element(story, "p", "", line[1]); }
        });
      });
      story.scrollTop = 0;
    }

    // -- time -------------------------------------------------------------------------------------------------
    function pause() {
      playing = false;
      button.textContent = "Play";
      button.setAttribute("aria-pressed", "false");
      caption.setAttribute("aria-live", "polite");
    }
    function start() {
      if (fresh || now >= show.last) go(show.first);
      fresh = false;
      playing = true;
      last = 0;
      button.textContent = "Pause";
      button.setAttribute("aria-pressed", "true");
      caption.setAttribute("aria-live", "off");
      requestAnimationFrame(step);
    }
    function step(time) {
      if (!playing) return;
      var pace = Math.max(1.6, (show.last - show.first) / 45) * Number(speed.value);
      var passed = last ? Math.min(0.1, (time - last) / 1000) * pace : 0;
      last = time;
      drawn.exact = (drawn.exact === undefined || Math.floor(drawn.exact) !== Math.floor(now) ? now : drawn.exact) + passed;
      // Where less motion is wanted, time goes from tick to tick and nothing glides.
      go(calm.matches ? Math.floor(drawn.exact) : drawn.exact);
      if (now >= show.last) { pause(); return; }
      requestAnimationFrame(step);
    }
    button.addEventListener("click", function () { if (playing) pause(); else start(); });
    slider.addEventListener("input", function () { fresh = false; pause(); drawn.exact = undefined; go(Number(slider.value)); });
    if (issue) issue.addEventListener("change", choose);
    if (policy) policy.addEventListener("change", function () {
      // The same issue under another policy, from the same moment on.
      var then = now, kept = fresh;
      choose();
      if (!kept) { fresh = false; go(then); }
    });
    window.addEventListener("resize", function () {
      if ((stage.clientWidth < NARROW ? "narrow" : "wide") !== shape) { build(); go(now); }
    }, {signal: over.signal});
    window.addEventListener("beforeprint", function () {
      pause();
      root.dataset.before = now;
      go(show.last);
    }, {signal: over.signal});
    window.addEventListener("afterprint", function () { go(Number(root.dataset.before)); }, {signal: over.signal});
    choose();
    return function () {
      pause();
      over.abort();
    };
  }

  Array.prototype.slice.call(document.querySelectorAll(".stream")).forEach(function (root) {
    play(root, JSON.parse(document.getElementById(root.id + "-data").textContent));
  });
  window.leaderstream = {play: play};
})();
