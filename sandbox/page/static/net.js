// The way to the sandbox: requests, and the live feed.

import { toast } from "./dom.js";
import { t } from "./words.js";

export async function ask(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

export async function post(path, body) {
  const raw = body instanceof Blob;
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": raw ? "application/octet-stream" : "application/json" },
    body: raw ? body : JSON.stringify(body),
  });
  if (answer.ok) return answer.json();
  const { error } = await answer.json().catch(() => ({ error: String(answer.status) }));
  toast(t("failed", { why: error }));
  return null;
}

// EventSource reconnects by itself, and every connection begins with the whole scene.
export function listen(hear, lost) {
  const source = new EventSource("/live");
  source.onmessage = (event) => hear(JSON.parse(event.data));
  source.onerror = lost;
}
