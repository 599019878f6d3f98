// Keys for review: the page works without. A key clicks or reaches what a hand would, so it does nothing of its own.

const one = document.querySelector('[data-review="one"]');
const queue = document.querySelector('[data-review="queue"]');
const typing = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), select, textarea");

document.querySelector("[data-keys]")?.removeAttribute("hidden");
document.querySelector("[data-focus]")?.focus();
document.querySelector(".text mark")?.scrollIntoView({ block: "center", inline: "nearest" });
window.scrollTo(0, 0);
if (matchMedia("(max-width: 34rem)").matches) document.querySelector(".filters")?.removeAttribute("open");

function press(key) {
  const control = document.querySelector(`[data-key="${key}"]`);
  control?.click();
  return Boolean(control);
}

// What is appended stays: a key only goes to the button that accepts, so that no stray one writes to the log.
function reach(key) {
  const control = document.querySelector(`[data-key="${key}"]`);
  control?.focus();
  return Boolean(control);
}

function edit() {
  const field = document.querySelector(".field-wrong, .field-needed") ?? document.querySelector(".field");
  field?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  return Boolean(field);
}

function reject() {
  const reason = document.querySelector("#reason");
  reason?.focus();
  return Boolean(reason);
}

function choose(number) {
  const choice = document.querySelectorAll(".candidates input[type=radio]")[number - 1];
  choice?.click();
  choice?.focus();
  return Boolean(choice);
}

function step(by) {
  const rows = [...document.querySelectorAll(".proposal")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  next?.querySelector(".words a")?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(next);
}

function tick() {
  const box = document.activeElement.closest(".proposal")?.querySelector("input[type=checkbox]");
  box?.click();
  return Boolean(box);
}

const ofOne = { a: () => reach("a"), c: () => press("c"), s: () => press("s"), j: () => press("j"), k: () => press("k"), e: edit, r: reject };
const ofQueue = { j: () => step(1), k: () => step(-1), x: tick };

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return document.activeElement.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const act = (queue ? ofQueue : ofOne)[event.key.toLowerCase()];
  const done = /^[1-9]$/.test(event.key) && one ? choose(Number(event.key)) : act?.();
  if (done) event.preventDefault();
});

// Another kind of event has other members: show them.
one?.querySelector("[data-remakes]")?.addEventListener("change", () => press("c"));
// Typing another name than the ones that are offered takes the choice back.
one?.querySelectorAll(".candidates").forEach((group) => {
  const other = group.parentElement.querySelector("input[type=text]");
  other?.addEventListener("input", () => group.querySelectorAll("input").forEach((choice) => { choice.checked = false; }));
  group.addEventListener("change", () => { if (other) other.value = ""; });
});

const told = queue?.querySelector("[data-ticked]");
queue?.addEventListener("change", () => {
  const number = queue.querySelectorAll("input[name=key]:checked").length;
  if (told) told.textContent = number ? `${number} ticked:` : "What is ticked:";
});
// A form is sent once, however often the button is pressed.
document.querySelectorAll("form[method=post]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
});
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => { delete form.dataset.sent; }));
