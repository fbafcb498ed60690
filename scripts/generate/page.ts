// The frame of every generated page.

export function page(title: string, source: string, paragraphs: readonly string[]): string {
  const note = `<!-- Made by \`npm run generate\` from ${source}; edit that. -->`;
  return `${[`# ${title}`, note, ...paragraphs].join("\n\n")}\n`;
}
