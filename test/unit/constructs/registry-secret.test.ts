import { inspect } from "node:util";
import {
  type App,
  loadFrameworks,
  type Stack,
  synthesisError,
  synthesize,
  testApp,
  testStack,
} from "../../support/construct-libraries.ts";
import { thrownBy } from "../../support/thrown.ts";

describe.each(await loadFrameworks())("RegistrySecret for $name", (framework) => {
  const { cdk, library } = framework;
  const { DockerIntegration, RegistrySecret } = library;
  let stack: Stack;
  beforeEach(() => {
    stack = testStack(framework);
  });

  function passwordOf(password: ReturnType<typeof RegistrySecret.unsafePlainText>) {
    new DockerIntegration(stack, "x", { registryUrl: "ghcr.io", username: "bot", password });
    const [resource] = Object.values(synthesize(framework, stack).resource?.["scalr_docker_integration"] ?? {});
    return resource;
  }

  it("fromVariable makes the variable ephemeral: one that is only sensitive stands in saved plans", () => {
    const variable = new cdk.TerraformVariable(stack, "token", { type: "string", description: "ours" });
    expect(passwordOf(RegistrySecret.fromVariable(variable))).toMatchObject({ password_wo: "${var.token}" });
    expect(synthesize(framework, stack).variable).toEqual({
      token: { type: "string", description: "ours", sensitive: true, ephemeral: true },
    });
  });

  it.each(["hunter2", "", 0, false])("fromVariable refuses a variable with the default %j", (value) => {
    const variable = new cdk.TerraformVariable(stack, "token", { type: "string", default: value });
    const error = thrownBy(() => RegistrySecret.fromVariable(variable));
    expect(error).toMatchObject({
      code: "SECRET_IN_PROGRAM",
      message: "variable app/token has a default, expected none for a secret",
      hint: "set TF_VAR_token at apply instead",
    });
  });

  it("fromVariable takes a default of null, which is none", () => {
    const variable = new cdk.TerraformVariable(stack, "token", { type: "string", default: null });
    expect(RegistrySecret.fromVariable(variable).environmentVariable).toBe("TF_VAR_token");
  });

  type Variable = InstanceType<typeof cdk.TerraformVariable>;
  it.each<[string, (variable: Variable) => unknown, string]>([
    [
      "a default",
      (variable) => Object.assign(variable, { default: "geheim" }),
      "[app/token] variable app/token has a default, expected none for a secret; set TF_VAR_token at apply instead",
    ],
    ["a default by override", (variable) => variable.addOverride("default", "geheim"), "has a default"],
    ["a default by the stack", () => stack.addOverride("variable.token.default", "geheim"), "has a default"],
    ["a list's type", (variable) => variable.addOverride("type", "list(string)"), "has the type list(string)"],
    ["a stored value", (variable) => variable.addOverride("ephemeral", false), "is not ephemeral"],
  ])("fromVariable refuses %s at synthesis that the variable got afterwards, once", (_, change, message) => {
    const variable = new cdk.TerraformVariable(stack, "token", { type: "string" });
    RegistrySecret.fromVariable(variable);
    RegistrySecret.fromVariable(variable);
    change(variable);
    const said = synthesisError(stack.node.root as App);
    expect(said).toContain(message);
    expect(said.match(/variable app\/token/g)).toHaveLength(1);
    expect(said).not.toContain("geheim");
  });

  it.each(["list(string)", "map(string)", "number", "bool"])("fromVariable refuses a variable of type %s", (type) => {
    const variable = new cdk.TerraformVariable(stack, "token", { type });
    expect(thrownBy(() => RegistrySecret.fromVariable(variable))).toMatchObject({
      code: "INVALID_ARGUMENT",
      path: "app/token",
      message: `variable app/token has the type ${type}, expected string for a secret`,
    });
  });

  it.each(["string", "any", undefined])("fromVariable takes a variable of type %s", (type) => {
    const variable = new cdk.TerraformVariable(stack, "token", type === undefined ? {} : { type });
    expect(RegistrySecret.fromVariable(variable).environmentVariable).toBe("TF_VAR_token");
  });

  it.each([
    [["ghcr"], "ghcr"],
    [["team a", "ghcr-token"], "team_a_ghcr_token"],
    [["7zip"], "_7zip"],
    [["version"], "_version"],
  ])("ephemeralVariable at %j is named %s", (path, name) => {
    const [id = "", ...scopes] = path.toReversed();
    const scope = scopes.toReversed().reduce((parent: Stack, child) => {
      return new cdk.TerraformElement(parent, child) as unknown as Stack;
    }, stack);
    const secret = RegistrySecret.ephemeralVariable(scope, id);
    expect(secret.environmentVariable).toBe(`TF_VAR_${name}`);
    expect(Object.keys(synthesize(framework, stack).variable ?? {})).toEqual([name]);
  });

  it.each(["", "a-b", "1a", "source", "é"])("ephemeralVariable refuses the name %j", (variableName) => {
    const error = thrownBy(() => RegistrySecret.ephemeralVariable(stack, "token", { variableName }));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", path: "app/token" });
    expect(error.message).toContain("variable name is not valid");
  });

  it("two secrets never share a variable", () => {
    RegistrySecret.ephemeralVariable(stack, "a-b");
    const error = thrownBy(() => RegistrySecret.ephemeralVariable(stack, "a_b"));
    expect(error).toMatchObject({
      message: "variable name a_b is taken by app/a-b, expected a free one",
      hint: "give the option variableName",
    });
    expect(RegistrySecret.ephemeralVariable(stack, "a.b", { variableName: "c" }).environmentVariable).toBe("TF_VAR_c");
  });

  it("stays in its stack: between stacks it would have to be stored", () => {
    const other = new cdk.TerraformStack(stack.node.root, "other");
    const password = RegistrySecret.ephemeralVariable(other, "token");
    const error = thrownBy(
      () => new DockerIntegration(stack, "x", { registryUrl: "ghcr.io", username: "bot", password }),
    );
    expect(error.message).toBe("secret is a variable of stack other, expected one of app");
  });

  it("fromEphemeralResource takes an attribute of one", () => {
    stack.addOverride("ephemeral.scalr_registry_login.ecr", { registry: "x" });
    const value = cdk.Token.asString(cdk.ref("ephemeral.scalr_registry_login.ecr.password"));
    expect(passwordOf(RegistrySecret.fromEphemeralResource(value))).toMatchObject({
      password_wo: "${ephemeral.scalr_registry_login.ecr.password}",
    });
  });

  it("fromEphemeralResource refuses a text at once, and what is not ephemeral at synthesis", () => {
    expect(thrownBy(() => RegistrySecret.fromEphemeralResource("hunter2"))).toMatchObject({
      code: "SECRET_IN_PROGRAM",
      message: "secret is a text in the program, expected a RegistrySecret",
    });
    const app = testApp(framework);
    const own = new cdk.TerraformStack(app, "app");
    new library.ScalrProvider(own, "scalr");
    const stored = cdk.Token.asString(cdk.ref("random_password.x.result"));
    const around = `hunter2${cdk.Token.asString(cdk.ref("ephemeral.a.b.password"))}`;
    [stored, around].forEach((value, index) => {
      const password = RegistrySecret.fromEphemeralResource(value);
      new DockerIntegration(own, `x${index}`, { registryUrl: `r${index}.example`, username: "bot", password });
    });
    const message = synthesisError(app);
    expect(message).toContain("[app/x0] secret is not from an ephemeral resource");
    expect(message).toContain("[app/x1] secret is not from an ephemeral resource");
    expect(message).not.toContain("hunter2");
  });

  it.each([
    ["hunter2", "hunter2"],
    ['quotes " and \\', 'quotes " and \\'],
    ["${var.x} %{if}", "$${var.x} %%{if}"],
    ["$${x}", "$$${x}"],
    ["$ {} % $", "$ {} % $"],
  ])("unsafePlainText %j reaches the JSON so that OpenTofu reads the same: %j", (text, written) => {
    expect(passwordOf(RegistrySecret.unsafePlainText(text))).toMatchObject({ password_wo: written });
  });

  it("does not show a plain text when it is printed", () => {
    const secret = RegistrySecret.unsafePlainText("hunter2");
    expect(inspect(secret, { showHidden: true }) + JSON.stringify(secret)).not.toContain("hunter2");
  });

  it("raising the version is what rotates", () => {
    expect(passwordOf(RegistrySecret.ephemeralVariable(stack, "token", { version: 2 }))).toMatchObject({
      password_wo_version: 2,
    });
  });

  it.each([0, -1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1])("refuses the version %d", (version) => {
    const error = thrownBy(() => RegistrySecret.ephemeralVariable(stack, "token", { version }));
    expect(error.message).toBe(`version of a secret is not valid, got ${version}, expected 1, 2, 3 …`);
  });

  it("knows secrets of another copy of the library", () => {
    expect(RegistrySecret.isRegistrySecret(RegistrySecret.unsafePlainText("x"))).toBe(true);
    expect([undefined, null, "x", {}].some((value) => RegistrySecret.isRegistrySecret(value))).toBe(false);
  });
});
