// Tooltips of numbers (pointer, keyboard, touch) and the ledger's search and filters.
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

  function ledger() {
    const table = document.getElementById("cb-ledger");
    if (!table) return;
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const wanted = new URLSearchParams(location.search);
    const anchors = (wanted.get("rows") || "").split(",").filter(Boolean);
    const source = wanted.get("source") || "";
    const box = document.createElement("div");
    box.className = "cb-ledger-tools";
    box.innerHTML =
      '<label>Search <input type="search" name="q" autocomplete="off"></label>' +
      '<label>Kind <select name="t"><option value="">all</option></select></label>' +
      '<label>Dimension <select name="d"><option value="">all</option></select></label>' +
      '<label>Grade <select name="g"><option value="">all</option></select></label>' +
      '<button type="button">Show all</button><output role="status"></output>';
    for (const key of ["t", "d", "g"]) {
      const select = box.querySelector(`select[name=${key}]`);
      for (const value of [...new Set(rows.map((row) => row.dataset[key]))].filter(Boolean).sort()) {
        const option = document.createElement("option");
        option.value = option.textContent = value;
        select.append(option);
      }
    }
    table.closest(".cb-scroll").before(box);
    let only = new Set(anchors);
    let from = source;
    function filter() {
      const q = box.querySelector("input").value.toLowerCase().trim();
      const chosen = ["t", "d", "g"].map((key) => [key, box.querySelector(`select[name=${key}]`).value]);
      let shown = 0;
      rows.forEach((row, i) => {
        const fits = (!q || texts[i].includes(q)) && chosen.every(([key, value]) => !value || row.dataset[key] === value) &&
          (!only.size || only.has(row.id)) && (!from || row.dataset.s === from);
        row.hidden = !fits;
        shown += fits;
      });
      box.querySelector("output").textContent = `${shown} of ${rows.length} rows`;
    }
    let timer;
    box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(filter, 60); });
    box.querySelector("button").addEventListener("click", () => {
      only = new Set(); from = "";
      box.querySelectorAll("input, select").forEach((field) => { field.value = ""; });
      history.replaceState(null, "", location.pathname);
      filter();
    });
    filter();
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: "center" });
  }

  function start() { tooltips(); ledger(); }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
