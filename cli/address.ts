import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { UsageError } from '../shared/errors.ts';

export interface Address {
  /** A name or an IP address, without brackets. */
  readonly host: string;
  readonly port: number;
}

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;

/** Reads `HOST:PORT`, IPv6 in brackets; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (!(port <= 65_535)) return undefined;
  if (bracketed !== undefined) return isIPv6(bracketed) ? { host: bracketed, port } : undefined;
  return plain !== undefined && isHost(plain) ? { host: plain, port } : undefined;
}

/** @throws UsageError naming the option, for what is no address */
export function addressOf(option: string, text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new UsageError(`${option}: expected HOST:PORT, got "${text}"`);
  return address;
}

/** Writes an address so that {@link parseAddress} reads it back. */
export function formatAddress({ host, port }: Address): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only programs on this machine reach the host; names other than localhost may lead anywhere. */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return loopback().check(host, 'ipv4');
  if (isIPv6(host)) return loopback().check(host, 'ipv6');
  return host.toLowerCase() === 'localhost';
}

function isHost(text: string): boolean {
  // Digits and dots alone are an address, or a mistyped one such as 127.0.1.
  return isIPv4(text) || (HOST_NAME.test(text) && !/^[\d.]+$/.test(text));
}

function loopback(): BlockList {
  const list = new BlockList();
  list.addSubnet('127.0.0.0', 8, 'ipv4');
  list.addAddress('::1', 'ipv6');
  return list;
}
