// What stands compressed in the page, for the scripts that follow.
var packed = (function () {
  "use strict";
  var kept = {};
  // The text of the element of this id, as a promise.
  function text(id) {
    var inside = atob(document.getElementById(id).textContent);
    var bytes = new Uint8Array(inside.length);
    for (var at = 0; at < inside.length; at += 1) bytes[at] = inside.charCodeAt(at);
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }
  return {
    // Whether this browser can unpack anything.
    able: typeof DecompressionStream === "function",
    text: text,
    // The same as data, unpacked once.
    data: function (id) { return kept[id] = kept[id] || text(id).then(JSON.parse); }
  };
})();
