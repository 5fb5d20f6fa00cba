// The page: puts the four places together and passes on what the sandbox tells.

import { Chat } from "./chat.js";
import { Clock } from "./clock.js";
import { $, $$, el, options, toast } from "./dom.js";
import { Inbox } from "./mail.js";
import { listen, post } from "./net.js";
import { Poster, Settings, Trace, theme } from "./panels.js";
import { language, speak, t } from "./words.js";

const ANSWERS_KEPT = 50;

class App {
  constructor() {
    this.scene = { ready: false };
    this.answers = [];
    this.place = "phone";
    this.directorId = Number(sessionStorage.getItem("director"));
    this.officerId = Number(sessionStorage.getItem("officer"));
    this.settings = new Settings(this);
    this.clock = new Clock((state) => this.settings.hearFaults(state));
    this.trace = new Trace();
    this.poster = new Poster(this);
    this.inbox = new Inbox($("#mail"), $("#mailbox"));
    const menu = (place) => () => this.scene.commands?.[place][language()] ?? [];
    const desk = (person, chat) => deskLock(person, chat);
    this.chats = {
      phone: new Chat($("#place-phone .device"), this, { commands: menu("front"), lock: (person) => this.#phoneLock(person) }),
      group: new Chat($("#place-group .window"), this, { commands: menu("group"), lock: () => [] }),
      desk: new Chat($("#place-desk .window"), this, { commands: menu("desk"), lock: desk }),
    };
    this.#listen();
  }

  // ── who is played ─────────────────────────────────────────────────────────────────────────────

  director() {
    return this.scene.directors.find((one) => one.id === this.directorId) ?? this.scene.directors[0];
  }

  officer() {
    return this.scene.officers.find((one) => one.id === this.officerId) ?? this.scene.officers[0];
  }

  show() {
    const { scene } = this;
    const director = this.director();
    const officer = this.officer();
    sessionStorage.setItem("director", director.id);
    sessionStorage.setItem("officer", officer.id);
    options($("#director"), scene.directors.map((one) => [String(one.id), this.#label(one)]), String(director.id));
    for (const picker of $$(".officer")) options(picker, scene.officers.map((one) => [String(one.id), one.name]), String(officer.id));
    const places = { phone: [`${scene.front.id}:${director.id}`, director], group: ["group", officer], desk: [`${scene.desk.id}:${officer.id}`, officer] };
    for (const [name, [key, person]] of Object.entries(places)) this.chats[name].open(key, person, this.line(key));
  }

  line(key) {
    return this.scene.chats.find((one) => one.key === key);
  }

  go(place) {
    if (place === "mail" && !$(".tabs [data-place=mail] .badge").hidden) this.inbox.show(); // the list, which shows what is new
    this.place = place;
    document.body.dataset.place = place;
    sessionStorage.setItem("place", place);
    for (const tab of $$(".tabs button")) {
      const current = tab.dataset.place === place;
      if (current) {
        tab.setAttribute("aria-current", "page");
        $(".badge", tab).hidden = true;
        $(".badge", tab).textContent = "";
      } else tab.removeAttribute("aria-current");
    }
    const chat = this.chats[place];
    if (chat) chat.log.scrollTop = chat.log.scrollHeight;
  }

  speak() {
    if (!this.scene.ready) return;
    this.clock.show();
    this.inbox.show();
    this.trace.fill(this.trace.entries);
    this.settings.hearFaults(this.settings.state);
    this.show();
    for (const chat of Object.values(this.chats)) chat.speak();
  }

  // ── what is told ──────────────────────────────────────────────────────────────────────────────

  hear(event) {
    document.body.classList.remove("lost");
    const told = {
      scene: () => this.#begin(event),
      message: () => this.#message(event.message),
      answer: () => this.#answer(event),
      typing: () => this.#chat(event.chat)?.hearTyping(event.name),
      mail: () => { this.inbox.hear(event.mail); this.#mark("mail"); },
      trace: () => this.trace.hear(event.entry),
      clock: () => this.clock.hear(event),
      faults: () => this.settings.hearFaults(event.faults),
      person: () => this.#person(event),
      chat: () => this.#line(event.chat),
    };
    told[event.type]?.();
  }

  #begin(scene) {
    const again = this.scene.ready;
    this.scene = scene;
    document.body.classList.toggle("preparing", !scene.ready);
    if (!scene.ready) {
      $("#places").setAttribute("aria-busy", "true");
      return;
    }
    $("#places").removeAttribute("aria-busy");
    this.clock.set(scene.now);
    this.inbox.fill(scene.mails);
    this.trace.fill(scene.trace);
    for (const chat of Object.values(this.chats)) chat.key = null;
    this.unread = new Map();
    for (const badge of $$(".badge")) {
      badge.textContent = "";
      badge.hidden = true;
    }
    this.show();
    if (!again) this.go(sessionStorage.getItem("place") ?? "phone");
    document.body.classList.add("ready");
  }

  #message(message) {
    const line = this.line(message.chat);
    if (line) line.opened = true;
    this.clock.askSoon();
    const shown = this.#chat(message.chat);
    if (shown) shown.hear(message);
    else if (!message.deleted && message.from?.bot) this.#unread(message.chat);
    const place = Object.keys(this.chats).find((name) => this.chats[name] === shown);
    if (place && message.from?.bot && !message.edited) this.#mark(place);
  }

  #unread(key) {
    this.unread.set(key, (this.unread.get(key) ?? 0) + 1);
    for (const option of $("#director").options) {
      const one = this.scene.directors.find((director) => String(director.id) === option.value);
      if (one) option.textContent = this.#label(one);
    }
  }

  #label(director) {
    const count = this.unread.get(`${this.scene.front.id}:${director.id}`);
    return count ? `${director.name} (${count})` : director.name;
  }

  #mark(place) {
    if (place === this.place) return;
    const badge = $(`.tabs [data-place=${place}] .badge`);
    badge.textContent = String((Number(badge.textContent) || 0) + 1);
    badge.hidden = false;
  }

  #answer(event) {
    this.answers = [...this.answers.slice(-ANSWERS_KEPT), event.query];
    const ours = Object.values(this.chats).map((chat) => chat.answered(event.query)).some(Boolean);
    if (!ours && event.person !== this.directorId && event.person !== this.officer().id && event.person !== this.director().id) return;
    if (event.url) this.follow(event.url);
    if (!event.text) return;
    if (!event.alert) {
      toast(event.text);
      return;
    }
    const person = [...this.scene.directors, ...this.scene.officers].find((one) => one.id === event.person);
    $("#alert-who").textContent = t("shown-to", { name: person?.name ?? "" });
    $("#alert-text").textContent = event.text;
    if (!$("#alert").open) $("#alert").showModal();
  }

