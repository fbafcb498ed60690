// What an OciModule does with variables that are undefined, as classes of `scalr-oci bindings` give them: nothing, in JSON and in HCL.
import { loadFrameworks, testStack } from "../../support/construct-libraries.ts";

describe.each(await loadFrameworks())("an OciModule of $name", (framework) => {
  const stack = () => {
    const made = testStack(framework);
    new framework.library.OciModule(made, "network", {
      source: `oci://ghcr.io/acme/network?digest=sha256:${"a".repeat(64)}`,
      variables: { cidr: undefined, zones: ["a"], nested: { one: undefined, two: 2 } },
    });
    return made;
  };

  it("leaves them out of JSON", () => {
    const { module } = JSON.parse(framework.cdk.Testing.synth(stack())) as { module: { network: object } };
    expect(Object.keys(module.network)).toEqual(["nested", "source", "zones"]);
    expect(module.network).toMatchObject({ nested: { two: 2 } });
  });

  it("leaves them out of HCL", () => {
    const hcl = framework.cdk.Testing.synthHcl(stack());
    expect(hcl).toContain("zones");
    expect(hcl).not.toContain("cidr");
    expect(hcl).not.toMatch(/\bone\b/);
  });
});
