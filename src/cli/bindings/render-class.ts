// The text of a file of bindings: properties for the variables, getters for the outputs, a class that is an OciModule. The same
// module gives the same bytes.
import type { ModuleInterface, ModuleOutput, ModuleVariable } from "../../hcl/module-interface.ts";
import { formatValueType } from "../../hcl/value-type.ts";
import { describe, describeDefault, toComment } from "./documentation.ts";
import { converted, InputTypes, keyOf, orUndefined } from "./input-type.ts";
import { NameSet, toCamelCase, toPascalCase, toPropertyName } from "./names.ts";
import { outputType } from "./output-type.ts";

export type Framework = "cdktf" | "cdktn";

export interface BindingsOptions {
  readonly className: string;
  readonly framework: Framework;
  readonly origin: BindingsOrigin;
}

/** Where the module is; without an address the class takes it as a property. */
export interface BindingsOrigin {
  /** One line for people. */
  readonly title: string;
  readonly package:
    | {
        /** Without tag and digest. */
        readonly address: string;
        readonly digest: string;
        /** The same with its digest. */
        readonly pinned: string;
      }
    | undefined;
}

/** How a file of bindings begins; what begins otherwise is somebody's own. */
export const bindingsMark = "// Made by scalr-oci bindings";

/** Properties that are not variables: those of OciModule, which have the same meaning here. */
const ownProperties = ["source", "version", "lockFile", "providers", "dependsOn", "forEach"] as const;
/** What the file imports, uses or declares beside the types. */
const ownNames = ["cdk", "Construct", "OciModule", "OciModuleProps", "Pick", "address", "pinned"] as const;
/** What a class has already, of what ends like a getter. */
const ownMembers = ["interpolationForOutput"] as const;

/** A class for a module. */
export function renderClass({ variables, outputs }: ModuleInterface, options: BindingsOptions): string {
  const { className } = options;
  const types = new InputTypes([...ownNames, className, `${className}Props`]);
  const names = new NameSet(ownProperties);
  const inputs = variables.map((variable): Input => {
    const property = names.take(toPropertyName(variable.name), "Variable");
    return { variable, property, type: types.of(variable.type, `${className}${toPascalCase(variable.name)}`) };
  });
  const body = [
    renderProps(inputs, options),
    ...types.interfaces,
    renderConstructClass(inputs, outputs, options),
    ...types.functions,
  ].join("\n\n");
  return `${renderHead(body, options)}\n\n${body}\n`;
}

/** True for a class that the file could have beside what it imports. */
export function isFreeClassName(name: string): boolean {
  return !(ownNames as readonly string[]).includes(name);
}

interface Input {
  readonly variable: ModuleVariable;
  readonly property: string;
  readonly type: ReturnType<InputTypes["of"]>;
}

function renderHead(body: string, { framework, origin }: BindingsOptions): string {
  const { title, package: from } = origin;
  return [
    `${bindingsMark} from ${title}; do not change it, make it again.`,
    ...(from === undefined ? [] : [`// Digest: ${from.digest}`]),
    "/* eslint-disable */",
    ...(/\bcdk\./.test(body) ? [`import * as cdk from "${framework}";`] : []),
    `import type { Construct } from "constructs";`,
    `import { OciModule, type OciModuleProps } from "scalr-oci/${framework}";`,
    ...(from === undefined ? [] : ["", ...renderPlace(from)]),
  ].join("\n");
}

function renderPlace({ address, pinned }: NonNullable<BindingsOrigin["package"]>): string[] {
  return [
    `const address = ${JSON.stringify(address)};`,
    "/** The content that this file was made from. */",
    `const pinned = ${JSON.stringify(pinned)};`,
  ];
}

