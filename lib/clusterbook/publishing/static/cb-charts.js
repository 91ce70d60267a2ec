// Draws each chart when it comes near the window; the picture stays where that is not possible.
(() => {
  "use strict";
  const HATCHED = ["economic", "cultural", "social", "environmental", "governance", "muted"];
  const here = document.currentScript ? document.currentScript.src : "";
  const vegaUrl = here ? new URL("clusterbook/vega.js", here).href : "";
  let vega;

  function loadVega() {
    if (window.vegaEmbed) return Promise.resolve(window.vegaEmbed);
    vega ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = vegaUrl;
      script.onload = () => resolve(window.vegaEmbed);
      script.onerror = () => reject(new Error("the chart library did not load"));
      document.head.append(script);
    });
    return vega;
  }

  function addHatches() {
    const patterns = HATCHED.map((token) =>
      `<pattern id="cb-hatch-${token}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
      `<rect width="5" height="5" style="fill:var(--cb-bg)"/><rect width="2.2" height="5" style="fill:var(--cb-${token})"/></pattern>`);
    const box = document.createElement("div");
    box.setAttribute("aria-hidden", "true");
    box.style.cssText = "position:absolute;width:0;height:0;overflow:hidden";
    box.innerHTML = `<svg width="0" height="0" focusable="false"><defs>${patterns.join("")}</defs></svg>`;
    document.body.prepend(box);
  }

  const layoutFor = (figure) => (figure.clientWidth >= 640 ? "wide" : "narrow");

  // Texts that occur again stand once, in a table; a string that begins with U+0001 is a place in it.
  function unpack(specs) {
    const texts = specs.texts;
    const open = (node) => {
      if (typeof node === "string") return node[0] === "\u0001" ? texts[Number(node.slice(1))] : node;
      if (Array.isArray(node)) return node.map(open);
      if (node === null || typeof node !== "object") return node;
      return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, open(child)]));
    };
    return { wide: open(specs.wide), narrow: open(specs.narrow) };
  }

  // Vega reads out every channel of a mark; a listener wants what the tooltip tells, not where it is drawn.
  const DRAWN = /^(x2?|y2?|mid|low|high|ink|fill|off|href|words2?|line|row|column|mark|text|lx|ly|dx|dy2?|up|m): /;
  const told = (label) => label.split("; ").filter((part) => !DRAWN.test(part)).join("; ") || label;

  async function draw(figure) {
    const layout = layoutFor(figure);
    if (figure.dataset.drawn === layout || figure.dataset.drawing === layout) return;
    figure.dataset.drawing = layout;
    const specs = unpack(JSON.parse(figure.querySelector("script.cb-spec").textContent));
    const live = figure.querySelector(".cb-live");
    try {
      const embed = await loadVega();
      await document.fonts.ready;
      await embed(live, specs[layout], { renderer: "svg", actions: false, tooltip: { theme: "custom" }, config: { background: null } });
      for (const mark of live.querySelectorAll('[role="graphics-symbol"]:not([aria-label]), [role="graphics-symbol"][aria-label=""]')) mark.setAttribute("aria-hidden", "true");
      for (const mark of live.querySelectorAll("svg [aria-label]")) mark.setAttribute("aria-label", told(mark.getAttribute("aria-label")));
      for (const link of live.querySelectorAll("svg a:not([aria-label])")) link.setAttribute("tabindex", "-1");
      figure.dataset.drawn = layout;
    } catch (error) {
      live.replaceChildren();
      console.error(error);
    }
    delete figure.dataset.drawing;
  }

  function start() {
    const figures = document.querySelectorAll("figure.cb-figure");
    if (!figures.length) return;
    addHatches();
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) draw(entry.target);
    }, { rootMargin: "600px 0px" });
    const sized = new ResizeObserver((entries) => {
      for (const entry of entries) if (entry.target.dataset.drawn) draw(entry.target);
    });
    for (const figure of figures) { seen.observe(figure); sized.observe(figure); }
    if (location.search === "?print") figures.forEach(draw);
    window.addEventListener("beforeprint", () => figures.forEach(draw));
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
