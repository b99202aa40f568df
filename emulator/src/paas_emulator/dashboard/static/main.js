// Sign-in, the sections of the page, and changes made by others.

import { control, onChange, onSessionLost, SESSION_ENDED, signIn, signOut, verify } from "./api.js";
import * as controls from "./controls.js";
import { find, onceAtATime, onClick, onSubmit, tell } from "./dom.js";
import * as environments from "./environments.js";
import * as journal from "./journal.js";
import * as tokens from "./tokens.js";

const POLL_MS = 250;
const POLL_AFTER_FAILURE_MS = 1000;
const TOKEN_METHOD = /^users\.authentication\.\w*Tokens?$/;
const SIGN_IN = /^users\.authentication\./;
const VIEWS = ["environments", "journal", "settings"];
const stale = { environments: true, tokens: true };
let shown = null; // the section on the page, null before sign-in
let revision = 0;
let shift = null;
let closed = false; // the control path, for pages of another machine
let timer = null;

/** Load what the section on the page shows, if it is not current. */
async function refresh() {
  if (shown === "journal") journal.show();
  const name = shown === "settings" ? "tokens" : shown;
  if (!stale[name]) return;
  stale[name] = false;
  try {
    await (name === "tokens" ? tokens : environments).load();
  } catch (failure) {
    stale[name] = true;
    throw failure;
  }
}

/** Put a section on the page; null: the sign-in. */
function place(view) {
  shown = view;
  for (const name of [...VIEWS, "sign-in"]) find(name).hidden = name !== (view ?? "sign-in");
  for (const button of find("navigation").querySelectorAll("[data-view]")) {
    if (button.dataset.view === view) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  find("navigation").hidden = view === null;
  if (view) find(`${view}-title`).focus();
}

/** Note that a method was called that may have changed something. */
function note(method) {
  if (TOKEN_METHOD.test(method)) stale.tokens = true;
  else if (!SIGN_IN.test(method)) stale.environments = true;
}

function take(answer) {
  controls.take(answer);
  closed = answer === null;
  if (closed) return;
  if (answer.revision < revision) journal.forget(); // the emulator was started anew
  revision = answer.revision;
  journal.take(answer.calls, answer.first);
  for (const call of answer.calls) if (call.write) note(call.method);
  if (shift !== answer.clock.shift) stale.tokens = true; // expiry
  shift = answer.clock.shift;
}

const poll = onceAtATime(async () => {
  let wait = POLL_MS;
  try {
    const before = revision;
    const answer = await control("GET", `changes?since=${revision}`);
    if (!shown) return;
    take(answer);
    if (revision !== before || stale.tokens || stale.environments) await refresh();
    find("connection").hidden = true;
  } catch (failure) {
    wait = POLL_AFTER_FAILURE_MS;
    find("connection").textContent = failure.message;
    find("connection").hidden = shown === null;
  }
  clearTimeout(timer);
  if (shown) timer = setTimeout(poll, wait);
});

function signedIn(answer) {
  find("who").textContent = answer.email;
  find("confirm-form").elements.login.defaultValue = answer.email; // for password managers
  find("sign-in-form").reset();
  revision = 0;
  journal.forget();
  stale.environments = stale.tokens = true;
  place("environments");
  // The lists are loaded after the first answer, so that no change is missed.
  poll();
}

function signedOut(text) {
  clearTimeout(timer);
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  environments.forget();
  tokens.forget();
  find("connection").hidden = find("code-form").hidden = true;
  find("sign-in-form").hidden = false;
  place(null);
  tell(text);
  find("sign-in-form").elements.login.focus();
}

onSubmit(find("sign-in-form"), async (form) => {
  find("sign-in-form").elements.password.value = "";
  const answer = await signIn(form.get("login"), form.get("password"));
  if (answer.accessType !== "RESTRICTED") return signedIn(answer);
  find("sign-in-form").hidden = true;
  find("code-form").hidden = false;
  return find("code-form").elements.code.focus();
});
onSubmit(find("code-form"), async (form) => {
  find("code-form").reset();
  signedIn(await verify(form.get("code")));
});
onClick(find("sign-out"), async () => {
  try {
    await signOut();
  } finally {
    signedOut("");
  }
});
onSessionLost(() => signedOut(SESSION_ENDED));
onChange((method) => {
  if (closed) note(method);
  if (shown) poll();
});

for (const button of find("navigation").querySelectorAll("[data-view]")) {
  onClick(button, () => {
    place(button.dataset.view);
    return refresh();
  });
}

const tabs = [...find("settings-tabs").children];
function openTab(tab) {
  for (const each of tabs) {
    each.setAttribute("aria-selected", String(each === tab));
    each.tabIndex = each === tab ? 0 : -1;
    find(each.getAttribute("aria-controls")).hidden = each !== tab;
  }
}
for (const [at, tab] of tabs.entries()) {
  tab.addEventListener("click", () => openTab(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(at + step + tabs.length) % tabs.length];
    openTab(next);
    next.focus();
  });
}
openTab(tabs[0]);
signedOut("");
