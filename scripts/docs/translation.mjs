// A translated page has the code of its original: each `{{block}}` in it is the original's next code block.

const BLOCK = /^```\w+\n[\s\S]*?^```$/gm;

/** The translation with the original's code blocks filled in. Throws when there are more or fewer places than blocks. */
export function withBlocksOf(original, translation) {
  const blocks = original.match(BLOCK) ?? [];
  const places = translation.match(/^\{\{block\}\}$/gm)?.length ?? 0;
  if (places !== blocks.length) {
    const [title = ""] = /^# .*/m.exec(translation) ?? [];
    throw new Error(`"${title}" has ${places} {{block}} and the English page ${blocks.length} code blocks`);
  }
  let next = 0;
  return translation.replaceAll(/^\{\{block\}\}$/gm, () => blocks[next++]);
}
