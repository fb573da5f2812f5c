(function () {
  "use strict";
  var NARROW = 820, REST = 0.15, FIGURES = ["trade-off", "value", "time"];
  var tab = Array.from(crypto.getRandomValues(new Uint32Array(4)), function (n) { return n.toString(36); }).join("");
  var number = 0, running = null, shown = {}, latest = null, replayed = null, end = function () {};

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

  // Draws a figure anew. The first time Dash does, which brings Plotly; then Plotly alone, which is much quicker.
  async function draw(name, figure) {
    var there = plot(name), height = figure.layout.height + "px";
    if (there) {
      document.getElementById(name).style.height = height;
      window.Plotly.react(there, figure.data, figure.layout);
    } else {
      set(name, {figure: figure, style: {height: height}});
      for (var tries = 0; tries < 100 && !plot(name); tries += 1) await later(0.1);
    }
  }

  // A tab in the background draws late, and is not waited for long.
  function frame() {
    return Promise.race([new Promise(function (done) { requestAnimationFrame(function () { later(0).then(done); }); }),
      later(0.1)]);
  }

  function later(seconds) { return new Promise(function (done) { setTimeout(done, 1000 * seconds); }); }

  function narrow() {
    var shapes = {};
    FIGURES.forEach(function (name) {
      var panel = document.getElementById("panel-" + name);
      shapes[name] = !panel || panel.clientWidth < NARROW;
    });
    return shapes;
  }

  function problems(list) {
    set("problems", {children: list.map(function (text) { return part("P", {children: text}); })});
  }

  function busy(done, wanted, settled) {
    var share = settled ? 1 : wanted ? done / wanted : 0;
    set("bar", {style: {width: Math.round(100 * share) + "%"}});
    document.body.dataset.settled = settled ? "yes" : "no";
  }

  // What a setting and the pinned ones come to, a few replications at first, then more; a newer change ends it.
  async function ask(setting, pins) {
    var mine = ++number, have = Array(pins.length + 1).fill(0), reply;
    if (running) running.abort();
    running = new AbortController();
    latest = {setting: setting, pins: pins};
    busy(0, 1, false);
    while (mine === number) {
      try {
        reply = await post("look", {
          tab: tab, number: mine, setting: setting, pins: pins, have: have, narrow: narrow()
        }, running.signal);
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
    if (mine === number) list(setting, mine);
  }

  async function show(reply, mine) {
    busy(reply.done, reply.wanted, false);
    if (!reply.figures) {
      if (!reply.have[0]) {
        set("precision", {children: "Simulating: " + reply.done + " of the first " + reply.wanted + " runs …"});
      }
      return;
    }
    set("precision", {children: reply.precision});
    set("finding", {children: reply.finding});
    set("compared", {children: reply.compared.map(card)});
    // The trade-off is seen at once, with the words; the others follow, unless the dial has been turned on.
    for (var place = 0; place < FIGURES.length; place += 1) {
      await draw(FIGURES[place], reply.figures[FIGURES[place]]);
      await frame();
      if (mine !== number) return;
      if (place) continue;
      document.body.dataset.answered = String(mine);
      await null;
    }
    name();
    document.body.dataset.shown = String(mine);
    busy(reply.done, reply.wanted, reply.settled);
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

  // A dropdown names itself by its value alone; its label belongs to its name.
  function name() {
    document.querySelectorAll("label[for]").forEach(function (label, place) {
      var named = document.getElementById(label.htmlFor);
      if (!named || label.id || !named.classList.contains("dash-dropdown")) return;
      label.id = "label-" + place;
      named.setAttribute("aria-labelledby", label.id + " " + (named.getAttribute("aria-labelledby") || ""));
    });
  }

  function list(setting, mine) {
    post("issues", {setting: setting}).then(function (reply) {
      if (mine !== number || !reply.issues) return;
      set("issue", {options: reply.issues});
    }).catch(function () {});
  }

  // The replay of an issue under a setting; without one, none is shown. Names are in the data alone.
  function replay(setting, reply) {
    var place = document.getElementById("replay");
    end();
    end = function () {};
    replayed = reply ? JSON.stringify(setting) : null;
    place.innerHTML = reply ? reply.frame : "";
    if (reply) end = window.leaderstream.play(place.querySelector(".stream"), reply.data);
    earlier();
  }

  function earlier() {
    var old = replayed !== null && replayed !== JSON.stringify(latest.setting);
    set("earlier", {children: old ? "The dials have been turned since. Tell it again to see it as they stand now." : ""});
  }

  function stepOf(dial, value) { return dial.word ? value : dial.steps[Number(value)].value; }

  function settingOf(values, start, facts) {
    var dials = {};
    facts.dials.forEach(function (dial, place) {
      var value = stepOf(dial, values[place]), moved = value !== facts.own[start][dial.name];
      var step = dial.steps.find(function (step) { return step.value === value; });
      if (moved) dials[dial.name] = value;
      if (shown[dial.name] === value + moved) return;
      shown[dial.name] = value + moved;
      set({shown: dial.name}, {children: dial.word ? "" : step.label, className: moved ? "shown moved" : "shown"});
      if (dial.word) set({help: dial.name}, {children: step.help});
      var input = document.getElementById(JSON.stringify({dial: dial.name}));
      if (input && input.type === "range") input.setAttribute("aria-valuetext", step.label);
    });
    return {start: start, dials: dials};
  }

  window.addEventListener("resize", (function () {
    var waiting = 0, before = "";
    return function () {
      clearTimeout(waiting);
      waiting = setTimeout(function () {
        var now = JSON.stringify(narrow());
        if (now !== before && latest) ask(latest.setting, latest.pins);
        before = now;
      }, 150);
    };
  })());

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    live: {
      reset: function (start, clicks, facts) {
        return facts.dials.map(function (dial) {
          var own = facts.own[start][dial.name];
          return dial.word ? own : dial.steps.findIndex(function (step) { return step.value === own; });
        });
      },

      turn: function (values, start, pins, facts) {
        var setting = settingOf(values, start, facts);
        ask(setting, pins || []);
        earlier();
        return setting;
      },

      pin: function (clicks, unpins, setting, pins) {
        var by = window.dash_clientside.callback_context.triggered_id, others = pins || [];
        if (!by || !setting) return same();
        if (by === "pin") {
          if (!clicks) return same();
          var taken = others.map(function (pin) { return pin.place; });
          var free = [1, 2, 3, 4].find(function (place) { return taken.indexOf(place) < 0; });
          if (!free) { problems(["Four settings are pinned; unpin one first."]); return same(); }
          return others.concat([{place: free, setting: setting}]);
        }
        if (!unpins.some(Boolean)) return same();
        return others.filter(function (pin) { return pin.place !== by.unpin; });
      },

      tell: function (clicks, issue, setting) {
        if (!clicks) return same();
        if (!issue) return part("P", {children: "Choose an issue first."});
        var button = document.getElementById("tell");
        button.disabled = true;
        post("story", {setting: setting, issue: issue}).then(function (reply) {
          set("story", {children: part(reply.refused ? "P" : "H3", {
            children: reply.refused ? reply.problems.join(" ") : reply.title
          })});
          replay(setting, reply.refused ? null : reply);
        }).catch(function () {
          set("story", {children: part("P", {children: "The app does not answer."})});
        }).finally(function () { button.disabled = false; });
        return part("P", {children: "Re-running the first replication to follow it …"});
      },

      download: function (clicks, setting, pins) {
        if (!clicks) return same();
        var kind = window.dash_clientside.callback_context.triggered_id.replace("get-", "");
        set("fetching", {children: "Preparing the " + kind + " …"});
        post(kind, {setting: setting, pins: pins || []}).then(function (reply) {
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
