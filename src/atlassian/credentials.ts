import { OperatorError } from "../model/errors.ts";
import { isLoopback } from "../model/loopback.ts";

export const DEFAULT_BASE_URL = "https://api.atlassian.com";

/** What to do about a key that does not work. */
export const KEY_REMEDY =
  "Create an organisation API key without scopes at admin.atlassian.com > Organization settings > API keys (it starts with ATCTT), and put it into SEATWRIGHT_API_KEY.";

/**
 * The key as it goes into a header. Throws OperatorError("credentials") for what cannot be an organisation API key,
 * before anything is sent. Never repeats the key.
 * Source: a user's API token starts with ATATT and is refused by the organisation APIs, an organisation's with ATCTT.
 */
export function checkedApiKey(given: string): string {
  const key = given.trim();
  if (key === "") throw new OperatorError("credentials", "There is no API key.", KEY_REMEDY);
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new OperatorError(
      "credentials",
      "The API key holds a space, a line break or a letter that no API key has. It was probably copied with something around it.",
      KEY_REMEDY,
    );
  }
  if (key.startsWith("ATATT")) {
    throw new OperatorError(
      "credentials",
      "The key given is a user's API token (it starts with ATATT). Atlassian's organisation APIs do not accept those; an organisation API key starts with ATCTT.",
      KEY_REMEDY,
    );
  }
  return key;
}

/**
 * The base URL without a slash at its end. Throws OperatorError("usage") for what is no URL, and for one that would
 * send the key unencrypted to another machine.
 */
export function checkedBaseUrl(given: string): string {
  const remedy = `Leave SEATWRIGHT_API_URL empty for Atlassian itself (${DEFAULT_BASE_URL}), or give an https address, or an http address on this machine.`;
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new OperatorError("usage", "The base URL for Atlassian's APIs is not an http or https address.", remedy);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new OperatorError("usage", "The base URL for Atlassian's APIs holds more than a host and a path.", remedy);
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new OperatorError(
      "usage",
      `The base URL ${url.origin} would send the API key unencrypted over the network.`,
      remedy,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}
