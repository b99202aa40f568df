// The list of access tokens: one row each, selected by mouse or keyboard.

import { call, platformNow } from "./api.js";
import { element, find, onceAtATime, onClick } from "./dom.js";
import { confirm, openForm, toDay } from "./token_dialogs.js";

let tokens = [];
const selected = new Set(); // ids
let anchor = null; // where a range begins
let current = null; // the row that the keyboard is in

export const load = onceAtATime(async () => {
  tokens = (await call("users.authentication.GetTokens")).apiTokens;
  draw();
});

/** Forget the account's data. */
export function forget() {
  tokens = [];
  draw();
}

/** Draw the rows anew, as after a change of the platform's clock. */
export function draw() {
  const ids = new Set(tokens.map((token) => token.id));
  for (const id of selected) if (!ids.has(id)) selected.delete(id);
  if (!ids.has(current)) current = tokens[0]?.id ?? null;
  const rows = find("token-rows");
  const focused = rows.contains(document.activeElement);
  rows.replaceChildren(...tokens.map(row));
  find("token-none").hidden = tokens.length > 0;
  mark(focused);
}

function row(token) {
  const end = token.expiresAt ? toDay(token.expiresAt) : "never";
  const over = token.expiresAt && new Date(`${token.expiresAt.replace(" ", "T")}Z`) <= platformNow;
  const made = element(
    "tr", { "data-id": String(token.id), onclick: (event) => select(token.id, event), ondblclick: () => edit() },
    element("td", { class: "long" }, token.description),
    element("td", {}, token.tokenTemplate?.name ?? `Custom (${token.apiListItems?.length ?? 0})`),
    element("td", {}, end, over ? element("span", { class: "bad" }, " expired") : null),
    element("td", {}, token.lastUsed ?? "unknown"),
  );
  made.addEventListener("keydown", (event) => key(token.id, event));
  return made;
}

/** Show what is selected, and which buttons can be used. */
function mark(focus) {
  for (const made of find("token-rows").children) {
    const id = Number(made.dataset.id);
    made.setAttribute("aria-selected", String(selected.has(id)));
    made.tabIndex = id === current ? 0 : -1;
    if (focus && id === current) made.focus();
  }
  find("token-edit").disabled = find("token-copy").disabled = selected.size !== 1;
  find("token-remove").disabled = selected.size === 0;
}

function select(id, event, focus = true) {
  const order = tokens.map((token) => token.id);
  if (event.shiftKey && order.includes(anchor)) {
    const [from, to] = [order.indexOf(anchor), order.indexOf(id)].sort((left, right) => left - right);
    if (!event.ctrlKey && !event.metaKey) selected.clear();
    for (const each of order.slice(from, to + 1)) selected.add(each);
  } else if (event.ctrlKey || event.metaKey) {
    if (!selected.delete(id)) selected.add(id);
    anchor = id;
  } else {
    selected.clear();
    selected.add(id);
    anchor = id;
  }
  current = id;
  mark(focus);
}

function key(id, event) {
  const order = tokens.map((token) => token.id);
  const at = order.indexOf(id);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: order.length - 1 }[event.key];
  if (next !== undefined && order[next] !== undefined) {
    if (event.ctrlKey && !event.shiftKey) {
      current = order[next];
      mark(true);
    } else {
      select(order[next], event);
    }
  } else if (event.key === " ") {
    select(id, { ctrlKey: true });
  } else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
    for (const each of order) selected.add(each);
    mark(true);
  } else if (event.key === "Enter") {
    edit();
  } else if (event.key === "Delete") {
    remove();
  } else {
    return;
  }
  event.preventDefault();
}

const chosen = () => tokens.filter((token) => selected.has(token.id));
const edit = () => selected.size === 1 && find("token-edit").click();

function remove() {
  const gone = chosen();
  if (!gone.length) return;
  const names = gone.map((token) => token.description).join(", ");
  confirm("Remove Access Tokens", `To remove: ${names}`, async (password) => {
    await call("users.authentication.DeleteTokens", { ids: gone.map((token) => token.id).join(","), password });
  });
}

onClick(find("token-generate"), () => openForm(null, false));
onClick(find("token-edit"), () => openForm(chosen()[0], false));
onClick(find("token-copy"), () => openForm(chosen()[0], true));
onClick(find("token-remove"), async () => remove());
onClick(find("token-refresh"), load);
