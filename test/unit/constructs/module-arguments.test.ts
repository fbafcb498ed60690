import { loadFrameworks, type Stack, testStack } from "../../support/construct-libraries.ts";
import { thrownBy } from "../../support/thrown.ts";

describe.each(await loadFrameworks())("arguments of an OciModule for $name", (framework) => {
  const { cdk, library } = framework;
  const source = `oci://ghcr.io/acme/vpc?digest=sha256:${"a".repeat(64)}`;
  let stack: Stack;
  beforeEach(() => {
    stack = testStack(framework);
  });

  it.each([
    ...["count", "for_each", "version", "source", "providers", "depends_on", "lifecycle", "locals"],
    ...["provider", "_", "//", "", "a b", "1a"],
  ])("refuses a variable named %j, which would be an argument or vanish", (name) => {
    const error = thrownBy(() => new library.OciModule(stack, "vpc", { source, variables: { [name]: 1 } }));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", path: "app/vpc" });
    expect(error.message).toContain("expected a name that a variable can have");
    const set = new library.OciModule(stack, "net", { source });
    expect(thrownBy(() => set.set(name, 1))).toMatchObject({ code: "INVALID_ARGUMENT", path: "app/net" });
  });

  it.each(["cidr", "_x", "größe", "a-b", "counts", "toString"])("takes a variable named %j", (name) => {
    const vpc = new library.OciModule(stack, "vpc", { source, variables: { [name]: 1, count: undefined } });
    vpc.set("other", 2);
    const { module } = JSON.parse(cdk.Testing.synth(stack)) as { module: { vpc: object } };
    expect(module.vpc).toEqual({ source, [name]: 1, other: 2 });
  });

  it.each(["source", "version"])("refuses a token as its %s, and does not show it", (property) => {
    const token = new cdk.TerraformVariable(stack, "v", { type: "string" }).stringValue;
    const props = { source: "oci://ghcr.io/acme/vpc", [property]: token };
    const error = thrownBy(() => new library.OciModule(stack, "vpc", props));
    expect(error).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: `app/vpc: ${property} of a module is known at apply only, expected it now`,
    });
  });
});
