// The windows of tokens: the form, the confirmation by password, and the value that is shown once.

import { call } from "./api.js";
import { element, find, onClick, onSubmit, prepareDialog } from "./dom.js";
import * as methods from "./methods.js";

const SERVICE = "users.authentication.";
const CUSTOM = "Custom";
const FULL = "Extended Access"; // lists no methods, as it reaches all
const form = find("token-form");
let templates = new Map();
let edited = null; // the token in the form, null for a new one
let confirmed = async () => {};
let fileName = "";

/** Take dd-mm-yyyy as the end of that day in UTC, as the platform writes dates (the time of day is inferred). */
function toRequest(text) {
  const found = /^(\d\d)-(\d\d)-(\d{4})$/.exec(text.trim());
  if (!found) throw new Error(`Expires At: ${text} is not a date; use dd-mm-yyyy, such as 31-12-2030`);
  const [, day, month, year] = found;
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCDate() !== Number(day) || date.getUTCMonth() !== month - 1) {
    throw new Error(`Expires At: ${text} is not in the calendar`);
  }
  return `${year}-${month}-${day} 23:59:59`;
}

/** `2030-12-31 23:59:59` as 31-12-2030; empty for a token without an end. */
export function toDay(text) {
  return text ? text.slice(0, 10).split("-").reverse().join("-") : "";
}

/** Open the form. `basis`: the token to edit, or to copy if `copy` is set. */
export async function openForm(basis, copy) {
  const offered = await call(`${SERVICE}GetTokenTemplates`);
  const known = await call(`${SERVICE}GetTokenApiList`);
  templates = new Map(offered.templates.map((item) => [item.name, item.apiListItems.map((row) => row.method)]));
  edited = copy ? null : basis;
  const names = known.tokenPermissions.map((row) => row.method);
  const own = (basis?.apiListItems ?? []).map((row) => row.method);
  methods.fill(form, [...new Set([...names, ...own])].sort());
  form.elements.api.replaceChildren(...[...templates.keys(), CUSTOM].map((name) => element("option", {}, name)));
  form.elements.description.value = basis?.description ?? "";
  form.elements.expires.value = toDay(basis?.expiresAt);
  form.elements.api.value = basis ? (basis.tokenTemplate?.name ?? CUSTOM) : CUSTOM;
  find("token-title").textContent = edited ? "Edit Access Token" : "Generate Access Token";
  find("token-submit").textContent = edited ? "Save" : "Generate";
  find("regenerate-line").hidden = !edited;
  methods.check(form, own, false);
  choose();
  find("token-dialog").showModal();
}

/** Show the methods of the named set, or let a person choose. */
function choose() {
  const name = form.elements.api.value;
  find("methods").hidden = name === FULL;
  find("methods-note").textContent = name === FULL ? "All methods that a token can call." : "";
  methods.check(form, templates.get(name) ?? methods.checked(), name !== CUSTOM);
}

/** The parameters of CreateToken or EditToken. Raises Error for what a person has to correct. */
function parameters() {
  const wanted = { description: form.elements.description.value.trim(), expiresAt: "" };
  if (!wanted.description) throw new Error("Description: write a text");
  if (form.elements.expires.value.trim()) wanted.expiresAt = sameDay() ?? toRequest(form.elements.expires.value);
  if (form.elements.api.value !== CUSTOM) return { ...wanted, tokenTemplate: form.elements.api.value };
  const chosen = methods.checked();
  if (!chosen.length) throw new Error("API: check one method or more");
  return { ...wanted, apiList: JSON.stringify(chosen) };
}

/** The date as the platform has it, if the day is not changed, so that an edit keeps the time of day. */
function sameDay() {
  return edited && toDay(edited.expiresAt) === form.elements.expires.value.trim() ? edited.expiresAt : null;
}

/**
 * Ask for the password. `act(password)` changes the platform; its failure is shown in this window, and the function
 * that it may return is called when this window is closed.
 */
export function confirm(title, text, act) {
  confirmed = act;
  find("confirm-title").textContent = title;
  find("confirm-text").textContent = text;
  find("confirm-dialog").showModal();
}

function changeToken(title, text, method, sent) {
  confirm(title, text, async (password) => {
    const answer = await call(SERVICE + method, { ...sent, password });
    return () => {
      find("token-dialog").close();
      if (answer.token.key) showValue(answer.token);
    };
  });
}

function showValue(token) {
  fileName = `${token.description.replace(/[^\w.-]+/g, "-")}.txt`;
  find("value").value = token.key;
  find("value-dialog").showModal();
  find("value").select();
}

function download() {
  const address = URL.createObjectURL(new Blob([`${find("value").value}\n`], { type: "text/plain" }));
  element("a", { href: address, download: fileName }).click();
  URL.revokeObjectURL(address);
  find("value-status").textContent = `Saved as ${fileName}.`;
}

async function copy() {
  find("value").select();
  await navigator.clipboard.writeText(find("value").value);
  find("value-status").textContent = "Copied.";
}

form.elements.api.addEventListener("change", choose);
form.elements.search.addEventListener("input", () => methods.narrow(form));
form.elements.only.addEventListener("change", () => methods.narrow(form));
// Enter in the search field does not send the form.
form.elements.search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
onSubmit(form, async () => {
  const sent = parameters();
  if (edited) changeToken("Edit Access Token", sent.description, "EditToken", { ...sent, id: edited.id });
  else changeToken("Generate Access Token", sent.description, "CreateToken", sent);
});
onClick(find("token-regenerate"), async () => {
  const text = `${edited.description}: the present value ends at once.`;
  changeToken("Regenerate Access Token", text, "RegenerateToken", { id: edited.id });
});
onSubmit(find("confirm-form"), async (fields) => {
  const act = confirmed;
  const password = fields.get("password");
  find("confirm-form").elements.password.value = "";
  const next = await act(password);
  find("confirm-dialog").close();
  next?.();
});
onClick(find("value-download"), async () => download());
onClick(find("value-copy"), copy);
prepareDialog(find("token-dialog"), () => {
  edited = null;
});
prepareDialog(find("confirm-dialog"), () => {
  confirmed = async () => {};
});
prepareDialog(find("value-dialog"), () => {
  find("value").value = "";
  find("value-status").textContent = "";
});
