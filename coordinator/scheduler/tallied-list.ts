/** How items are counted up. */
export interface Counting<Item, Tally> {
  /** What one item stands for. */
  readonly ofItem: (item: Item, place: number) => Tally;
  /** What parts that follow one another come to together; at least one. */
  readonly ofParts: (tallies: readonly Tally[]) => Tally;
}

interface Leaf<Item, Tally> {
  readonly tally: Tally;
  readonly item: Item;
}

interface Branch<Item, Tally> {
  readonly tally: Tally;
  readonly parts: readonly Tree<Item, Tally>[];
}

/** All leaves are equally deep, and every part but the last is full. */
type Tree<Item, Tally> = Leaf<Item, Tally> | Branch<Item, Tally>;

const WIDTH = 16;

/**
 * An immutable list of fixed length that knows what all its items come to. Replacing an item, and
 * finding one by what parts of the list come to, take a time that grows with the logarithm of its
 * length alone, for only the parts around that item are made anew.
 */
export class TalliedList<Item, Tally> implements Iterable<Item> {
  readonly length: number;
  readonly #root: Tree<Item, Tally>;
  readonly #counting: Counting<Item, Tally>;
  /** Items below each part of the root. */
  readonly #span: number;

  private constructor(
    root: Tree<Item, Tally>,
    size: { readonly length: number; readonly span: number },
    counting: Counting<Item, Tally>,
  ) {
    this.#root = root;
    this.length = size.length;
    this.#span = size.span;
    this.#counting = counting;
  }

  /** @throws RangeError for no items, which come to nothing */
  static of<Item, Tally>(
    items: readonly Item[],
    counting: Counting<Item, Tally>,
  ): TalliedList<Item, Tally> {
    let row: Tree<Item, Tally>[] = items.map((item, place) => leafOf(item, place, counting));
    let span = 1 / WIDTH;
    for (; row.length > 1; span *= WIDTH) row = joined(row, counting);
    const [root] = row;
    if (root === undefined) throw new RangeError('a tallied list needs an item');
    return new TalliedList(root, { length: items.length, span }, counting);
  }

  get tally(): Tally {
    return this.#root.tally;
  }

  at(place: number): Item | undefined {
    if (!this.#has(place)) return undefined;
    let tree: Tree<Item, Tally> | undefined = this.#root;
    for (let span = this.#span; tree !== undefined && 'parts' in tree; span /= WIDTH) {
      tree = tree.parts[Math.floor(place / span) % WIDTH];
    }
    return tree?.item;
  }

  /** The list with another item at a place. @throws RangeError where there is no such place */
  with(place: number, item: Item): TalliedList<Item, Tally> {
    if (!this.#has(place)) throw new RangeError(`no place ${place} among ${this.length}`);
    const counting = this.#counting;
    const changed = (tree: Tree<Item, Tally>, span: number): Tree<Item, Tally> => {
      if (!('parts' in tree)) return leafOf(item, place, counting);
      const at = Math.floor(place / span) % WIDTH;
      const part = tree.parts[at];
      return part ? branchOf(tree.parts.with(at, changed(part, span / WIDTH)), counting) : tree;
    };
    const { length } = this;
    const root = changed(this.#root, this.#span);
    return new TalliedList(root, { length, span: this.#span }, counting);
  }

  [Symbol.iterator](): Iterator<Item> {
    return itemsOf(this.where(() => true));
  }

  /**
   * The items, with their places and in order, but for those parts that cannot have what is sought.
   *
   * @param mayHave - told what an item, or a part of the list, comes to
   */
  *where(mayHave: (tally: Tally) => boolean): Generator<[place: number, item: Item]> {
    yield* entriesOf({ tree: this.#root, from: 0, span: this.#span }, mayHave);
  }

  #has(place: number): boolean {
    return Number.isInteger(place) && place >= 0 && place < this.length;
  }
}

interface Part<Item, Tally> {
  readonly tree: Tree<Item, Tally>;
  /** Place of its first item. */
  readonly from: number;
  readonly span: number;
}

function* entriesOf<Item, Tally>(
  root: Part<Item, Tally>,
  mayHave: (tally: Tally) => boolean,
): Generator<[number, Item]> {
  // The next one last; a generator within a generator would take several times as long.
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { tree, from, span } = next;
    if (!mayHave(tree.tally)) continue;
    if (!('parts' in tree)) {
      yield [from, tree.item];
      continue;
    }
    const parts = tree.parts.map((part, at) => {
      return { tree: part, from: from + at * span, span: span / WIDTH };
    });
    waiting.push(...parts.reverse());
  }
}

function* itemsOf<Item>(entries: Iterable<[number, Item]>): Generator<Item> {
  for (const [, item] of entries) yield item;
}

const leafOf = <Item, Tally>(
  item: Item,
  place: number,
  { ofItem }: Counting<Item, Tally>,
): Leaf<Item, Tally> => ({ tally: ofItem(item, place), item });

const branchOf = <Item, Tally>(
  parts: readonly Tree<Item, Tally>[],
  { ofParts }: Counting<Item, Tally>,
): Branch<Item, Tally> => ({ tally: ofParts(parts.map(({ tally }) => tally)), parts });

/** The row of parts above a row. */
function joined<Item, Tally>(
  row: readonly Tree<Item, Tally>[],
  counting: Counting<Item, Tally>,
): Branch<Item, Tally>[] {
  const above = Array.from({ length: Math.ceil(row.length / WIDTH) }, (_, at) =>
    row.slice(at * WIDTH, (at + 1) * WIDTH),
  );
  return above.map((parts) => branchOf(parts, counting));
}
