// Which addresses the server may connect to on behalf of a user: public ones, and those that the operator allows.
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { InputError } from "../../base/errors.ts";
import { printable } from "../../base/text.ts";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Never reached, whatever is allowed: they are no hosts, or, link-local, where clouds give out machine credentials. */
const forbiddenRanges: ReadonlySet<string> = new Set(["unspecified", "broadcast", "multicast", "linkLocal"]);

/** Metadata services outside of link-local: Azure, Alibaba Cloud, Oracle Cloud, and the IPv6 ones of AWS and Google Cloud. */
const metadataAddresses = ["168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"].map(
  (text) => ipaddr.parse(text).toNormalizedString(),
);

/** True when a connection to this IP address may be made. */
export type AddressRule = (address: string) => boolean;

/**
 * A rule that allows public addresses and, beside them, these CIDRs.
 * @throws InputError INVALID_ARGUMENT when one is not ADDRESS/BITS
 */
export function createAddressRule(allowedCidrs: readonly string[]): AddressRule {
  const allowed = allowedCidrs.map(parseCidr);
  return (text) => {
    if (isIP(text) === 0) return false;
    const address = ipaddr.process(text);
    if (isForbidden(address)) return false;
    return address.range() === "unicast" || allowed.some((range) => isWithin(address, range));
  };
}

function isForbidden(address: Address): boolean {
  if (forbiddenRanges.has(address.range())) return true;
  if (metadataAddresses.includes(address.toNormalizedString())) return true;
  const embedded = findEmbeddedIPv4(address);
  return embedded !== undefined && isForbidden(embedded);
}

/** The IPv4 address that a NAT64 address stands for, RFC 6052 section 2.2. */
function findEmbeddedIPv4(address: Address): ipaddr.IPv4 | undefined {
  if (address.range() !== "rfc6052") return undefined;
  return new ipaddr.IPv4(address.toByteArray().slice(-4));
}

function isWithin(address: Address, [network, bits]: [Address, number]): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

function parseCidr(text: string): [Address, number] {
  if (!ipaddr.isValidCIDR(text)) {
    throw new InputError("INVALID_ARGUMENT", `network is not valid, got ${printable(text)}, expected ADDRESS/BITS`, {
      path: "--allow-registry-cidr",
      got: printable(text),
      expected: "ADDRESS/BITS",
      hint: "for example --allow-registry-cidr 10.20.0.0/16",
    });
  }
  return ipaddr.parseCIDR(text);
}
