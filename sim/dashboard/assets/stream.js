(function () {
  "use strict";
  // Plays issues on the stream: all it shows is data of the page, all names enter as text.
  var NARROW = 560, TAIL = 0.22, RIPPLE = 0.8, HELD = 0.3, IDLE = 2, STILL = 900;
  var KINDS = ["idea", "context", "decision"], BLOCKED = 0, UNREAD = 1;
  var WHY = ["never passed on", "unread", "never said in the room"];
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
  function tidy(number) { return Math.round(number * 100) / 100; }

  // The cubic curve between two places, as sim/dashboard/_layout.py draws it.
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
    return [0, 1].map(function (i) {
      return w[0] * c[0][i] + w[1] * c[1][i] + w[2] * c[2][i] + w[3] * c[3][i];
    });
  }
  function path(c) {
    var rest = [c[1], c[2], c[3]].map(function (p) { return p.join(" "); });
    return "M" + c[0].join(" ") + "C" + rest.join(",");
  }
  // A line through points of the shore, smooth along the stream.
  function flowing(map, points, start) {
    var d = (start || "M") + points[0].join(" ");
    for (var i = 1; i < points.length; i++) {
      var a = points[i - 1], b = points[i], m = map.down ? (a[1] + b[1]) / 2 : (a[0] + b[0]) / 2;
      var bends = map.down ? [a[0], m, b[0], m] : [m, a[1], m, b[1]];
      d += "C" + bends.concat(b).join(" ");
    }
    return d;
  }
  function pair(a, b) { return Math.min(a, b) + "," + Math.max(a, b); }
  function figures(number) { return String(Number(number.toPrecision(3))); }

  // One policy: the picture, what is left of the worth, the caption and the story.
  function pane(root, all, home) {
    function find(kind) { return home.querySelector(".stream-" + kind); }
    var svg = find("picture"), stage = find("stage");
    var caption = find("caption"), story = find("story");
    var show, map, now = 0, drawn = {}, lines = [];

    // -- what stands still ------------------------------------------------------------------
    function shapeOf() {
      if (root.dataset.panes === "2") return "short";
      return stage.clientWidth < NARROW ? "narrow" : "wide";
    }
    function build() {
      var maps = all.maps[show.map], shape = shapeOf();
      map = Object.assign({}, maps[shape === "narrow" ? "narrow" : "wide"]);
      if (shape === "short") Object.assign(map, maps.short);
      home.dataset.shape = root.dataset.shape = shape;
      empty(svg);
      svg.setAttribute("viewBox", "0 0 " + map.width + " " + map.height);
      svg.style.setProperty("--letters", map.letters);
      drawn = {channels: {}, leaders: [], tick: null};
      water();
      ["channels", "room", "ends", "tails", "leaders", "marks"].forEach(function (name) {
        drawn[name + "Layer"] = part(svg, "g", {"class": name});
      });
      maps.channels.forEach(function (each) {
        var line = curve(map, map.places[each[0]], map.places[each[1]]);
        drawn.channels[each.join()] = part(drawn.channelsLayer, "path", {d: path(line)});
      });
      map.places.forEach(function (place, i) {
        var group = part(drawn.leadersLayer, "g", {transform: "translate(" + place.join() + ")"});
        part(group, "title", {}, maps.leaders[i]);
        part(group, "circle", {r: map.radius, "class": "disc"});
        drawn.leaders.push({group: group, heard: part(group, "circle", {r: 0, "class": "heard"})});
      });
      map.bands.forEach(function (band) {
        var place = {x: band[1], y: band[2], "text-anchor": band[3], "class": "band"};
        part(svg, "text", place, band[0]);
      });
      uses();
    }
    function water() {
      var near = map.shores[0], far = map.shores[1];
      if (!near.length) return;
      var back = flowing(map, far.slice().reverse(), "L");
      part(svg, "path", {"class": "water", d: flowing(map, near) + back + "Z"});
      [0.1, 0.3, 0.5, 0.7, 0.9].forEach(function (share) {
        var line = near.map(function (p, i) {
          return [0, 1].map(function (k) { return p[k] + share * (far[i][k] - p[k]); });
        });
        part(svg, "path", {"class": "current", d: flowing(map, line)});
      });
    }
    // When each channel last carried what, and when each leader had which ideas before them.
    function uses() {
      var most = 0;
      drawn.used = {};
      drawn.ideas = {};
      show.ideas.forEach(function (change) {
        (drawn.ideas[change[0]] = drawn.ideas[change[0]] || []).push(change);
      });
      show.marks.forEach(function (m) {
        var name = pair(m[0], m[1]);
        (drawn.used[name] = drawn.used[name] || []).push([m[3], m[4]]);
      });
      drawn.most = Math.max(1, show.senses.length);
      for (var by in show.speaks) most = Math.max(most, show.speaks[by][1]);
      drawn.precise = most || 1;
      drawn.spots = spots();
    }
    // Where each idea that ended is seen from then on: on its way, or beside who held it.
    function spots() {
      var beside = {};
      return show.ends.map(function (end) {
        var b = map.places[end[1]], line = curve(map, map.places[end[0]], b);
        if (end[6] === BLOCKED) return at(line, HELD);
        if (end[6] === UNREAD && end[3] > end[4]) return at(line, share(end, end[4]));
        var count = beside[end[1]] = (beside[end[1]] || 0) + 1, turn = 0.9 * count - 0.2;
        var far = map.radius + 4.5;
        return [b[0] + far * Math.cos(turn), b[1] + far * Math.sin(turn)];
      });
    }
    function share(end, when) {
      return Math.min(1, Math.max(0, (when - end[2]) / Math.max(1, end[3] - end[2])));
    }
    function tone(by) {
      var known = show.speaks[by];
      return known ? alternative(known[0]) : "";
    }
    function alternative(place) {
      return place >= 0 && place < all.alternatives ? " alternative-" + place : "";
    }
    // How large an idea is drawn: thicker when it is more precise.
    function size(by) {
      var usual = Math.min(5, 0.62 * map.radius + 0.6), known = show.speaks[by];
      return tidy(usual * (known ? 0.55 + 0.75 * Math.sqrt(known[1] / drawn.precise) : 0.9));
    }

    // -- a moment ---------------------------------------------------------------------------
    function go(tick) {
      now = Math.max(show.first, Math.min(show.last, tick));
      var whole = Math.floor(now + 1e-6);
      if (whole !== drawn.tick) {
        drawn.tick = whole;
        settle(whole);
        ended(whole);
        say(whole);
        light_lines(whole);
      }
      grow();
      move();
      melt(tick);
    }
    // The disc of each leader: how many ideas are before them now, and what most of them say.
    function grow() {
      for (var i in drawn.ideas) {
        var leader = drawn.leaders[i], counts = {}, known = 0;
        drawn.ideas[i].forEach(function (c) {
          if (c[2] > now + 1e-6) return;
          known += c[3];
          var kind = tone(c[1]);
          counts[kind] = (counts[kind] || 0) + c[3];
        });
        var most = Object.keys(counts).sort(function (a, b) { return counts[b] - counts[a]; });
        var tied = most.length > 1 && counts[most[0]] === counts[most[1]];
        var state = known + (tied ? "" : most[0] || "");
        if (state === leader.state) continue;
        leader.state = state;
        var full = Math.sqrt(Math.min(1, known / drawn.most));
        leader.heard.setAttribute("r", known ? Math.max(0.32, 0.8 * full) * map.radius : 0);
        leader.heard.setAttribute("class", "heard" + (tied ? "" : most[0] || ""));
      }
    }
    function settle(tick) {
      for (var name in drawn.used) {
        var kind = "";
        drawn.used[name].forEach(function (use) { if (use[0] <= tick) kind = KINDS[use[1]]; });
        if (kind === "decision") kind += alternative(show.chosen);
        if (drawn.channels[name]) drawn.channels[name].setAttribute("class", kind);
      }
      var room = [], meeting = [], knowing = {}, choice = alternative(show.chosen);
      show.rooms.forEach(function (r) { if (r[0] <= tick) room = r[1]; });
      show.meets.forEach(function (m) { if (m[0] <= tick && tick < m[1]) meeting = m[2]; });
      show.knows.forEach(function (k) { if (k[1] <= tick) knowing[k[0]] = "knows" + choice; });
      show.marks.forEach(function (m) {
        if (m[4] === 2 && m[3] <= tick) knowing[m[1]] = "knows" + choice;
      });
      if (show.decided !== null && show.decided <= tick && show.decider >= 0) {
        knowing[show.decider] = "decider" + choice;
      }
      var sits = {}, meets = {};
      room.forEach(function (i) { sits[i] = "seated "; });
      meeting.forEach(function (i) { meets[i] = "meeting "; });
      drawn.leaders.forEach(function (leader, i) {
        var states = ((sits[i] || "") + (meets[i] || "") + (knowing[i] || "")).trim();
        if (states === leader.states) return;
        leader.states = states;
        leader.group.setAttribute("class", states);
      });
      empty(drawn.roomLayer);
      var lit = meeting.length > 0;
      var named = room.length > 0 && (show.decided === null || tick < show.decided);
      drawn.table = null;
      if (lit || named) drawn.table = light(lit ? meeting : room, lit);
      drawn.meeting = meeting;
    }
    // Where ideas ended by now, each with a word on why.
    function ended(tick) {
      empty(drawn.endsLayer);
      show.ends.forEach(function (end, k) {
        var spot = drawn.spots[k].map(tidy), over = end[6] === BLOCKED ? end[4] + IDLE : end[4];
        if (tick < over) {
          if (end[6] === UNREAD && tick >= end[3]) {
            var dot = {cx: spot[0], cy: spot[1], r: 2.2, "class": "waits" + tone(end[5])};
            part(drawn.endsLayer, "circle", dot);
          }
          return;
        }
        var made = part(drawn.endsLayer, "path", {
          d: "M-3-3L3 3M3-3L-3 3", "class": "ended" + tone(end[5]),
          transform: "translate(" + spot.join(" ") + ")",
        });
        var names = all.maps[show.map].leaders;
        part(made, "title", {}, names[end[5]] + " – their idea: " + WHY[end[6]]);
      });
    }
    // A room: its members joined at a table in their midst, bright while they meet.
    function light(members, lit) {
      var places = members.map(function (i) { return map.places[i]; });
      var kind = lit ? "lit" : "named";
      var table = free([0, 1].map(function (k) {
        return places.reduce(function (sum, p) { return sum + p[k]; }, 0) / places.length;
      }));
      places.forEach(function (p) {
        var line = "M" + table.join(" ") + "L" + p.join(" ");
        part(drawn.roomLayer, "path", {d: line, "class": "beam " + kind});
      });
      places.forEach(function (p) {
        var seat = {cx: p[0], cy: p[1], r: map.radius + 6, "class": "seat " + kind};
        part(drawn.roomLayer, "circle", seat);
      });
      var middle = {cx: table[0], cy: table[1], r: lit ? 13 : 4, "class": "table " + kind};
      part(drawn.roomLayer, "circle", middle);
      var number = {x: table[0], y: table[1] + 4.5, "text-anchor": "middle"};
      if (lit) part(drawn.roomLayer, "text", number, members.length);
      return table;
    }
    // Whose turn it is: a ring around who speaks; an idea goes to the table, and then to all.
    function turns() {
      show.turns.forEach(function (turn) {
        if (now < turn[0] || now >= turn[1] || !drawn.table) return;
        var done = (now - turn[0]) / (turn[1] - turn[0]), brings = turn[3] >= 0;
        var speaker = turn[2] >= 0 ? map.places[turn[2]] : null;
        if (speaker) part(drawn.tailsLayer, "circle", {
          cx: speaker[0], cy: speaker[1], r: map.radius + 3,
          "class": "speaks" + (brings ? " idea" + tone(turn[3]) : ""),
        });
        if (!brings) return;
        if (done < 0.5 && speaker) said(speaker, 2 * done, turn[3]);
        else drawn.meeting.forEach(function (i) {
          if (i !== turn[2]) said(map.places[i], 2 - 2 * done, turn[3]);
        });
      });
    }
    // An idea on its way between a place and the table.
    function said(place, done, by) {
      var x = place[0] + done * (drawn.table[0] - place[0]);
      glyph("idea", x, place[1] + done * (drawn.table[1] - place[1]), size(by), tone(by));
    }
    // The place nearest to a middle at which no leader stands, searched in rings around it.
    function free(middle) {
      var room = map.radius + 24;
      for (var ring = 0; ring < 160; ring += 8) {
        for (var turn = 0; turn < 12; turn++) {
          var angle = turn * Math.PI / 6;
          var x = middle[0] - ring * Math.cos(angle), y = middle[1] - ring * Math.sin(angle);
          var clear = map.places.every(function (p) {
            return Math.hypot(p[0] - x, p[1] - y) >= room;
          });
          if (clear && x > 20 && x < map.width - 20 && y > 20 && y < map.height - 20) {
            return [tidy(x), tidy(y)];
          }
        }
      }
      return middle.map(tidy);
    }
    function move() {
      empty(drawn.marksLayer);
      empty(drawn.tailsLayer);
      show.marks.forEach(function (m) {
        var kind = KINDS[m[4]], colour = m[4] === 0 ? tone(m[5]) : "";
        if (m[4] === 2) colour = alternative(show.chosen);
        if (m[2] <= now && now < m[3]) {
          travel(m[0], m[1], (now - m[2]) / (m[3] - m[2]), kind, colour, m[5], !m[6]);
        } else if (m[3] <= now && now < m[3] + RIPPLE && !calm.matches) {
          var place = map.places[m[1]], age = (now - m[3]) / RIPPLE;
          part(drawn.tailsLayer, "circle", {
            cx: place[0], cy: place[1], r: tidy(map.radius + 9 * age),
            "class": "ripple " + kind + colour, opacity: tidy(0.7 - 0.7 * age),
          });
        }
      });
      show.ends.forEach(function (end) {
        var until = end[6] === BLOCKED ? end[4] + IDLE : Math.min(end[3], end[4]);
        if (end[6] > UNREAD || now < end[2] || now >= until) return;
        var done = end[6] === BLOCKED ? HELD * (now - end[2]) / IDLE : share(end, now);
        travel(end[0], end[1], done, "idea", tone(end[5]), end[5], false);
      });
      turns();
    }
    function travel(from, to, f, kind, colour, by, passing) {
      var line = curve(map, map.places[from], map.places[to]), here = at(line, f), tail = [];
      var wide = kind === "idea" ? size(by) : Math.min(5, 0.62 * map.radius + 0.6);
      for (var k = 0; k <= 6; k++) {
        tail.push(at(line, Math.max(0, f - TAIL * (1 - k / 6))).map(tidy).join(" "));
      }
      part(drawn.tailsLayer, "path", {
        d: "M" + tail.join("L"), "class": "tail " + kind + colour, "stroke-width": wide,
      });
      glyph(kind, here[0], here[1], wide, colour + (passing ? " passing" : ""));
    }
    function glyph(kind, x, y, wide, more) {
      var made, where = "translate(" + tidy(x) + " " + tidy(y) + ")";
      if (kind === "idea") made = part(drawn.marksLayer, "circle", {r: wide});
      else {
        var side = wide * (kind === "decision" ? 2.1 : 1.9), box = {x: -side / 2, y: -side / 2};
        made = part(drawn.marksLayer, "rect", Object.assign(box, {width: side, height: side}));
      }
      made.setAttribute("class", "mark " + kind + more);
      made.setAttribute("transform", where + (kind === "context" ? " rotate(45)" : ""));
    }

    // -- what is left of the worth ------------------------------------------------------------
    function melt(tick) {
      var bar = find("bar"), text = find("left"), over = tick >= show.last;
      find("worth").hidden = show.stakes === null || show.half_life === null;
      if (find("worth").hidden) return;
      var left = Math.pow(2, -(now - show.first) / show.half_life), kept = null;
      if (over && show.worth !== null) kept = show.worth / show.stakes;
      if (over && show.decided === null) kept = 0;
      var filled = kept === null ? left : Math.min(1, Math.abs(kept));
      bar.firstChild.style.width = tidy(100 * filled) + "%";
      var fate = kept === null ? "" : kept > 0 ? " kept" + alternative(show.chosen) : " lost";
      bar.className = "stream-bar" + fate;
      var rest = Math.round(100 * left) + " % of its worth left";
      var said = figures(show.stakes) + " at stake, " + rest;
      if (kept !== null) {
        said = show.decided === null ? "undecided: worth 0 of " + figures(show.stakes)
          : "worth " + signed(show.worth) + " of the " + figures(show.stakes) + " at stake"
            + (show.judged !== show.worth && show.judged !== null
              ? " (net of hours " + signed(show.judged) + ")" : "");
      }
      var choice = show.options[show.chosen];
      if (show.decided !== null && now >= show.decided && choice !== undefined) {
        said = "decided: " + choice + (over ? ", " : "; ") + said;
        if (over && show.best >= 0) {
          said += show.best === show.chosen ? "; it was the best"
            : "; " + show.options[show.best] + " was the best";
        }
      }
      if (text.textContent !== said) text.textContent = said;
    }

    function signed(number) {
      return (number < 0 ? "\u2212" : "") + Math.abs(number).toFixed(all.digits);
    }

    // -- words ------------------------------------------------------------------------------
    function say(tick) {
      var sentence = "", moving = [0, 0, 0];
      show.captions.forEach(function (c) { if (c[0] <= tick) sentence = c[1]; });
      show.marks.forEach(function (m) { if (m[2] <= tick && tick < m[3]) moving[m[4]]++; });
      var count = moving[0] + (moving[0] === 1 ? " idea on its way" : " ideas on their way");
      empty(caption);
      caption.appendChild(document.createTextNode(sentence + (moving[0] ? " " : "")));
      if (moving[0]) element(caption, "span", "stream-count", "(" + count + ")");
    }
    function tell(title) {
      empty(story);
      lines = [];
      if (root.dataset.panes === "2") element(story, "p", "stream-of", "Under " + title);
      show.story.forEach(function (section) {
        element(story, "h4", "", section[0]);
        var list = null, table = null;
        section[1].forEach(function (line) {
          var made;
          if (line[0] === "row") {
            table = table || element(element(story, "table"), "tbody");
            var row = element(table, "tr", line[1] ? "detail" : "");
            line.slice(2).forEach(function (text) { element(row, "td", "", text); });
            return;
          }
          if (line[0] === "item") {
            made = element(list = list || element(story, "ul"), "li", "", line[1]);
          } else {
            list = table = null;
            made = element(story, "p", "", line[1]);
          }
          if (line.length > 2) lines.push({made: made, from: line[2], to: line[3]});
        });
      });
      story.scrollTop = 0;
    }
    // The lines of the story that tell of this moment, else those of the last one told of.
    function light_lines(tick) {
      var lit = lines.filter(function (line) { return line.from <= tick && tick <= line.to; });
      if (!lit.length) {
        var last = lines.reduce(function (most, line) {
          return line.to <= tick ? Math.max(most, line.to) : most;
        }, -1);
        lit = lines.filter(function (line) { return line.to === last; });
      }
      lines.forEach(function (line) {
        line.made.classList.toggle("told", lit.indexOf(line) >= 0);
      });
      var newest = lit.reduce(function (a, b) { return !a || b.from > a.from ? b : a; }, null);
      if (!newest || story.scrollHeight <= story.clientHeight) return;
      var top = newest.made.offsetTop - story.clientHeight / 3;
      if (story !== document.activeElement) story.scrollTop = Math.max(0, top);
    }
    return {
      home: home,
      caption: caption,
      show: function (chosen, title) {
        show = chosen;
        home.setAttribute("aria-label", title);
        story.setAttribute("aria-label", "The story of this issue under " + title);
        svg.setAttribute("aria-label", "Leaders from upstream to downstream under " + title
          + ", and what travels between them; the words beneath tell what happens");
        find("title").textContent = title;
        find("title").hidden = root.dataset.panes !== "2";
        tell(title);
        build();
      },
      fits: function () { return !stage.clientWidth || shapeOf() === home.dataset.shape; },
      build: build,
      go: go,
    };
  }

  // Ticks from the beginning in which something moves, a room meets or something happens.
  function busy(show) {
    var spans = show.captions.map(function (c) { return [c[0], c[0] + 1]; });
    show.marks.forEach(function (m) { spans.push([m[2], m[3]]); });
    show.meets.forEach(function (m) { spans.push([m[0], m[1]]); });
    show.ends.forEach(function (e) {
      if (e[6] <= UNREAD) spans.push([e[2], e[6] === BLOCKED ? e[2] + IDLE : Math.min(e[3], e[4])]);
    });
    return spans.map(function (s) { return [s[0] - show.first, s[1] - show.first]; });
  }
  // The spans of time in which nothing moves under any of some policies.
  function idle(shows, length) {
    var spans = [].concat.apply([], shows.map(busy)).concat([[length, length]]), free = [], end = 0;
    spans.sort(function (a, b) { return a[0] - b[0]; });
    spans.forEach(function (span) {
      if (span[0] - end >= IDLE) free.push([end, span[0]]);
      end = Math.max(end, span[1]);
    });
    return free;
  }
  // The issue and the policies that the address names: #stream:ISSUE:POLICY:POLICY.
  function addressed() {
    var parts = window.location.hash.slice(1).split(":");
    if (parts[0] !== "stream" || parts.length < 2) return null;
    try { return parts.slice(1).map(decodeURIComponent); } catch (error) { return null; }
  }

  // Plays the data `all` (those of `replay.data`) in `root` (that of `replay.frame`); returns what
  // ends it.
  function play(root, all) {
    function find(kind) { return root.querySelector(".stream-" + kind); }
    var slider = find("slider"), button = find("play"), speed = find("speed");
    var clock = find("clock"), strips = find("strips");
    var issue = find("issue"), policy = find("policy"), beside = find("beside");
    var key = find("key"), link = find("link"), most = find("most"), missing = find("missing");
    var panes = Array.prototype.map.call(root.querySelectorAll(".stream-pane"), function (home) {
      return pane(root, all, home);
    });
    var over = new AbortController(), shows = [], gaps = [], length = 0, now = 0, last = 0;
    var playing = false, fresh = true, waiting = 0, skipped = null, exact = 0, before = null;
    function on(target, what, then) {
      if (target) target.addEventListener(what, then, {signal: over.signal});
    }

    // The first where there is nothing to choose.
    function value(pick) { return pick ? pick.value : "0"; }
    function seen(which) { return all.shows[value(issue) + " " + which]; }
    function chosen() {
      var places = [value(policy)], other = beside ? beside.value : "";
      if (panes.length > 1 && other !== "" && other !== places[0]) places.push(other);
      return places.filter(seen);
    }

    function choose() {
      var places = chosen();
      pause();
      fresh = true;
      if (!places.length) places = [Object.keys(all.shows)[0].split(" ")[1]];
      shows = places.map(seen);
      root.dataset.panes = places.length;
      length = Math.max.apply(null, shows.map(function (show) { return show.last - show.first; }));
      gaps = idle(shows, length);
      slider.min = shows[0].first;
      slider.max = shows[0].first + length;
      panes.forEach(function (each, k) {
        each.home.hidden = k >= shows.length;
        if (k < shows.length) each.show(shows[k], all.policies[places[k]]);
      });
      strip(places);
      name_alternatives();
      address(places);
      go(shows[0].poster - shows[0].first);
    }
    function address(places) {
      if (!link) return;
      var names = places.map(function (place) { return encodeURIComponent(all.names[place]); });
      link.href = "#stream:" + [all.issues[value(issue)]].concat(names).join(":");
    }
    // Shows what the address asks for, if it asks for something; says so where that is not here.
    function follow() {
      var asked = addressed();
      if (!asked || !issue) return false;
      var row = all.issues.indexOf(Number(asked[0])), places = asked.slice(1).map(function (name) {
        return all.names.indexOf(name);
      });
      absent(row >= 0 ? "" : asked[0]);
      if (row >= 0) issue.value = row;
      if (places.length && places[0] >= 0) policy.value = places[0];
      var other = places.length > 1 && places[1] >= 0 ? places[1] : "";
      if (beside && places.length) beside.value = other;
      choose();
      for (var up = root.parentElement; up; up = up.parentElement) {
        if (up.tagName === "DETAILS") up.open = true;
      }
      root.scrollIntoView();
      return true;
    }
    // Says how an issue that was not recorded can be; '' for one that was.
    function absent(number) {
      var known = all.known || [], from = known[0], to = known[1];
      missing.textContent = "";
      if (!number) return;
      if (known.length && (!/^\d+$/.test(number) || number < from || number > to)) {
        missing.textContent = "There is no issue " + number + " in this replication: there are "
          + from + " to " + to + ".";
        return;
      }
      missing.textContent = "Issue " + number + " is not recorded in this page. "
        + (all.before || "") + "This command makes a page that plays it: ";
      element(missing, "code").textContent = all.again.replace("--replay ISSUE", "--replay " + number);
    }
    // The issue in which the two policies came to be worth most differently.
    function differ() {
      var places = chosen(), gap = -1, found = 0;
      if (places.length < 2) return;
      all.issues.forEach(function (_, row) {
        var worths = places.map(function (place) {
          var show = all.shows[row + " " + place];
          return show ? show.judged || 0 : 0;
        });
        if (Math.abs(worths[0] - worths[1]) > gap) {
          gap = Math.abs(worths[0] - worths[1]);
          found = row;
        }
      });
      issue.value = found;
      choose();
      start();
    }

    // -- time -------------------------------------------------------------------------------
    function go(time) {
      now = Math.max(0, Math.min(length, time));
      shows.forEach(function (show, k) { panes[k].go(show.first + now); });
      slider.value = shows[0].first + Math.floor(now + 1e-6);
      tick();
    }
    function tick() {
      var whole = shows[0].first + Math.floor(now + 1e-6), text = date(whole);
      if (now >= 1) text += " – " + span(Math.floor(now + 1e-6)) + " after the question arose";
      var idled = skipped ? span(skipped[1] - skipped[0]) : "";
      if (idled) text += " – " + idled + " in which nothing moves: skipped";
      if (clock.textContent === text) return;
      clock.textContent = text;
      slider.setAttribute("aria-valuetext", text + ". " + shows.map(function (_, k) {
        var name = shows.length > 1 ? panes[k].home.getAttribute("aria-label") + ": " : "";
        return name + panes[k].caption.textContent;
      }).join(". "));
    }
    function date(when) {
      var minutes = (when % all.day) * all.minutes;
      var text = "Day " + (Math.floor(when / all.day) + 1);
      text += ", hour " + (Math.floor(minutes / 60) + 1);
      return minutes % 60 ? text + ", minute " + Math.round(minutes % 60) : text;
    }
    function span(ticks) {
      var hours = Math.round(ticks * all.minutes / 0.6) / 100;
      return hours + (hours === 1 ? " hour" : " hours");
    }
    function pause() {
      playing = false;
      skipped = null;
      waiting = 0;
      button.textContent = "Play";
      button.setAttribute("aria-pressed", "false");
      panes.forEach(function (each) { each.caption.setAttribute("aria-live", "polite"); });
    }
    function start() {
      if (fresh || now >= length) go(0);
      fresh = false;
      playing = true;
      last = 0;
      exact = now;
      button.textContent = "Pause";
      button.setAttribute("aria-pressed", "true");
      panes.forEach(function (each) { each.caption.setAttribute("aria-live", "off"); });
      requestAnimationFrame(step);
    }
    function step(time) {
      if (!playing) return;
      var still = gaps.reduce(function (sum, gap) { return sum + gap[1] - gap[0]; }, 0);
      var pace = Math.max(1.6, (length - still) / 40) * Number(speed.value);
      var passed = last ? Math.min(0.1, (time - last) / 1000) : 0;
      last = time;
      // Hours in which nothing moves are skipped, after a moment to read how many.
      if (waiting > 0) {
        waiting -= passed * 1000 * Number(speed.value);
        if (waiting <= 0) {
          exact = skipped[1];
          skipped = null;
        }
      } else {
        exact += passed * pace;
        var gap = gaps.find(function (each) { return each[0] <= exact && exact < each[1] - 1; });
        if (gap) {
          skipped = gap;
          exact = Math.max(exact, gap[0]);
          waiting = STILL;
        }
      }
      // Where less motion is wanted, time goes from tick to tick and nothing glides.
      go(calm.matches ? Math.floor(exact + 1e-6) : exact);
      if (now >= length) { pause(); tick(); return; }
      requestAnimationFrame(step);
    }
    // To the next moment at which something happens under one of the policies, or to the last one.
    function stride(way) {
      var moments = [0, length];
      shows.forEach(function (show) {
        show.captions.forEach(function (c) { moments.push(c[0] - show.first); });
      });
      var ahead = moments.filter(function (m) { return way * (m - now) > 1e-6; });
      move(ahead.length ? (way > 0 ? Math.min : Math.max).apply(null, ahead) : now);
    }
    function move(time) {
      fresh = false;
      pause();
      go(time);
    }
    // Which alternative has which colour.
    function name_alternatives() {
      var longest = shows.reduce(function (a, b) {
        return b.options.length > a.options.length ? b : a;
      });
      empty(key);
      longest.options.forEach(function (text, place) {
        var known = place < all.alternatives;
        var entry = element(key, "li", known ? "alternative-" + place : "");
        element(entry, "i");
        entry.appendChild(document.createTextNode(text));
      });
    }
    // For each policy a strip of the parts of its delay, all on the slider's scale.
    function strip(places) {
      var sums = {};
      empty(strips);
      shows.forEach(function (show, k) {
        var row = element(strips, "div", "stream-phases");
        show.phases.forEach(function (phase) {
          var made = element(row, "span", "phase " + phase[2]), ticks = phase[1] - phase[0];
          made.style.width = tidy(100 * ticks / Math.max(1, length)) + "%";
          made.title = all.policies[places[k]] + ", " + all.parts[phase[2]] + ": " + span(ticks);
          (sums[phase[2]] = sums[phase[2]] || shows.map(function () { return 0; }))[k] += ticks;
        });
      });
      var parts = element(strips, "div", "stream-parts");
      for (var name in all.parts) {
        if (!sums[name]) continue;
        var entry = element(parts, "span");
        element(entry, "i", "phase " + name);
        var text = sums[name].map(span).join(" | ");
        entry.appendChild(document.createTextNode(all.parts[name] + " " + text));
      }
    }

    on(button, "click", function () { if (playing) pause(); else start(); });
    on(find("back"), "click", function () { stride(-1); });
    on(find("on"), "click", function () { stride(1); });
    on(slider, "input", function () { move(Number(slider.value) - shows[0].first); });
    on(issue, "change", choose);
    [policy, beside].forEach(function (pick) {
      on(pick, "change", function () {
        // The same issue under another policy, from the same moment on.
        var then = now, kept = fresh;
        choose();
        if (!kept) { fresh = false; go(then); }
      });
    });
    on(most, "click", differ);
    on(window, "hashchange", follow);
    // Also when the section that the player stands in is opened.
    var sized = new ResizeObserver(function () {
      var other = panes.slice(0, shows.length).filter(function (each) { return !each.fits(); });
      other.forEach(function (each) { each.build(); });
      if (other.length) go(now);
    });
    sized.observe(root);
    on(window, "beforeprint", function () {
      pause();
      before = now;
      go(length);
    });
    on(window, "afterprint", function () { go(before); });
    if (!follow()) choose();
    return function () {
      pause();
      sized.disconnect();
      over.abort();
    };
  }

  Array.prototype.slice.call(document.querySelectorAll(".stream")).forEach(function (root) {
    play(root, JSON.parse(document.getElementById(root.id + "-data").textContent));
  });
  window.leaderstream = {play: play};
})();
