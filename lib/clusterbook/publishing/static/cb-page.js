// Tooltips of numbers (pointer, keyboard, touch), the ledger's search and filters, the switcher.
(() => {
  "use strict";
  let tip;
  let armed;

  function show(link) {
    hide();
    tip = document.createElement("div");
    tip.className = "cb-tip";
    tip.id = "cb-tip";
    tip.setAttribute("role", "tooltip");
    tip.textContent = link.dataset.tip;
    document.body.append(tip);
    link.setAttribute("aria-describedby", "cb-tip");
    const at = link.getClientRects()[0];
    const size = tip.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left), document.documentElement.clientWidth - size.width - 8);
    const above = at.top - size.height - 8;
    tip.style.left = `${left}px`;
    tip.style.top = `${above > 4 ? above : at.bottom + 8}px`;
  }

  function hide() {
    document.querySelector('[aria-describedby="cb-tip"]')?.removeAttribute("aria-describedby");
    tip?.remove();
    tip = undefined;
  }

  function tooltips() {
    for (const link of document.querySelectorAll("a.cb-n[title]")) {
      link.dataset.tip = link.title;
      link.removeAttribute("title");
    }
    const target = (event) => event.target.closest?.("a.cb-n[data-tip]");
    document.addEventListener("pointerover", (e) => { const a = target(e); if (a && e.pointerType !== "touch") show(a); });
    document.addEventListener("pointerout", (e) => { if (target(e) && e.pointerType !== "touch") hide(); });
    document.addEventListener("focusin", (e) => { const a = target(e); if (a) show(a); });
    document.addEventListener("focusout", (e) => { if (target(e)) hide(); });
    document.addEventListener("keydown", (e) => { if (e.key === "Escape") hide(); });
    document.addEventListener("scroll", hide, { passive: true });
    let touch = false;
    document.addEventListener("pointerdown", (e) => { touch = e.pointerType === "touch"; if (!target(e)) { hide(); armed = undefined; } });
    document.addEventListener("click", (e) => {
      const a = target(e);
      if (a && touch && armed !== a) { e.preventDefault(); armed = a; show(a); }
    });
  }

  const FILTERS = [["t", "Kind"], ["d", "Dimension"], ["e", "Segment"], ["s", "Source"], ["g", "Grade"]];

  const SOURCE = 3;  // the cell of a row that names its source

  function choices(rows, key) {
    const counts = new Map();
    for (const row of rows) {
      const value = row.dataset[key];
      if (!value) continue;
      const known = counts.get(value);
      if (known) known.n += 1;
      else counts.set(value, { n: 1, words: key === "s" ? row.cells[SOURCE].querySelector("a").textContent : value });
    }
    return [...counts].sort((a, b) => a[1].words.localeCompare(b[1].words));
  }

  function ledger() {
    const table = document.getElementById("cb-ledger");
    if (!table) return;
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const wanted = new URLSearchParams(location.search);
    let only = new Set((wanted.get("rows") || wanted.get("counted") || "").split(",").filter(Boolean));
    const here = location.pathname.match(/-(\d+)\.html$/)?.[1];  // a long ledger has several pages
    const also = (wanted.get("also") || "").split(",").filter((n) => /^\d+$/.test(n) && n !== here);
    const box = document.createElement("form");
    box.className = "cb-ledger-tools";
    box.setAttribute("role", "search");
    box.setAttribute("aria-label", "Search and filter the ledger");
    box.innerHTML =
      '<label>Search <input type="search" name="q" autocomplete="off"></label>' +
      FILTERS.map(([key, words]) => `<label>${words} <select name="${key}"><option value="">all</option></select></label>`).join("") +
      '<button type="reset">Show all</button><output role="status"></output>';
    for (const [key] of FILTERS) {
      const select = box.elements[key];
      for (const [value, { n, words }] of choices(rows, key)) {
        const option = document.createElement("option");
        option.value = value;
        option.textContent = `${words} (${n})`;
        select.append(option);
      }
      if (select.options.length < 3) select.closest("label").hidden = true;
    }
    if (wanted.get("source")) box.elements.s.value = wanted.get("source");
    table.closest(".cb-scroll").before(box);
    function filter() {
      const q = box.elements.q.value.toLowerCase().trim();
      const chosen = FILTERS.map(([key]) => [key, box.elements[key].value]).filter(([, value]) => value);
      let shown = 0;
      rows.forEach((row, i) => {
        const fits = (!q || texts[i].includes(q)) && (!only.size || only.has(row.id)) &&
          chosen.every(([key, value]) => row.dataset[key] === value);
        if (row.hidden === fits) row.hidden = !fits;
        shown += fits;
      });
      const other = only.size ? also : [];
      box.querySelector("output").textContent = `${shown} of ${rows.length} rows${other.length ? ", its other rows on page" : ""}`;
      for (const n of other) {
        const link = document.createElement("a");
        link.href = `ledger-${n}.html${location.search}`;
        link.textContent = ` ${n}`;
        box.querySelector("output").append(link);
      }
    }
    let timer;
    box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(filter, 30); });
    box.addEventListener("submit", (event) => event.preventDefault());
    box.addEventListener("reset", () => {
      only = new Set();
      history.replaceState(null, "", location.pathname);
      setTimeout(filter);
    });
    document.addEventListener("click", (event) => {  // in a report of one file, links to rows stay on the page
      const link = event.target.closest?.('a[href^="#"]');
      if (!link || event.defaultPrevented) return;
      const { rows: asked = "", source = "" } = link.dataset;
      if (asked || source) {
        only = new Set(asked.split(",").filter(Boolean));
        box.elements.s.value = source;
        filter();
      } else if (document.getElementById(link.hash.slice(1))?.hidden) box.reset();
    });
    filter();
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: "center" });
  }

  const MANY = 30;  // rows above which a table can be searched

  function searchable() {
    for (const table of document.querySelectorAll("table.cb-table:not(#cb-ledger)")) {
      const rows = [...(table.tBodies[0]?.rows || [])];
      if (rows.length <= MANY) continue;
      const box = document.createElement("label");
      box.className = "cb-table-search";
      box.innerHTML = 'Search this table <input type="search" autocomplete="off"> <output></output>';
      (table.closest(".cb-scroll") || table).before(box);
      box.querySelector("input").addEventListener("input", (event) => {
        const q = event.target.value.toLowerCase().trim();
        for (const row of rows) row.hidden = Boolean(q) && !row.textContent.toLowerCase().includes(q);
        box.querySelector("output").textContent = q ? `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows` : "";
      });
    }
  }

  function switcher() {
    const menu = document.querySelector("details.cb-switch");
    if (!menu) return;
    document.addEventListener("pointerdown", (e) => { if (!menu.contains(e.target)) menu.open = false; });
    document.addEventListener("focusin", (e) => { if (!menu.contains(e.target)) menu.open = false; });
    menu.addEventListener("keydown", (e) => {
      if (e.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  function start() { tooltips(); ledger(); searchable(); switcher(); }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
