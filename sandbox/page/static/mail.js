// The mail inbox: a list, and one mail as a reader would show it.

import { $, el, icon, options } from "./dom.js";
import { ask } from "./net.js";
import { longDay, shortDay, t, time } from "./words.js";

export class Inbox {
  constructor(place, picker) {
    this.place = place;
    this.picker = picker;
    this.mails = [];
    this.seen = new Set();
    this.opened = null;
    picker.addEventListener("change", () => this.show());
  }

  fill(mails) {
    this.mails = mails;
    this.seen = new Set(mails.map((mail) => mail.id));
    this.opened = null;
    this.show();
  }

  hear(mail) {
    this.mails.push(mail);
    if (this.opened === null) this.show();
    else this.#boxes();
  }

  show() {
    this.#boxes();
    this.opened = null;
    const wanted = this.picker.value;
    const shown = this.mails.filter((mail) => !wanted || mail.to === wanted).reverse();
    this.place.replaceChildren(shown.length
      ? el("ol", { class: "mail-list" }, ...shown.map((mail) => this.#line(mail)))
      : el("p", { class: "nothing" }, t("no-mail")));
  }

  #boxes() {
    const boxes = [...new Set(this.mails.map((mail) => mail.to))].sort();
    options(this.picker, [["", t("all-mail")], ...boxes.map((box) => [box, box])], this.picker.value);
  }

  #line(mail) {
    return el("li", {}, el("button", { type: "button", class: this.seen.has(mail.id) ? "" : "new", onclick: () => this.read(mail.id) },
      el("span", { class: "mail-top" }, el("b", {}, mail.to), el("time", {}, `${shortDay(mail.at)} ${time(mail.at)}`)),
      el("span", { class: "mail-subject" }, mail.subject), el("small", {}, mail.preview)));
  }

  async read(number) {
    const mail = await ask(`/mails/${number}`);
    this.opened = number;
    this.seen.add(number);
    const body = el("div", { class: "mail-body" });
    const tabs = el("div", { class: "mail-tabs", role: "group", "aria-label": t("mail-views") });
    const views = { "mail-text": () => el("pre", { tabindex: 0 }, mail.text) };
    if (mail.hasHtml) {
      views["mail-html"] = () => el("iframe", { sandbox: "", title: t("mail-frame"), src: `/mails/${number}/html` });
    }
    views["mail-headers"] = () => el("dl", { class: "headers" },
      ...mail.headers.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
    const choose = (name) => {
      body.replaceChildren(views[name]());
      for (const tab of tabs.children) tab.setAttribute("aria-pressed", tab.dataset.view === name);
    };
    tabs.append(...Object.keys(views).map((name) => el("button", { type: "button", "data-view": name, onclick: () => choose(name) }, t(name))));
    this.place.replaceChildren(el("article", { class: "mail-open" },
      el("header", {},
        el("button", { type: "button", class: "quiet square", "aria-label": t("mail-back"), onclick: () => this.show() }, icon("back")),
        el("div", {}, el("h3", {}, mail.subject), el("small", {}, `${t("mail-to", { to: mail.to })} · ${longDay(mail.at)} ${time(mail.at)}`))),
      tabs, body));
    choose(mail.hasHtml ? "mail-html" : "mail-text");
    $("header button", this.place).focus({ preventScroll: true });
  }
}
