// The timeline: looks through other windows of the ladder, and shows what had happened by the chosen date.
// Without it the page shows the window and the date of its address; all that is here makes that quicker.

const timeline = document.querySelector(".timeline[data-src]");
const STATES = { certain: "", possible: " (perhaps by then)", partly: " (some of them by then)", later: " (later)" };
const SAID = /(?: \((?:perhaps by then|some of them by then|later)\))?$/;
const GLIDE_MS = 180, DRAG_PX = 6, KEPT = 60;

if (timeline) start(timeline);

function start(root) {
  const sheet = root.querySelector(".timeline-sheet");
  const said = root.querySelector(".timeline-said");
  const given = root.dataset;
  const whole = { first: Number(given.first), length: Number(given.last) - Number(given.first) + 1 };
  const levels = Number(given.levels);
  const [fitFirst, fitLast] = given.fit.split(" ").map(Number);
  const kept = new Map();
  let second = given.asof ? Number(given.asof) : null;
  let date = new URL(location).searchParams.get("asof");
  let asked = 0;

  root.classList.add("live");
  // A link without an address takes no focus; what cannot be done now must keep it, or a keyboard loses its place.
  for (const link of root.querySelectorAll(".timeline-move")) link.setAttribute("role", "button");

  // The ladder ---------------------------------------------------------------------------------------------------

  const drawing = () => sheet.querySelector(".timeline-drawing");

  function shown() {
    const { level, part, from, to } = drawing().dataset;
    return { level, part: Number(part), first: Number(from), length: Number(to) - Number(from) + 1 };
  }

  function rung(level, part) {
    const half = whole.length / 2 ** (level + 1);
    return { level: String(level), part, first: whole.first + part * half, length: 2 * half };
  }

  function near(centre, length) {
    const level = clamp(Math.round(Math.log2(whole.length / Math.max(length, 1))), 0, levels);
    const half = whole.length / 2 ** (level + 1);
    return rung(level, clamp(Math.round((centre - whole.first) / half) - 1, 0, 2 ** (level + 1) - 2));
  }

  function moves(now, centre = now.first + now.length / 2) {
    const found = {
      closer: near(centre, now.length / 2),
      wider: near(centre, now.length * 2),
      earlier: near(centre - now.length / 2, now.length),
      later: near(centre + now.length / 2, now.length),
      all: rung(0, 0),
      fit: { level: "fit", part: 0, first: fitFirst, length: fitLast - fitFirst + 1 },
    };
    const end = (window) => window.first + window.length;
    if (found.closer.length >= now.length) delete found.closer;
    if (found.wider.length <= now.length) delete found.wider;
    if (found.earlier.first >= now.first) delete found.earlier;
    if (end(found.later) <= end(now)) delete found.later;
    for (const [name, to] of Object.entries(found)) if (to.level === now.level && to.part === now.part) delete found[name];
    return found;
  }

  // To another window --------------------------------------------------------------------------------------------

  async function go(to) {
    const turn = ++asked;
    const now = shown();
    if (!to || (to.level === now.level && to.part === now.part)) return slide(0, 1);
    const coming = load(to);
    glide((to.first - now.first) / now.length, to.length / now.length);
    try {
      const text = await coming;
      if (turn === asked) swap(text);
    } catch {
      if (turn !== asked) return;
      slide(0, 1);
      said.textContent = "This part of the timeline could not be loaded.";
    }
  }

  async function load(to) {
    const address = given.src.replace("{level}", to.level).replace("{part}", to.part);
    if (kept.has(address)) return kept.get(address);
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(address);
    const text = await answer.text();
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value);
    kept.set(address, text);
    return text;
  }

  function swap(text) {
    const found = new DOMParser().parseFromString(text, "text/html").querySelector(".timeline-drawing");
    if (!found) throw new Error("not a drawing");
    const focused = sheet.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    drawing().replaceWith(document.importNode(found, true));
    paint();
    tell();
    if (focused !== null) (visible().find((mark) => mark.getAttribute("href") === focused) || sheet).focus();
  }

  function tell() {
    const words = drawing().dataset.words;
    const count = visible().length;
    root.querySelector(".timeline-words").textContent = words;
    said.textContent = `${words}: ${count} ${count === 1 ? "mark" : "marks"}`;
    const ways = moves(shown());
    for (const link of root.querySelectorAll(".timeline-move")) point(link, ways[link.dataset.move]);
    list();
  }

  function point(link, to) {
    link.toggleAttribute("aria-disabled", !to);
    if (!to) {
      link.setAttribute("aria-disabled", "true");
      if (document.activeElement === link) link.tabIndex = 0;
      link.removeAttribute("href");
      return;
    }
    const address = new URL(location.href);
    address.searchParams.set("level", to.level);
    address.searchParams.set("part", to.part);
    address.hash = "timeline";
    link.href = address;
  }

  function list() {
    const place = root.querySelector(".timeline-list div");
    place.replaceChildren();
    for (const lane of drawing().querySelectorAll(".wide g[role=group]")) {
      const marks = [...lane.querySelectorAll(".mark")];
      if (!marks.length) continue;
      const rows = document.createElement("ul");
      rows.append(...marks.map(row));
      const title = document.createElement("h3");
      title.textContent = lane.getAttribute("aria-label");
      place.append(title, rows);
    }
  }

  function row(mark) {
    const link = document.createElement("a");
    link.href = mark.getAttribute("href");
    link.textContent = mark.querySelector("title").textContent;
    const item = document.createElement("li");
    item.append(link);
    return item;
  }

  const visible = () => [...drawing().querySelectorAll(".mark")].filter((mark) => mark.getClientRects().length);

  // The old drawing, moved and stretched while the new one is on its way -----------------------------------------

  function slide(start, share) {
    for (const plot of drawing().querySelectorAll(".plot")) {
      plot.setAttribute("x", `${(-start / share) * 100}%`);
      plot.setAttribute("width", `${100 / share}%`);
    }
  }

  function glide(start, share) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const old = drawing();
    const plot = old.querySelector(".plot");
    const from = { share: 100 / parseFloat(plot.getAttribute("width")) };
    from.start = (-parseFloat(plot.getAttribute("x") || "0") / 100) * from.share;
    const began = performance.now();
    requestAnimationFrame(function step(now) {
      if (drawing() !== old) return;
      const way = clamp((now - began) / GLIDE_MS, 0, 1);  // a frame may have begun before
      const eased = way * (2 - way);
      slide(from.start + (start - from.start) * eased, from.share + (share - from.share) * eased);
      if (way < 1) requestAnimationFrame(step);
    });
  }

  // The chosen date ----------------------------------------------------------------------------------------------

  function paint() {
    root.toggleAttribute("data-dated", second !== null);
    for (const mark of drawing().querySelectorAll(".mark")) {
      const state = second === null ? "" : stateOf(mark.dataset);
      if (state) mark.dataset.state = state;
      else delete mark.dataset.state;
      const title = mark.querySelector("title");
      title.textContent = title.textContent.replace(SAID, STATES[state] || "");
      if (mark.getAttribute("href").includes("begin=")) keep(mark);
    }
    const now = shown();
    const share = second === null ? -1 : (second + 1 - now.first) / now.length;
    for (const cursor of drawing().querySelectorAll(".cursor")) {
      cursor.setAttribute("visibility", share >= 0 && share <= 1 ? "visible" : "hidden");
      for (const end of ["x1", "x2"]) cursor.setAttribute(end, `${clamp(share, 0, 1) * 100}%`);
    }
  }

  // The list of a mark's events leads back to the chosen date.
  function keep(mark) {
    const address = new URL(mark.getAttribute("href"), location);
    if (date) address.searchParams.set("asof", date);
    else address.searchParams.delete("asof");
    mark.setAttribute("href", address);
  }

  function stateOf({ earliest, latest, inner }) {
    if (latest !== undefined && Number(latest) <= second) return "certain";
    if (earliest !== undefined && Number(earliest) > second) return "later";
    if (inner === undefined) return "possible";
    const [begun, ended] = inner.split(" ").map((text) => (text === "open" ? NaN : Number(text)));
    return (Number.isNaN(begun) || begun <= second) && (Number.isNaN(ended) || second < ended) ? "possible" : "partly";
  }

  document.addEventListener("regesta:asof", (event) => {
    ({ second, date } = event.detail);
    paint();
  });

  // Mouse, fingers, keys -----------------------------------------------------------------------------------------

  const share = (x) => (x - sheet.getBoundingClientRect().left) / sheet.clientWidth;
  const at = (x) => shown().first + shown().length * share(x);

  root.querySelector(".timeline-moves").addEventListener("click", (event) => {
    const link = event.target.closest(".timeline-move");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(moves(shown())[link.dataset.move]);
  });

  sheet.addEventListener("click", (event) => {
    if (!event.target.classList.contains("touch")) return;
    document.dispatchEvent(new CustomEvent("regesta:wish", { detail: { second: Math.floor(at(event.clientX)) } }));
  });

  let turned = 0, turnedAt = 0;
  sheet.addEventListener("wheel", (event) => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    // The wheel alone scrolls the page: a reader on the way down must not be caught by a picture.
    if (!event.ctrlKey && !event.metaKey && !sideways) return;
    event.preventDefault();
    const step = sideways && !event.ctrlKey ? event.deltaX || event.deltaY : event.deltaY;
    turned = event.timeStamp - turnedAt > 250 || turned * step < 0 ? step : turned + step;
    turnedAt = event.timeStamp;
    if (Math.abs(turned) < 60) return;
    const name = sideways && !event.ctrlKey ? (turned < 0 ? "earlier" : "later") : turned < 0 ? "closer" : "wider";
    turned = 0;
    zoom(name, share(event.clientX));
  }, { passive: false });

  // What is under the pointer stays under it, as far as the ladder has such a window.
  function zoom(name, under = 0.5) {
    const now = shown();
    const factor = { closer: 0.5, wider: 2 }[name] || 1;
    go(moves(now, now.first + now.length * (under + (0.5 - under) * factor))[name]);
  }

  const fingers = new Map();
  let drag = null;
  sheet.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    fingers.set(event.pointerId, event);
    drag = fingers.size === 1 ? { x: event.clientX, moved: 0 } : null;
    if (fingers.size === 2) pinched.began = spread();
  });
  addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, event);
    if (!drag) return;
    drag.moved = event.clientX - drag.x;
    if (Math.abs(drag.moved) < DRAG_PX && !root.classList.contains("moving")) return;
    root.classList.add("moving");
    slide(-drag.moved / sheet.clientWidth, 1);
  });
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, (event) => {
    if (fingers.size === 2 && fingers.has(event.pointerId)) pinched();
    if (!fingers.delete(event.pointerId)) return;
    if (drag && root.classList.contains("moving")) {
      const now = shown();
      const shift = name === "pointerup" ? (-drag.moved / sheet.clientWidth) * now.length : 0;
      const to = near(now.first + now.length / 2 + shift, now.length);
      go(Math.abs(shift) * 8 < now.length ? now : to);
      // The click that ends a drag follows no link.
      sheet.addEventListener("click", stop, { capture: true, once: true });
      setTimeout(() => sheet.removeEventListener("click", stop, { capture: true }), 50);
    }
    drag = null;
    root.classList.remove("moving");
  });
  sheet.addEventListener("dragstart", (event) => event.preventDefault());

  const stop = (event) => { event.preventDefault(); event.stopPropagation(); };
  const spread = () => { const [one, other] = [...fingers.values()]; return Math.abs(one.clientX - other.clientX); };
  function pinched() {
    const ratio = spread() / Math.max(pinched.began, 1);
    const middle = [...fingers.values()].reduce((sum, one) => sum + one.clientX / 2, 0);
    if (ratio > 1.25 || ratio < 0.8) zoom(ratio > 1 ? "closer" : "wider", share(middle));
  }

  const KEYS = { ArrowLeft: "earlier", ArrowRight: "later", "+": "closer", "=": "closer", "-": "wider", 0: "all" };
  root.addEventListener("keydown", (event) => {
    const inside = sheet.contains(event.target) || event.target.classList.contains("timeline-move");
    if (!inside || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    zoom(KEYS[event.key]);
  });
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
