/**
 * Whether a URL's host is this machine itself, so that what is sent there stays on it. A name that merely resolves to it is
 * not taken for one.
 */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
