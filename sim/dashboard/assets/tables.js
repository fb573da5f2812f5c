// The numbers behind the figures: tables to sort and filter, and their download as CSV. Names are untrusted: they
// enter the page as text nodes only.
(function () {
  "use strict";
  var STEP = 50;
  var rule = JSON.parse((document.getElementById("csv-rule") || {textContent: "null"}).textContent);
  var order = new Intl.Collator("en", {numeric: true});

  function element(name, settings, text) {
    var made = document.createElement(name);
    Object.keys(settings || {}).forEach(function (key) { made.setAttribute(key, settings[key]); });
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function numbers(name) { return packed.data("numbers-" + name); }

  // -- CSV -----------------------------------------------------------------------------------------------------
  function cell(value) {
    if (value === null) return "";
    if (typeof value === "number") return String(value);
    var formula = rule.formula.some(function (start) { return value.indexOf(start) === 0; });
    return '"' + ((formula ? rule.mark : "") + value).replace(/"/g, '""') + '"';
  }

  function csv(data) {
    var heads = data.columns.map(function (column) { return column.name; });
    // Policies are shown by their labels, and saved by their names.
    var rows = data.rows.map(function (row) {
      return row.map(function (value, place) {
        var named = heads[place] === "variant" && Object.hasOwn(data.names, value);
        return named ? data.names[value] : value;
      });
    });
    return [heads].concat(rows).map(function (row) { return row.map(cell).join(",") + "\n"; }).join("");
  }

  function save(data) {
    var address = URL.createObjectURL(new Blob([csv(data)], {type: "text/csv;charset=utf-8"}));
    var link = element("a", {href: address, download: data.file});
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(address); }, 10000);
  }

  // -- tables --------------------------------------------------------------------------------------------------
  function shown(value, column) {
    if (value === null) return "\u2013";
    if (typeof value !== "number" || column.digits === null) return String(value);
    var text = value.toFixed(column.digits);
    return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "\u2212");
  }

  function compare(place, down) {
    return function (one, other) {
      var a = one[place], b = other[place];
      if (a === null || b === null) return (a === null) - (b === null);  // what is not known stands last
      var sign = typeof a === "number" ? a - b : order.compare(a, b);
      return down ? -sign : sign;
    };
  }

  function values(data, place) {
    var seen = {};
    data.rows.forEach(function (row) { seen[row[place]] = true; });
    return Object.keys(seen).sort(order.compare);
  }

  function grid(home, data) {
    var state = {sort: -1, down: false, most: STEP, text: "", only: {}};
    var head = element("tr"), body = element("tbody"), table = element("table");
    var status = element("p", {"class": "note", "role": "status"});
    var more = element("button", {"type": "button"}, "Show more rows");
    var words = data.columns.map(function (column) { return column.digits === null; });

    function wanted(row) {
      return Object.keys(state.only).every(function (place) { return row[place] === state.only[place]; })
        && (!state.text || row.some(function (value, place) {
          return words[place] && value !== null && String(value).toLowerCase().indexOf(state.text) >= 0;
        }));
    }

    function draw() {
      var rows = data.rows.filter(wanted);
      if (state.sort >= 0) rows.sort(compare(state.sort, state.down));
      body.textContent = "";
      rows.slice(0, state.most).forEach(function (row) {
        var line = element("tr");
        row.forEach(function (value, place) {
          var made = element("td", words[place] ? {"class": "word", "dir": "auto"} : {}, shown(value, data.columns[place]));
          line.appendChild(made);
        });
        body.appendChild(line);
      });
      var there = Math.min(rows.length, state.most);
      more.hidden = there === rows.length;
      status.textContent = rows.length.toLocaleString("en") + " of " + data.rows.length.toLocaleString("en")
        + " rows" + (there < rows.length ? "; the first " + there.toLocaleString("en") + " are shown" : "");
      Array.prototype.forEach.call(head.children, function (cell, place) {
        var way = place !== state.sort ? "none" : state.down ? "descending" : "ascending";
        cell.setAttribute("aria-sort", way);
      });
    }

    function again(change) { change(); state.most = STEP; draw(); }

    function picker(column, place) {
      var label = element("label", {}, column.title + ": "), select = element("select");
      select.appendChild(element("option", {value: ""}, "all"));
      values(data, place).forEach(function (value, number) {
        select.appendChild(element("option", {value: String(number)}, value));
      });
      var known = values(data, place);
      select.addEventListener("change", function () {
        again(function () {
          if (select.value === "") delete state.only[place];
          else state.only[place] = known[Number(select.value)];
        });
      });
      label.appendChild(select);
      return label;
    }

    var tools = element("div", {"class": "tools"});
    data.columns.forEach(function (column, place) {
      if (column.pick) tools.appendChild(picker(column, place));
      var name = element("th", words[place] ? {"scope": "col", "class": "word"} : {"scope": "col"});
      var sort = element("button", {"type": "button"}, column.title);
      sort.addEventListener("click", function () {
        again(function () {
          state.down = state.sort === place && !state.down;
          state.sort = place;
        });
      });
      name.appendChild(sort);
      head.appendChild(name);
    });
    var text = element("input", {"type": "search", "aria-label": "Text that a row must hold"});
    var find = element("label", {}, "With the text: ");
    find.appendChild(text);
    text.addEventListener("input", function () { again(function () { state.text = text.value.toLowerCase(); }); });
    tools.appendChild(find);
    more.addEventListener("click", function () { state.most += 10 * STEP; draw(); });
    var top = element("thead");
    top.appendChild(head);
    table.appendChild(top);
    table.appendChild(body);
    var box = element("div", {"class": "rows", "tabindex": "0", "role": "region", "aria-label": home.dataset.label});
    box.appendChild(table);
    [tools, box, status, more].forEach(function (part) { home.appendChild(part); });
    draw();
  }

  document.querySelectorAll("button.save").forEach(function (button) {
    if (!packed.able) button.parentNode.style.display = "none";
    button.addEventListener("click", function () { numbers(button.dataset.of).then(save); });
  });
  // A table is made when it is first seen.
  function made(home) {
    if (home.dataset.made) return;
    home.dataset.made = "yes";
    if (packed.able) numbers(home.dataset.of).then(function (data) { grid(home, data); });
    else home.appendChild(element("p", {"class": "note"}, "This browser cannot unpack the table of all numbers."));
  }
  document.querySelectorAll(".grid").forEach(function (home) {
    var around = home.closest("details");
    if (!around || around.open) made(home);
    else around.addEventListener("toggle", function () { made(home); });
  });
})();
