// A script of its own that the page waits for, so that nothing is painted before the chosen theme counts.
import { applyLook, keptLook } from './apply.ts';

applyLook(keptLook());