function renderProps(inputs: readonly Input[], { className, origin }: BindingsOptions): string {
  const [needed, others] = [inputs.filter(isRequired), inputs.filter((input) => !isRequired(input))];
  const inherited = ownProperties.filter((name) => name !== "source").map((name) => JSON.stringify(name));
  return [
    `export interface ${className}Props extends Pick<`,
    "  OciModuleProps,",
    `  ${inherited.join(" | ")}`,
    "> {",
    ...(origin.package === undefined
      ? [
          "  /** Address of the module: `oci://HOST/REPOSITORY`, with `?tag=` or `?digest=` unless there is a version. */",
        ]
      : [
          "  /**",
          "   * Another address of the module, such as that of a mirror; with `?tag=` or `?digest=` unless there is a version.",
          "   * @default the one in this file, by its digest or, when there is a version, by that",
          "   */",
        ]),
    origin.package === undefined ? "  readonly source: string;" : "  readonly source?: string | undefined;",
    ...[...needed, ...others].flatMap(renderProperty),
    "}",
  ].join("\n");
}

function renderProperty({ variable, property, type }: Input): string[] {
  const { isRequired: isNeeded, isNullable } = variable;
  const text = isNullable && type.text !== "unknown" ? `${type.text} | null` : type.text;
  return [
    ...toComment(describeVariable(variable, property), "  "),
    `  readonly ${property}${isNeeded ? "" : "?"}: ${orUndefined(text, !isNeeded)};`,
  ];
}

function describeVariable(variable: ModuleVariable, property: string): string[] {
  const { name, description, defaultText, isSensitive, isEphemeral, deprecated } = variable;
  return [
    describe(description),
    // Who reads the module's own documentation finds it by that name.
    toCamelCase(name) === property ? "" : `The module calls it \`${name}\`.`,
    isSensitive || isEphemeral ? "A secret: give a token, for a text would stand in the synthesized JSON." : "",
    deprecated === undefined ? "" : `@deprecated ${describe(deprecated).replaceAll("\n", " ")}`,
    defaultText === undefined ? "" : isSensitive ? "@default - what the module says" : describeDefault(defaultText),
  ];
}

function renderConstructClass(
  inputs: readonly Input[],
  outputs: readonly ModuleOutput[],
  { className, origin }: BindingsOptions,
): string {
  const needsProps = origin.package === undefined || inputs.some(isRequired);
  return [
    ...toComment([describe(`The module of ${origin.title}. Outputs end in \`Output\`, and are tokens.`)], ""),
    `export class ${className} extends OciModule {`,
    `  constructor(scope: Construct, id: string, props: ${className}Props${needsProps ? "" : " = {}"}) {`,
    "    super(scope, id, {",
    origin.package === undefined
      ? "      source: props.source,"
      : "      source: props.source ?? (props.version === undefined ? pinned : address),",
    ...ownProperties.filter((name) => name !== "source").map((name) => `      ${name}: props.${name},`),
    ...renderVariables(inputs),
    "    });",
    "  }",
    ...renderGetters(outputs),
    "}",
  ].join("\n");
}

function renderVariables(inputs: readonly Input[]): string[] {
  if (inputs.length === 0) return [];
  const entries = inputs.map(
    ({ variable, property, type }) =>
      `        ${keyOf(variable.name)}: ${converted(`props.${property}`, type.convert)},`,
  );
  return ["      variables: {", ...entries, "      },"];
}

function renderGetters(outputs: readonly ModuleOutput[]): string[] {
  const names = new NameSet(ownMembers);
  return outputs.flatMap((output) => {
    const { text, get } = outputType(output.type, output.name);
    return [
      "",
      ...toComment(describeOutput(output, text), "  "),
      `  get ${names.take(`${toCamelCase(output.name)}Output`, "Value")}(): ${text} {`,
      `    return ${get};`,
      "  }",
    ];
  });
}

function describeOutput(
  { description, isSensitive, isEphemeral, deprecated, type }: ModuleOutput,
  text: string,
): string[] {
  const isOpaque = text === "cdk.IResolvable" && type !== undefined && type.kind !== "bool";
  return [
    describe(description),
    isOpaque ? describe(`In the module: \`${formatValueType(type)}\`.`) : "",
    isSensitive ? "Sensitive: an output that holds it has to be so, too." : "",
    isEphemeral ? "Ephemeral: it is in no plan and no state." : "",
    deprecated === undefined ? "" : `@deprecated ${describe(deprecated).replaceAll("\n", " ")}`,
  ];
}

function isRequired({ variable }: Input): boolean {
  return variable.isRequired;
}
