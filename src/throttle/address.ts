import { isIPv4, isIPv6 } from 'node:net';
import { Problem } from '../http/problem.js';

/** Some proxies add the port: `203.0.113.7:51234`, `[2001:db8::1]:51234`. A zone (`fe80::1%eth0`) is local. */
const WITH_PORT = /^\[?([\d.]+|[\da-f:.]+(?=\]))\]?:\d{1,5}$/i;
const MAPPED_IPV4 = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;

/**
 * What requests from one place have in common: the IPv4 address, or the first 64 bits of an IPv6 address, since every
 * customer has at least 2^64 of those to choose from.
 * @throws Problem 400 when the address is not known, or is what a proxy made up: nobody escapes a limit that way
 */
export function addressKey(ip: string | undefined): string {
  const [address = ''] = (ip ?? '').replace(WITH_PORT, '$1').split('%', 1);
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) {
    throw new Problem(400, 'The address that this request comes from is not known.', {
      code: 'address_unknown',
    });
  }
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = MAPPED_IPV4.exec(canonical);
  return mapped ? dotted(mapped.slice(1)) : `${groupsOf(canonical).slice(0, 4).join(':')}::/64`;
}

/** ::ffff:cb00:7107 is 203.0.113.7, as a socket that listens on both kinds reports it. */
function dotted(halves: string[]): string {
  const bytes = halves.flatMap((half) => [parseInt(half, 16) >> 8, parseInt(half, 16) & 255]);
  return bytes.join('.');
}

/** The eight groups, of which :: stands for those that are zero. */
function groupsOf(canonical: string): string[] {
  const [head = [], tail = []] = canonical.split('::').map((part) => part.split(':').filter(Boolean));
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}
