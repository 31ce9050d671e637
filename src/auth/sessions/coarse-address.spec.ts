import { expect, it } from '@jest/globals';
import { coarseAddress } from './coarse-address.js';

it.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['2001:0db8:85a3:0000:0000:8a2e:0370:7334', '2001:db8:85a3::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['2001::db8:1:2:3:4:5', '2001:0:db8::/48'],
  ['::1', '0:0:0::/48'],
  ['1:2:3:4:5:6:7::', '1:2:3::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
])('%s lies in %s', (address, network) => {
  expect(coarseAddress(address)).toBe(network);
});

it.each(['', 'unknown', '203.0.113', '203.0.113.777', 'localhost'])('%j is no address', (text) => {
  expect(coarseAddress(text)).toBeNull();
});
