import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A file with a browser takes ten to sixty seconds, one with servers up to twenty, all others together less than a minute. */
const KINDS = ['/test/browser/', '/test/integration/'];

/**
 * Begins with the files that take longest, so that none runs alone at the end. Vitest does so by itself only where it has seen an
 * earlier run, which a fresh clone has not; within a kind its order stays.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = KINDS.findIndex((kind) => moduleId.includes(kind));
      return at < 0 ? KINDS.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
