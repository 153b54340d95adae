import { DataError } from '../../shared/errors.ts';

/** A training state that cannot be gone on from: damaged, or of another training. */
export class UnusableState extends DataError {}
