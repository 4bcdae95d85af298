/** Whether a host's name or address means this machine, in a URL, a socket or a flag: the one place that says so. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|\[?::1\]?|(?:::ffff:)?127(?:\.\d{1,3}){3})$/i.test(host)
}
