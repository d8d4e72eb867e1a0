// What a report does: draws its charts, shows and hides their lines, zooms, sorts its tables.
(function () {
  "use strict";

  // Charts -------------------------------------------------------------------------------------------------------

  // No expression is compiled: the policy of the page forbids it, and Vega's interpreter does without.
  const options = {
    renderer: "svg",
    ast: true,
    actions: { export: { svg: true, png: true }, source: false, compiled: false, editor: false },
  };

  async function draw(figure) {
    const place = figure.querySelector(".view");
    const specification = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    try {
      const name = figure.id.replace("chart-", "riskengine-");
      const drawn = await window.vegaEmbed(place, specification, { ...options, downloadFileName: name });
      wireLegend(figure, drawn.view);
      wireZoom(figure, place);
      figure.dataset.drawn = "yes";
    } catch (error) {
      figure.dataset.drawn = "no";
      place.textContent = "This chart could not be drawn: " + error.message;
      console.error(figure.id, error);
    }
  }

  function wireLegend(figure, view) {
    const chips = [...figure.querySelectorAll(".chip")];
    function show() {
      const picked = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true");
      view.signal("picked", picked.map((chip) => chip.dataset.name)).runAsync();
    }
    for (const chip of chips) {
      chip.addEventListener("click", () => {
        chip.setAttribute("aria-pressed", chip.getAttribute("aria-pressed") === "true" ? "false" : "true");
        show();
      });
    }
  }

  // The buttons do what the wheel and a double click do, for those who have neither.
  function wireZoom(figure, place) {
    for (const button of figure.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => {
        const svg = place.querySelector("svg");
        const box = svg.getBoundingClientRect();
        const at = {
          clientX: box.left + 0.55 * box.width, clientY: box.top + 0.5 * box.height, bubbles: true, cancelable: true,
        };
        const target = document.elementFromPoint(at.clientX, at.clientY);
        const aim = svg.contains(target) ? target : svg.querySelector(".background") || svg;
        const kind = button.dataset.zoom;
        if (kind === "all") {
          aim.dispatchEvent(new MouseEvent("dblclick", at));
        } else {
          aim.dispatchEvent(new WheelEvent("wheel", { ...at, ctrlKey: true, deltaY: kind === "in" ? -500 : 500 }));
        }
      });
    }
  }

  // Tables -------------------------------------------------------------------------------------------------------

  function valueOf(row, column) {
    const cell = row.cells[column];
    if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
    return cell.classList.contains("number") ? NaN : cell.textContent;
  }

  // Numbers by size, texts by their letters; what is missing comes last either way.
  function compare(left, right, direction) {
    if (typeof left === "number" && typeof right === "number") {
      if (Number.isNaN(left) || Number.isNaN(right)) return Number.isNaN(left) - Number.isNaN(right);
      return direction * (left - right);
    }
    return direction * String(left).localeCompare(String(right), "en", { numeric: true });
  }

  function wireTable(table) {
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) => {
      heading.querySelector("button").addEventListener("click", () => {
        const first = heading.classList.contains("number") ? "descending" : "ascending";
        const other = first === "ascending" ? "descending" : "ascending";
        const order = heading.getAttribute("aria-sort") === first ? other : first;
        headings.forEach((one) => one.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", order);
        const direction = order === "ascending" ? 1 : -1;
        const rows = [...table.tBodies[0].rows];
        rows.sort((left, right) => compare(valueOf(left, column), valueOf(right, column), direction));
        table.tBodies[0].append(...rows);
      });
    });
  }

  document.querySelectorAll("table.sortable").forEach(wireTable);
  // What is folded away is to be printed, too.
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not(.chips)").forEach((one) => { if (!one.closest(".vega-embed")) one.open = true; });
  });
  const figures = [...document.querySelectorAll("figure.chart")];
  // One after the other, so that the page can be read meanwhile.
  figures.reduce((before, figure) => before.then(() => draw(figure)), Promise.resolve()).then(() => {
    document.body.dataset.drawn = "yes";
  });
})();
