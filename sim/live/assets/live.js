(function () {
  "use strict";
  var NARROW = 820, REST = 0.15, SAME_TURN = 0.7, MOST_EARLIER = 8;
  var FIGURES = ["gain", "value", "trade-off", "time"];
  var tab = Array.from(crypto.getRandomValues(new Uint32Array(4)), function (n) { return n.toString(36); }).join("");
  var facts = null, number = 0, running = null, shown = {}, latest = null, replayed = null, end = function () {};
  // What the axes have reached in this tab, and where the setting that is turned has been.
  var frames = {}, earlierPoints = [], point = null;
  var address = {hash: null, depth: 0, dial: "", at: 0, popped: null}, told = null, count = 0, odd = [];
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function set(id, props) { window.dash_clientside.set_props(id, props); }
  function same() { return window.dash_clientside.no_update; }
  function part(type, props) { return {namespace: "dash_html_components", type: type, props: props}; }

  function post(path, what, signal) {
    return fetch("/api/" + path, {
      method: "POST", body: JSON.stringify(what), signal: signal, cache: "no-store",
      headers: {"Content-Type": "application/json"}
    }).then(function (answer) {
      return answer.json().then(function (reply) {
        reply.refused = !answer.ok || Boolean(reply.problems);
        return reply;
      });
    });
  }

  function plot(name) { return document.querySelector("#" + name + " .js-plotly-plot"); }

  // The colours of a figure on a dark page.
  function tinted(figure) {
    if (!dark.matches) return figure;
    return JSON.parse(window.darkened(JSON.stringify(figure), facts.dark));
  }

  // Draws a figure anew. The first time Dash does, which brings Plotly; then Plotly alone, which is much quicker.
  async function draw(name, whole) {
    var figure = tinted(whole), there = plot(name), height = figure.layout.height + "px";
    if (there) {
      document.getElementById(name).style.height = height;
      window.Plotly.react(there, figure.data, figure.layout);
    } else {
      set(name, {figure: figure, style: {height: height}});
      for (var tries = 0; tries < 100 && !plot(name); tries += 1) await later(0.1);
    }
    document.getElementById("panel-" + name).classList.add("drawn");
  }

  // Where the setting that is turned has been before, faint and joined.
  function withEarlier(figure) {
    if (!earlierPoints.length || !point) return figure;
    var places = earlierPoints.concat([point]);
    return {layout: figure.layout, data: [{
      type: "scatter", mode: "lines+markers", name: "earlier positions", hoverinfo: "skip", showlegend: false, opacity: 0.45,
      x: places.map(function (place) { return place[0]; }), y: places.map(function (place) { return place[1]; }),
      line: {color: "#b6bfc8", width: 1.5}, marker: {color: "#0072B2", size: 7}
    }].concat(figure.data)};
  }

  // A tab in the background draws late, and is not waited for long.
  function frame() {
    return Promise.race([new Promise(function (done) { requestAnimationFrame(function () { later(0).then(done); }); }),
      later(0.1)]);
  }

  function later(seconds) { return new Promise(function (done) { setTimeout(done, 1000 * seconds); }); }

  function isNarrow(name) {
    var panel = document.getElementById("panel-" + name);
    return !panel || panel.clientWidth < NARROW;
  }

  function narrow() {
    var shapes = {};
    FIGURES.forEach(function (name) { shapes[name] = isNarrow(name); });
    return shapes;
  }

  // What the server says of the setting, after what is odd in the address that led here.
  function problems(list) {
    set("problems", {children: odd.concat(list).map(function (text) { return part("P", {children: text}); })});
  }

  function busy(done, wanted, settled) {
    var share = settled ? 1 : wanted ? done / wanted : 0;
    set("bar", {style: {width: Math.round(100 * share) + "%"}});
    document.body.dataset.settled = settled ? "yes" : "no";
  }

  function body(now, more) {
    return Object.assign({setting: {start: now.start, dials: now.dials}, world: now.world, pins: now.pins}, more);
  }

  // What a setting and the pinned ones come to, a few replications at first, then more; a newer change ends it.
  async function ask(now) {
    var mine = ++number, have = Array(now.pins.length + 1).fill(0), reply;
    if (running) running.abort();
    running = new AbortController();
    latest = now;
    if (point) earlierPoints = earlierPoints.concat([point]).slice(-MOST_EARLIER);
    point = null;
    busy(0, 1, false);
    while (mine === number) {
      try {
        reply = await post("look", body(now, {tab: tab, number: mine, have: have, narrow: narrow(), frames: frames}),
          running.signal);
      } catch (error) {
        if (mine !== number) return;
        set("precision", {children: "The app does not answer. Is it still running? Trying again …"});
        await later(1);
        continue;
      }
      if (mine !== number || reply.superseded) return;
      problems(reply.problems || []);
      own(reply.own || {});
      if (reply.refused) {
        document.body.dataset.settled = "refused";
        set("precision", {children: "The figures still show the setting before."});
        return;
      }
      await show(reply, mine);
      // While a dial moves on at once, nothing is refined that would be in its way.
      if (!have[0] && reply.figures) await later(REST);
      have = reply.have;
      if (reply.settled) break;
    }
    if (mine !== number) return;
    list(now, mine);
    chart(now, mine).catch(function () {});
  }

  async function show(reply, mine) {
    busy(reply.done, reply.wanted, false);
    if (!reply.figures) {
      if (reply.preparing) set("precision", {children: reply.preparing + " …"});
      else if (!reply.have[0]) {
        set("precision", {children: "Simulating: " + reply.done + " of the first " + reply.wanted + " runs …"});
      }
      return;
    }
    point = reply.point[1] === null ? null : reply.point;
    if (reply.settled) Object.assign(frames, reply.frames);
    set("precision", {children: reply.precision});
    set("question", {children: reply.headline.question});
    set("said", {children: reply.headline.said});
    set("answers", {children: reply.headline.answers.map(function (answer) {
      return part("Div", {children: [part("Dt", {children: answer.question}), part("Dd", {children: answer.text})]});
    })});
    set("brief", {children: reply.headline.brief});
    set("gain-note", {children: reply.headline.gain || "Nothing is compared yet."});
    set("headline", {className: "headline " + reply.headline.sign});
    set("compared", {children: reply.compared.map(card)});
    // What is gained is seen at once, with the words; the others follow, unless the dial has been turned on.
    for (var place = 0; place < FIGURES.length; place += 1) {
      var name = FIGURES[place], figure = reply.figures[name];
      await draw(name, name === "trade-off" ? withEarlier(figure) : figure);
      await frame();
      if (mine !== number) return;
      if (place) continue;
      document.body.dataset.answered = String(mine);
      await null;
    }
    nameDropdowns();
    document.body.dataset.shown = String(mine);
    busy(reply.done, reply.wanted, reply.settled);
  }

  // The map, once all else is there: nothing of it is in the way of a dial.
  async function chart(now, mine) {
    var have = null, reply;
    while (mine === number) {
      reply = await post("map", body(now, {
        tab: tab, number: mine, have: have, narrow: isNarrow("map"), frames: frames
      }), running.signal);
      if (mine !== number || reply.superseded || reply.refused) return;
      if (reply.figure) {
        if (reply.settled) Object.assign(frames, reply.frames || {});
        set("map-words", {children: reply.words});
        await draw("map", reply.figure);
      }
      have = reply.have;
      if (reply.settled) break;
    }
    if (mine === number) document.body.dataset.mapped = String(mine);
  }

  // Beside a dial, which kinds of issues it does not turn.
  function own(texts) {
    for (var dial in texts) {
      if (shown["own " + dial] !== texts[dial]) set({own: dial}, {children: texts[dial]});
      shown["own " + dial] = texts[dial];
    }
  }

  function card(entry) {
    var head = [
      part("Span", {className: "dot", style: {background: entry.colour}}),
      part("Strong", {children: entry.name}), " ",
      part("Span", {className: "note", children: entry.settings})
    ];
    if (entry.place) {
      head.push(part("Button", {
        id: {unpin: entry.place}, children: "Unpin", className: "small", "aria-label": "Unpin " + entry.name
      }));
    }
    var body = [part("P", {children: head})];
    if (entry.sentence) body.push(part("P", {children: entry.sentence}));
    return part("Div", {className: "card", children: body, style: {borderColor: entry.colour}});
  }

  // A dropdown names itself by its value alone; its label belongs to its name. It takes the focus itself.
  function nameDropdowns() {
    document.querySelectorAll(".dash-dropdown-focus-target").forEach(function (each) {
      var button = each.parentElement.querySelector(".dash-dropdown");
      if (button) { button.tabIndex = 0; each.tabIndex = -1; }
    });
    document.querySelectorAll("label[for]").forEach(function (label, place) {
      var named = document.getElementById(label.htmlFor);
      if (!named || label.id || !named.classList.contains("dash-dropdown")) return;
      label.id = "label-" + place;
      named.setAttribute("aria-labelledby", label.id + " " + (named.getAttribute("aria-labelledby") || ""));
    });
  }

  function list(now, mine) {
    post("issues", body(now)).then(function (reply) {
      if (mine !== number || !reply.issues) return;
      set("issue", {options: reply.issues});
      later(0.1).then(nameDropdowns);
      if (told !== null && replayed === null) tell(told);
    }).catch(function () {});
  }

  // An issue of the setting as the dials stand: its story and its replay.
  function tell(issue) {
    var button = document.getElementById("tell"), now = latest;
    told = issue;
    remember(now);
    button.disabled = true;
    replayed = JSON.stringify(now);
    set("issue", {value: issue});
    later(0.1).then(nameDropdowns);
    set("story", {children: part("P", {children: "Re-running the first replication to follow it …"})});
    post("story", body(now, {issue: issue})).then(function (reply) {
      set("story", {children: part(reply.refused ? "P" : "H3", {
        children: reply.refused ? reply.problems.join(" ") : reply.title
      })});
      replay(reply.refused ? null : reply);
    }).catch(function () {
      set("story", {children: part("P", {children: "The app does not answer."})});
    }).finally(function () { button.disabled = false; });
  }

  // The replay of an issue; without one, none is shown. Names are in the data alone.
  function replay(reply) {
    var place = document.getElementById("replay");
    end();
    end = function () {};
    place.innerHTML = reply ? reply.frame : "";
    if (reply) end = window.leaderstream.play(place.querySelector(".stream"), reply.data);
    earlier();
  }

  function earlier() {
    var is = told !== null && latest !== null && replayed !== null && document.querySelector("#replay .stream");
    var old = is && played(replayed) !== played(JSON.stringify(latest));
    set("earlier", {children: old ? "The dials have moved since. Play it again to see it as they stand now." : ""});
  }

  // What a replay depends on: the setting, its world, and the pin beside it.
  function played(text) {
    var now = JSON.parse(text), pins = now.pins.slice().sort(function (a, b) { return a.place - b.place; });
    return JSON.stringify([now.start, now.dials, now.world, pins.length ? pins[0] : null]);
  }

  // The address: dials, pins and issue, so that a reload or a link shows the same and "back" undoes.

  function written(start, steps) {
    var query = new URLSearchParams({start: start});
    facts.dials.forEach(function (dial) { if (dial.name in steps) query.set(dial.name, steps[dial.name]); });
    return query;
  }

  function encoded(now) {
    var query = written(now.start, Object.assign({}, now.world, now.dials));
    now.pins.forEach(function (pin) {
      query.set("pin" + pin.place, written(pin.setting.start, pin.setting.dials).toString());
    });
    if (told !== null) query.set("issue", String(told));
    return "#" + query.toString();
  }

  // The steps that a query names, of the dials of the world or of a policy; what is none is noted as odd.
  function stepsIn(query, start, world, names) {
    var steps = {}, from = world ? facts.base : start;
    facts.dials.forEach(function (dial) {
      if (dial.world !== world || !query.has(dial.name)) return;
      var value = query.get(dial.name), known = dial.steps.some(function (step) { return step.value === value; });
      if (!known) names.push(dial.name + " " + value);
      else if (value !== facts.own[from][dial.name]) steps[dial.name] = value;
    });
    return steps;
  }

  function decoded(hash) {
    var query = new URLSearchParams(hash.replace(/^#/, "")), names = [], start = query.get("start"), pins = [];
    var whole = {start: facts.base, dials: {}, world: {}, pins: facts.pins, issue: null, odd: names};
    if (!hash.replace(/^#/, "")) return whole;
    if (start === null || !Object.hasOwn(facts.own, start)) {
      names.push("start " + (start || "(none)"));
      start = facts.base;
    }
    [1, 2, 3, 4].forEach(function (place) {
      if (!query.has("pin" + place)) return;
      var pin = new URLSearchParams(query.get("pin" + place)), from = pin.get("start");
      if (from === null || !Object.hasOwn(facts.own, from)) { names.push("pin" + place); return; }
      pins.push({place: place, setting: {start: from, dials: stepsIn(pin, from, false, names)}});
    });
    var known = ["start", "issue", "pin1", "pin2", "pin3", "pin4"].concat(
      facts.dials.map(function (dial) { return dial.name; }));
    query.forEach(function (value, name) { if (known.indexOf(name) < 0) names.push(name); });
    var issue = query.get("issue");
    if (issue !== null && !/^[1-9][0-9]{0,6}$/.test(issue)) { names.push("issue " + issue); issue = null; }
    return {start: start, dials: stepsIn(query, start, false, names), world: stepsIn(query, start, true, names), pins: pins,
      issue: issue === null ? null : Number(issue), odd: names};
  }

  // What has changed since the address was written: a dial that still moves makes no new step back.
  function changed(before, now) {
    var names = [];
    ["dials", "world"].forEach(function (group) {
      Object.keys(Object.assign({}, before[group], now[group])).forEach(function (name) {
        if (before[group][name] !== now[group][name]) names.push(name);
      });
    });
    ["start", "pins"].forEach(function (name) {
      if (JSON.stringify(before[name]) !== JSON.stringify(now[name])) names.push(name);
    });
    return names.join(" ");
  }

  function remember(now) {
    var hash = encoded(now), time = performance.now() / 1000;
    if (hash === address.hash) return;
    var dial = address.now ? changed(address.now, now) : "";
    var goesOn = dial !== "" && dial === address.dial && time - address.at < SAME_TURN;
    if (address.hash === null) {
      address.depth = (history.state && history.state.depth) || 0;
      history.replaceState({depth: address.depth}, "", location.hash ? hash : location.pathname);
    } else if (address.popped === hash) {
      dial = "";
    } else if (goesOn) {
      history.replaceState({depth: address.depth}, "", hash);
    } else {
      odd = [];
      address.depth += 1;
      history.pushState({depth: address.depth}, "", hash);
    }
    address.popped = null;
    address.hash = hash;
    address.now = now;
    address.dial = dial;
    address.at = time;
    set("undo", {disabled: address.depth === 0});
  }

  function oddities(names) {
    odd = names.length
      ? ["The address names what this scenario does not have; it is left out: " + names.join(", ")] : [];
  }

  window.addEventListener("popstate", function (event) {
    if (!facts) return;
    var state = decoded(location.hash);
    address.depth = (event.state && event.state.depth) || 0;
    told = state.issue;
    replayed = null;
    if (told === null) { set("story", {children: ""}); replay(null); }
    address.popped = encoded(state);
    set("undo", {disabled: address.depth === 0});
    if (latest && address.popped === encoded(latest)) {
      address.hash = address.popped;
      address.popped = null;
      if (told !== null) tell(told);
    }
    set("wanted", {data: {state: state, count: ++count}});
  });

  document.addEventListener("click", function (event) {
    if (event.target.id === "undo" && address.depth > 0) history.back();
    if (event.target.id === "fit" && latest) { frames = {}; earlierPoints = []; point = null; ask(latest); }
  });

  dark.addEventListener("change", function () { if (latest) ask(latest); });

  function stepOf(dial, value) { return dial.word ? value : dial.steps[Number(value)].value; }

  function valueOf(dial, step) {
    return dial.word ? step : dial.steps.findIndex(function (each) { return each.value === step; });
  }

  // The values of all dials at a state: where one was not moved, its own.
  function valuesOf(now) {
    return facts.dials.map(function (dial) {
      var moved = dial.world ? now.world : now.dials, from = dial.world ? facts.base : now.start;
      return valueOf(dial, dial.name in moved ? moved[dial.name] : facts.own[from][dial.name]);
    });
  }

  function stateOf(values, start) {
    var now = {start: start, dials: {}, world: {}};
    facts.dials.forEach(function (dial, place) {
      var own = facts.own[dial.world ? facts.base : start][dial.name];
      var value = stepOf(dial, values[place]), moved = value !== own;
      var step = dial.steps.find(function (step) { return step.value === value; });
      if (moved) now[dial.world ? "world" : "dials"][dial.name] = value;
      if (shown[dial.name] === value + moved) return;
      shown[dial.name] = value + moved;
      set({shown: dial.name}, {children: dial.word ? "" : step.label, className: moved ? "shown moved" : "shown"});
      if (dial.word) set({help: dial.name}, {children: step.help});
      var input = document.getElementById(JSON.stringify({dial: dial.name}));
      if (input && input.type === "range") input.setAttribute("aria-valuetext", step.label);
    });
    return now;
  }

  window.addEventListener("resize", (function () {
    var waiting = 0, before = "";
    return function () {
      clearTimeout(waiting);
      waiting = setTimeout(function () {
        var now = JSON.stringify([narrow(), isNarrow("map")]);
        if (now !== before && latest) ask(latest);
        before = now;
      }, 150);
    };
  })());

  // The pins after a click on Pin or Unpin; null where nothing changes.
  function pinsAfter(by, clicks, unpins, setting, pins) {
    if (by !== "pin") {
      return unpins.some(Boolean) ? pins.filter(function (pin) { return pin.place !== by.unpin; }) : null;
    }
    if (!clicks || !setting) return null;
    var taken = pins.map(function (pin) { return pin.place; });
    var free = [1, 2, 3, 4].find(function (place) { return taken.indexOf(place) < 0; });
    if (free) return pins.concat([{place: free, setting: {start: setting.start, dials: setting.dials}}]);
    problems(["Four policies are pinned; unpin one first."]);
    return null;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    live: {
      // Where dials, start and pins stand: as the address says at first, then as buttons and "back" say.
      place: function (wanted, start, resets, clicks, unpins, known, setting, pins) {
        var by = window.dash_clientside.callback_context.triggered_id, opened = !facts;
        var nothing = [known.dials.map(same), same(), same()], now;
        facts = known;
        if (opened) {
          now = decoded(location.hash);
          told = now.issue;
          oddities(now.odd);
        } else if (by === "wanted") {
          now = wanted.state;
          oddities(now.odd);
        } else if (by === "start") {
          now = {start: start, dials: {}, world: latest ? latest.world : {}, pins: pins};
        } else if (by === "reset") {
          now = {start: start, dials: {}, world: {}, pins: pins};
        } else if (by) {
          var after = pinsAfter(by, clicks, unpins, setting, pins || []);
          return after ? [nothing[0], same(), after] : nothing;
        } else return nothing;
        return [valuesOf(now), now.start, now.pins];
      },

      turn: function (values, start, pins, known) {
        if (!facts || !pins) return same();
        var now = stateOf(values, start);
        now.pins = pins;
        if (latest && JSON.stringify(latest) === JSON.stringify(now)) return same();
        remember(now);
        ask(now);
        earlier();
        return {start: now.start, dials: now.dials, world: now.world};
      },

      tell: function (clicks, issue) {
        if (!clicks) return same();
        if (issue) tell(issue);
        else set("story", {children: part("P", {children: "Choose an issue first."})});
        return same();
      },

      download: function (clicks) {
        if (!clicks || !latest) return same();
        var kind = window.dash_clientside.callback_context.triggered_id.replace("get-", "");
        set("fetching", {children: "Preparing the " + kind + " …"});
        post(kind, body(latest)).then(function (reply) {
          if (reply.refused) { set("fetching", {children: reply.problems.join(" ")}); return; }
          var type = kind === "report" ? "text/html" : "application/yaml";
          set("file", {data: {content: reply.text, filename: reply.name, type: type, base64: false}});
          set("fetching", {children: "Saved as " + reply.name + "."});
        }).catch(function () { set("fetching", {children: "The app does not answer."}); });
        return same();
      }
    }
  });
})();
