// Which addresses the server connects to on behalf of a user.
import { createAddressRule } from "../../../../src/server/connection-test/address-rule.ts";
import { thrownBy } from "../../../support/thrown.ts";

const publicAddresses = ["1.1.1.1", "140.82.112.33", "2606:4700::1111", "::ffff:1.1.1.1"];
const privateAddresses = [
  ...["127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "192.0.2.1", "198.18.0.1"],
  ...[
    "203.0.113.5",
    "240.0.0.1",
    "::1",
    "fc00::1",
    "fd12::1",
    "2001:db8::1",
    "64:ff9b::1.1.1.1",
    "2002:0101:0101::1",
    "2001::1",
  ],
  ...["::ffff:10.0.0.1", "::ffff:127.0.0.1"],
];
const neverAddresses = [
  ...[
    "169.254.169.254",
    "169.254.0.1",
    "0.0.0.1",
    "fe80::1",
    "0.0.0.1",
    "0.0.0.0",
    "::",
    "255.255.255.255",
    "224.0.0.1",
    "ff02::1",
  ],
  ...[
    "::ffff:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "fd00:ec2::254",
  ],
];
const notAddresses = ["", "localhost", "1.1.1", "1.1.1.1/8", "fe80::1%eth0"];

describe("the address rule", () => {
  const none = createAddressRule([]);
  const all = createAddressRule(["0.0.0.0/0", "::/0"]);

  it.each(publicAddresses)("allows the public address %s", (address) => expect(none(address)).toBe(true));
  it.each(privateAddresses)("refuses %s unless the operator allows it", (address) => {
    expect(none(address)).toBe(false);
    expect(all(address)).toBe(true);
  });
  it.each(neverAddresses)("never allows %s", (address) => {
    expect(none(address)).toBe(false);
    expect(all(address)).toBe(false);
  });
  it.each(notAddresses)("refuses %j, which is no address", (address) => expect(all(address)).toBe(false));

  it("allows what lies in an allowed network, and nothing beside it", () => {
    const rule = createAddressRule(["10.20.0.0/16", "fd12:3456::/32"]);
    expect(["10.20.0.1", "10.20.255.255", "fd12:3456::1", "::ffff:10.20.0.1"].map(rule)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(["10.21.0.1", "10.19.255.255", "fd12:3457::1", "192.168.0.1"].map(rule)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it.each(["10.0.0.0", "10.0.0.0/33", "ghcr.io/8", "", "10.0.0.0/8,10.1.0.0/16"])(
    "does not take %j for a network",
    (cidr) => {
      expect(thrownBy(() => createAddressRule([cidr]))).toMatchObject({
        code: "INVALID_ARGUMENT",
        path: "--allow-registry-cidr",
      });
    },
  );
});
