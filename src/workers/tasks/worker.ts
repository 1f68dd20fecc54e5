/**
 * Entry of the task pool's workers: each export is a task, chosen by piscina's `name` option. Tasks take and return plain
 * values and keep nothing between calls.
 */
export { loadCatalogue } from './load-catalogue.ts';
