import { plain } from '../format.ts';

/** Markup that is safe to write out: made by {@link html} or vouched for with {@link trusted}. */
export interface Html {
  readonly markup: string;
}

export type HtmlValue = Html | string | number | readonly HtmlValue[] | undefined;

/**
 * A template whose every value is escaped unless it is markup itself; lists are joined and
 * `undefined` is left out. Attribute values must be written between quotes.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return trusted(parts.map((part, index) => part + markupOf(values[index])).join(''));
}

/** Declares text to be markup. Only for text that this program wrote itself. */
export function trusted(markup: string): Html {
  return { markup };
}

/** Text as HTML shows it, between tags as well as between quotes. */
export function escaped(text: string): string {
  return plain(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function markupOf(value: HtmlValue): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  return 'markup' in value ? value.markup : value.map(markupOf).join('');
}
