// `npm run bench -- NAME…`: see test/bench/run.ts.
import { runBenches } from "../test/bench/run.ts";

process.exitCode = await runBenches(process.argv.slice(2));
