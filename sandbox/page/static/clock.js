// The clock bar: what time it is in the sandbox's Hanoi, and ways to move on.

import { $, el, toast } from "./dom.js";
import { ask, post } from "./net.js";
import { longDay, shortDay, t, time, when } from "./words.js";

const JUMPS = ["morning", "due", "expiry", "after_tet"];
const HANOI = 7 * 3600e3; // ms ahead of UTC, all year
const SETTLED = 700; // ms without news before the jumps are asked for again

export class Clock {
  constructor(onFaults) {
    this.onFaults = onFaults;
    this.jumps = {};
    this.set(Date.now());
    $("#pick").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#move({ to: `${$("#pick-moment").value}+07:00` });
    });
    $("#now-button").addEventListener("click", () => this.#open($("#now-button").getAttribute("aria-expanded") !== "true"));
    document.addEventListener("pointerdown", (event) => { if (!event.target.closest(".bar")) this.#open(false); });
    $(".bar").addEventListener("keydown", (event) => { if (event.key === "Escape") this.#open(false); });
    setInterval(() => this.#tick(), 1000);
    // On a wide screen the panel always stands open.
    const narrow = matchMedia("(max-width: 760px)");
    const fold = () => { $("#now-button").disabled = !narrow.matches; };
    narrow.addEventListener("change", fold);
    fold();
  }

  now() {
    return performance.now() + this.ahead;
  }

  set(now) {
    this.ahead = now - performance.now();
    this.#tick();
    this.#prefill();
    this.askSoon();
  }

  // Offer the present as the first moment to choose from, in Hanoi's time.
  #prefill() {
    const local = new Date(this.now() + HANOI).toISOString().slice(0, 16);
    $("#pick-moment").value = local;
    $("#pick-moment").min = local;
  }

  hear({ now, jumps, faults }) {
    this.jumps = jumps;
    this.set(now);
    this.show();
    this.onFaults(faults);
  }

  // A registration that comes or goes changes where there is to jump to.
  askSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(async () => {
      const state = await ask("/clock").catch(() => null);
      if (!state?.now) return; // between two scenes there is no time
      this.jumps = state.jumps;
      this.onFaults(state.faults);
      this.show();
    }, SETTLED);
  }

  show() {
    const button = (name, about, body, possible = true) => el("button", { type: "button", "data-jump": name, disabled: !possible,
      onclick: () => this.#move(body) }, el("span", {}, t(`jump-${name}`)), el("small", {}, about));
    const none = (name) => t(name === "due" && this.jumps.expiry ? "jump-today" : "jump-none");
    const about = (name) => { const at = this.jumps[name]; return at ? `${shortDay(at)} ${time(at)}` : none(name); };
    $("#jumps").replaceChildren(button("hour", t("about-hour"), { hours: 1 }),
      ...JUMPS.map((name) => button(name, about(name), { jump: name }, name in this.jumps)));
    $("#next-day").textContent = this.jumps.morning ? t("next-day", { day: shortDay(this.jumps.morning) }) : "";
    this.#tick();
  }

  async #move(body) {
    const moved = await post("/clock", body);
    if (!moved) return;
    this.#open(false);
    toast(t("moved", { moment: `${time(moved.now)} ${longDay(moved.now)}` }));
  }

  #open(wanted) {
    $("#now-button").setAttribute("aria-expanded", wanted);
    document.body.classList.toggle("clock-open", wanted);
  }

  #tick() {
    const now = this.now();
    $("#now-time").textContent = when(now, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
    $("#now-day").textContent = longDay(now);
    $("#phone-time").textContent = time(now);
  }
}
