// One conversation as a messenger shows it, seen by one person.

import { $, el, icon, toast } from "./dom.js";
import { copy, words } from "./entities.js";
import { ask, post } from "./net.js";
import { longDay, t, time, when } from "./words.js";

const KEPT = 240; // messages drawn at most while the newest are in view
const PRESS_LIFE = 15000; // ms a button waits for its answer, as at Telegram
const TYPING_LIFE = 5000;
const AWAITED = 5000; // ms in which what comes after a press is its answer, and is scrolled to
const DOCUMENT_LIMIT = 20 * 1024 * 1024;

export class Chat {
  // `app` knows people, follows links and remembers what was answered.
  constructor(host, app, { commands, lock }) {
    this.app = app;
    this.commandsOf = commands;
    this.lockOf = lock;
    this.root = $("#chat-template").content.firstElementChild.cloneNode(true);
    host.append(this.root);
    this.log = $(".log", this.root);
    this.input = $("textarea", this.root);
    this.drawn = new Map(); // message id → its element
    this.messages = new Map();
    this.pinned = true; // the newest message is in view
    this.scrolling = null;
    this.awaitedUntil = 0;
    this.pending = new Map(); // query id → the pressed button
    this.key = null;
    this.#listen();
  }

  // ── what is shown ─────────────────────────────────────────────────────────────────────────────

  async open(key, person, line) {
    const other = key !== this.key || person.id !== this.person?.id;
    Object.assign(this, { key, person, line, payload: null });
    this.#relabel();
    this.#header();
    if (!other) return;
    this.#answerTo(null);
    this.#closeCommands();
    this.input.value = "";
    await this.reload();
  }

  async reload() {
    const news = [];
    this.news = news;
    const { messages, more } = await ask(`/chats/${encodeURIComponent(this.key)}`);
    if (news !== this.news) return; // another conversation was opened meanwhile
    this.news = null;
    this.drawn = new Map();
    this.messages = new Map();
    this.more = more;
    this.log.replaceChildren();
    for (const message of [...messages, ...news]) this.#put(message);
    this.#header();
    this.#keys();
    this.#trim();
    this.#toEnd();
  }

  update(line) {
    this.line = line;
    this.#header();
  }

  speak() {
    if (!this.key) return;
    this.#relabel();
    this.reload();
  }

  hear(message) {
    const atEnd = this.pinned;
    const fresh = !this.messages.has(message.id) && !message.deleted;
    const awaited = fresh && performance.now() < this.awaitedUntil;
    const mine = message.from?.id === this.person.id;
    this.news?.push(message); // what is loading now may be older than this
    this.#put(message);
    if (message.from?.bot) $(".typing", this.root).textContent = "";
    if (atEnd || (mine && fresh) || awaited) {
      this.#trim();
      this.#toEnd();
    } else if (fresh) {
      $(".down", this.root).hidden = false;
    }
    this.#keys();
    if (!this.line.opened) this.update({ ...this.line, opened: true });
    if (message.forcesReply && !mine && this.#isForMe(message)) this.#answerTo(message);
  }

  hearTyping(name) {
    const line = $(".typing", this.root);
    line.textContent = t("typing", { name });
    clearTimeout(this.typingEnd);
    this.typingEnd = setTimeout(() => { line.textContent = ""; }, TYPING_LIFE);
  }

  answered(query) {
    const button = this.pending.get(query);
    this.pending.delete(query);
    this.#release(button);
    return Boolean(button);
  }

  // Whoever scanned a code sees START, whether or not they have talked with the bot before.
  offerStart(payload) {
    this.payload = payload;
    this.#header();
    $(".start", this.root).focus();
  }

  #relabel() {
    this.log.setAttribute("aria-label", this.line.title);
    this.input.placeholder = t("message");
    this.input.setAttribute("aria-label", t("message"));
    $(".send", this.root).setAttribute("aria-label", t("send"));
    $(".slash", this.root).setAttribute("aria-label", t("commands"));
    $(".down", this.root).setAttribute("aria-label", t("down"));
    $(".reply button", this.root).setAttribute("aria-label", t("cancel-reply"));
    $(".attach input", this.root).setAttribute("aria-label", t("attach"));
    $(".attach", this.root).title = t("attach");
    $(".start", this.root).textContent = t("start");
  }

