// Calls of the platform's API and of the emulator's control path. The session lives in this module only.

let session = null;
let whenLost = () => {};
let whenChanged = () => {};
const SESSION_LOST = 702;
export const SESSION_ENDED = "The session has ended. Sign in again.";

/** The platform's time of the last answer. */
export let platformNow = new Date();

export class ApiFailure extends Error {
  constructor(method, answer) {
    super(`${method.split(".").pop()} failed: ${answer.error ?? "no text"} (result ${answer.result})`);
    this.result = answer.result;
  }
}

async function answerOf(method, response) {
  const date = response.headers.get("Date");
  if (date) platformNow = new Date(date);
  try {
    return await response.json();
  } catch {
    throw new Error(`${method} failed: the answer is not JSON (HTTP status ${response.status})`);
  }
}

async function send(url, options) {
  try {
    return await fetch(url, { ...options, redirect: "error", credentials: "omit" });
  } catch {
    throw new Error("The emulator gave no answer.");
  }
}

/** Call a method such as `environment.control.StopEnv`: a form by POST, so that nothing secret is in a URL. */
export async function call(method, parameters = {}) {
  const [namespace, service, name] = method.split(".");
  const body = new URLSearchParams(parameters);
  const used = session;
  if (used) body.set("session", used);
  try {
    const response = await send(`/1.0/${namespace}/${service}/rest/${name.toLowerCase()}`, { method: "POST", body });
    const answer = await answerOf(name, response);
    if (answer.result === SESSION_LOST && used && used === session) {
      session = null;
      whenLost();
      throw new Error(SESSION_ENDED);
    }
    if (answer.result !== 0) throw new ApiFailure(method, answer);
    return answer;
  } finally {
    // A failed write may have changed something, too.
    if (!name.startsWith("Get")) whenChanged(method);
  }
}

/** One control request; null if the control path is closed to this page. */
export async function control(http, name, value) {
  const body = value === undefined ? undefined : JSON.stringify(value);
  const response = await send(`/_emulator/${name}`, { method: http, body });
  if (http !== "GET") whenChanged("");
  if (response.status === 403) return null;
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

export function onSessionLost(act) {
  whenLost = act;
}

/** Call `act(method)` after each call of this page that may have changed something. */
export function onChange(act) {
  whenChanged = act;
}

/** Sign in. Returns the answer; `accessType` is RESTRICTED if a one-time code is missing. */
export async function signIn(login, password) {
  const answer = await call("users.authentication.Signin", { login, password });
  session = answer.session;
  return answer;
}

export function verify(code) {
  return call("users.authentication.Verify2FACode", { code });
}

export async function signOut() {
  try {
    await call("users.authentication.Signout");
  } finally {
    session = null;
  }
}
