// What npm runs after it packed.
import { restoreManifest } from "./manifest.ts";

restoreManifest();
