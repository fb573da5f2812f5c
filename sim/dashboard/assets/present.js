(function () {
  "use strict";
  // The page presented: slides that fill the screen, put together when they are asked for. The
  // address names the slide: "#present=3".
  var stored = document.getElementById("slides"), opener = document.getElementById("present-open");
  if (!stored || !opener) return;
  if (!packed.able) { opener.style.display = "none"; return; }
  var NARROW = 700, MARK = /^#present(?:=(\d+))?$/, LONG = 150;
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  var talk = null, root = null, at = 0, before = null, borrowed = null;
  var whole = false, printed = null;

  function part(parent, name, kind, text) {
    var made = document.createElement(name);
    if (kind) made.className = kind;
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  }
  function button(parent, kind, sign, label, then) {
    var made = part(parent, "button", kind, sign);
    made.type = "button";
    made.title = label;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", then);
    return made;
  }
  function find(kind) { return root.querySelector(kind); }

  // -- opening and closing ------------------------------------------------
  function ready() {
    return packed.data("slides").then(function (data) { talk = data; });
  }
  function open(place, full) {
    if (!talk) {
      ready().then(function () { open(place, full); });
      return;
    }
    if (!root) {
      before = {
        hash: MARK.test(location.hash) ? "" : location.hash, y: window.scrollY,
        focus: document.activeElement, inert: [],
      };
      frame();
      if (full && root.requestFullscreen) fill();
    }
    show(place);
  }
  function frame() {
    root = part(document.body, "div", "slides");
    root.setAttribute("role", "dialog");
    root.setAttribute("aria-modal", "true");
    root.setAttribute("aria-label", talk.about);
    Array.prototype.forEach.call(document.body.children, function (each) {
      if (each === root || each.inert || each.tagName === "SCRIPT") return;
      each.inert = true;
      before.inert.push(each);
    });
    part(root, "section", "slide");
    find(".slide").tabIndex = -1;
    find(".slide").setAttribute("role", "group");
    find(".slide").setAttribute("aria-roledescription", "slide");
    var bar = part(root, "div", "slide-bar");
    button(bar, "slide-back", "\u2039", "The slide before", function () { show(at - 1); });
    part(bar, "span", "slide-place");
    button(bar, "slide-on", "\u203a", "The next slide", function () { show(at + 1); });
    if (root.requestFullscreen) button(bar, "slide-full", "\u26f6", "Full screen (F)", fill);
    button(bar, "slide-close", "\u2715", "Back to the page (Esc)", close);
    part(part(root, "div", "slide-done"), "i");
  }
  function close() {
    if (!root) return;
    give_back();
    before.inert.forEach(function (each) { each.inert = false; });
    if (document.fullscreenElement === root) document.exitFullscreen();
    root.remove();
    root = null;
    whole = false;
    history.replaceState(null, "", before.hash || location.pathname + location.search);
    window.scrollTo(0, before.y);
    var last = before.focus && before.focus !== document.body ? before.focus : opener;
    last.focus({preventScroll: true});
  }
  // Fills the screen where the browser allows that, else the window.
  function fill() {
    if (document.fullscreenElement === root) {
      whole = false;
      document.exitFullscreen();
      return;
    }
    var asked = root.requestFullscreen();
    if (asked) asked.catch(function () {});
  }

  // -- a slide --------------------------------------------------------------
  function show(place) {
    var slide = find(".slide"), count = talk.slides.length;
    place = Math.max(0, Math.min(count - 1, place));
    give_back();
    at = place;
    var made = talk.slides[at];
    slide.textContent = "";
    slide.dataset.name = made.name;
    slide.setAttribute("aria-label", (at + 1) + " of " + count + ": " + made.about);
    part(slide, "p", "slide-about", made.about).dir = "auto";
    var says = part(slide, "h2", "slide-says", made.says);
    says.dir = "auto";
    says.classList.toggle("long", made.says.length > LONG);
    part(slide, "div", "slide-picture");
    if (made.rests) part(slide, "p", "slide-rests", made.rests).dir = "auto";
    find(".slide-place").textContent = (at + 1) + " / " + count;
    find(".slide-back").disabled = at === 0;
    find(".slide-on").disabled = at === count - 1;
    find(".slide-done i").style.width = 100 * (at + 1) / count + "%";
    history.replaceState(null, "", "#present=" + (at + 1));
    slide.scrollTop = 0;
    slide.focus({preventScroll: true});
    draw();
    if (made.replay) borrow(made.replay);
  }
  // The figure, in the shape for the window.
  function draw() {
    var made = talk.slides[at], home = find(".slide-picture");
    var shape = home.clientWidth < NARROW ? "narrow" : "wide";
    if (made.replay || home.dataset.shape === shape) return;
    home.dataset.shape = shape;
    home.innerHTML = made[shape];
    var svg = home.querySelector("svg");
    if (!svg) return;
    svg.removeAttribute("aria-hidden");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "The figure of this slide: " + made.says);
  }

  // -- the replay, which is the page's own player -------------------------------
  function change(node, value, event) {
    if (!node) return;
    node.value = value;
    node.dispatchEvent(new Event(event));
  }
  function choose(player, chosen) {
    ["policy", "beside", "issue"].forEach(function (kind) {
      var pick = player.querySelector(".stream-" + kind);
      if (pick) pick.value = chosen[kind];
    });
    change(player.querySelector(".stream-issue"), chosen.issue, "change");
  }
  function borrow(chosen) {
    var player = document.getElementById("stream-player");
    if (!player) return;
    borrowed = {player: player, from: document.createComment("the player is in the slides")};
    borrowed.chosen = {};
    ["issue", "policy", "beside", "slider"].forEach(function (kind) {
      var pick = player.querySelector(".stream-" + kind);
      borrowed.chosen[kind] = pick ? pick.value : "";
    });
    if (playing(player)) player.querySelector(".stream-play").click();
    player.replaceWith(borrowed.from);
    find(".slide-picture").appendChild(player);
    choose(player, chosen);
    if (!calm.matches) player.querySelector(".stream-play").click();
  }
  function playing(player) {
    return player.querySelector(".stream-play").getAttribute("aria-pressed") === "true";
  }
  function give_back() {
    if (!borrowed) return;
    var player = borrowed.player, chosen = borrowed.chosen;
    if (playing(player)) player.querySelector(".stream-play").click();
    borrowed.from.replaceWith(player);
    borrowed = null;
    choose(player, chosen);
    change(player.querySelector(".stream-slider"), chosen.slider, "input");
  }

  // -- keys and the address -----------------------------------------------------
  var STEPS = {
    ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1,
  };
  function key(event) {
    if (!root || event.ctrlKey || event.altKey || event.metaKey) return;
    var name = event.key, on = event.target, slide = find(".slide");
    if (name === "Escape") { event.preventDefault(); close(); return; }
    if (name === "Tab") { within(event); return; }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(on.tagName)) return;
    if (name === " " && on.tagName === "BUTTON") return;
    var scrolls = slide.scrollHeight > slide.clientHeight + 1;
    if (scrolls && (name === "ArrowDown" || name === "ArrowUp")) return;
    if (name === "f" || name === "F") { if (root.requestFullscreen) fill(); return; }
    var step = STEPS[name] * (name === " " && event.shiftKey ? -1 : 1);
    if (name === "Home") step = -talk.slides.length;
    if (name === "End") step = talk.slides.length;
    if (!step) return;
    event.preventDefault();
    var next = Math.max(0, Math.min(talk.slides.length - 1, at + step));
    if (next !== at) show(next);
  }
  // The focus stays in the slides.
  function within(event) {
    var some = root.querySelectorAll("button, input, select, a[href], [tabindex='0']");
    var all = Array.prototype.filter.call(some, function (each) {
      return !each.disabled && each.getClientRects().length;
    });
    var first = all[0], last = all[all.length - 1], now = document.activeElement;
    var out = event.shiftKey ? now === first || !all.includes(now) : now === last;
    if (!all.length || !out) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
  function follow() {
    var named = MARK.exec(location.hash);
    if (named && !talk) ready().then(follow);
    else if (named) open(Number(named[1] || 1) - 1, false);
    else if (root) { before.hash = location.hash; close(); }
  }
  opener.addEventListener("click", function () { open(0, true); });
  ["pointerenter", "focus"].forEach(function (near) { opener.addEventListener(near, ready); });
  document.addEventListener("keydown", key);
  window.addEventListener("hashchange", follow);
  window.addEventListener("resize", function () { if (root) draw(); });
  document.addEventListener("fullscreenchange", function () {
    if (!root) return;
    var full = document.fullscreenElement === root;
    if (whole && !full) close();
    else { whole = full; draw(); }
  });
  // On paper there is the page.
  window.addEventListener("beforeprint", function () {
    printed = root ? at : null;
    close();
  });
  window.addEventListener("afterprint", function () {
    if (printed !== null) open(printed, false);
  });
  follow();
})();
