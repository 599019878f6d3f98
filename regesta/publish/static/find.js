// The search of a static site: leaves those of the events on the page that are asked for, with the same names and the
// same meaning as on a server (regesta/publish/reading/wanted.py).
const form = document.querySelector("#find"), told = document.querySelector("#found");
if (form) {
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = (text) => plain(text).match(/[\p{L}\p{N}]+(?:['’.-][\p{L}\p{N}]+)*/gu) ?? [];
  const events = [...document.querySelectorAll("#events > .event")].map((line) => ({ line, words: words(line.textContent) }));
  const begins = (name, wanted, end) => (wanted.endsWith(end) ? name.startsWith(wanted) : name === wanted);
  const names = ["q", "type", "about", "since", "until"];

  const takes = ({ line, words: said }, asked) => {
    const { type, subject, earliest, latest } = line.dataset;
    return words(asked.q).every((word) => said.some((one) => one.startsWith(word)))
      && (!asked.type || asked.type.split(/[\s,]+/).some((one) => begins(type, one, ".")))
      && (!asked.about || begins(subject.trim(), asked.about, "/"))
      && (!asked.since || !latest || latest >= asked.since)
      && (!asked.until || !earliest || earliest <= asked.until);
  };
  const show = () => {
    const asked = Object.fromEntries(names.map((name) => [name, form.elements[name].value.trim()]));
    let count = 0;
    for (const event of events) count += !(event.line.hidden = !takes(event, asked));
    told.textContent = `${count.toLocaleString("en")} event${count === 1 ? "" : "s"}, the newest first`;
  };
  const given = new URLSearchParams(location.search);
  for (const name of names) form.elements[name].value = given.get(name) ?? "";
  form.hidden = false;
  form.oninput = show;
  form.onsubmit = (event) => { event.preventDefault(); show(); };
  show();
}
