// What lies beside the four places: the trace, the poster, faults and settings.

import { $, $$, el } from "./dom.js";
import { post } from "./net.js";
import { has, speak, t, when } from "./words.js";

const TRACE_KEPT = 300;
const ARROWS = { update: "↓", call: "↑", mail: "✉" };

export class Trace {
  constructor() {
    this.list = $("#trace");
    $("#open-drawer").addEventListener("click", () => this.open($("#drawer").hidden));
    $("#close-drawer").addEventListener("click", () => this.open(false));
    $("#drawer").addEventListener("keydown", (event) => { if (event.key === "Escape") this.open(false); });
  }

  open(wanted) {
    $("#drawer").hidden = !wanted;
    document.body.classList.toggle("drawer-open", wanted);
    $("#open-drawer").setAttribute("aria-expanded", wanted);
    (wanted ? $("#close-drawer") : $("#open-drawer")).focus();
  }

  fill(entries) {
    this.entries = entries;
    this.list.replaceChildren(...entries.map((entry) => this.#line(entry)).reverse());
    if (!entries.length) this.list.append(el("li", { class: "nothing" }, t("trace-empty")));
  }

  hear(entry) {
    if (this.list.firstElementChild?.classList.contains("nothing")) this.list.replaceChildren();
    this.entries.push(entry);
    if (this.entries.length > TRACE_KEPT) this.entries.shift();
    this.list.prepend(this.#line(entry));
    if (this.list.children.length > TRACE_KEPT) this.list.lastElementChild.remove();
  }

  #line(entry) {
    const key = entry.kind === "mail" ? "k-mail" : `k-${entry.what}`;
    const clock = when(entry.at, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
    const summary = el("summary", {},
      el("span", { class: `arrow ${entry.kind}`, "aria-hidden": "true" }, ARROWS[entry.kind]),
      el("span", { class: "what" }, el("b", {}, has(key) ? t(key) : entry.what), el("small", {}, [entry.who, entry.what, entry.error].filter(Boolean).join(" · "))),
      el("span", { class: "timing" }, el("time", {}, clock), entry.millis == null ? null : el("small", {}, `${entry.millis} ms`)));
    const details = el("details", { class: entry.error ? "bad" : "" }, summary);
    details.append(el("pre", {}, entry.body));
    return el("li", {}, details);
  }
}

export class Poster {
  constructor(app) {
    this.app = app;
    $("#open-poster").addEventListener("click", () => this.open());
    $("#scan").addEventListener("click", () => {
      $("#poster").close();
      app.scan();
    });
  }

  open() {
    const { link } = this.app.scene;
    $("#qr").src = "/papers/qr.svg";
    $("#qr").alt = t("qr-alt", { link });
    $("#qr-link").textContent = link;
    $("#scan").textContent = t("scan-as", { name: this.app.director().name });
    const files = { "poster-vi": "poster-vi.pdf", "poster-en": "poster-en.pdf", "qr-png": "qr.png", "qr-svg": "qr.svg" };
    $("#downloads").replaceChildren(...Object.entries(files).map(([key, file]) =>
      el("li", {}, el("a", { href: `/papers/${file}?download`, download: file }, t("download", { what: t(key) })))));
    this.app.paper($("#paper"));
    $("#poster").showModal();
  }
}

export class Settings {
  constructor(app) {
    $("#open-more").addEventListener("click", () => $("#more").showModal());
    for (const [name, value, choose] of [
      ["language", localStorage.getItem("language") ?? "vi", (wanted) => { speak(wanted); app.speak(); }],
      ["theme", localStorage.getItem("theme") ?? "", theme],
    ]) {
      for (const radio of $$(`input[name=${name}]`)) {
        radio.checked = radio.value === value;
        radio.addEventListener("change", () => choose(radio.value));
      }
    }
    for (const [button, empty] of [["#restart-empty", true], ["#restart-samples", false]]) {
      $(button).addEventListener("click", async () => {
        $("#more").close();
        await post("/restart", { empty });
      });
    }
    this.state = {};
  }

  hearFaults(state) {
    this.state = state;
    $("#switches").replaceChildren(...Object.entries(state).map(([name, on]) => el("label", { class: "switch" },
      el("input", { type: "checkbox", role: "switch", "data-fault": name, checked: on,
        onchange: (event) => post("/faults", { name, on: event.target.checked }) }),
      el("span", {}, el("b", {}, t(`fault-${name}`)), el("small", {}, t(`fault-${name}-about`))))));
    const active = Object.keys(state).filter((name) => state[name]);
    const notice = $("#fault-notice");
    notice.hidden = !active.length;
    notice.replaceChildren(t("faults-on", { list: active.map((name) => t(`fault-${name}`)).join(", ") }), " ",
      el("button", { type: "button", onclick: () => active.forEach((name) => post("/faults", { name, on: false })) }, t("fault-off")));
  }
}

export function theme(wanted) {
  if (wanted) document.documentElement.dataset.theme = wanted;
  else delete document.documentElement.dataset.theme;
  localStorage.setItem("theme", wanted);
}
