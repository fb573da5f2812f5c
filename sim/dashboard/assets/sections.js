(function () {
  "use strict";
  // Which sections are open stands in the address: "#open=time.costs", or "#open=all". A link to a
  // section ("#time") opens it.
  var MARK = "open=";
  var parts = Array.prototype.slice.call(document.querySelectorAll("details.part"));
  var all = document.getElementById("open-all");
  var usual = state(), quiet = false;
  function name(part) { return part.parentElement.id; }
  function state() { return parts.filter(function (each) { return each.open; }).map(name).join("."); }
  function open(names) {
    parts.forEach(function (each) { each.open = names === null || names.indexOf(name(each)) >= 0; });
  }
  function read() {
    var said = decodeURIComponent(location.hash.slice(1));
    if (said.indexOf(MARK) === 0) {
      var names = said.slice(MARK.length);
      open(names === "all" ? null : names.split("."));
      return;
    }
    var target = said && document.getElementById(said);
    if (!target) return;
    var within = target.closest("details.part") || target.querySelector("details.part");
    if (within && !within.open) within.open = true;
    quiet = true;
    setTimeout(function () { target.scrollIntoView(); quiet = false; }, 0);
  }
  function write() {
    if (all) all.hidden = !parts.length;
    if (all) all.textContent = parts.some(function (each) { return !each.open; }) ? "Open all" : "Close all";
    // The replay and the slides have the address while they are open: "#stream:ISSUE:POLICY:POLICY",
    // "#present=3".
    if (quiet || /^#(stream:|present(=|$))/.test(location.hash)) return;
    var now = state(), whole = now === parts.map(name).join(".");
    var hash = now === usual ? "" : "#" + MARK + (whole ? "all" : now);
    if (hash !== location.hash) history.replaceState(null, "", hash || location.pathname + location.search);
  }
  parts.forEach(function (each) { each.addEventListener("toggle", write); });
  if (all) all.addEventListener("click", function () {
    open(parts.some(function (each) { return !each.open; }) ? null : []);
  });
  window.addEventListener("hashchange", read);
  // On paper every section stands open.
  var before = null;
  window.addEventListener("beforeprint", function () { before = state(); quiet = true; open(null); });
  window.addEventListener("afterprint", function () {
    if (before !== null) open(before.split("."));
    setTimeout(function () { quiet = false; }, 0);
  });
  read();
  write();
})();
