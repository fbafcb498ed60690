// Where in a value something stands: attribute names, keys and positions, from the outermost inwards.

/** Attribute names and map keys are texts, positions in lists numbers: `["rules", 0, "port"]`. */
export type Path = readonly (string | number)[];

/** How a path is written in HCL: `rules[0].port`, `tags["a b"]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => text + formatStep(step, text === ""), "");
}

function formatStep(step: string | number, isFirst: boolean): string {
  if (typeof step === "number") return `[${step}]`;
  if (!/^[A-Za-z_][\w-]*$/.test(step)) return `[${JSON.stringify(step)}]`;
  return isFirst ? step : `.${step}`;
}
