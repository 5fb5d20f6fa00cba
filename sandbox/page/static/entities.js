// A message's words with Telegram's entities, as DOM nodes. Offsets are UTF-16 units, as in JS.

import { el, toast } from "./dom.js";
import { t } from "./words.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", mention: "b", hashtag: "b", text_mention: "b",
  email: "span", phone_number: "span", custom_emoji: "span",
};

// `act` takes what can be pressed in a text: { command } or { link }.
export function words(text, entities, act) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return branch(text, sorted, 0, text.length, act);
}

function branch(text, entities, start, end, act) {
  const nodes = [];
  let at = start;
  let rest = entities;
  while (rest.length) {
    const [first] = rest;
    const stop = Math.min(first.offset + first.length, end);
    const inside = rest.slice(1).filter((one) => one.offset < stop);
    rest = rest.slice(1).filter((one) => one.offset >= stop);
    if (first.offset < at) continue;
    if (first.offset > at) nodes.push(text.slice(at, first.offset));
    nodes.push(shape(first, text.slice(first.offset, stop), branch(text, inside, first.offset, stop, act), act));
    at = stop;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

function shape(entity, own, children, act) {
  switch (entity.type) {
    case "spoiler": {
      const hidden = el("button", { type: "button", class: "spoiler", "aria-label": t("show-spoiler") }, ...children);
      hidden.addEventListener("click", () => hidden.replaceWith(...hidden.childNodes), { once: true });
      return hidden;
    }
    case "bot_command":
      return el("button", { type: "button", class: "inline", onclick: () => act({ command: own }) }, ...children);
    case "text_link":
    case "url":
      return el("button", { type: "button", class: "inline", onclick: () => act({ link: entity.url ?? own }) }, ...children);
    case "code":
      return el("code", { title: t("copy"), onclick: () => copy(own) }, ...children);
    default:
      return el(TAGS[entity.type] ?? "span", {}, ...children);
  }
}

export async function copy(text) {
  await navigator.clipboard?.writeText(text).catch(() => {});
  toast(t("copied"));
}
