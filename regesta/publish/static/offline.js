// In a static site only: what the front page asks its server for is in files beside it. They are scripts, for that is
// all that a page opened from a disk may load. DAYS, the days that there are parts for, is written before this.
const parts = new Map(), ask = window.fetch.bind(window);
window.regestaPart = (key, text) => parts.get(key)?.(text);
const load = (key) => new Promise((resolve, reject) => {
  parts.set(key, (text) => resolve(new Response(text)));
  document.head.append(Object.assign(document.createElement("script"), { src: `${key}.js`, onerror: () => reject(new TypeError(`there is no ${key}`)) }));
});
const dayOf = (date) => DAYS.filter((day) => day <= date).pop();
window.fetch = (address, options) => {
  const to = new URL(address, location), window_ = to.pathname.match(/\/timeline\/((?:fit|\d+)-\d+)\.svg$/);
  if (window_) return load(`timeline/${window_[1]}`);
  if (!to.pathname.endsWith("/around/latest.html")) return ask(address, options);
  const date = to.searchParams.get("asof"), day = date ? dayOf(date) : "latest";
  return day ? load(`around/${day}`) : Promise.resolve(new Response("", { status: 404 }));
};
// From a disk an address may not change; the page does without.
const replace = history.replaceState.bind(history);
history.replaceState = (...given) => { try { replace(...given); } catch { /* as it was */ } };
addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form.asof"), asked = new URLSearchParams(location.search).get("asof");
  if (!form) return;
  form.addEventListener("submit", (event) => event.preventDefault());
  if (asked === null) return;
  form.elements.asof.value = asked;
  setTimeout(() => form.requestSubmit()); // after the scripts of the page
});
