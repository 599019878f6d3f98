// The date control of the front page. It owns the date: tiles, legend, sentence and area are painted here, from the
// states in the page or from front.json, and the timeline hears of it by regesta:asof {second, date}.
const root = document.querySelector("#front");
if (root) start(JSON.parse(document.querySelector("#front-data").textContent));

function start(data) {
  const one = (selector) => root.querySelector(selector);
  const all = (selector) => [...root.querySelectorAll(selector)];
  const made = (name, values) => Object.assign(document.createElement(name), values);
  const form = one(".asof"), field = one("#asof"), told = one("#asof-told"), cursor = one(".cursor");
  const tiles = all(".tile"), names = tiles.map((tile) => tile.title);
  const [first, last] = data.range;
  let sum = 0, playing = 0, turn = 0, resting = 0, slider, play, shown;
  const days = data.days.map((step) => (sum += step));

  // A day as a number since 1970, in an address, in words, and its last second in the archive's zone.
  const text = (day) => new Date(day * 864e5).toISOString().slice(0, 10);
  const day_of = (date) => {
    const day = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) / 864e5 : NaN;
    return day >= -719162 && text(day) === date ? day : undefined;
  };
  const words = (date) => {
    const format = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
    return day_of(date) === undefined ? date : new Date(date).toLocaleDateString("en-GB", format);
  };
  const clock = (second) =>
    Date.parse(new Date(second * 1e3).toLocaleString("sv-SE", { timeZone: data.zone }).replace(" ", "T") + "Z") / 1e3;
  const last_second = (date) => {
    const end = day_of(date) * 86400 + 86399;
    let second = end;
    for (let step = 0; step < 3; step++) second += end - clock(second);
    return clock(second + 3600) <= end ? second + 3600 : second; // clocks were put back within its last hour
  };
  const number = (count) => count.toLocaleString("en");

  // Who stands where: the rule of regesta/publish/reading/standing.py, in the words of drawing/sentence.py.
  function standing(second) {
    const counts = data.shades.map(() => [0, 0]);
    const stands = data.subjects.map((states) => {
      let certain = null, possible = null, rows = 0;
      for (const [value, possibly, surely, until] of states) {
        const begun = surely !== null && surely <= second;
        if (second === null ? until === null : begun && (until === null || until > second)) {
          [certain, rows] = [value, rows + 1];
          counts[value][0]++;
        } else if (second !== null && !begun && (possibly === null || possibly <= second)) {
          possible = value;
          counts[value][1]++;
        }
      }
      return [certain, possible, rows];
    });
    const sure = stands.filter(([certain]) => certain !== null);
    const maybe = stands.filter(([certain, possible]) => certain === null && possible !== null);
    const others = stands.length - sure.length - maybe.length;
    return { tiles: stands, counts, others, words: sentence(sure, maybe, others, second) };
  }
  function sentence(sure, maybe, others, second) {
    const listed = (stands, place) => {
      const each = data.shades.map(([label], value) => [stands.filter((stand) => stand[place] === value).length, label]);
      const said = each.filter(([count]) => count).map(([count, label]) => `${number(count)} “${label}”`);
      return said.length ? ` (${said.join(", ")})` : "";
    };
    const changed = sure.filter(([, possible]) => possible !== null).length;
    const parts = [`${sure.length ? number(sure.length) : "none"} of ${number(data.total)} ${data.noun} certain${listed(sure, 0)}`];
    if (changed) parts.push(`${number(changed)} of them possibly changed since`);
    if (maybe.length) parts.push(`${number(maybe.length)} ${sure.length ? "more " : ""}possible${listed(maybe, 1)}`);
    if (others) parts.push(`${number(others)} ${data.others}`);
    const disputed = data.disputed.filter((since) => since !== null && (second === null || since <= second)).length;
    if (disputed) parts.push(`sources disagree on ${number(disputed)}`);
    return `${parts.join(", ")}.`;
  }
  function paint(found) {
    tiles.forEach((tile, place) => {
      const [certain, possible, rows] = found.tiles[place], since = data.disputed[place];
      const disputed = since !== null && (shown.second === null || since <= shown.second);
      const said = [], signs = [certain, possible].filter((value) => value !== null).map((value) => data.shades[value][1]);
      if (certain !== null) said.push(data.shades[certain][0]);
      if (possible !== null) said.push(`${data.shades[possible][0]}, possibly by this date`);
      const more = (rows > 1 ? `, the newest of ${rows}` : "") + (disputed ? ", sources disagree" : "");
      tile.setAttribute("aria-label", `${names[place]}: ${said.join("; ") || data.others}${more}`);
      tile.className = "tile";
      if (certain !== null) tile.classList.add(`c${certain}`);
      if (possible !== null) tile.classList.add(`p${possible}`);
      tile.classList.toggle("disputed", disputed);
      tile.querySelector("i").textContent = signs.join("/") + (signs[1] ? "?" : "");
      tile.querySelector("small").textContent = rows > 1 ? rows : "";
      if (data.dated) tile.href = address(tile.href, shown.date);
    });
    const put = (selector, values) => all(selector).forEach((cell, place) => (cell.textContent = number(values[place])));
    put("[data-certain]", found.counts.map(([certain]) => certain));
    put("[data-possible]", found.counts.map(([, possible]) => possible));
    put("[data-others]", [found.others]);
    one("[data-words]").textContent = found.words;
  }

  // The one way in which every control changes the date.
  function go(date, second = date ? last_second(date) : null, when = date ? `At the end of ${words(date)}` : "By all that is recorded") {
    const day = day_of(date.slice(0, 10));
    shown = { date, second };
    field.value = date;
    told.textContent = "";
    one("[data-when]").textContent = when;
    if (data.subjects) paint(standing(second));
    if (cursor) {
      const share = second === null ? -1 : (second + 1 - data.window[0]) / (data.window[1] + 1 - data.window[0]);
      cursor.hidden = share < 0 || share > 1;
      cursor.style.left = `${share * 100}%`;
    }
    steps(day);
    slide(day, date);
    history.replaceState(null, "", address(location, date));
    document.dispatchEvent(new CustomEvent("regesta:asof", { detail: { second, date } }));
    clearTimeout(resting);
    resting = setTimeout(settle, 400);
  }
  function steps(day = Infinity) {
    const near = days.length ? days : [day - 1, day + 1];
    const to = { before: near.findLast((other) => other < day), after: near.find((other) => other > day) };
    for (const name in to) {
      const link = one(`[data-step=${name}]`), date = isFinite(to[name]) ? text(to[name]) : "";
      link.toggleAttribute("aria-disabled", !date);
      link.querySelector(".day").textContent = words(date);
      link.dataset.date = date;
      if (date) link.href = address(location, date);
      else link.removeAttribute("href");
    }
    const latest = one("[data-step=latest]");
    latest.href = address(location, "");
    latest.toggleAttribute("aria-current", day === Infinity);
  }
  // What the server has to say is asked for when the date has come to rest.
  async function settle() {
    const mine = ++turn, { json, around } = root.dataset;
    if (!data.subjects && data.shades && json) {
      const found = await ask(shown.date);
      if (mine === turn && found.tiles) paint(found);
    }
    one(".aloud").textContent = one(".standing").textContent;
    const answer = !playing && around && (await fetch(address(around, shown.date)).catch(() => null));
    if (mine !== turn || !answer?.ok) return;
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    one("#around").replaceChildren(...part.body.childNodes);
  }
  function address(path, date) {
    const to = new URL(path, location);
    if (date) to.searchParams.set("asof", date);
    else to.searchParams.delete("asof");
    return to;
  }
  async function ask(date) {
    const problem = "This date cannot be read here: write it like 2017-07-01.";
    return fetch(address(root.dataset.json, date)).then((answer) => answer.json()).catch(() => ({ problem }));
  }
  async function typed() {
    const date = field.value.trim();
    stop();
    if (!date || day_of(date) !== undefined) return go(date);
    const found = await ask(date);
    if (found.problem) told.textContent = found.problem;
    else go(found.date, found.second, found.when);
  }

  // The slider and play are of no use without this script, so they are made here.
  if (first < last) {
    play = made("button", { type: "button", textContent: "▶ Play", onclick: start_or_stop });
    slider = made("input", { type: "range", min: first, max: last, ariaLabel: "Date" });
    slider.oninput = () => { stop(); go(text(+slider.value)); };
    slider.onkeydown = (event) => { if (event.key === " ") { event.preventDefault(); start_or_stop(); } };
    const row = made("div", { className: "slide" });
    row.append(play, made("span", { textContent: words(text(first)) }), slider, made("span", { textContent: words(text(last)) }), made("b"));
    form.after(row);
  }
  function slide(day = last, date = "") {
    if (!slider) return;
    slider.value = day;
    one(".slide b").textContent = words(date) || "Latest";
    slider.setAttribute("aria-valuetext", words(date) || "Latest");
  }
  function stop() {
    clearInterval(playing);
    playing = 0;
    if (play) play.textContent = "▶ Play";
  }
  function start_or_stop() {
    if (playing) { stop(); return settle(); }
    const step = Math.max(1, Math.round((last - first) / 60)), calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (+slider.value >= last || !shown.date) go(text(first));
    play.textContent = "❚❚ Pause";
    playing = setInterval(() => {
      const day = Math.min(last, +slider.value + step);
      if (day >= last) stop();
      go(text(day));
    }, calm ? 2000 : 450);
  }
  form.onsubmit = (event) => { event.preventDefault(); typed(); };
  form.onclick = (event) => {
    const step = event.target.closest("[data-step]")?.dataset;
    if (!step || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    stop();
    if (step.date || step.step === "latest") go(step.date || "");
  };
  document.addEventListener("regesta:wish", ({ detail }) => { stop(); go(text(Math.floor(clock(detail.second) / 86400))); });
  shown = { date: data.date, second: data.second };
  steps(day_of(data.date.slice(0, 10)));
  slide(day_of(data.date.slice(0, 10)), data.date);
}
