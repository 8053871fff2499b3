// For tests of what brings a style sheet: in the bundle it is a string, here it is empty. What needs it is imported by import().
import { register } from 'node:module';

register(`data:text/javascript,${encodeURIComponent(`
export async function load(url, context, next) {
  return url.endsWith('.css') ? { format: 'module', source: 'export default ""', shortCircuit: true } : next(url, context);
}`)}`);
