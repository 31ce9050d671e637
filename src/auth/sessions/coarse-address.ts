import { isIPv4, isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(?=\d+\.)/i;

/** The network of an address, near enough to recognize a place by: /24 of IPv4, /48 of IPv6. null: it is no address. */
export function coarseAddress(address: string): string | null {
  const plain = address.replace(MAPPED, '');
  if (isIPv4(plain)) return `${plain.slice(0, plain.lastIndexOf('.'))}.0/24`;
  if (!isIPv6(plain)) return null;
  const [head = [], tail = []] = plain.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  const network = [...head, ...zeros, ...tail].slice(0, 3).map((group) => parseInt(group, 16).toString(16));
  return `${network.join(':')}::/48`;
}
