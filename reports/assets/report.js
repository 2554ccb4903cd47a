// Brings the tables to life; everything is there to read without it.
(() => {
  "use strict";
  const all = (where, what) => [...where.querySelectorAll(what)];
  const number = (cell) => (cell && cell.dataset.v !== undefined ? Number(cell.dataset.v) : NaN);

  for (const tool of all(document, "[data-script]")) tool.hidden = false;

  // What goes on beyond the edge of a box fades out, so that nobody takes the part for the whole.
  const cue = (box) => {
    box.classList.toggle("more-right", box.scrollWidth - box.clientWidth - box.scrollLeft > 4);
    box.classList.toggle("more-below", box.scrollHeight - box.clientHeight - box.scrollTop > 4);
  };
  const boxes = all(document, ".scroll");
  const sized = new ResizeObserver((entries) => requestAnimationFrame(() => entries.forEach((one) => cue(one.target))));
  for (const box of boxes) {
    sized.observe(box);
    box.addEventListener("scroll", () => cue(box), { passive: true });
  }

  // Sorting: a button in every heading; the controls stay below.
  const isControl = (row) => row.classList.contains("control");
  const compare = (place, way) => (a, b) => {
    if (isControl(a) !== isControl(b)) return isControl(a) ? 1 : -1;
    const [x, y] = [number(a.cells[place]), number(b.cells[place])];
    if (Number.isNaN(x) && Number.isNaN(y)) {
      return way * a.cells[place].textContent.localeCompare(b.cells[place].textContent, "en", { numeric: true });
    }
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
    return way * (x - y);
  };
  const sortBy = (table, heading) => {
    const first = heading.dataset.better === "higher" || (heading.classList.contains("n") && !heading.dataset.better) ? "descending" : "ascending";
    const other = { ascending: "descending", descending: "ascending" };
    const now = heading.getAttribute("aria-sort");
    const order = now ? other[now] : first;
    for (const each of all(table, "th[aria-sort]")) each.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", order);
    const rows = [...table.tBodies[0].rows].sort(compare(heading.cellIndex, order === "ascending" ? 1 : -1));
    table.tBodies[0].append(...rows);
  };
  for (const table of all(document, "table.data")) {
    for (const heading of all(table, "thead th")) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      if (heading.title) {
        button.dataset.tip = heading.title;
        heading.removeAttribute("title");
      }
      button.addEventListener("click", () => sortBy(table, heading));
    }
  }

  // Filtering: the rows whose name holds the text, in every table of the section.
  for (const input of all(document, "[data-filter]")) {
    const section = input.closest("section");
    const found = section.querySelector(".found");
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      const rows = all(section, "table.data tbody tr");
      for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
      found.textContent = wanted ? `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows` : "";
    });
  }

  // Relative to the best: scores as points behind, costs as multiples.
  const relative = (kind, value, best) => {
    if (kind === "score") return value === best ? "best" : `${((value - best) * 100).toFixed(2).replace("-", "−")} pt`;
    return value === best ? "best" : best ? `×${Number((value / best).toPrecision(3)).toLocaleString("en")}` : "–";
  };
  const setRelative = (table, on) => {
    for (const heading of all(table, "th[data-better]")) {
      const place = heading.cellIndex;
      const cells = [...table.tBodies[0].rows].map((row) => row.cells[place]);
      const values = cells.filter((cell) => !isControl(cell.parentNode)).map(number).filter((value) => !Number.isNaN(value));
      const best = heading.dataset.better === "higher" ? Math.max(...values) : Math.min(...values);
      for (const cell of cells.filter((one) => !Number.isNaN(number(one)))) {
        const text = cell.querySelector(".t");
        text.dataset.plain ??= text.textContent;
        text.textContent = on ? relative(heading.dataset.kind, number(cell), best) : text.dataset.plain;
      }
    }
  };
  for (const box of all(document, "[data-relative]")) {
    box.addEventListener("change", () => {
      for (const table of all(box.closest("section"), "table.data")) setRelative(table, box.checked);
    });
  }

  // Heat maps: shares or counts, another model's matrix, and arrows to walk the cells.
  const asCounts = () => document.querySelector("[data-heat-as]:checked")?.value === "count";
  const share = (count, total) => {
    const percent = total ? (100 * count) / total : 0;
    return !count ? "" : percent < 1 ? "<1" : percent.toFixed(0);
  };
  const fillRow = (row, counts, diagonal) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    counts.forEach((count, place) => {
      const cell = row.cells[place + 1];
      cell.className = !count ? "" : place === diagonal ? "hit" : "miss";
      cell.style.setProperty("--l", total ? count / total : 0);
      cell.dataset.n = count;
      cell.textContent = asCounts() ? (count ? count.toLocaleString("en") : "") : share(count, total);
    });
  };
  const countsOf = (row) => [...row.cells].slice(1).map((cell) => Number(cell.dataset.n || 0));
  const matrices = JSON.parse(document.getElementById("matrices")?.textContent || "{}");
  const matrixTables = Object.keys(matrices).map((key) => document.getElementById(`t-${key}`));
  for (const choice of all(document, "[data-heat-as]")) {
    choice.addEventListener("change", () => {
      for (const table of matrixTables) {
        [...table.tBodies[0].rows].forEach((row, place) => fillRow(row, countsOf(row), place));
        table.caption.textContent = table.caption.textContent.replace(/, in .*$/, asCounts() ? ", in flows" : ", in % of each true class");
      }
    });
  }
  for (const select of all(document, "[data-matrix]")) {
    select.addEventListener("change", () => {
      const table = document.getElementById(`t-${select.dataset.matrix}`);
      const rows = matrices[select.dataset.matrix][select.selectedIndex];
      [...table.tBodies[0].rows].forEach((row, place) => {
        const counts = new Array(row.cells.length - 1).fill(0);
        for (let at = 0; at < rows[place].length; at += 2) counts[rows[place][at]] = rows[place][at + 1];
        fillRow(row, counts, place);
      });
      const name = select.options[select.selectedIndex].text;
      table.caption.textContent = table.caption.textContent.replace(/^Confusion of .* on (?=[^,]*, in )/, () => `Confusion of ${name} on `);
    });
  }
  const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  for (const table of all(document, "table.heat")) {
    const start = table.tBodies[0].rows[0]?.cells[1];
    if (start) start.tabIndex = 0;
    table.addEventListener("keydown", (event) => {
      const cell = event.target.closest("td");
      const step = STEPS[event.key];
      if (!cell || !step) return;
      const next = table.tBodies[0].rows[cell.parentNode.sectionRowIndex + step[0]]?.cells[cell.cellIndex + step[1]];
      if (!next || next.tagName !== "TD") return;
      event.preventDefault();
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  }

  // Tooltips: by pointer and by focus, closed with Escape.
  const tip = document.getElementById("tip");
  const heatText = (cell) => {
    const table = cell.closest("table");
    const row = cell.parentNode;
    const [across, down] = [table.tHead.rows[0].cells[cell.cellIndex].textContent, row.cells[0].textContent];
    if (!table.id.startsWith("t-confusion")) {
      return `${down} · ${across}: ${[cell.textContent, cell.dataset.say].filter(Boolean).join("; ") || "–"}`;
    }
    const counts = countsOf(row);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const count = counts[cell.cellIndex - 1];
    return `true ${down}, taken for ${across}: ${count.toLocaleString("en")} of ${total.toLocaleString("en")} flows (${share(count, total) || 0} %)`;
  };
  const textOf = (target) => {
    if (target.dataset?.tip) return target.dataset.tip;
    if (target.matches?.(".heat td")) return heatText(target);
    return target.getAttribute?.("aria-label");
  };
  const TIPPED = "[data-tip], .heat td, .plot [role='graphics-symbol'][aria-label]";
  let told = null;
  const hide = () => {
    tip.hidden = true;
    told?.removeAttribute("aria-describedby");
    told = null;
  };
  const show = (target) => {
    const text = textOf(target);
    hide();
    if (!text) return;
    told = target;
    if (!target.hasAttribute("aria-label")) target.setAttribute("aria-describedby", "tip");
    tip.textContent = text;
    tip.hidden = false;
    place();
  };
  const place = () => {
    if (!told) return;
    const box = told.getBoundingClientRect();
    const [width, height] = [tip.offsetWidth, tip.offsetHeight];
    const left = Math.max(6, Math.min(box.left + box.width / 2 - width / 2, document.documentElement.clientWidth - width - 6));
    const below = box.bottom + 8;
    tip.style.left = `${left}px`;
    tip.style.top = `${below + height < window.innerHeight ? below : Math.max(6, box.top - height - 8)}px`;
  };
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const target = event.target.closest?.(TIPPED);
      // A resting pointer under a page that scrolls to the focus does not close the focus's tip.
      if (target) show(target); else if (told !== document.activeElement) hide();
    });
  }
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", place, true);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  for (const mark of all(document, ".plot [role='graphics-symbol'][aria-label]")) mark.setAttribute("tabindex", "0");

  // Copying, with the text marked where the clipboard is closed.
  for (const button of all(document, "[data-copy]")) {
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const status = button.parentNode.querySelector("[role='status']");
      try {
        await navigator.clipboard.writeText(source.textContent);
        status.textContent = "Copied.";
      } catch {
        getSelection().selectAllChildren(source);
        status.textContent = "Marked: press Ctrl+C to copy.";
      }
    });
  }

  // Paper shows all; a narrow screen starts with the contents folded.
  const contents = document.querySelector(".contents details");
  if (contents && matchMedia("(max-width: 67.99rem)").matches) contents.open = false;
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all(document, "details:not([open])");
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of folded) one.open = false; });
  // A link into a folded part opens it.
  const reveal = () => {
    for (let at = document.getElementById(location.hash.slice(1)); at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();
})();
