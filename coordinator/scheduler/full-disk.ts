/** What becomes of a full disk, said once each way. */
export interface FullDisk {
  readonly trouble: () => void;
  readonly well: () => void;
}

/** @param tell - takes one sentence for the user */
export function tellOfFullDisk(folder: string, tell: (text: string) => void): FullDisk {
  let isFull = false;
  return {
    trouble: () => {
      if (isFull) return;
      isFull = true;
      tell(
        `the disk of ${folder} is full: nothing more is accepted until there is space; ` +
          'workers keep what they have, and the run goes on by itself',
      );
    },
    well: () => {
      if (!isFull) return;
      isFull = false;
      tell(`there is space in ${folder} again: the run goes on`);
    },
  };
}