  wasAnswered(query) {
    return this.answers.includes(query);
  }

  #person({ person, chat }) {
    this.scene.directors.push(person);
    this.scene.chats.push(chat);
    this.show();
  }

  #line(line) {
    this.scene.chats = this.scene.chats.map((one) => (one.key === line.key ? line : one));
    this.#chat(line.key)?.update(line);
  }

  #chat(key) {
    return Object.values(this.chats).find((chat) => chat.key === key);
  }

  // ── ways from one place to another ────────────────────────────────────────────────────────────

  scan() {
    this.go("phone");
    this.chats.phone.offerStart(new URL(this.scene.link).searchParams.get("start") ?? "");
  }

  follow(link, from = null) {
    const url = URL.canParse(link) ? new URL(link) : null;
    const bots = { [this.scene.front.username]: "phone", [this.scene.desk.username]: "desk" };
    const place = url?.hostname === "t.me" ? bots[url.pathname.slice(1)] : null;
    if (!place || (from && from === this.chats.group && place === "phone")) {
      toast(t("link-outside", { url: link }));
      return;
    }
    this.go(place);
    this.chats[place].offerStart(url.searchParams.get("start") ?? "");
  }

  menu(anchor, entries) {
    const menu = $("#message-menu");
    menu.replaceChildren(...entries.map(([name, act]) => el("button", { type: "button", onclick: () => { menu.hidePopover(); act(); } }, t(name))));
    menu.showPopover();
    const at = anchor.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8))}px`;
    menu.style.top = `${Math.max(8, Math.min(at.bottom, innerHeight - menu.offsetHeight - 8))}px`;
    $("button", menu).focus();
  }

  // A browser shows the PDF by itself; the address decides the language of the poster.
  paper(place) {
    const src = `/papers/poster-${language()}.pdf#toolbar=0&navpanes=0&view=Fit`;
    place.replaceChildren(el("iframe", { src, title: t("paper-title") }));
  }

  #phoneLock(person) {
    const scan = el("button", { type: "button", class: "main", id: "lock-scan", onclick: () => this.scan() }, t("lock-scan"));
    const open = el("button", { type: "button", class: "quiet", onclick: () => this.chats.phone.offerStart("") }, t("lock-open"));
    return [el("div", { class: "finder" }, el("img", { src: "/papers/qr.svg", alt: "", width: 168, height: 168 })),
      el("h3", {}, t("lock-title", { name: person.name })), el("p", {}, t("lock-words")), scan, open];
  }

  #listen() {
    $("#director").addEventListener("change", (event) => {
      this.directorId = Number(event.target.value);
      this.unread.delete(`${this.scene.front.id}:${this.directorId}`);
      this.show();
    });
    for (const picker of $$(".officer")) {
      picker.addEventListener("change", (event) => {
        this.officerId = Number(event.target.value);
        this.show();
      });
    }
    for (const tab of $$(".tabs button")) tab.addEventListener("click", () => this.go(tab.dataset.place));
    $("#add-director").addEventListener("click", () => $("#newcomer").showModal());
    $("#newcomer-cancel").addEventListener("click", () => $("#newcomer").close());
    $("#newcomer-form").addEventListener("submit", async () => {
      const name = $("#newcomer-name").value.trim();
      $("#newcomer-name").value = "";
      const added = await post("/people", { name, language: language() });
      if (!added) return;
      this.directorId = added.id;
      if (this.scene.directors.some((one) => one.id === added.id)) this.show();
    });
  }
}

function deskLock(person, chat) {
  return [el("h3", {}, t("desk-title", { name: person.name })), el("p", {}, t("desk-words")),
    el("button", { type: "button", class: "main", onclick: () => chat.offerStart("") }, t("start"))];
}

theme(localStorage.getItem("theme") ?? "");
speak(language());
const app = new App();
listen((event) => app.hear(event), () => document.body.classList.add("lost"));