  #header() {
    const { line } = this;
    const isGroup = line.person === null;
    $(".avatar", this.root).textContent = initials(line.title);
    $(".chat-title h3", this.root).textContent = line.title;
    $(".chat-title small", this.root).textContent = line.blocked ? t("blocked")
      : isGroup ? t("you-are", { name: this.person.name }) : t("bot");
    const block = $(".chat-block", this.root);
    block.hidden = isGroup || !line.opened;
    block.textContent = t(line.blocked ? "unblock" : "block");
    const locked = !line.opened && this.payload === null;
    const lock = $(".lock", this.root);
    lock.hidden = !locked;
    if (locked) lock.replaceChildren(...this.lockOf(this.person, this));
    this.root.classList.toggle("locked", locked);
    $(".start", this.root).hidden = this.payload === null;
    $(".composer", this.root).hidden = locked || this.payload !== null;
  }

  // ── messages ──────────────────────────────────────────────────────────────────────────────────

  #put(message) {
    const old = this.messages.get(message.id);
    const place = this.drawn.get(message.id);
    if (message.deleted) {
      this.messages.delete(message.id);
      this.drawn.delete(message.id);
      place?.remove();
      return;
    }
    if (old && old.touched > message.touched) return;
    if (!old && this.more && message.id < this.#oldest()) return; // scrolling up fetches it
    this.messages.set(message.id, message);
    const drawn = this.#draw(message);
    this.drawn.set(message.id, drawn);
    if (place) {
      drawn.classList.toggle("changed", true);
      place.replaceWith(drawn);
    } else {
      const last = this.log.lastElementChild;
      if (!last || day(+last.dataset.date) !== day(message.date)) this.log.append(this.#dayLine(message));
      this.log.append(drawn);
    }
  }

  #dayLine(message) {
    return el("div", { class: "day", "data-date": message.date }, longDay(message.date));
  }

  #draw(message) {
    if (message.service) {
      const key = `s-${message.service.kind}`;
      return el("div", { class: "service", "data-date": message.date, "data-id": message.id }, t(key, { names: message.service.names.join(", ") }));
    }
    const mine = message.from.id === this.person.id;
    const body = el("div", { class: "bubble" });
    if (this.line.person === null && !mine) body.append(el("b", { class: `who h${message.from.id % 6}` }, message.from.name));
    if (message.replyTo) body.append(this.#quote(message.replyTo));
    if (message.file) body.append(this.#file(message.file));
    const text = said(message.text);
    if (text) body.append(el("div", { class: "text" }, ...words(text, message.entities, (what) => this.#follow(what))));
    body.append(el("span", { class: "meta" }, message.edited ? `${t("edited")} ` : null,
      el("time", { datetime: new Date(message.date).toISOString() }, time(message.date))));
    const menu = el("button", { type: "button", class: "dots", "aria-label": t("actions"), "aria-haspopup": "menu",
      onclick: (event) => this.#menu(event.currentTarget, message) }, icon("dots"));
    const item = el("div", { class: `message ${mine ? "mine" : "theirs"}`, "data-date": message.date, "data-id": message.id },
      el("div", { class: "line" }, body, menu));
    if (message.buttons.length) item.append(this.#buttons(message));
    return item;
  }

  #quote(quoted) {
    return el("button", { type: "button", class: "quote", onclick: () => this.drawn.get(quoted.id)?.scrollIntoView({ block: "center" }) },
      el("b", {}, quoted.name), el("span", {}, quoted.text));
  }

  #file(file) {
    const url = `/files/${encodeURIComponent(file.id)}`;
    if (file.kind === "sticker") return el("span", { class: "sticker" }, file.emoji ?? "");
    if (file.kind === "photo") {
      return el("a", { class: "photo", href: url, target: "_blank" }, el("img", { src: url, alt: t("photo"), onload: () => { if (this.pinned) this.#toEnd(); } }));
    }
    return el("a", { class: "file", href: url, download: file.name },
      el("span", { class: "file-icon" }, icon("file")), el("span", {}, el("b", {}, file.name), el("small", {}, size(file.size))));
  }

  #buttons(message) {
    const rows = message.buttons.map((row) => el("div", { class: "button-row" },
      ...row.map((button) => el("button", { type: "button", class: "inline-button",
        onclick: (event) => this.#press(message, button, event.currentTarget) }, button.text))));
    return el("div", { class: "buttons" }, ...rows);
  }

  async #press(message, button, pressed) {
    if (button.url) return this.#follow({ link: button.url });
    if (pressed.getAttribute("aria-busy")) return undefined;
    pressed.setAttribute("aria-busy", "true");
    this.awaitedUntil = performance.now() + AWAITED;
    const done = await this.#act({ do: "presses", message: message.id, data: button.callback_data });
    if (!done || this.app.wasAnswered(done.query)) return this.#release(pressed);
    this.pending.set(done.query, pressed);
    setTimeout(() => this.answered(done.query), PRESS_LIFE);
    return undefined;
  }

  #release(button) {
    button?.removeAttribute("aria-busy");
  }

  #follow({ command, link }) {
    if (command) return this.#act({ do: "types", text: command });
    return this.app.follow(link, this);
  }

  #isForMe(message) {
    const named = message.entities.filter((one) => one.type === "text_mention").map((one) => one.user.id);
    const asked = message.replyTo?.name;
    return this.line.person !== null || named.includes(this.person.id) || asked === this.person.name
      || message.text.includes(this.person.name);
  }

  // ── scrolling ─────────────────────────────────────────────────────────────────────────────────

  #atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  // However many messages come at once, the page is laid out and scrolled once for each frame.
  #toEnd() {
    this.pinned = true;
    $(".down", this.root).hidden = true;
    this.scrolling ??= requestAnimationFrame(() => {
      this.scrolling = null;
      this.log.scrollTop = this.log.scrollHeight;
    });
  }

  #oldest() {
    return Number($("[data-id]", this.log)?.dataset.id);
  }

  // Old messages leave the page while the newest are read; scrolling up fetches them again.
  #trim() {
    while (this.drawn.size > KEPT) {
      const first = this.log.firstElementChild;
      if (first.dataset.id) {
        this.drawn.delete(+first.dataset.id);
        this.messages.delete(+first.dataset.id);
        this.more = true;
      }
      first.remove();
    }
  }

  async #older() {
    if (!this.more || this.loading) return;
    this.loading = true;
    const shown = this.messages;
    const { messages, more } = await ask(`/chats/${encodeURIComponent(this.key)}?before=${this.#oldest()}`);
    this.loading = false;
    if (shown !== this.messages) return; // loaded anew meanwhile
    this.more = more;
    const height = this.log.scrollHeight - this.log.scrollTop;
    if (this.log.firstElementChild?.classList.contains("day")) this.log.firstElementChild.remove();
    const older = document.createDocumentFragment();
    let before = null;
    for (const message of messages) {
      if (before === null || day(before) !== day(message.date)) older.append(this.#dayLine(message));
      before = message.date;
      this.messages.set(message.id, message);
      this.drawn.set(message.id, this.#draw(message));
      older.append(this.drawn.get(message.id));
    }
    const next = this.log.firstElementChild;
    if (next && day(+next.dataset.date) !== day(before)) older.append(this.#dayLine({ date: +next.dataset.date }));
    this.log.prepend(older);
    this.log.scrollTop = this.log.scrollHeight - height;
  }

  // ── writing ───────────────────────────────────────────────────────────────────────────────────

  #act(deed) {
    return post("/act", { person: this.person.id, chat: this.key, ...deed });
  }

  async #send() {
    const text = this.input.value;
    if (!text.trim()) return;
    this.input.value = "";
    this.#grow();
    const { target, editing } = this;
    this.#answerTo(null);
    if (editing) await this.#act({ do: "edits", message: editing.id, text });
    else await this.#act({ do: "types", text, ...(target ? { message: target.id } : {}) });
  }

  async #sendFile(file) {
    if (!file) return;
    if (file.size > DOCUMENT_LIMIT) {
      toast(t("file-too-big"));
      return;
    }
    const query = new URLSearchParams({ person: this.person.id, chat: this.key, name: file.name });
    await post(`/documents?${query}`, file);
  }

  #answerTo(message, editing = null) {
    this.target = message;
    this.editing = editing;
    const shown = editing ?? message;
    $(".reply", this.root).hidden = !shown;
    if (!shown) return;
    $(".reply strong", this.root).textContent = editing ? t("editing") : t("replying-to", { name: message.from.name });
    $(".reply span", this.root).textContent = shown.text.split("\n")[0];
    if (message?.placeholder) this.input.placeholder = message.placeholder;
    if (editing) this.input.value = editing.text;
    if (this.root.contains(document.activeElement) || editing) this.input.focus();
  }

  #menu(button, message) {
    const mine = message.from.id === this.person.id;
    const entries = [
      ["reply", () => { this.#answerTo(message); this.input.focus(); }],
      message.text && ["copy", () => copy(message.text)],
      mine && message.text && ["edit", () => this.#answerTo(null, message)],
      (mine || this.line.person !== null) && ["delete", () => this.#act({ do: "deletes", message: message.id })],
    ];
    this.app.menu(button, entries.filter(Boolean));
  }

  #keys() {
    const place = $(".keys", this.root);
    const last = [...this.messages.values()].reverse().find((one) => one.keys || one.noKeys);
    place.hidden = !last?.keys;
    if (!last?.keys) return;
    place.replaceChildren(...last.keys.map((row) => el("div", { class: "button-row" }, ...row.map((key) => {
      const text = typeof key === "string" ? key : key.text;
      return el("button", { type: "button", onclick: () => this.#act({ do: "types", text }) }, text);
    }))));
  }

  #closeCommands() {
    $(".commands", this.root).hidden = true;
    $(".slash", this.root).setAttribute("aria-expanded", "false");
  }

  #toggleCommands() {
    const list = $(".commands", this.root);
    if (!list.hidden) return this.#closeCommands();
    list.replaceChildren(...this.commandsOf().map(({ command, description }) => el("li", {}, el("button", { type: "button",
      onclick: () => { this.#closeCommands(); this.#act({ do: "types", text: this.#addressed(command) }); } },
    el("b", {}, `/${command}`), el("span", {}, description)))));
    list.hidden = false;
    $(".slash", this.root).setAttribute("aria-expanded", "true");
    return $("button", list)?.focus();
  }

  #addressed(command) {
    return this.line.person === null ? `/${command}@${this.app.scene.desk.username}` : `/${command}`;
  }

  #grow() {
    this.input.style.height = "auto";
    const border = this.input.offsetHeight - this.input.clientHeight;
    this.input.style.height = `${Math.min(this.input.scrollHeight + border, 140)}px`;
  }

  #listen() {
    const { root, input } = this;
    $(".composer", root).addEventListener("submit", (event) => { event.preventDefault(); this.#send(); });
    input.addEventListener("input", () => this.#grow());
    input.addEventListener("keydown", (event) => {
      // While a Vietnamese input method composes, Enter belongs to it.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#send();
      }
    });
    $(".attach input", root).addEventListener("change", (event) => {
      this.#sendFile(event.target.files[0]);
      event.target.value = "";
    });
    $(".slash", root).addEventListener("click", () => this.#toggleCommands());
    $(".reply button", root).addEventListener("click", () => { this.#answerTo(null); this.input.value = ""; });
    $(".down", root).addEventListener("click", () => this.#toEnd());
    $(".chat-block", root).addEventListener("click", () => this.#act({ do: this.line.blocked ? "unblocks" : "blocks" }));
    $(".start", root).addEventListener("click", () => {
      const { payload } = this;
      this.payload = null;
      this.update({ ...this.line, opened: true });
      this.#act({ do: "opens", payload });
      this.input.focus();
    });
    root.addEventListener("keydown", (event) => { if (event.key === "Escape") this.#closeCommands(); });
    // Whatever takes room from the conversation must not push the newest words out of sight.
    new ResizeObserver(() => { if (this.pinned) this.#toEnd(); }).observe(this.log);
    this.log.addEventListener("scroll", () => {
      if (this.scrolling === null) this.pinned = this.#atEnd();
      // Before the first scroll to the end, a conversation just loaded is at its top.
      if (!this.pinned && this.log.scrollTop < 200) this.#older();
      if (this.pinned) $(".down", root).hidden = true;
    }, { passive: true });
  }
}

// A messenger shows nobody the payload behind START.
const said = (text) => (/^\/start [\w-]+$/.test(text) ? "/start" : text);
const day = (millis) => when(millis, { day: "2-digit", month: "2-digit", year: "numeric" });
const initials = (name) => name.split(/\s+/).filter(Boolean).map((word) => word[0]).slice(-2).join("").toUpperCase();
const size = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
