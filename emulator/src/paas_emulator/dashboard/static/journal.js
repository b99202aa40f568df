// The journal of calls, as they come. It holds the last 10,000.

import { control } from "./api.js";
import { element, find, onClick, Pages } from "./dom.js";

const ROWS = 100;
const CAPACITY = 10000;
const calls = new Map(); // by number, the oldest first
const pages = new Pages(find("journal-pager"), ROWS, "calls", draw);

/** Take what has changed; `first` is the number of the oldest call that the emulator still has. */
export function take(changed, first) {
  for (const item of changed) calls.set(item.number, item);
  let surplus = calls.size - CAPACITY;
  for (const number of calls.keys()) {
    if (number >= first && surplus <= 0) break;
    calls.delete(number);
    surplus -= 1;
  }
}

export function forget() {
  calls.clear();
}

export function show() {
  const wanted = find("journal-filter").value.trim().toLowerCase();
  const writes = find("journal-writes").checked;
  const fits = (item) => (!writes || item.write) && item.method.toLowerCase().includes(wanted);
  const rows = [...calls.values()].reverse();
  pages.set(wanted || writes ? rows.filter(fits) : rows);
}

function draw(shown) {
  find("journal-rows").replaceChildren(...shown.map(row));
}

function row(item) {
  const result = item.result ?? (item.ms === null ? "running" : "no answer");
  const notes = [
    item.write ? "write" : null,
    item.query ? "parameters in the URL" : null,
    item.fault ? `fault ${item.fault}` : null,
    item.emulated === false ? "not emulated" : null,
    item.task === undefined ? null : `task ${item.task}`,
  ];
  return element(
    "tr", {},
    element("td", {}, String(item.number)),
    element("td", { class: "long" }, item.method),
    element("td", {}, item.http),
    element("td", { class: item.result === 0 ? "ok" : item.result ? "bad" : null }, String(result)),
    element("td", {}, item.ms === null ? "" : String(item.ms)),
    element("td", {}, notes.filter(Boolean).join(", ")),
  );
}

function changed() {
  pages.page = 0;
  show();
}

find("journal-filter").addEventListener("input", changed);
find("journal-writes").addEventListener("change", changed);
onClick(find("journal-clear"), () => control("DELETE", "journal"));
