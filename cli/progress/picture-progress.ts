import { grouped } from '../../coordinator/report/format.ts';

const NOTE_EVERY = 2000;

/** Tells, now and then, how many pictures are prepared; of a few it says nothing. */
export function pictureProgress(note: (line: string) => void) {
  let noted = 0;
  return (done: number, total: number): void => {
    if (done === 1 && total > NOTE_EVERY) note(`preparing ${grouped(total)} pictures`);
    if (done - noted < NOTE_EVERY) return;
    noted = done;
    note(`prepared ${grouped(done)} of ${grouped(total)} pictures`);
  };
}
